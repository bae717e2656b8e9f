"""A journal of calls for the tests: played through the very core that routes calls."""

import dataclasses
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from vitrine.telephony.rules.entries import Entry
from vitrine.telephony.rules.routing import Policy
from vitrine.voice.call_flow import CallFlow

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday, in opening hours."""


def kind_of(thing: object) -> str:
    """`CallOffered` -> `call-offered`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", type(thing).__name__).lower()


def plain(value: Any) -> Any:
    """As JSON has it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return str(value) if isinstance(value, str) else value


class Journal:
    """Feeds the core and writes down what went in and came out, as the daemon does."""

    def __init__(
        self,
        *,
        epoch: str = "20261123T090000-a",
        began: datetime = MORNING,
        policy: Policy | None = None,
    ) -> None:
        self.epoch, self.began = epoch, began
        self.flow = CallFlow(policy)
        self.entries: list[Entry] = []
        self.seconds = 0.0

    def write(self, thing: object, *, seconds: float | None = None) -> Entry:
        """Only write down, without the core: what the conversation hears and orders."""
        self.seconds = max(self.seconds, self.seconds if seconds is None else seconds)
        facts = plain(thing)
        entry = Entry(
            epoch=self.epoch,
            sequence=len(self.entries) + 1,
            at=self.began + timedelta(seconds=self.seconds),
            seconds=self.seconds,
            kind=kind_of(thing),
            call=facts.pop("call", "") or "",
            agent=facts.pop("agent", "") or "",
            facts=facts,
        )
        self.entries.append(entry)
        return entry

    def happens(self, event: Any, *, at: float) -> list[Any]:
        """Let the core hear `event` at so many seconds; its commands."""
        self.write(event, seconds=at)
        commands = list(self.flow.handle(event, at=at))
        for command in commands:
            self.write(command)
        return commands

    def drain(self) -> list[Entry]:
        """What was written since the last time."""
        start = getattr(self, "_drained", 0)
        self._drained = len(self.entries)
        return self.entries[start:]


def shuffled(entries: Iterable[Entry], *, by: Any) -> list[Entry]:
    """The same entries in another order."""
    mixed = list(entries)
    by.shuffle(mixed)
    return mixed
