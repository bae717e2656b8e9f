"""The keeper: a small process that needs nothing but files.

    python -m vitrine.publication.keeper

Every 60 seconds it confirms what is public (`heartbeat.json`, here and on each copy that shows the
public version). It brings copies in line within a fraction of a second after a publication, and
tries again those that failed. When time alone changes what is to be said (an expected end passes,
a maintenance window ends, the product was upgraded), it tells the public version anew.
"""

import json
import logging
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from vitrine.publication import copies, reading, versions
from vitrine.publication.copies import Copy, TargetState
from vitrine.publication.disk import replace_durably
from vitrine.publication.errors import PublicationError
from vitrine.publication.events import instant
from vitrine.publication.publishing import current, current_event, refresh
from vitrine.publication.site import Site, site_from
from vitrine.publication.targets.contract import TargetFailed
from vitrine.publication.tree import files_of
from vitrine.publication.versions import VersionName

BEAT_EVERY = 60.0
LOOK_EVERY = 0.2
"""Seconds between two looks at what is public."""
REST = 5.0
"""Seconds after a failure here."""
LONG_AGO = 1e9
CHECK_COPIES_EVERY = 600.0
"""Seconds after which a copy that is in order is compared again."""
log = logging.getLogger("vitrine.publication.keeper")


def utc_now() -> datetime:
    """The clock of the machine."""
    return datetime.now(UTC)


class Keeper:
    """What was last done, and what is due."""

    def __init__(
        self, site: Site, *, now: Callable[[], datetime] = utc_now, beat_every: float = BEAT_EVERY
    ) -> None:
        self.site = site
        self.now = now
        self.beat_every = beat_every
        self.copies = copies.copies_from(site.targets)
        self.pool = ThreadPoolExecutor(max(1, len(self.copies)))
        self.at_work: dict[str, Future[TargetState]] = {}
        self.tried: dict[str, float] = {}
        self.confirmed: dict[str, float] = {}
        self.beaten_at = -LONG_AGO
        self.rests_until = 0.0
        self.changes_at: datetime | None = None
        self.seen: VersionName | None = None

    @property
    def directory(self) -> Path:
        """Where the versions stand."""
        return self.site.directory

    def turn(self) -> None:
        """One look; every failure is logged, none ends the keeper."""
        public = versions.current_name(self.directory)
        if public is None:
            return
        try:
            if time.monotonic() < self.rests_until:
                return
            self.keep_told(public)
            self.keep_confirmed(public)
        except (PublicationError, OSError) as error:
            log.warning("the public version could not be confirmed: %s", error)
            self.rests_until = time.monotonic() + REST
        for copy in self.copies:
            self.keep_copied(copy, public=public)

    def keep_told(self, public: VersionName) -> None:
        """Tell the version anew when it would be told otherwise by now."""
        at = self.now()
        is_new = public != self.seen
        if not is_new and (self.changes_at is None or at < self.changes_at):
            return
        bulletin = current(self.directory)
        assert bulletin is not None  # `public` is its name
        self.changes_at = next(iter(reading.changes_after(bulletin, at=at)), None)
        if self.is_told_otherwise(public, at=at):
            done = refresh(at=at, directory=self.directory, site=self.site)
            public = VersionName(done.version, done.edition)
        self.seen = public

    def is_told_otherwise(self, public: VersionName, *, at: datetime) -> bool:
        """Whether the pages would say something else if they were written now."""
        bulletin = current(self.directory)
        if bulletin is None or bulletin.version != public.version:
            return False  # somebody has just published: look again
        place = versions.place_of(public, directory=self.directory)
        event = current_event(self.directory)
        files = files_of(bulletin, event=event, at=at, edition=public.edition, site=self.site)
        return any(not versions.is_same(place / path, each) for path, each in files.items())

    def keep_confirmed(self, public: VersionName) -> None:
        """The heartbeat: it is written only while the public version can be read."""
        now = time.monotonic()
        if now - self.beaten_at < self.beat_every:
            return
        current(self.directory)
        heartbeat = self.heartbeat(public)
        replace_durably(self.directory / "heartbeat.json", heartbeat)
        self.beaten_at = now

    def heartbeat(self, public: VersionName) -> bytes:
        """When what was seen to be public."""
        value = {
            "at": instant(self.now()),
            "version": public.version,
            "edition": public.edition,
        }
        return json.dumps(value).encode()

    def keep_copied(self, copy: Copy, *, public: VersionName) -> None:
        """Start a push or a heartbeat to a copy when it is due; never two at once."""
        running = self.at_work.get(copy.name)
        if running and not running.done():
            return
        now = time.monotonic()
        state = copies.state_of(copy.name, directory=self.directory)
        since = now - self.tried.get(copy.name, -LONG_AGO)
        is_due = copies.is_due(state, public=public, seconds_since_try=since)
        if is_due or since >= CHECK_COPIES_EVERY:
            self.tried[copy.name] = now
            self.at_work[copy.name] = self.pool.submit(self.push, copy)
        elif not state.is_red and now - self.confirmed.get(copy.name, -LONG_AGO) >= self.beat_every:
            self.confirmed[copy.name] = now
            self.at_work[copy.name] = self.pool.submit(self.beat, copy, public)

    def push(self, copy: Copy) -> TargetState:
        """Bring a copy in line."""
        state = copies.push(copy, directory=self.directory, now=self.now)
        if state.is_red:
            log.warning("copy %s: %s", copy.name, state.error)
        return state

    def beat(self, copy: Copy, public: VersionName) -> TargetState:
        """Confirm a copy."""
        try:
            copy.target.beat(self.heartbeat(public))
        except TargetFailed as error:
            log.warning("copy %s: %s", copy.name, error)
            self.confirmed.pop(copy.name, None)
        return copies.state_of(copy.name, directory=self.directory)

    def run(self, stopped: threading.Event) -> None:
        """Until somebody asks for the end."""
        while not stopped.wait(LOOK_EVERY):
            self.turn()
        self.pool.shutdown(wait=False, cancel_futures=True)


def main() -> None:
    """Keep what the environment names, until SIGTERM or SIGINT."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopped.set())
    Keeper(site_from()).run(stopped)


if __name__ == "__main__":
    main()
