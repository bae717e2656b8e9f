"""What happened to one call, told from its entries in the journal: values in, values out.

The order of the entries is that of their epochs and sequences, however late some of them were
brought in. The same entries give the same story: a rebuilt row equals the one that grew.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from vitrine.telephony.rules.entries import Entry

LINE_KINDS = ("engine-lost",)
"""Entries of the whole line that also belong to the story of each call that was up."""
ENDS_RINGING = frozenset({"caller-gone", "call-back-accepted", "message-left", "leg-answered"})
"""After these a telephone stops ringing without having been missed."""


@dataclass
class Story:
    """What the row of a call tells; the fields are those of `models.Call`."""

    number: str = ""
    dialled: str = ""
    diverted_from: str = ""
    for_colleague: str = ""
    language: str = ""
    service: str = ""
    priority: int = 0
    is_simulated: bool = False
    arrived_at: datetime | None = None
    offered_at: datetime | None = None
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    decided_at: datetime | None = None
    outcome: str = ""
    menu_exit: str = ""
    answered_by: str = ""
    last_agent: str = ""
    ring_seconds: float = 0.0
    talk_seconds: float = 0.0
    hold_seconds: float = 0.0
    rung: int = 0
    missed: int = 0
    transfers: int = 0
    was_cut: bool = False
    announced_seconds: float | None = None
    called_back_at: datetime | None = None
    dialled_back: int = 0
    given_up_at: datetime | None = None


FIELDS = tuple(one.name for one in fields(Story))


@dataclass
class _Teller:
    """The story so far, and what is going on in it."""

    story: Story = field(default_factory=Story)
    ringing: set[str] = field(default_factory=set)
    picked_up_by: str = ""
    talks_since: datetime | None = None
    held_since: datetime | None = None
    rings_since: datetime | None = None
    last_heard: str = ""


def story_of(entries: Iterable[Entry]) -> Story:
    """What happened to a call; unknown kinds are passed over, what is missing is left blank."""
    teller = _Teller()
    for entry in sorted(entries, key=lambda one: (one.epoch, one.sequence)):
        if tell := _TOLD.get(entry.kind):
            tell(teller, entry)
        if entry.kind in _HEARD:
            teller.last_heard = entry.kind
    _round(teller.story)
    return teller.story


def _round(story: Story) -> None:
    """To microseconds: the order of additions leaves no trace."""
    story.ring_seconds = round(story.ring_seconds, 6)
    story.talk_seconds = round(story.talk_seconds, 6)
    story.hold_seconds = round(story.hold_seconds, 6)


def _arrived(teller: _Teller, entry: Entry) -> None:
    story, facts = teller.story, entry.facts
    story.arrived_at = story.arrived_at or entry.at
    story.number = story.number or _text(facts, "number")
    story.dialled = story.dialled or _text(facts, "dialled")
    story.diverted_from = story.diverted_from or _text(facts, "diverted_from")
    story.is_simulated = story.is_simulated or facts.get("is_simulated") is True


def _found(teller: _Teller, entry: Entry) -> None:
    """Up when the process came back: what was written on the call fills what we do not know."""
    story, facts = teller.story, entry.facts
    _arrived(teller, entry)
    for name in ("language", "service", "for_colleague"):
        setattr(story, name, getattr(story, name) or _text(facts, name))
    agent = _text(facts, "agent")
    if agent and teller.talks_since is None and teller.held_since is None:
        story.last_agent = agent
        if facts.get("is_held") is True:
            teller.held_since = entry.at
        else:
            teller.talks_since = entry.at


def _offered(teller: _Teller, entry: Entry) -> None:
    story, facts = teller.story, entry.facts
    if story.offered_at is None:
        waits_since = facts.get("waiting_since")
        ago = entry.seconds - waits_since if isinstance(waits_since, int | float) else 0.0
        story.offered_at = entry.at - timedelta(seconds=max(0.0, ago))
        story.arrived_at = story.arrived_at or story.offered_at
    story.number = story.number or _text(facts, "number")
    story.language = _text(facts, "language") or story.language
    story.service = _text(facts, "service") or story.service
    story.for_colleague = _text(facts, "for_colleague") or story.for_colleague
    priority = facts.get("priority")
    story.priority = priority if isinstance(priority, int) else story.priority
    story.is_simulated = story.is_simulated or facts.get("is_simulated") is True


def _rings(teller: _Teller, entry: Entry) -> None:
    if entry.agent in teller.ringing:
        return
    teller.ringing.add(entry.agent)
    teller.story.rung += 1
    teller.story.rang_at = teller.story.rang_at or entry.at
    teller.rings_since = teller.rings_since or entry.at


def _not_picked_up(teller: _Teller, entry: Entry) -> None:
    if entry.agent in teller.ringing:
        teller.story.missed += 1
        _silent(teller, entry)


def _stops_ringing(teller: _Teller, entry: Entry) -> None:
    """After its time it was missed; because of the caller or a colleague it was not."""
    if entry.agent not in teller.ringing:
        return
    elsewhere = entry.facts.get("elsewhere") is True
    if not elsewhere and teller.last_heard not in ENDS_RINGING:
        teller.story.missed += 1
    _silent(teller, entry)


def _silent(teller: _Teller, entry: Entry) -> None:
    teller.ringing.discard(entry.agent)
    if not teller.ringing:
        _end_ringing(teller, entry.at)


def _end_ringing(teller: _Teller, at: datetime) -> None:
    if teller.rings_since is not None:
        teller.story.ring_seconds += _seconds(teller.rings_since, at)
        teller.rings_since = None


def _picked_up(teller: _Teller, entry: Entry) -> None:
    teller.picked_up_by = entry.agent


def _bridged(teller: _Teller, entry: Entry) -> None:
    story = teller.story
    story.last_agent = entry.agent or story.last_agent
    _end_ringing(teller, entry.at)
    teller.ringing.discard(entry.agent)
    if teller.talks_since is None and teller.held_since is None:
        teller.talks_since = entry.at
    if story.outcome not in ("", "answered"):
        story.called_back_at = story.called_back_at or entry.at


def _held(teller: _Teller, entry: Entry) -> None:
    if entry.facts.get("is_held") is True:
        _end_talk(teller, entry.at)
        teller.held_since = entry.at
    elif teller.held_since is not None:
        _end_talk(teller, entry.at)
        teller.talks_since = entry.at


def _end_talk(teller: _Teller, at: datetime) -> None:
    if teller.talks_since is not None:
        teller.story.talk_seconds += _seconds(teller.talks_since, at)
    if teller.held_since is not None:
        teller.story.hold_seconds += _seconds(teller.held_since, at)
    teller.talks_since = teller.held_since = None


def _transferred(teller: _Teller, entry: Entry) -> None:
    if teller.talks_since is None and teller.held_since is None:
        return
    _end_talk(teller, entry.at)
    teller.story.transfers += 1
    teller.story.language = _text(entry.facts, "language") or teller.story.language
    teller.story.service = _text(entry.facts, "service") or teller.story.service


def _decided(teller: _Teller, entry: Entry) -> None:
    """The first outcome counts."""
    story = teller.story
    if story.outcome or story.offered_at is None:
        return
    story.outcome, story.decided_at = _text(entry.facts, "outcome"), entry.at
    if story.outcome == "answered":
        story.answered_at, story.answered_by = entry.at, teller.picked_up_by or entry.agent


def _dials_back(teller: _Teller, _entry: Entry) -> None:
    teller.story.dialled_back += 1


def _gives_up(teller: _Teller, entry: Entry) -> None:
    teller.story.given_up_at = teller.story.given_up_at or entry.at


def _announced(teller: _Teller, entry: Entry) -> None:
    seconds = entry.facts.get("seconds")
    if teller.story.announced_seconds is None and isinstance(seconds, int | float):
        teller.story.announced_seconds = float(seconds)


def _engine_lost(teller: _Teller, _entry: Entry) -> None:
    if teller.talks_since is not None or teller.held_since is not None:
        teller.story.was_cut = True


def _left_menu(teller: _Teller, entry: Entry) -> None:
    story = teller.story
    if story.offered_at is None:
        story.menu_exit = story.menu_exit or _text(entry.facts, "reason")
        story.ended_at = story.ended_at or entry.at


def _ended(teller: _Teller, entry: Entry) -> None:
    _end_ringing(teller, entry.at)
    _end_talk(teller, entry.at)
    teller.ringing.clear()
    teller.story.ended_at = teller.story.ended_at or entry.at


_TOLD: dict[str, Callable[[_Teller, Entry], None]] = {
    "call-arrived": _arrived,
    "call-found": _found,
    "call-offered": _offered,
    "ring": _rings,
    "leg-failed": _not_picked_up,
    "stop-ringing": _stops_ringing,
    "leg-answered": _picked_up,
    "bridge": _bridged,
    "hold": _held,
    "transferred": _transferred,
    "outcome-decided": _decided,
    "dial-back": _dials_back,
    "give-up-call-back": _gives_up,
    "wait-announced": _announced,
    "engine-lost": _engine_lost,
    "cut": _engine_lost,
    "left-menu": _left_menu,
    "call-ended": _ended,
}
_HEARD = ENDS_RINGING | {"call-offered", "leg-failed", "transferred"}


def _text(facts: Any, name: str) -> str:
    value = facts.get(name)
    return value if isinstance(value, str) else ""


def _seconds(since: datetime, until: datetime) -> float:
    return max(0.0, (until - since).total_seconds())
