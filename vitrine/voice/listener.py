"""Wakes the loop when a page has told the telephone something: LISTEN, and a look now and then."""

import asyncio
import logging
import threading
from collections.abc import Callable

import psycopg
from django.db import connection

from vitrine.telephony.actions import CHANNEL

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds: a word may be lost while the connection is made anew."""
TRY_AGAIN_AFTER = 1.0
AT_FIRST_AFTER = 0.05
"""With the connection the lock is gone: it is taken again before whoever stands by looks."""
RETURNS_WITHIN = 4.0
"""Seconds that a process which answers calls has to lock again when the database was restarted."""
LOCK = 0x7654_5048
"""Advisory lock of the one process that answers calls."""


class Listener:
    """A thread with a connection of its own."""

    def __init__(self, *, on_word: Callable[[], None], loop: asyncio.AbstractEventLoop) -> None:
        self._on_word, self._loop = on_word, loop
        self._ends = threading.Event()
        self._has_heard = False
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """It ends within some seconds."""
        self._ends.set()

    def _run(self) -> None:
        pause = AT_FIRST_AFTER
        while not self._ends.is_set():
            try:
                self._listen()
            except (psycopg.Error, OSError) as fault:
                log.info("No words from the pages: %s", fault)
                pause = AT_FIRST_AFTER if self._has_heard else min(TRY_AGAIN_AFTER, 2 * pause)
                self._has_heard = False
                self._ends.wait(pause)

    def _listen(self) -> None:
        with open_link() as link:
            link.execute(f"LISTEN {CHANNEL}")
            is_held = has_lock(link)
            self._wake()
            while not self._ends.is_set():
                for _word in link.notifies(timeout=LOOK_EVERY, stop_after=1):
                    pass
                is_held = is_held or has_lock(link)  # one who stands by may have just looked
                self._wake()

    def _wake(self) -> None:
        if self._ends.is_set():
            return
        try:
            self._loop.call_soon_threadsafe(self._on_word)
        except RuntimeError:  # the loop was closed meanwhile: there is nobody to wake
            self._ends.set()


def open_link() -> "psycopg.Connection[tuple[object, ...]]":
    """A connection of its own, as the settings say."""
    settings = connection.get_connection_params()
    wanted = {
        name: settings[name]
        for name in ("host", "port", "user", "password", "dbname", "connect_timeout")
        if settings.get(name)
    }
    return psycopg.connect(**wanted, autocommit=True)


def has_lock(link: "psycopg.Connection[tuple[object, ...]]") -> bool:
    """Whether this connection has the lock now."""
    got = link.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
    return bool(got and got[0])


class OneOfUs:
    """Whether this process is the one that answers calls."""

    def __init__(self) -> None:
        self._link: psycopg.Connection[tuple[object, ...]] | None = None

    def is_free(self) -> bool | None:
        """Whether nobody answers calls now; None: the database does not say.

        A database that has just been started says nothing: whoever answers calls has lost his
        lock with it, and is about to take it again.
        """
        try:
            with open_link() as link:
                age = link.execute(
                    "SELECT extract(epoch FROM now() - pg_postmaster_start_time())::float8"
                ).fetchone()
                if not age or float(str(age[0])) < RETURNS_WITHIN:
                    return None
                return has_lock(link)
        except (psycopg.Error, OSError):
            return None
