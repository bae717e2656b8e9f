"""Whole days in virtual time: the calls and the people of each half-hour, through the core.

People come and go at the half-hours; who is in a call when his time is over finishes it. After the
last half-hour nobody new calls, and who waits is served.
"""

import random
from collections.abc import Sequence

from vitrine.telephony.rules.routing import Policy, Seconds
from vitrine.telephony.rules.what_if import HALF_HOUR, Counted, Slot, WhatIf
from vitrine.voice.call_flow import events as has
from vitrine.voice.call_flow.state import Call, Outcome
from vitrine.voice.rehearsal import Rehearsal

FLUENT = 3
LAST_CALLER: Seconds = 2 * 3600.0
"""After the end of the day the picture is cut: who still waits had nobody who speaks to him."""


class SimulatedDay(Rehearsal):
    """One day. `play` adds what became of its calls to the slots."""

    def __init__(self, asked: WhatIf, *, slots: Sequence[Slot], seed: int) -> None:
        policy = Policy(
            strategy=asked.strategy,
            wrap_up=asked.wrap_up,
            reserve_for=asked.reserve_for,
            ring_for=max(asked.ring * 2, 18.0),
        )
        super().__init__(policy, answer_after=asked.ring)
        self.asked, self.slots = asked, slots
        self.arrivals = random.Random(f"calls {seed}")  # noqa: S311 - a simulation, no secret
        self.talks = random.Random(f"talks {seed}")  # noqa: S311 - a simulation, no secret
        self.profiles = [profile for profile, _count in asked.team]
        self._present = [0] * len(self.profiles)
        self._open: dict[str, tuple[int, str, Seconds]] = {}

    def play(self) -> int:
        """Play the day; how many calls came."""
        came = self._expect_calls()
        ends = HALF_HOUR * len(self.slots)
        while self._due:
            at, event = self.next_due()
            if at > ends + LAST_CALLER:
                break
            if event is None:
                self._change_shift(self.slots[round(at / HALF_HOUR)].people, at=at)
            else:
                self.feed(event, at=at)
            if at > ends and not self._open:
                break
        for index, language, since in self._open.values():
            self._count(index, language=language, wait=ends + LAST_CALLER - since, answered=False)
        return came

    def talk_time(self) -> Seconds:
        """Exponential."""
        return self.talks.expovariate(1 / self.asked.talk)

    def has_ended(self, call: Call, *, at: Seconds) -> None:
        """Count the call where it began."""
        index, language, since = self._open.pop(call.name)
        is_answered = call.outcome == Outcome.ANSWERED
        self._count(index, language=language, wait=at - since, answered=is_answered)

    def _count(self, index: int, *, language: str, wait: Seconds, answered: bool) -> None:
        slot, within = self.slots[index], self.asked.within
        for counted in (slot.whole, slot.by_language.setdefault(language, Counted())):
            counted.add(wait=wait, is_answered=answered, within=within)

    def _expect_calls(self) -> int:
        """All calls of the day: in each half-hour as many as chance brings, at any instant."""
        came = 0
        for index, each in enumerate(self.asked.demand):
            self.later(index * HALF_HOUR, None)
            for language in sorted(each.calls):
                at = index * HALF_HOUR
                while mean := each.calls[language]:
                    at += self.arrivals.expovariate(mean / HALF_HOUR)
                    if at >= (index + 1) * HALF_HOUR:
                        break
                    came += 1
                    self._expect(f"call-{came}", index=index, language=language, at=at)
        return came

    def _expect(self, name: str, *, index: int, language: str, at: Seconds) -> None:
        self._open[name] = (index, language, at)
        self.later(at, has.CallOffered(call=name, language=language, number=name))
        if self.asked.patience is not None:
            patience = self.arrivals.expovariate(1 / self.asked.patience)
            self.later(at + patience, has.CallerGone(call=name))

    def _change_shift(self, people: Sequence[int], *, at: Seconds) -> None:
        """Those who begin sit down first; then those leave whose time is over."""
        for place, wanted in enumerate(people):
            for number in range(self._present[place], wanted):
                name = f"agent-{place}-{number}"
                levels = dict.fromkeys(self.profiles[place], FLUENT)
                self.feed(has.AgentSignedIn(agent=name, languages=levels), at=at)
                self.feed(has.AgentReady(agent=name), at=at)
        for place, wanted in enumerate(people):
            for number in range(wanted, self._present[place]):
                self.feed(has.AgentSignedOut(agent=f"agent-{place}-{number}"), at=at)
            self._present[place] = wanted


def play_days(
    asked: WhatIf, *, people: Sequence[Sequence[int]], days: int
) -> tuple[tuple[Slot, ...], int]:
    """Each half-hour over so many days, and how many calls were played.

    people  for each half-hour, how many of each profile
    The callers of a day are the same whatever the people: teams are compared, not luck.
    """
    slots = tuple(Slot(people=list(each)) for each in people)
    came = 0
    for day in range(days):
        came += SimulatedDay(asked, slots=slots, seed=asked.seed * 1000 + day).play()
    return slots, came
