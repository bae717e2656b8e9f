"""The answer to a what-if as a sentence, a drawing and a table."""

from dataclasses import dataclass, field

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from vitrine.desk.rendering.phone.words import language_words, length_words, share_words
from vitrine.telephony.rules.what_if import (
    Counted,
    Demand,
    Erlang,
    Foreseen,
    Profile,
    Slot,
    WhatIf,
    together,
)

TALL, WIDE = 160, 720
"""Of the drawing, in its own units."""


@dataclass(frozen=True, slots=True)
class Bar:
    """People of one half-hour in the drawing."""

    x: str
    y: str
    width: str
    height: str
    middle: str
    people: int
    begins: str


@dataclass(frozen=True, slots=True)
class SlotLine:
    """A half-hour in the table."""

    begins: str
    calls: str
    team_level: str
    is_short: bool
    """Whether the team there is does not reach the level."""
    people: list[int]
    total: int
    level: str
    given_up: str
    erlang_c: int
    erlang_a: str
    erlang_level: str


@dataclass(frozen=True, slots=True)
class LanguageLine:
    """A language over the whole day, with the team there is and with the people it takes."""

    letters: str
    name: str
    calls: str
    team_level: str
    team_wait: str
    team_given_up: str
    level: str
    wait: str
    given_up: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that the page prints."""

    team_level: str
    team_size: int
    needed_most: int
    needed_when: str
    groups: list[str]
    half_hours: float
    slots: list[SlotLine]
    languages: list[LanguageLine]
    bars: list[Bar]
    team_y: str
    days: int
    calls: int
    is_reached: bool
    profiles: list[str] = field(default_factory=list)


def printed_answer(asked: WhatIf, *, foreseen: Foreseen) -> Answer:
    """The answer, ready to print."""
    profiles = [profile_words(profile) for profile, _count in asked.team]
    size = sum(count for _profile, count in asked.team)
    busiest = max(foreseen.needed, key=lambda slot: sum(slot.people))
    when = asked.demand[foreseen.needed.index(busiest)].begins
    team, needed = together(foreseen.team), together(foreseen.needed)
    most = max(size, *(sum(slot.people) for slot in foreseen.needed), 1)
    return Answer(
        team_level=share_words(team.whole.level),
        team_size=size,
        needed_most=sum(busiest.people),
        needed_when=when,
        groups=[
            f"{count} × {name}"
            for count, name in zip(busiest.people, profiles, strict=True)
            if count
        ],
        half_hours=sum(sum(slot.people) for slot in foreseen.needed) / 2,
        slots=[
            _slot_line(asked, demand=each, team=had, needed=takes, erlang=formula)
            for each, had, takes, formula in zip(
                asked.demand, foreseen.team, foreseen.needed, foreseen.erlang, strict=True
            )
        ],
        languages=_languages(asked, team=team, needed=needed, days=foreseen.days),
        bars=_bars(asked, needed=foreseen.needed, most=most),
        team_y=_unit(TALL - TALL * size / most),
        days=foreseen.days,
        calls=foreseen.calls,
        is_reached=foreseen.is_reached,
        profiles=profiles,
    )


def profile_words(profile: Profile) -> str:
    """`FR NL DE`."""
    return " ".join(language.upper() for language in profile)


def _slot_line(
    asked: WhatIf, *, demand: Demand, team: Slot, needed: Slot, erlang: Erlang
) -> SlotLine:
    level = team.whole.level
    return SlotLine(
        begins=demand.begins,
        calls=number_format(demand.total, 1),
        team_level=share_words(level),
        is_short=level is not None and level < asked.level,
        people=needed.people,
        total=sum(needed.people),
        level=share_words(needed.whole.level),
        given_up=share_words(needed.whole.given_up),
        erlang_c=erlang.people_c,
        erlang_a="–" if erlang.people_a is None else str(erlang.people_a),
        erlang_level=share_words(erlang.level),
    )


def _languages(asked: WhatIf, *, team: Slot, needed: Slot, days: int) -> list[LanguageLine]:
    lines = []
    for language in asked.languages:
        had = team.by_language.get(language, Counted())
        takes = needed.by_language.get(language, Counted())
        lines.append(
            _language_line(
                language.upper(), name=language_words(language), had=had, takes=takes, days=days
            )
        )
    whole = _language_line(
        "", name=_("all together"), had=team.whole, takes=needed.whole, days=days
    )
    return [*lines, whole]


def _language_line(
    letters: str, *, name: str, had: Counted, takes: Counted, days: int
) -> LanguageLine:
    return LanguageLine(
        letters=letters,
        name=name,
        calls=number_format(had.offered / max(days, 1), 1),
        team_level=share_words(had.level),
        team_wait=_wait(had.wait),
        team_given_up=share_words(had.given_up),
        level=share_words(takes.level),
        wait=_wait(takes.wait),
        given_up=share_words(takes.given_up),
    )


def _wait(seconds: float | None) -> str:
    return "–" if seconds is None else length_words(seconds)


def _unit(length: float) -> str:
    """A length of the drawing, as SVG writes it in every language."""
    return f"{length:.1f}"


def _bars(asked: WhatIf, *, needed: tuple[Slot, ...], most: int) -> list[Bar]:
    step = WIDE / len(needed)
    bars = []
    for index, (demand, slot) in enumerate(zip(asked.demand, needed, strict=True)):
        people = sum(slot.people)
        height = TALL * people / most
        bars.append(
            Bar(
                x=_unit(index * step + step * 0.12),
                y=_unit(TALL - height),
                width=_unit(step * 0.76),
                height=_unit(height),
                middle=_unit(index * step + step / 2),
                people=people,
                begins=demand.begins,
            )
        )
    return bars
