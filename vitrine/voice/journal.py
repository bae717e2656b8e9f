"""What happened at the telephone, kept outside of the path on which calls are routed.

A thread takes the entries, a batch every fifty milliseconds, and gives them to PostgreSQL. While
that is away they go to a file, one JSON line each, flushed to the disk; when it is back, the file
is given first. An entry given twice counts once, so nothing has to be remembered about how far one
had come.
"""

import json
import logging
import os
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from vitrine.telephony.rules.entries import Entry

log = logging.getLogger(__name__)

BATCH_EVERY = 0.05
MOST_AT_ONCE = 500
TRY_AGAIN_AFTER = 1.0
Keep = Callable[[Sequence[Entry]], object]


class Journal:
    """`write` returns at once; `close` when everything is kept somewhere."""

    def __init__(
        self, keep: Keep, *, spool: Path, epoch: str, away: tuple[type[Exception], ...]
    ) -> None:
        """Nothing happens before `start`.

        keep   stores entries, or raises one of `away` when the database cannot be reached
        spool  folder of the files
        """
        self._keep, self._spool, self._epoch, self._away = keep, spool, epoch, away
        self._queue: queue.SimpleQueue[Entry] = queue.SimpleQueue()
        self._ends = threading.Event()
        self._is_away = False
        self.spooled = 0
        spool.mkdir(parents=True, exist_ok=True)
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    def start(self) -> None:
        """Begin, with what an earlier process has left behind."""
        self._thread.start()

    def write(self, entry: Entry) -> None:
        """Keep it soon."""
        self._queue.put(entry)

    def close(self) -> None:
        """Keep what is left; back within some seconds."""
        self._ends.set()
        if self._thread.is_alive():
            self._thread.join(10)

    @property
    def waiting(self) -> int:
        """Entries not kept yet."""
        return self._queue.qsize()

    def _run(self) -> None:
        pause = BATCH_EVERY
        while True:
            is_last = self._ends.wait(pause)
            batch = self._take()
            pause = BATCH_EVERY
            if self._has_spooled() and not self._give_spooled():
                self._put_aside(batch)
                pause = TRY_AGAIN_AFTER
            elif batch:
                self._give(batch)
            if is_last and self._queue.empty():
                return

    def _take(self) -> list[Entry]:
        batch: list[Entry] = []
        while len(batch) < MOST_AT_ONCE:
            try:
                batch.append(self._queue.get_nowait())
            except queue.Empty:
                break
        return batch

    def _give(self, batch: Sequence[Entry]) -> None:
        if not self._gives(batch):
            self._put_aside(batch)

    def _gives(self, batch: Sequence[Entry]) -> bool:
        """Whether PostgreSQL has them."""
        try:
            self._keep(batch)
        except self._away as fault:
            if not self._is_away:
                log.error("The database is away (%s): the journal goes to %s", fault, self._spool)
            self._is_away = True
            return False
        except Exception:
            log.exception("%s entries could not be kept: they stay in %s", len(batch), self._spool)
            self._put_aside(batch, name="refused")
            return True
        if self._is_away:
            log.warning("The database is back")
        self._is_away = False
        return True

    def _put_aside(self, batch: Sequence[Entry], *, name: str = "") -> None:
        if not batch:
            return
        file = self._spool / f"{self._epoch}{'-' if name else ''}{name}.{name or 'jsonl'}"
        try:
            with file.open("a", encoding="utf-8") as out:
                out.writelines(f"{as_line(entry)}\n" for entry in batch)
                out.flush()
                os.fsync(out.fileno())
            self.spooled += len(batch)
        except OSError:
            log.exception("%s entries are kept in memory only", len(batch))
            for entry in batch:
                self._queue.put(entry)

    def _has_spooled(self) -> bool:
        return any(self._spool.glob("*.jsonl"))

    def _give_spooled(self) -> bool:
        """Whether everything that was put aside is in PostgreSQL now, the oldest first."""
        for file in sorted(self._spool.glob("*.jsonl")):
            entries = read_lines(file)
            for start in range(0, len(entries), MOST_AT_ONCE):
                if not self._gives(entries[start : start + MOST_AT_ONCE]):
                    return False
            file.unlink()
        return True


def as_line(entry: Entry) -> str:
    """An entry as JSON in one line."""
    return json.dumps(asdict(entry) | {"at": entry.at.isoformat()}, separators=(",", ":"))


def read_lines(file: Path) -> list[Entry]:
    """The entries of a file; a last line that was cut off is passed over."""
    entries = []
    for line in file.read_text(encoding="utf-8").splitlines():
        try:
            facts = json.loads(line)
            facts["at"] = datetime.fromisoformat(facts["at"])
            entries.append(Entry(**facts))
        except (ValueError, TypeError, KeyError):
            log.warning("A line of %s cannot be read", file)
    return entries
