"""The live picture of the telephone: who waits, who talks, who is free. Values, and JSON of them.

The process that routes calls makes one at each change; pages show it. Durations are counted from
instants of the wall clock, so that a page lets them run by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class FloorAgent:
    """An agent who is signed in at the telephone."""

    name: str
    """The public name of his account."""
    state: str
    """Of `AgentState`: ready, ringing, talking, wrap-up, paused, unreachable."""
    since: datetime
    call: str = ""
    reason: str = ""
    """Of a pause."""
    until: datetime | None = None
    """When the wrap-up ends by itself."""
    languages: Mapping[str, int]
    services: tuple[str, ...] = ()
    calls_taken: int = 0
    missed: int = 0


@dataclass(frozen=True, kw_only=True)
class FloorCall:
    """A call that is there."""

    call: str
    phase: str
    """Of `Phase`, or `menu` before he waits."""
    since: datetime
    """Of the phase."""
    arrived: datetime
    waiting_since: datetime | None = None
    """When he joined the queue, however often telephones have rung for him since."""
    number: str = ""
    language: str = ""
    service: str = ""
    priority: int = 0
    agents: tuple[str, ...] = ()
    """Who is rung, or who talks."""
    why: str = ""
    """Of the last decision about it (`Why`)."""
    skipped: tuple[tuple[str, str, str], ...] = ()
    """(agent, `Why`, language) of those who were free and were not asked."""
    for_colleague: str = ""
    is_call_back: bool = False
    colleague: str = ""
    """Whom the agent asks, or who talks with both: an agent, or somebody with a number outside."""
    colleague_is_there: bool = False
    """Whether he has picked up."""


DIALLED = "dialled"
"""Numbers outside that were dialled today, in vain or not."""


@dataclass(frozen=True, kw_only=True)
class Floor:
    """Everything at one instant."""

    at: datetime
    epoch: str = ""
    line: str = ""
    """`asterisk` or `simulated`."""
    is_up: bool = True
    """Whether the line is there."""
    is_open: bool = True
    is_simulated: bool = False
    strategy: str = ""
    agents: tuple[FloorAgent, ...] = ()
    calls: tuple[FloorCall, ...] = ()
    today: Mapping[str, int] | None = None
    """Counted since midnight by this process: `offered` and each `Outcome`; and `DIALLED`, which
    also counts what an earlier process has dialled today."""

    def as_json(self) -> dict[str, Any]:
        """As `from_json` takes it: instants as ISO 8601 with offset."""
        plain: dict[str, Any] = _plain(self)
        return plain

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> "Floor":
        """What `as_json` gave; unknown keys are passed over; KeyError without `at`."""
        agents = tuple(
            FloorAgent(**_instants(_known(FloorAgent, one))) for one in facts.get("agents", ())
        )
        calls = tuple(
            FloorCall(**_call_facts(_instants(_known(FloorCall, one))))
            for one in facts.get("calls", ())
        )
        mine = _instants(_known(cls, facts)) | {"at": datetime.fromisoformat(facts["at"])}
        return cls(**mine | {"agents": agents, "calls": calls})


INSTANTS = ("at", "since", "until", "arrived", "waiting_since")
LISTS = ("services", "agents")


def _plain(value: Any) -> Any:
    """Several times a second, of hundreds of calls: the frequent ones first, and no copies."""
    if value is None or isinstance(value, str | int):
        return value
    if is_dataclass(value):
        return {key: _plain(one) for key, one in vars(value).items()}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def _known(cls: Any, facts: Mapping[str, Any]) -> dict[str, Any]:
    return {one.name: facts[one.name] for one in fields(cls) if one.name in facts}


def _instants(facts: dict[str, Any]) -> dict[str, Any]:
    for name in INSTANTS:
        if isinstance(facts.get(name), str):
            facts[name] = datetime.fromisoformat(facts[name])
    for name in LISTS:
        if name in facts:
            facts[name] = tuple(facts[name])
    return facts


def _call_facts(facts: dict[str, Any]) -> dict[str, Any]:
    facts["skipped"] = tuple(tuple(one) for one in facts.get("skipped", ()))
    return facts
