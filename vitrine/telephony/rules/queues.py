"""The queues in a live picture: who waits in which language, who could help. Values only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from vitrine.telephony.rules.floor import Floor, FloorAgent, FloorCall

WAITS = frozenset({"waiting", "ringing"})
"""Phases in which the caller hears music."""
PRESENT = frozenset({"ready", "ringing", "talking", "wrap-up"})
"""States of agents who take calls, now or soon."""
COULD = ("wrap-up", "paused")
"""States in which somebody could be asked to help, the quickest first."""


@dataclass(frozen=True, kw_only=True)
class Queue:
    """Those who wait in one language."""

    language: str
    """Blank: they chose none."""
    waiting: int
    since: datetime | None
    """Since when the first of them waits."""
    free: int
    """Agents who speak it and are ready."""
    present: int
    """Agents who speak it and take calls, busy or free."""


@dataclass(frozen=True, kw_only=True)
class Need:
    """Callers for whom nobody is free, or a language that nobody speaks just now."""

    language: str
    service: str
    waiting: int
    """0: nobody waits yet, but nobody could be answered."""
    since: datetime | None
    helpers: tuple[str, ...]
    """Agents who could take them and are paused or finishing, the quickest first."""


def queues(floor: Floor, *, languages: Sequence[str]) -> list[Queue]:
    """A line for each of `languages`, and for those who chose another or none."""
    others = {one.language for one in waiting(floor)} - set(languages)
    return [_queue(floor, language=language) for language in (*languages, *sorted(others))]


def waiting(floor: Floor) -> list[FloorCall]:
    """The callers who wait, in the order of their turn."""
    calls = [one for one in floor.calls if one.phase in WAITS and not one.is_call_back]
    return sorted(calls, key=lambda one: (-one.priority, waits_since(one), one.call))


def waits_since(call: FloorCall) -> datetime:
    """Since when he waits: a telephone that rings does not end the wait."""
    shown = call.since if call.phase == "waiting" else min(call.since, call.arrived)
    return call.waiting_since or shown


def longest_wait(floor: Floor) -> datetime | None:
    """Since when the caller waits who has waited longest; None: nobody does."""
    return min((waits_since(one) for one in waiting(floor)), default=None)


def _queue(floor: Floor, *, language: str) -> Queue:
    mine = [one for one in waiting(floor) if one.language == language]
    speakers = [one for one in floor.agents if can_take(one, language=language)]
    return Queue(
        language=language,
        waiting=len(mine),
        since=min(map(waits_since, mine), default=None),
        free=sum(one.state == "ready" for one in speakers),
        present=sum(one.state in PRESENT for one in speakers),
    )


def can_take(agent: FloorAgent, *, language: str, service: str = "") -> bool:
    """Whether the agent speaks the language and takes calls for the service."""
    speaks = not language or language in agent.languages
    return speaks and (not service or not agent.services or service in agent.services)


def needs(floor: Floor, *, languages: Iterable[str]) -> list[Need]:
    """Who is missing: first where somebody waits, the longest wait first; then what is not manned.

    Nothing while the desk is closed and nobody waits.
    """
    asked: dict[tuple[str, str], list[FloorCall]] = {}
    for call in waiting(floor):
        if call.phase == "waiting":
            asked.setdefault((call.language, call.service), []).append(call)
    found = [
        need
        for (language, service), calls in asked.items()
        if (need := _need(floor, language=language, service=service, calls=calls))
    ]
    found.sort(key=lambda one: (one.since is None, one.since))
    if not floor.is_open:
        return found
    told = {one.language for one in found}
    return found + [
        Need(
            language=language,
            service="",
            waiting=0,
            since=None,
            helpers=_could_help(floor, language=language, service=""),
        )
        for language in languages
        if language not in told and _queue(floor, language=language).present == 0
    ]


def _need(floor: Floor, *, language: str, service: str, calls: list[FloorCall]) -> Need | None:
    """Nothing when somebody is free who can: then a rule keeps him for a moment."""
    able = [one for one in floor.agents if can_take(one, language=language, service=service)]
    if any(one.state == "ready" for one in able):
        return None
    return Need(
        language=language,
        service=service,
        waiting=len(calls),
        since=min(map(waits_since, calls)),
        helpers=_could_help(floor, language=language, service=service),
    )


def _could_help(floor: Floor, *, language: str, service: str) -> tuple[str, ...]:
    able = [
        one
        for one in floor.agents
        if one.state in COULD and can_take(one, language=language, service=service)
    ]
    able.sort(key=lambda one: (COULD.index(one.state), one.since, one.name))
    return tuple(one.name for one in able)
