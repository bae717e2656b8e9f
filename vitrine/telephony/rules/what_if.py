"""What if: a day's calls and a team, asked; half-hours with people and service level, answered.

Values and JSON of them. The answer is played by `voice.planning` through the core that routes
real calls.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any

from vitrine.telephony.rules.routing import Seconds, Strategy

HALF_HOUR: Seconds = 1800.0
MOST_HALF_HOURS = 48
MOST_CALLS = 20_000
"""In one day."""
MOST_PEOPLE = 400
MOST_LANGUAGES = 6
Profile = tuple[str, ...]
"""The languages that somebody speaks."""


@dataclass(frozen=True, kw_only=True)
class Demand:
    """A half-hour and the calls expected in it."""

    begins: str
    """`08:30`."""
    calls: Mapping[str, float]
    """Language -> calls."""

    @property
    def total(self) -> float:
        """In all languages."""
        return sum(self.calls.values())


@dataclass(frozen=True, kw_only=True)
class WhatIf:
    """What is asked. Times in seconds."""

    demand: tuple[Demand, ...]
    team: tuple[tuple[Profile, int], ...]
    """How many people there are of each profile, all day."""
    talk: Seconds
    wrap_up: Seconds = 20.0
    ring: Seconds = 4.0
    """Until an agent picks up."""
    patience: Seconds | None = 180.0
    """Mean; None: nobody gives up."""
    within: Seconds = 20.0
    level: float = 0.8
    """The share of calls to be answered within `within`."""
    each_language: bool = True
    """Whether callers of every language reach it; otherwise all together."""
    strategy: Strategy = Strategy.DEFAULT
    reserve_for: Seconds = 20.0
    seed: int = 1

    def __post_init__(self) -> None:
        """Raise ValueError, with the name of what is out of bounds, for what cannot be played."""
        for name, is_right in self._bounds().items():
            if not is_right:
                raise ValueError(name)

    def _bounds(self) -> dict[str, bool]:
        numbers = [calls for each in self.demand for calls in each.calls.values()]
        spoken = {language for profile, _count in self.team for language in profile}
        return {
            "demand": 0 < len(self.demand) <= MOST_HALF_HOURS
            and all(isfinite(calls) and calls >= 0 for calls in numbers)
            and 0 < sum(numbers) <= MOST_CALLS,
            "languages": 0 < len(self.languages) <= MOST_LANGUAGES,
            "team": 0 <= sum(count for _profile, count in self.team) <= MOST_PEOPLE
            and all(profile and count >= 0 for profile, count in self.team),
            "unspoken": set(self.languages) <= spoken,
            "talk": isfinite(self.talk) and 0 < self.talk <= 7200,
            "wrap_up": 0 <= self.wrap_up <= 1800,
            "ring": 0 <= self.ring <= 60,
            "patience": self.patience is None or 5 <= self.patience <= 7200,
            "within": 0 < self.within <= 600,
            "level": 0.1 <= self.level <= 0.99,
            "reserve_for": 0 <= self.reserve_for <= 600,
        }

    @property
    def languages(self) -> tuple[str, ...]:
        """In which somebody calls, the most asked for first."""
        sums: dict[str, float] = {}
        for each in self.demand:
            for language, calls in each.calls.items():
                sums[language] = sums.get(language, 0.0) + calls
        return tuple(sorted((one for one in sums if sums[one]), key=lambda one: (-sums[one], one)))

    @property
    def handle_time(self) -> Seconds:
        """For which a call occupies somebody: ringing, talking and wrapping up."""
        return self.ring + self.talk + self.wrap_up

    def as_json(self) -> dict[str, Any]:
        """As `from_json` takes it."""
        return asdict(self)

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> "WhatIf":
        """What `as_json` gave. Raises ValueError when it cannot be played."""
        try:
            demand = tuple(Demand(**each) for each in facts["demand"])
            team = tuple((tuple(profile), int(count)) for profile, count in facts["team"])
            rest = {name: facts[name] for name in facts if name not in ("demand", "team")}
            rest["strategy"] = Strategy(rest.get("strategy", Strategy.DEFAULT))
            return cls(demand=demand, team=team, **rest)
        except (KeyError, TypeError) as error:
            raise ValueError("what-if") from error


@dataclass
class Counted:
    """What became of calls; the wait is that of all of them."""

    offered: int = 0
    answered: int = 0
    in_time: int = 0
    waited: Seconds = 0.0

    def add(self, *, wait: Seconds, is_answered: bool, within: Seconds) -> None:
        """One call more."""
        self.offered += 1
        self.waited += wait
        if is_answered:
            self.answered += 1
            self.in_time += wait <= within

    @property
    def level(self) -> float | None:
        """Answered in time, of all offered; None: nobody called."""
        return self.in_time / self.offered if self.offered else None

    @property
    def given_up(self) -> float | None:
        """The share that hung up while waiting."""
        return 1 - self.answered / self.offered if self.offered else None

    @property
    def wait(self) -> Seconds | None:
        """The mean wait."""
        return self.waited / self.offered if self.offered else None


@dataclass
class Slot:
    """A half-hour as it was played, calls by the instant at which they came."""

    people: list[int]
    """Of each profile of the team asked about."""
    whole: Counted = field(default_factory=Counted)
    by_language: dict[str, Counted] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Erlang:
    """What the formulas ask for, where everybody can take every call."""

    people_c: int
    """Nobody gives up."""
    people_a: int | None
    """With the patience of the callers; None: nobody gives up."""
    level: float
    """Erlang A, or C: answered in time with as many people as are needed."""


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """The answer."""

    team: tuple[Slot, ...]
    """Each half-hour with the people there are."""
    needed: tuple[Slot, ...]
    """Each half-hour with the people it takes."""
    erlang: tuple[Erlang, ...]
    days: int
    """Played for the figures."""
    calls: int
    """Simulated in all, the search included."""
    is_reached: bool
    """Whether the level is reached everywhere; not when the time was over before."""

    def as_json(self) -> dict[str, Any]:
        """As `from_json` takes it."""
        return asdict(self)

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> "Foreseen":
        """What `as_json` gave; KeyError or TypeError for anything else."""
        return cls(
            team=tuple(_slot(each) for each in facts["team"]),
            needed=tuple(_slot(each) for each in facts["needed"]),
            erlang=tuple(Erlang(**each) for each in facts["erlang"]),
            days=facts["days"],
            calls=facts["calls"],
            is_reached=facts["is_reached"],
        )


def _slot(facts: Mapping[str, Any]) -> Slot:
    return Slot(
        people=list(facts["people"]),
        whole=Counted(**facts["whole"]),
        by_language={name: Counted(**one) for name, one in facts["by_language"].items()},
    )


def together(slots: tuple[Slot, ...]) -> Slot:
    """A whole day of half-hours; its people are those who are there at once at most."""
    people = [max(numbers) for numbers in zip(*(slot.people for slot in slots), strict=True)]
    day = Slot(people=people)
    for slot in slots:
        _pour(slot.whole, into=day.whole)
        for language, counted in slot.by_language.items():
            _pour(counted, into=day.by_language.setdefault(language, Counted()))
    return day


def _pour(counted: Counted, *, into: Counted) -> None:
    into.offered += counted.offered
    into.answered += counted.answered
    into.in_time += counted.in_time
    into.waited += counted.waited
