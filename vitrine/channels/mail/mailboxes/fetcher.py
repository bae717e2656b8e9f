"""The process `vitrine fetch`: a thread for each mailbox, begun and ended as the rows say."""

import logging
import signal
import threading
from types import FrameType

from django.db import Error, close_old_connections, connection

from vitrine.channels.mail.mailboxes.watching import Watch
from vitrine.correspondence.models import Mailbox
from vitrine.correspondence.queries import mailboxes_to_fetch

LOOK_EVERY = 2.0
"""Seconds between two looks at the rows."""
ENDS_WITHIN = 6.0
"""Seconds that the threads have to finish the message at hand."""

log = logging.getLogger(__name__)


class Fetcher:
    """Keeps a `Watch` for each active mailbox."""

    def __init__(self) -> None:
        self.watches: dict[int, Watch] = {}
        self.ended = threading.Event()

    def run(self) -> None:
        """Until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._asked)
        while not self.ended.is_set():
            try:
                close_old_connections()
                self.follow(list(mailboxes_to_fetch()))
            except Error as error:
                log.warning("The database is away: %s", error)
                connection.close()
            self.ended.wait(LOOK_EVERY)
        self.follow([])

    def follow(self, mailboxes: list[Mailbox]) -> None:
        """Begin, end and begin anew, so that exactly `mailboxes` are watched as they are now."""
        wanted = {mailbox.pk: mailbox for mailbox in mailboxes}
        over = [
            watch
            for pk, watch in self.watches.items()
            if pk not in wanted
            or wanted[pk].changed_at != watch.mailbox.changed_at
            or not watch.is_alive()
        ]
        for watch in over:
            watch.end() if watch.is_alive() else None
        for watch in over:
            watch.join(ENDS_WITHIN)
            del self.watches[watch.mailbox.pk]
        for pk, mailbox in wanted.items():
            if pk not in self.watches:
                self.watches[pk] = Watch(mailbox)
                self.watches[pk].start()

    def _asked(self, _number: int, _frame: FrameType | None) -> None:
        self.ended.set()
