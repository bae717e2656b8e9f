"""How many people, with which languages, in each half-hour: a search through played days.

It begins with Erlang's number of people, most of whom speak few languages, and plays days. Where
the level is not reached it adds somebody for the language that fares worst, or, when all callers
together fare well, has somebody else of the team sit there who speaks it. Then it tries with fewer.
A change in one half-hour is felt in the next, so all are played together each time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import ceil, sqrt
from time import monotonic
from typing import Any

from vitrine.telephony.rules.staffing import Queueing, agents_needed, erlang_a, erlang_c
from vitrine.telephony.rules.what_if import (
    HALF_HOUR,
    Demand,
    Erlang,
    Foreseen,
    Slot,
    WhatIf,
    together,
)
from vitrine.voice.simulated_day import play_days

ROUNDS = 40
LEAST_DAYS, MOST_DAYS = 12, 400
ALL_DAY_SLACK = 0.01
"""How far a language may stay below the level over the whole day, for chance."""
Places = list[int]
"""How many of each profile."""


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How many calls are played: more of them, less chance in the figures."""

    for_a_look: int = 8_000
    for_figures: int = 20_000


def foresee(
    asked: WhatIf,
    *,
    effort: Effort | None = None,
    may_go_on: Callable[[], bool] = lambda: True,
) -> Foreseen:
    """The answer to `asked`; the search ends early when `may_go_on` says no."""
    effort = effort or Effort()
    search = Search(asked, calls=effort.for_a_look)
    while search.rounds < ROUNDS and may_go_on():
        if not search.step():
            break
    days = _days(asked, calls=effort.for_figures)
    needed, played = play_days(asked, people=search.people, days=days)
    there = [count for _profile, count in asked.team]
    team, played_too = play_days(asked, people=[there] * len(asked.demand), days=days)
    return Foreseen(
        team=team,
        needed=needed,
        erlang=tuple(
            _erlang(asked, demand=each, people=sum(people))
            for each, people in zip(asked.demand, search.people, strict=True)
        ),
        days=days,
        calls=search.played + played + played_too,
        is_reached=search.is_reached,
    )


def foresee_within(question: Mapping[str, Any], *, seconds: float) -> dict[str, Any]:
    """`foresee` from JSON to JSON; the search, not the figures, ends after so many seconds."""
    ends = monotonic() + seconds
    return foresee(WhatIf.from_json(question), may_go_on=lambda: monotonic() < ends).as_json()


def _days(asked: WhatIf, *, calls: int) -> int:
    in_a_day = sum(each.total for each in asked.demand)
    return max(LEAST_DAYS, min(MOST_DAYS, ceil(calls / max(in_a_day, 1.0))))


class Search:
    """The people of each half-hour, better with each `step`."""

    def __init__(self, asked: WhatIf, *, calls: int) -> None:
        self.asked, self.calls = asked, calls
        self.profiles = [frozenset(profile) for profile, _count in asked.team]
        self.cheapest_first = sorted(
            range(len(self.profiles)), key=lambda place: (len(self.profiles[place]), place)
        )
        self.people = [self._beginning(each) for each in asked.demand]
        self.rounds = self.played = 0
        self.is_reached = False
        self._enough: list[Places] = []
        """The last people with whom every half-hour reached the level."""
        self._settled = [False] * len(self.people)
        """Half-hours in which fewer were tried in vain."""

    def step(self) -> bool:
        """Play, then change what must change; False: nothing is left to try."""
        self.rounds += 1
        days = _days(self.asked, calls=self.calls)
        slots, played = play_days(self.asked, people=self.people, days=days)
        self.played += played
        lacking = self._judge(slots)
        if not self.is_reached:
            if any(lacking):
                for index, languages in enumerate(lacking):
                    self._improve(index, slot=slots[index], lacking=languages)
                return True
            self.is_reached = True
        else:
            self._take_back(lacking)
            if any(lacking):
                return True
        self._enough = [list(each) for each in self.people]
        return self._try_fewer(slots)

    def _judge(self, slots: tuple[Slot, ...]) -> list[list[str]]:
        """For each half-hour the languages that need more people, the worst first.

        A half-hour has few calls in a rare language: each may seem well by chance. So the whole
        day is judged too, and what it lacks is asked of its worst half-hours.
        """
        lacking = [self._lacking(slot) for slot in slots]
        for language in self._lacking_all_day(slots):
            for index in self._worst(slots, language=language):
                if language not in lacking[index]:
                    lacking[index].append(language)
        return lacking

    def _lacking_all_day(self, slots: tuple[Slot, ...]) -> list[str]:
        day = together(slots)
        levels = {
            language: one.level
            for language, one in day.by_language.items()
            if one.level is not None
        }
        if self.asked.each_language:
            return [one for one in levels if levels[one] < self.asked.level - ALL_DAY_SLACK]
        lacks = (day.whole.level or 1.0) < self.asked.level - ALL_DAY_SLACK
        return [min(levels, key=lambda one: levels[one])] if lacks else []

    def _worst(self, slots: tuple[Slot, ...], *, language: str) -> list[int]:
        """Half-hours in which `language` fares worst; while fewer are tried, of those tried."""
        found = [
            (one.in_time / one.offered, index)
            for index, slot in enumerate(slots)
            if (one := slot.by_language.get(language)) and one.offered
        ]
        if self.is_reached:
            found = [each for each in found if self.people[each[1]] != self._enough[each[1]]]
            return [index for _level, index in sorted(found)[: ceil(len(found) / 2)]]
        below = sorted(each for each in found if each[0] < self.asked.level)
        return [index for _level, index in below[: ceil(len(below) / 3)]]

    def _beginning(self, demand: Demand) -> Places:
        """Erlang's number, of those who speak least; and somebody for each language."""
        places = [0] * len(self.profiles)
        if not demand.total:
            return places
        languages = {language for language, calls in demand.calls.items() if calls}
        for language in sorted(languages, key=lambda one: demand.calls[one]):
            if language not in self._spoken(places):
                places[self._cheapest_speaker(language)] += 1
        most = max(languages, key=lambda one: demand.calls[one])
        while sum(places) < _people(self.asked, demand=demand, patience=self.asked.patience):
            places[self._cheapest_speaker(most)] += 1
        return places

    def _cheapest_speaker(self, language: str) -> int:
        return next(at for at in self.cheapest_first if language in self.profiles[at])

    def _lacking(self, slot: Slot) -> list[str]:
        """The languages whose callers fare worse than asked, the worst first; within chance."""
        if not slot.whole.offered:
            return []
        counted = slot.by_language if self.asked.each_language else {}
        lacks = {
            language: lack
            for language, one in counted.items()
            if (lack := self._lack(one.in_time, offered=one.offered)) > 0
        }
        if not lacks and self._lack(slot.whole.in_time, offered=slot.whole.offered) > 0:
            levels = slot.by_language
            return [min(levels, key=lambda one: levels[one].in_time / levels[one].offered)]
        return sorted(lacks, key=lambda one: -lacks[one])

    def _lack(self, in_time: int, *, offered: int) -> float:
        """How far below the level, beyond what the chance of so few calls explains."""
        level = self.asked.level
        return level - in_time / offered - min(0.05, sqrt(level * (1 - level) / offered))

    def _improve(self, index: int, *, slot: Slot, lacking: list[str]) -> None:
        if not lacking:
            return
        places, whole = self.people[index], slot.whole
        together = self._lack(whole.in_time, offered=whole.offered)
        if together <= 0 and self._exchange(places, language=lacking[0]):
            return
        far = max(1, ceil(together * sum(places) / 4))
        for number in range(far):
            places[self._cheapest_speaker(lacking[number % len(lacking)])] += 1

    def _exchange(self, places: Places, *, language: str) -> bool:
        """Have one who speaks less replaced by one who also speaks `language`."""
        for at in self.cheapest_first:
            if not places[at] or language in self.profiles[at]:
                continue
            for other in self.cheapest_first:
                if self.profiles[other] >= self.profiles[at] | {language}:
                    places[at] -= 1
                    places[other] += 1
                    return True
        return False

    def _try_fewer(self, slots: tuple[Slot, ...]) -> bool:
        """Take somebody away wherever that was not tried in vain; False: nowhere."""
        is_changed = False
        for index, places in enumerate(self.people):
            if self._settled[index]:
                continue
            if not self._lighten(places, slot=slots[index]):
                self._settled[index] = True
                continue
            is_changed = True
        return is_changed

    def _lighten(self, places: Places, *, slot: Slot) -> bool:
        """One fewer of those who leave every language with a speaker; whoever speaks least."""
        needed = {language for language, one in slot.by_language.items() if one.offered}
        for at in self.cheapest_first:
            if not places[at]:
                continue
            places[at] -= 1
            if needed <= self._spoken(places):
                return True
            places[at] += 1
        return False

    def _spoken(self, places: Places) -> set[str]:
        return {
            language
            for profile, count in zip(self.profiles, places, strict=True)
            if count
            for language in profile
        }

    def _take_back(self, lacking: list[list[str]]) -> None:
        """Where it is too few now, and in the half-hour before, as it was."""
        for index, languages in enumerate(lacking):
            if languages:
                for place in {max(index - 1, 0), index}:
                    self.people[place] = list(self._enough[place])
                    self._settled[place] = True


def _people(asked: WhatIf, *, demand: Demand, patience: float | None) -> int:
    return agents_needed(
        calls_per_hour=demand.total * 3600 / HALF_HOUR,
        handle_time=timedelta(seconds=asked.handle_time),
        patience=timedelta(seconds=patience) if patience else None,
        level=asked.level,
        within=timedelta(seconds=asked.within),
    )


def _erlang(asked: WhatIf, *, demand: Demand, people: int) -> Erlang:
    return Erlang(
        people_c=_people(asked, demand=demand, patience=None),
        people_a=_people(asked, demand=demand, patience=asked.patience) if asked.patience else None,
        level=_queueing(asked, demand=demand, people=people).service_level,
    )


def _queueing(asked: WhatIf, *, demand: Demand, people: int) -> Queueing:
    calls_per_hour = demand.total * 3600 / HALF_HOUR
    handle_time = timedelta(seconds=asked.handle_time)
    within = timedelta(seconds=asked.within)
    if asked.patience is None:
        return erlang_c(
            calls_per_hour=calls_per_hour, handle_time=handle_time, agents=people, within=within
        )
    return erlang_a(
        calls_per_hour=calls_per_hour,
        handle_time=handle_time,
        agents=people,
        patience=timedelta(seconds=asked.patience),
        within=within,
    )
