"""Whether the wait that is announced is kept: days in virtual time, through core and conversation.

The goal (docs/reference/phone-menu.md): kept in 85 cases of 100; the expected wait behind it off by
35 s on average at most, and nearer than what other telephone systems announce (three quarters of
the old mean, one quarter of the newest wait).
"""

import heapq
import itertools
import random
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from vitrine.telephony.rules.routing import Policy
from vitrine.telephony.rules.waiting import announced_wait, expected_wait
from vitrine.voice.call_flow import (
    AgentHungUp,
    AgentReady,
    AgentSignedIn,
    Bridge,
    CallerGone,
    CallFlow,
    CallOffered,
    LegAnswered,
    Outcome,
    Phase,
    Ring,
    StartTimer,
    TimerFired,
)
from vitrine.voice.call_flow.conversation import Pace, ahead_and_agents
from vitrine.voice.call_flow.conversation.waiting import MARGIN


@dataclass
class Honesty:
    """What was announced to those who waited and were answered."""

    kept: int = 0
    count: int = 0
    errors: list = field(default_factory=list)
    usual_errors: list = field(default_factory=list)

    def add(self, *, expected, announced, usual, waited):
        self.count += 1
        self.kept += waited <= announced
        self.errors.append(abs(waited - expected))
        self.usual_errors.append(abs(waited - usual))

    @property
    def share_kept(self):
        return self.kept / self.count

    @property
    def mean_error(self):
        return sum(self.errors) / self.count

    @property
    def usual_error(self):
        return sum(self.usual_errors) / self.count


class Day:
    """Calls one after the other; each is announced a wait when it begins to wait."""

    def __init__(self, *, team, languages, per_hour, handle, patience, calls, seed):
        self.dice = random.Random(seed)
        self.core = CallFlow(Policy(wrap_up=0.0))
        self.pace = Pace(usual_call=240.0, usual_patience=180.0)
        self.languages, self.per_hour, self.handle = languages, per_hour, handle
        self.patience, self.calls = patience, calls
        self.usual = 60.0
        self.told, self.honesty = {}, Honesty()
        self.due, self.serial = [], itertools.count()
        for number, spoken in enumerate(team):
            name = f"a{number}"
            self.feed(AgentSignedIn(agent=name, languages=dict.fromkeys(spoken.split(), 3)), at=0.0)
            self.feed(AgentReady(agent=name), at=0.0)

    def later(self, at, event):
        heapq.heappush(self.due, (at, next(self.serial), event))

    def run(self):
        at = 0.0
        names = list(self.languages)
        for number in range(self.calls):
            at += self.dice.expovariate(self.per_hour / 3600)
            language = self.dice.choices(names, list(self.languages.values()))[0]
            self.later(at, CallOffered(call=f"c{number}", language=language, number="+3225550100"))
        while self.due:
            at, _serial, event = heapq.heappop(self.due)
            self.feed(event, at=at)
        return self.honesty

    def feed(self, event, *, at):
        if isinstance(event, CallerGone):
            call = self.core.calls.get(event.call)
            if call is None or call.phase == Phase.TALKING:
                return
        if isinstance(event, CallOffered):
            self.pace.begins_to_wait(event.call, at=at)
            gives_up = at + self.dice.expovariate(1 / self.patience)
            self.later(gives_up, CallerGone(call=event.call))
        waiting = [event]
        while waiting:
            for command in self.core.handle(waiting.pop(0), at=at):
                self.pace.hears(command, at=at)
                waiting += self.carry_out(command, at=at)
            self.look(at)
        if isinstance(event, CallOffered):
            self.announce(event.call, at=at)

    def carry_out(self, command, *, at):
        """A telephone that rings is picked up at once."""
        if isinstance(command, StartTimer):
            self.later(command.at, TimerFired(key=command.key))
        elif isinstance(command, Bridge):
            talk = self.dice.expovariate(1 / self.handle)
            self.later(at + talk, AgentHungUp(agent=command.agent))
        elif isinstance(command, Ring):
            return [LegAnswered(call=command.call, agent=command.agent)]
        return []

    def announce(self, name, *, at):
        call = self.core.calls.get(name)
        if call is None or call.phase != Phase.WAITING:
            return
        ahead, agents = ahead_and_agents(self.core, call.caller)
        facts = {
            "ahead": ahead,
            "agents": agents,
            "mean_call": timedelta(seconds=self.pace.mean_call),
            "patience": timedelta(seconds=self.pace.mean_patience),
        }
        expected, announced = expected_wait(**facts), announced_wait(**facts, margin=MARGIN)
        if expected is not None:
            self.told[name] = {
                "expected": expected.total_seconds(),
                "announced": announced.total_seconds(),
                "usual": self.usual,
            }

    def look(self, at):
        for call in self.core.ended:
            told = self.told.pop(call.name, None)
            if told and call.outcome == Outcome.ANSWERED:
                waited = at - call.caller.waiting_since
                self.honesty.add(**told, waited=waited)
                self.usual = 0.75 * self.usual + 0.25 * waited
        self.core.ended.clear()


@pytest.mark.parametrize("agents", [9, 11])
def test_the_announced_wait_is_kept_by_one_team_of_one_language(agents):
    honesty = Day(
        team=["fr"] * agents,
        languages={"fr": 1},
        per_hour=120,
        handle=300.0,
        patience=180.0,
        calls=6000,
        seed=11,
    ).run()

    assert honesty.count > 1000
    assert honesty.share_kept >= 0.85
    assert honesty.mean_error <= 35.0
    assert honesty.mean_error <= honesty.usual_error


def test_the_announced_wait_is_kept_by_a_team_of_many_languages():
    honesty = Day(
        team=["fr nl"] * 8 + ["fr nl en"] * 2 + ["fr nl de en"] * 2,
        languages={"fr": 48, "nl": 40, "en": 7, "de": 5},
        per_hour=120,
        handle=300.0,
        patience=180.0,
        calls=6000,
        seed=12,
    ).run()

    assert honesty.count > 800
    assert honesty.share_kept >= 0.85
    assert honesty.mean_error <= honesty.usual_error


def test_what_is_believed_at_first_gives_way_to_what_is_measured():
    day = Day(
        team=["fr"] * 5,
        languages={"fr": 1},
        per_hour=120,
        handle=90.0,
        patience=60.0,
        calls=1500,
        seed=13,
    )
    day.run()

    assert day.pace.mean_call == pytest.approx(90.0, rel=0.25)
    assert day.pace.mean_patience == pytest.approx(60.0, rel=0.45)
