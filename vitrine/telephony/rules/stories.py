"""What happened to one call, told from its entries in the journal: values in, values out.

The order of the entries is that of their epochs and sequences, however late some of them were
brought in. The same entries give the same story: a rebuilt row equals the one that grew.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from vitrine.telephony.rules.entries import Entry

MOST_PRIORITY = 1_000
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
    is_outgoing: bool = False
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
    call_back_number: str = ""
    called_back_at: datetime | None = None
    dialled_back: int = 0
    given_up_at: datetime | None = None


OUTCOMES = frozenset(
    {"answered", "abandoned", "message", "call-back", "closed-while-waiting", "lost"}
)
EXITS = frozenset({"gone", "closed", "message", "informed", "lost"})
UNKNOWN = "unknown"
"""Who answered, where the entry that says so is missing."""
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
    is_dialling: bool = False
    asked: str = ""
    """A colleague who was asked during the call and has picked up."""
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
    story.for_colleague = story.for_colleague or _text(facts, "for_colleague")


def _found(teller: _Teller, entry: Entry) -> None:
    """Up when the process came back: what was written on the call fills what we do not know."""
    story, facts = teller.story, entry.facts
    _arrived(teller, entry)
    for name in ("language", "service", "for_colleague"):
        setattr(story, name, getattr(story, name) or _text(facts, name))
    agent = entry.agent or _text(facts, "agent")
    if agent and teller.talks_since is None and teller.held_since is None:
        story.last_agent = agent
        if facts.get("is_held") is True:
            teller.held_since = entry.at
        else:
            teller.talks_since = entry.at


def _talk_found(teller: _Teller, entry: Entry) -> None:
    """Somebody talks; where the answer itself was never written, it is known from now on."""
    story = teller.story
    _found(teller, entry)
    if not story.outcome:
        story.offered_at = story.offered_at or story.arrived_at
        story.outcome, story.decided_at = "answered", entry.at
        story.answered_at, story.answered_by = entry.at, entry.agent or UNKNOWN


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
    if isinstance(priority, int) and abs(priority) < MOST_PRIORITY:
        story.priority = priority


def _rings(teller: _Teller, entry: Entry) -> None:
    if entry.agent in teller.ringing:
        return
    teller.ringing.add(entry.agent)
    teller.story.rung += 1
    teller.story.rang_at = teller.story.rang_at or entry.at
    teller.rings_since = teller.rings_since or entry.at


def _not_picked_up(teller: _Teller, entry: Entry) -> None:
    teller.is_dialling = False
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
    if teller.talks_since is not None or teller.held_since is not None:
        teller.asked = entry.agent  # a colleague, beside the agent or instead of him
        return
    story.last_agent, teller.asked = entry.agent or story.last_agent, ""
    teller.is_dialling = False
    _end_ringing(teller, entry.at)
    teller.ringing.discard(entry.agent)
    teller.talks_since = entry.at
    if story.is_outgoing:
        story.answered_at = story.answered_at or entry.at
        story.answered_by = story.answered_by or entry.agent or UNKNOWN
    elif story.outcome not in ("", "answered"):
        story.called_back_at = story.called_back_at or entry.at


def _let_go(teller: _Teller, entry: Entry) -> None:
    """The colleague leaves again; or the agent does, and the colleague has the call."""
    name, story = _text(entry.facts, "colleague"), teller.story
    if not teller.asked:
        return
    if name != teller.asked:
        story.last_agent = teller.asked
        story.transfers += 1
    teller.asked = ""


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
    outcome = _text(entry.facts, "outcome")
    if story.outcome or outcome not in OUTCOMES:
        return
    story.offered_at = story.offered_at or story.arrived_at or entry.at
    story.outcome, story.decided_at = outcome, entry.at
    if story.outcome == "answered":
        story.answered_at = entry.at
        story.answered_by = teller.picked_up_by or entry.agent or UNKNOWN


def _asks_to_be_called(teller: _Teller, entry: Entry) -> None:
    """Where he wants to be called, when it is not where he calls from."""
    story = teller.story
    story.call_back_number = story.call_back_number or _text(entry.facts, "number")


def _dials_back(teller: _Teller, _entry: Entry) -> None:
    teller.is_dialling = True


def _dialled(teller: _Teller, entry: Entry) -> None:
    """An agent of ours calls: nobody waits, so there is no outcome."""
    _arrived(teller, entry)
    teller.story.is_outgoing = True
    teller.story.last_agent = entry.agent


def _gone(teller: _Teller, _entry: Entry) -> None:
    """Whoever is called back and does not answer is gone, too: one try in vain."""
    if teller.is_dialling:
        teller.story.dialled_back += 1
        teller.is_dialling = False


def _owed(teller: _Teller, entry: Entry) -> None:
    """A call-back found again after a restart: the tries of the lives before it are counted."""
    tries = entry.facts.get("tries")
    _arrived(teller, entry)
    if isinstance(tries, int) and not isinstance(tries, bool):
        teller.story.dialled_back = min(max(teller.story.dialled_back, tries), MOST_PRIORITY)


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
        reason = _text(entry.facts, "reason")
        story.menu_exit = story.menu_exit or (reason if reason in EXITS else "gone")
        story.ended_at = story.ended_at or entry.at


def _ended(teller: _Teller, entry: Entry) -> None:
    _end_ringing(teller, entry.at)
    _end_talk(teller, entry.at)
    teller.ringing.clear()
    story = teller.story
    story.ended_at = story.ended_at or entry.at
    if story.offered_at is not None and not story.outcome:
        story.outcome, story.decided_at = "lost", entry.at  # its outcome was never written


_TOLD: dict[str, Callable[[_Teller, Entry], None]] = {
    "call-arrived": _arrived,
    "call-found": _found,
    "talk-found": _talk_found,
    "call-offered": _offered,
    "ring": _rings,
    "leg-failed": _not_picked_up,
    "stop-ringing": _stops_ringing,
    "leg-answered": _picked_up,
    "bridge": _bridged,
    "let-go": _let_go,
    "hold": _held,
    "transferred": _transferred,
    "outcome-decided": _decided,
    "call-back-accepted": _asks_to_be_called,
    "number-dialled": _dialled,
    "call-back-owed": _owed,
    "dial-back": _dials_back,
    "caller-gone": _gone,
    "give-up-call-back": _gives_up,
    "wait-announced": _announced,
    "engine-lost": _engine_lost,
    "cut": _engine_lost,
    "left-menu": _left_menu,
    "call-ended": _ended,
}
_HEARD = ENDS_RINGING | {"call-offered", "leg-failed", "transferred"}


LENGTHS = {"number": 32, "dialled": 32, "diverted_from": 32, "service": 20}
LONGEST = 64


def _text(facts: Mapping[str, Any], name: str) -> str:
    """A text that a row can hold; blank where there is none, or no language of ours."""
    value = facts.get(name)
    if not isinstance(value, str) or (name == "language" and len(value) != 2):
        return ""
    return value[: LENGTHS.get(name, LONGEST)]


def _seconds(since: datetime, until: datetime) -> float:
    return max(0.0, (until - since).total_seconds())
