"""Positions, and the interruptions that they open, continue and end; their comments and reviews.

    position  {"components": {code: {"position", "sub_reason"}}, and any of:
               "comments": {language: text}, "expected_end": instant or null, "phase",
               "meanwhile": {language: text}, "interruption": code, "new" or null}
    comment   the same without "components"
    review    {"interruption": code, "review": {language: text}}

Which interruption a change belongs to:
  1. A component belongs to at most one open interruption and stays in it until that ends, even
     when it works again before the others do.
  2. A component that stops working and belongs to none joins the one that the change names;
     names it none, then the only open one that the change moves components of; else, or when it
     says "new", a new one begins. All that one change adds goes to the same interruption.
  3. Two open interruptions never become one, and none is split: their addresses stand in feeds.
  4. A change that moves no component speaks of the interruption it names, else of all open ones.
  5. An interruption ends when all its components work, and never opens again.
The expected end of the whole is the latest of those open ones that are as bad as the whole; none
as soon as one of them has none. When everything works, comment and expected end go, unless the
change brings a comment of its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from vitrine.publication.bulletin import (
    Bulletin,
    Component,
    Interruption,
    Phase,
    Position,
    SubReason,
    Texts,
    Update,
)
from vitrine.publication.events import Json
from vitrine.publication.meaning.asked import (
    TEXT_CHARACTERS,
    comments,
    mapping,
    moment,
    only,
    texts,
)
from vitrine.publication.meaning.history import BRUSSELS
from vitrine.publication.refusals import Refused

NEW = "new"
TELLING = ("comments", "expected_end", "phase", "meanwhile", "interruption")
Wanted = dict[str, tuple[Position, SubReason]]


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What a change says beside positions; None: it does not speak of it."""

    comments: Texts | None
    meanwhile: Texts | None
    phase: Phase | None
    sets_end: bool
    expected_end: datetime | None
    interruption: str | None


def positioned(bulletin: Bulletin, body: Json, *, at: datetime, version: int) -> Bulletin:
    """Components in other positions, with what is said about it. Raises Refused."""
    only(body, "components", *TELLING)
    wanted = positions(body.get("components", {}), known=bulletin.components)
    return told(bulletin, wanted=wanted, telling=telling(body), at=at, version=version)


def commented(bulletin: Bulletin, body: Json, *, at: datetime, version: int) -> Bulletin:
    """Something said, all positions staying as they are. Raises Refused."""
    only(body, *TELLING)
    return told(bulletin, wanted={}, telling=telling(body), at=at, version=version)


def reviewed(bulletin: Bulletin, body: Json, **_when: object) -> Bulletin:
    """What had happened and what was done about it, once it is over. Raises Refused."""
    only(body, "interruption", "review")
    found = [each for each in bulletin.interruptions if each.code == body.get("interruption")]
    if not found:
        raise Refused("unknown-interruption")
    if found[0].ended_at is None:
        raise Refused("still-open")
    review = texts(body.get("review"), at_most=TEXT_CHARACTERS, name="review")
    if review == found[0].review:
        raise Refused("nothing-changes")
    written = {found[0].code: replace(found[0], review=review)}
    return replace(bulletin, interruptions=exchanged(bulletin.interruptions, by=written))


def positions(value: object, *, known: Iterable[Component]) -> Wanted:
    """Code -> position and sub-reason. Raises Refused."""
    codes = {component.code for component in known}
    found: Wanted = {}
    for code, each in mapping(value, name="components").items():
        if code not in codes:
            raise Refused("unknown-component", about=code[:40])
        item = mapping(each, name=code)
        only(item, "position", "sub_reason")
        try:
            position = Position(str(item.get("position")))
            reason = SubReason(str(item.get("sub_reason") or ""))
        except ValueError:
            raise Refused("unknown-position", about=code) from None
        if (position is Position.SLOWED) != bool(reason):
            raise Refused("sub-reason-misplaced" if reason else "sub-reason-missing", about=code)
        found[code] = (position, reason)
    return found


def telling(body: Json) -> Telling:
    """What `body` says beside positions. Raises Refused."""
    phase, named = body.get("phase"), body.get("interruption")
    if named is not None and not isinstance(named, str):
        raise Refused("malformed", about="interruption")
    try:
        known_phase = Phase(str(phase)) if phase else None
    except ValueError:
        raise Refused("unknown-phase") from None
    end = body.get("expected_end")
    spoken = body.get("comments")
    advice = body.get("meanwhile")
    return Telling(
        comments=None if spoken is None else comments(spoken),
        meanwhile=None
        if advice is None
        else texts(advice, at_most=TEXT_CHARACTERS, name="meanwhile"),
        phase=known_phase,
        sets_end="expected_end" in body,
        expected_end=None if end is None else moment(end, name="expected_end"),
        interruption=named,
    )


def told(
    bulletin: Bulletin, *, wanted: Wanted, telling: Telling, at: datetime, version: int
) -> Bulletin:
    """`bulletin` with the components where they are wanted, and with what is told about it."""
    components = tuple(moved(each, wanted.get(each.code), at=at) for each in bulletin.components)
    moving = {
        now.code for now, was in zip(components, bulletin.components, strict=True) if now != was
    }
    by_code = {component.code: component for component in components}
    spoken_of = concerned(bulletin, by_code=by_code, moving=moving, telling=telling, at=at)
    check_resolved(spoken_of, by_code=by_code, telling=telling)
    written = {
        each.code: continued(each, by_code=by_code, telling=telling, at=at, version=version)
        for each in spoken_of
    }
    made = replace(
        bulletin,
        components=components,
        interruptions=in_order(exchanged(bulletin.interruptions, by=written)),
    )
    spoken = bulletin.comments if telling.comments is None else telling.comments
    if made.position is Position.WORKS and telling.comments is None and moving:
        spoken = {}
    made = replace(made, comments=spoken, expected_end=expected_end(made, by_code=by_code))
    if made == bulletin:
        raise Refused("nothing-changes")
    return made


def moved(
    component: Component, wanted: tuple[Position, SubReason] | None, *, at: datetime
) -> Component:
    """`component` where it is wanted; `since` tells of the position, not of its reason."""
    if wanted is None:
        return component
    position, reason = wanted
    since = component.since if position is component.position else at
    return replace(component, position=position, sub_reason=reason, since=since)


def concerned(
    bulletin: Bulletin,
    *,
    by_code: Mapping[str, Component],
    moving: set[str],
    telling: Telling,
    at: datetime,
) -> list[Interruption]:
    """The interruptions that the change speaks of, a new one included: rules 1, 2 and 4."""
    opened = [each for each in bulletin.interruptions if each.ended_at is None]
    taken = {code for each in opened for code in each.components}
    failing = tuple(c for c in by_code if by_code[c].position.severity and c not in taken)
    named = called(bulletin, telling.interruption)
    touched = [each for each in opened if moving & set(each.components)]
    if named and named not in touched:
        touched.append(named)
    if failing:
        home = named or (touched[0] if len(touched) == 1 and telling.interruption is None else None)
        if home is None:
            return [*touched, fresh(bulletin, components=failing, at=at)]
        grown = replace(home, components=(*home.components, *failing))
        return [grown if each is home else each for each in touched]
    return touched if touched or moving else opened


def called(bulletin: Bulletin, code: str | None) -> Interruption | None:
    """The open interruption that the change names; None: it names none. Raises Refused."""
    if code in (None, NEW):
        return None
    for each in bulletin.interruptions:
        if each.code == code:
            if each.ended_at is not None:
                raise Refused("interruption-ended", about=each.code)
            return each
    raise Refused("unknown-interruption", about=str(code)[:40])


def fresh(bulletin: Bulletin, *, components: tuple[str, ...], at: datetime) -> Interruption:
    """An interruption that begins now; it is called after its day and its number in that day."""
    day = at.astimezone(BRUSSELS).date().isoformat()
    numbers = [
        int(each.code.removeprefix(f"{day}-"))
        for each in bulletin.interruptions
        if each.code.startswith(f"{day}-")
    ]
    return Interruption(
        code=f"{day}-{max(numbers, default=0) + 1}",
        components=components,
        worst=Position.WORKS,
        began_at=at,
    )


def check_resolved(
    spoken_of: list[Interruption], *, by_code: Mapping[str, Component], telling: Telling
) -> None:
    """Check that what is called solved works. Raises Refused (`resolved-too-early`)."""
    if telling.phase is not Phase.RESOLVED or not spoken_of:
        return
    if all(worst_of(each, by_code=by_code).severity for each in spoken_of):
        raise Refused("resolved-too-early")


def continued(
    interruption: Interruption,
    *,
    by_code: Mapping[str, Component],
    telling: Telling,
    at: datetime,
    version: int,
) -> Interruption:
    """`interruption` with one line more in its timeline, ended when all its components work."""
    position = worst_of(interruption, by_code=by_code)
    ends = position is Position.WORKS
    last = interruption.updates[-1].phase if interruption.updates else Phase.INVESTIGATING
    asked = None if telling.phase is Phase.RESOLVED else telling.phase
    made = replace(
        interruption,
        worst=max(interruption.worst, position, key=lambda each: each.severity),
        ended_at=at if ends else None,
        meanwhile=interruption.meanwhile if telling.meanwhile is None else telling.meanwhile,
        expected_end=interruption.expected_end if ends else end_of(interruption, telling, at=at),
    )
    update = Update(
        at=at,
        phase=Phase.RESOLVED if ends else asked or last,
        position=position,
        comments=telling.comments or {},
        version=version,
    )
    if made == interruption and says_nothing_new(update, interruption):
        return interruption
    return replace(made, updates=(*interruption.updates, update))


def says_nothing_new(update: Update, interruption: Interruption) -> bool:
    """Whether the line would only repeat what the last one says."""
    if not interruption.updates:
        return False
    last = interruption.updates[-1]
    same = (update.phase, update.position) == (last.phase, last.position)
    return same and update.comments in ({}, last.comments)


def end_of(interruption: Interruption, telling: Telling, *, at: datetime) -> datetime | None:
    """The expected end after the change; one that has passed is refused, unless it stood there."""
    if not telling.sets_end:
        return interruption.expected_end
    end = telling.expected_end
    if end is not None and end <= at and end != interruption.expected_end:
        raise Refused("expected-end-past")
    return end


def worst_of(interruption: Interruption, *, by_code: Mapping[str, Component]) -> Position:
    """The worst present position of its components; one that left the list counts as working."""
    present = [by_code[code].position for code in interruption.components if code in by_code]
    return max(present, key=lambda each: each.severity, default=Position.WORKS)


def expected_end(bulletin: Bulletin, *, by_code: Mapping[str, Component]) -> datetime | None:
    """Until when the whole is expected to be as bad as it is; None: unknown, or it works."""
    if bulletin.position is Position.WORKS:
        return None
    ends = [
        each.expected_end
        for each in bulletin.interruptions
        if each.ended_at is None and worst_of(each, by_code=by_code) is bulletin.position
    ]
    known = [each for each in ends if each is not None]
    return max(known) if known and len(known) == len(ends) else None


def exchanged(
    interruptions: tuple[Interruption, ...], *, by: Mapping[str, Interruption]
) -> tuple[Interruption, ...]:
    """`interruptions` with those in `by` instead of their namesakes; new ones come first."""
    there = {each.code for each in interruptions}
    new = [each for code, each in by.items() if code not in there]
    return (*new, *(by.get(each.code, each) for each in interruptions))


def in_order(interruptions: tuple[Interruption, ...]) -> tuple[Interruption, ...]:
    """Open ones first, then the newest first."""
    newest = sorted(interruptions, key=lambda each: each.began_at, reverse=True)
    return tuple(sorted(newest, key=lambda each: each.ended_at is not None))
