"""Callers who are not there: random days in virtual time, through the very core of real calls.

Times between calls, of a conversation and of a caller's patience are exponential, as in Erlang's
formulas, so that the core can be held against them. The random numbers come from the seed alone.
"""

import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vitrine.telephony.rules.routing import Policy, Seconds
from vitrine.voice.call_flow import events as has
from vitrine.voice.call_flow.state import Call, Outcome, Phase
from vitrine.voice.rehearsal import Rehearsal

HOUR = 3600.0
FLUENT = 3


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """What shall be simulated; times in seconds."""

    calls_per_hour: float
    handle_time: Seconds
    agents: Sequence[tuple[tuple[str, ...], int]]
    """(languages, how many such agents); each speaks his languages fluently."""
    languages: Mapping[str, float]
    """Share of the callers, in any unit."""
    patience: Seconds | None = None
    """Mean; None: nobody gives up."""
    calls: int = 100_000
    warm_up: int | None = None
    """Calls before the counting begins; None: a twentieth of `calls`."""
    seed: int = 1
    within: Seconds = 20.0
    """For the service level."""
    answer_after: Seconds = 0.0
    """How long a telephone rings until its agent answers."""
    policy: Policy = field(default_factory=Policy)

    def __post_init__(self) -> None:
        """Raise ValueError for what cannot be simulated."""
        if self.calls_per_hour <= 0 or self.handle_time <= 0 or self.calls < 1:
            raise ValueError("calls per hour, handle time and calls must be positive")
        if self.patience is not None and self.patience <= 0:
            raise ValueError("patience must be positive")
        if not self.agents or any(count < 0 for _languages, count in self.agents):
            raise ValueError("somebody must answer")
        if not self.languages or min(self.languages.values()) < 0 or self._total() <= 0:
            raise ValueError("shares of languages must be positive")
        spoken = {language for languages, count in self.agents if count for language in languages}
        if self.patience is None and (unheard := set(self.languages) - spoken):
            names = ", ".join(sorted(unheard))
            raise ValueError(f"nobody speaks {names}: these callers would wait for ever")

    def _total(self) -> float:
        return sum(self.languages.values())


@dataclass
class Tally:
    """What became of the calls that were counted."""

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    waited: int = 0
    """Not given to anybody at once."""
    total_wait: Seconds = 0.0
    """Of all offered, until answered or given up."""
    in_time: int = 0

    def as_json(self) -> dict[str, float | int]:
        """The figures by their published names; shares from 0 to 1, of all offered."""
        offered = max(self.offered, 1)
        return {
            "offered": self.offered,
            "answered": self.answered,
            "abandoned": self.abandoned,
            "probability_of_wait": self.waited / offered,
            "mean_wait_seconds": self.total_wait / offered,
            "service_level": self.in_time / offered,
        }


@dataclass
class Report:
    """The whole and each language."""

    whole: Tally
    by_language: dict[str, Tally]
    occupancy: float
    """Share of the agents' time that was spent ringing, talking or wrapping up."""

    def as_json(self) -> dict[str, object]:
        """As printed by the command."""
        return {
            **self.whole.as_json(),
            "occupancy": self.occupancy,
            "by_language": {name: one.as_json() for name, one in self.by_language.items()},
        }


class Simulation(Rehearsal):
    """One run. `run` feeds the core until every counted call has ended."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario.policy, answer_after=scenario.answer_after)
        self.scenario = scenario
        self.random = random.Random(scenario.seed)  # noqa: S311 - a simulation, no secret
        self.warm_up = scenario.calls // 20 if scenario.warm_up is None else scenario.warm_up
        self.whole = Tally()
        self.tallies = {language: Tally() for language in scenario.languages}
        self._calls = 0
        self._counted: dict[str, tuple[str, Seconds]] = {}
        self._began: Seconds = 0.0
        self._busy_before = 0.0
        planned = self.warm_up + scenario.calls
        self._gaps = self._exponential(HOUR / scenario.calls_per_hour, count=planned)
        self._talk_times = self._exponential(scenario.handle_time, count=planned)
        self._patiences = self._exponential(scenario.patience or HOUR, count=planned)
        self._languages = self._shuffled_languages(planned)

    def run(self) -> Report:
        """Play every event in the order of its instant."""
        self._sign_in()
        self.later(self._next_gap(), None)
        busy = span = 0.0
        while self._due:
            at, event = self.next_due()
            if event is None:
                self._caller_comes(at)
                if self._calls == self.warm_up + 1:
                    self._began, self._busy_before = at, self.busy_time(at)
                if self._calls == self.warm_up + self.scenario.calls:
                    span, busy = at - self._began, self.busy_time(at) - self._busy_before
            else:
                self.feed(event, at=at)
            if span and not self._counted:
                break
        people = sum(count for _languages, count in self.scenario.agents)
        occupancy = busy / (span * people) if span and people else 0.0
        return Report(self.whole, self.tallies, occupancy)

    def _sign_in(self) -> None:
        numbers = itertools.count(1)
        for languages, count in self.scenario.agents:
            for _ in range(count):
                name = f"agent-{next(numbers):03}"
                levels = dict.fromkeys(languages, FLUENT)
                self.core.handle(has.AgentSignedIn(agent=name, languages=levels), at=0.0)
                self.core.handle(has.AgentReady(agent=name), at=0.0)

    def _caller_comes(self, at: Seconds) -> None:
        self._calls += 1
        name = f"call-{self._calls}"
        language = self._languages.pop() if self._languages else self._any_language()
        is_counted = self.warm_up < self._calls <= self.warm_up + self.scenario.calls
        if is_counted:
            self._counted[name] = (language, at)
            for tally in (self.whole, self.tallies[language]):
                tally.offered += 1
        self.feed(has.CallOffered(call=name, language=language, number=name), at=at)
        if is_counted and name in self._counted and self.core.calls[name].phase == Phase.WAITING:
            for tally in (self.whole, self.tallies[language]):
                tally.waited += 1
        if self.scenario.patience is not None:
            patience = self._next(self._patiences, mean=self.scenario.patience)
            self.later(at + patience, has.CallerGone(call=name))
        self.later(at + self._next_gap(), None)

    def _next_gap(self) -> Seconds:
        return self._next(self._gaps, mean=HOUR / self.scenario.calls_per_hour)

    def _exponential(self, mean: Seconds, *, count: int) -> list[Seconds]:
        """So many random times whose mean is exactly `mean`.

        Without this (moment matching) the load of a run would differ from the one asked for by
        half a percent at 100 000 calls, and the waits of a busy desk by eight times as much.
        """
        drawn = [self.random.expovariate(1 / mean) for _ in range(count)]
        factor = mean * count / sum(drawn)
        return [each * factor for each in drawn]

    def _next(self, prepared: list[Seconds], *, mean: Seconds) -> Seconds:
        return prepared.pop() if prepared else self.random.expovariate(1 / mean)

    def _shuffled_languages(self, count: int) -> list[str]:
        """The languages of the callers in random order, each with exactly its share."""
        total = sum(self.scenario.languages.values())
        names: list[str] = []
        reached = 0.0
        for name, share in self.scenario.languages.items():
            reached += share / total * count
            names += [name] * (round(reached) - len(names))
        self.random.shuffle(names)
        return names

    def _any_language(self) -> str:
        shares = self.scenario.languages
        return self.random.choices(list(shares), list(shares.values()))[0]

    def talk_time(self) -> Seconds:
        """Drawn beforehand."""
        return self._next(self._talk_times, mean=self.scenario.handle_time)

    def has_ended(self, call: Call, *, at: Seconds) -> None:
        """Count it for the whole and for its language."""
        counted = self._counted.pop(call.name, None)
        if counted is None:
            return
        language, since = counted
        for tally in (self.whole, self.tallies[language]):
            tally.total_wait += at - since
            if call.outcome == Outcome.ANSWERED:
                tally.answered += 1
                tally.in_time += at - since <= self.scenario.within
            else:
                tally.abandoned += 1


def simulate(scenario: Scenario) -> Report:
    """What the core makes of `scenario`. The same scenario gives the same report."""
    return Simulation(scenario).run()
