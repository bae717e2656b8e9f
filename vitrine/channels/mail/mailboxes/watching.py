"""One mailbox, watched: connect, look, wait, look again; after a failure later, with jitter."""

import logging
import os
import random
import select
import threading
import time
from datetime import timedelta

from django.db import Error, close_old_connections, connection

from vitrine.channels.mail.mailboxes.client import Client, opened
from vitrine.channels.mail.mailboxes.failures import Failed, told
from vitrine.channels.mail.mailboxes.fetching import Folder
from vitrine.channels.mail.mailboxes.target import Target
from vitrine.channels.mail.mailboxes.tokens import Tokens
from vitrine.correspondence.actions import keep_refresh_token, note_failure
from vitrine.correspondence.choices import MailboxFailure
from vitrine.correspondence.models import Mailbox
from vitrine.kernel.clock import now

IDLE_FOR = 60.0
"""Seconds of IDLE before we say something: servers and routers forget the silent."""
ASK_EVERY = 20.0
"""Seconds between two looks where the server knows no IDLE."""
STAND_BY = 5.0
"""Seconds between two attempts to get a mailbox that another process watches."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
FIRST_PAUSE_REFUSED, LONGEST_PAUSE_REFUSED = 30.0, 900.0
"""Seconds; longer where we are refused: too many wrong passwords lock an account."""
_REFUSED = frozenset({MailboxFailure.SIGN_IN, MailboxFailure.TOKEN, MailboxFailure.SECRET})
_LOCKS = 7103
"""The first key of the advisory locks: one process watches a mailbox."""

log = logging.getLogger(__name__)


def pause_after(failures: int, *, failure: MailboxFailure, luck: float) -> float:
    """Seconds to wait after so many failures (>= 1) in a row; `luck` in 0..1 spreads them."""
    first, longest = FIRST_PAUSE, LONGEST_PAUSE
    if failure in _REFUSED:
        first, longest = FIRST_PAUSE_REFUSED, LONGEST_PAUSE_REFUSED
    pause = min(longest, first * 2.0 ** min(failures - 1, 20))
    return pause * (0.5 + luck / 2)


class Watch(threading.Thread):
    """The thread of a mailbox. `end()` ends it within some seconds."""

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__(name=f"mailbox-{mailbox.pk}", daemon=True)
        self.mailbox = mailbox
        self.ended = threading.Event()
        self._wake_read, self._wake_write = os.pipe()
        self._lock_of: object = None
        self._failures = 0
        self._tokens = Tokens(keep=self._keep_refresh_token)

    def end(self) -> None:
        """Ask the thread to end; it finishes the message at hand."""
        self.ended.set()
        os.write(self._wake_write, b"x")

    def run(self) -> None:
        """Watch until the end."""
        folder: Folder | None = None
        try:
            while not self.ended.is_set():
                try:
                    close_old_connections()
                    if not self._is_ours():
                        self._rest(STAND_BY)
                        continue
                    folder = folder or Folder(self.mailbox, Target.of(self.mailbox))
                    self._session(folder)
                except (Failed, Error) as error:
                    self._rest(self._note(error))
                except Exception as error:  # the thread must live: it tells, and tries again
                    log.exception("Mailbox %s", self.mailbox)
                    words = f"{type(error).__name__}: {error}"
                    self._rest(self._note(Failed(MailboxFailure.STRANGE, words)))
        finally:
            connection.close()
            os.close(self._wake_read)
            os.close(self._wake_write)

    def _session(self, folder: Folder) -> None:
        """One connection, from sign-in until it ends. Raises Failed or Error."""
        with opened(folder.target, tokens=self._tokens) as client:
            folder.select(client)
            with told():
                can_idle = bool(client.has_capability("IDLE"))
            while not self.ended.is_set():
                close_old_connections()
                if not self._is_ours():
                    return
                folder.look(client, waits_by_idle=can_idle)
                self._failures = 0
                can_idle = self._wait(client, can_idle=can_idle)

    def _wait(self, client: Client, *, can_idle: bool) -> bool:
        """Until there may be something new; whether the server still lets us wait by IDLE."""
        if self.ended.is_set():
            return can_idle
        with told():
            if can_idle:
                client.wait(wake=self._wake_read, seconds=IDLE_FOR)
            else:
                self._rest(ASK_EVERY)
                client.noop()
        return can_idle

    def _rest(self, seconds: float) -> None:
        """Wait; the end ends it."""
        deadline = time.monotonic() + seconds
        while not self.ended.is_set() and (left := deadline - time.monotonic()) > 0:
            select.select([self._wake_read], [], [], left)

    def _is_ours(self) -> bool:
        """Whether this process watches the mailbox: a lock of our database session."""
        connection.ensure_connection()
        if self._lock_of is connection.connection:
            return True
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCKS, self.mailbox.pk])
            is_ours = bool(cursor.fetchone()[0])
        self._lock_of = connection.connection if is_ours else None
        return is_ours

    def _note(self, error: Exception) -> float:
        """Tell the desk what went wrong; seconds until the next attempt."""
        failed = error if isinstance(error, Failed) else Failed(MailboxFailure.STORE, str(error))
        self._failures += 1
        pause = pause_after(self._failures, failure=failed.failure, luck=random.random())  # noqa: S311 - spreads attempts
        log.warning("Mailbox %s: %s; again in %.0f s", self.mailbox, failed, pause)
        try:
            close_old_connections()
            note_failure(
                self.mailbox,
                failure=failed.failure,
                words=failed.words,
                retry_at=now() + timedelta(seconds=pause),
            )
        except Error:
            connection.close()
        return pause

    def _keep_refresh_token(self, token: str) -> None:
        """Keep it in the row, and go on with it here."""
        keep_refresh_token(self.mailbox, token=token)
