"""The journal of calls: what one row says, and how it is written as JSON.

Rows are what went into the brain (events, things heard) and what came out of it (commands, orders),
in order. Playing the first again gives the second; whatever is counted is counted from them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from typing import Any

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


def entry_of(thing: object, *, epoch: str, sequence: int, at: datetime, seconds: float) -> Entry:
    """An event, command, thing heard or order (a dataclass) as a row of the journal."""
    facts = {field.name: plain(getattr(thing, field.name)) for field in fields(_checked(thing))}
    call, agent = facts.pop("call", ""), facts.pop("agent", "")
    return Entry(
        epoch=epoch,
        sequence=sequence,
        at=at,
        seconds=seconds,
        kind=kind_of(type(thing)),
        call=str(call or ""),
        agent=str(agent or ""),
        facts=facts,
    )


def kind_of(cls: type) -> str:
    """`CallOffered` -> `call-offered`."""
    return _HUMP.sub("-", cls.__name__).lower()


def plain(value: Any) -> Json:
    """A value as JSON has it; what is strange becomes its text."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)


def _checked(thing: object) -> Any:
    if not is_dataclass(thing) or isinstance(thing, type):
        raise TypeError(f"{thing!r} is nothing that happens")
    return thing


_HUMP = re.compile(r"(?<!^)(?=[A-Z])")
