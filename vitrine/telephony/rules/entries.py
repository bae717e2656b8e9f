"""The journal of calls: what one row says, and how it is written as JSON.

Rows are what went into the brain (events, things heard) and what came out of it (commands, orders),
in order. Playing the first again gives the second; whatever is counted is counted from them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row."""

    epoch: str
    """The life of the process that wrote it: a new one after each start, sortable by time."""
    sequence: int
    """From 1, without gaps within an epoch."""
    at: datetime
    """By the wall clock, aware."""
    seconds: float
    """By the clock that drove the brain, within the epoch."""
    kind: str
    """The name of the class in kebab-case: `call-offered`, `outcome-decided`."""
    call: str = ""
    agent: str = ""
    """The public name of an account; blank: nobody in particular."""
    facts: Mapping[str, Json] = field(default_factory=dict)
    """The other fields of the class, by their names."""
