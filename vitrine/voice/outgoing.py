"""Which numbers are dialled, and how many on one day: nothing that costs, and never without end.

A telephone that dials what callers key in is a way to steal money: premium numbers, and countries
with which nobody here speaks, are never dialled, whatever an agent or a caller asks for; and
whoever finds a way round that is stopped by the number of calls that the house makes on one day.
The count stands in a file of this machine: it goes on while PostgreSQL is away, and a process that
is started anew does not begin at nothing.
"""

import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from vitrine.kernel.clock import today
from vitrine.telephony.rules.dialling import may_be_called

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the house allows."""

    most: int = 200
    """Numbers on one day."""
    prefixes: tuple[str, ...] = ()
    """Empty: wherever `may_be_called` lets."""


NOT_ALLOWED, NO_MORE = "not-allowed", "no-more-calls-out"
"""Why a number is not dialled; the page has a sentence for each."""


def may_dial(number: str) -> bool:
    """Whether `number` (E.164) may be called; short numbers, those of emergencies too, may not."""
    return may_be_called(number)


class Outgoing:
    """The gate through which every number is dialled; one per telephone."""

    def __init__(
        self, file: Path, *, limits: Callable[[], Limits], day: Callable[[], date] = today
    ) -> None:
        self.file, self._limits, self._day = file, limits, day
        self._counted_on, self._count = self._read()

    @property
    def count(self) -> int:
        """Numbers dialled today."""
        return self._count if self._counted_on == self._day() else 0

    def why_not(self, number: str) -> str:
        """Why `number` is not dialled now, as a code; blank: it would be. Nothing is counted."""
        limits = self._limits()
        if not may_be_called(number, prefixes=limits.prefixes):
            return NOT_ALLOWED
        return NO_MORE if self.count >= limits.most else ""

    def lets(self, number: str) -> bool:
        """Whether `number` is dialled now; if so, it is counted."""
        if why_not := self.why_not(number):
            level = logging.ERROR if why_not == NO_MORE else logging.WARNING
            log.log(level, "Not dialled (%s; %s today): %s…", why_not, self.count, number[:4])
            return False
        self._counted_on, self._count = self._day(), self.count + 1
        self._write()
        return True

    def _read(self) -> tuple[date, int]:
        try:
            kept = json.loads(self.file.read_bytes())
            return date.fromisoformat(kept["day"]), max(0, int(kept["count"]))
        except FileNotFoundError:
            return self._day(), 0
        except (OSError, ValueError, TypeError, KeyError) as fault:
            log.error("How often was dialled today cannot be read, so it begins anew: %s", fault)
            return self._day(), 0

    def _write(self) -> None:
        """Whole or not at all; a full disk does not keep anybody from calling."""
        draft = self.file.with_name(f".{self.file.name}.{os.getpid()}")
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(
                json.dumps({"day": self._counted_on.isoformat(), "count": self._count})
            )
            draft.replace(self.file)
        except OSError as fault:
            log.error("How often was dialled today cannot be written: %s", fault)
