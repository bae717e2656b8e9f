"""The core of the telephone: one call at a time, then random days with every invariant."""

import os
import random

import pytest

from vitrine.telephony.rules.routing import Policy, Strategy, Why, choice_for
from vitrine.voice.call_flow import (
    AgentChanged,
    AgentHungUp,
    AgentPaused,
    AgentReady,
    AgentSignedIn,
    AgentSignedOut,
    AgentState,
    Bridge,
    CallBackAccepted,
    CallEnded,
    CallerGone,
    CallerHeld,
    CallerResumed,
    CallFlow,
    CallOffered,
    ColleagueAsked,
    ColleagueGone,
    ConsultationEnded,
    DeskClosed,
    DialBack,
    End,
    EngineLost,
    Failure,
    GiveUpCallBack,
    LegAnswered,
    LegFailed,
    MessageLeft,
    OfferAlternatives,
    Outcome,
    Phase,
    Ring,
    StartTimer,
    StopRinging,
    TellAgent,
    TimerFired,
    Transferred,
    WrapUpEnded,
    WrapUpExtended,
)

DAYS = int(os.environ.get("VITRINE_TEST_DAYS", "150"))
"""Random days; the full number of the goal is run by `make soak`."""


def desk(policy=None, /, **agents):
    """A core with these agents ready: name="fr nl" or {"fr": 3}."""
    core = CallFlow(policy or Policy(wrap_up=0.0))
    for name, spoken in agents.items():
        levels = spoken if isinstance(spoken, dict) else dict.fromkeys(spoken.split(), 3)
        core.handle(AgentSignedIn(agent=name, languages=levels), at=0.0)
        core.handle(AgentReady(agent=name), at=0.0)
    return core


def rung(commands):
    return [command.agent for command in commands if isinstance(command, Ring)]


def offer(core, call, language="fr", *, at, **more):
    return core.handle(
        CallOffered(call=call, language=language, number="+3222001234", **more), at=at
    )


def test_a_caller_gets_the_one_who_speaks_fewest_languages():
    core = desk(mia="fr", jo="fr nl de", al="fr nl")

    [ring, _timer, said] = offer(core, "1", at=5.0)

    assert ring.agent == "mia"
    assert ring.choice.why == Why.FEWEST_LANGUAGES
    assert said == AgentChanged(agent="mia", state=AgentState.RINGING, call="1")


def test_the_better_level_goes_before_the_longer_idle():
    core = desk(mia={"nl": 2}, jo={"nl": 3})

    [ring, _timer, _said] = offer(core, "1", "nl", at=5.0)

    assert (ring.agent, ring.choice.why) == ("jo", Why.BEST_LEVEL)


def test_the_last_speaker_of_a_scarce_language_is_kept_for_twenty_seconds():
    core = desk(a="fr", b="fr", c="fr", jo="fr de")
    for number, agent in enumerate("abc"):
        offer(core, agent, at=1.0 + number)
        core.handle(LegAnswered(call=agent, agent=agent), at=1.0 + number)

    waiting = offer(core, "4", at=10.0)

    assert rung(waiting) == []
    assert StartTimer(key=("widen", "4"), at=30.0) in waiting
    assert rung(core.handle(TimerFired(key=("widen", "4")), at=30.0)) == ["jo"]


def test_the_kept_speaker_is_named_in_the_reason():
    core = desk(a="fr", b="fr", c="fr", jo="fr de")

    offer(core, "1", at=1.0)

    choice = choice_for(
        core.calls["1"].caller,
        [core.roster["a"].agent, core.roster["jo"].agent],
        policy=core.policy,
        at=1.0,
        scarce=core.roster.scarce,
    )

    assert [(each.agent, each.why, each.language) for each in choice.skipped] == [
        ("jo", Why.RESERVED, "de")
    ]


def test_a_german_caller_takes_the_kept_speaker_at_once():
    core = desk(a="fr", b="fr", c="fr", jo="fr de")

    assert rung(offer(core, "1", "de", at=1.0)) == ["jo"]


def test_who_does_not_answer_twice_is_paused_and_told():
    core = desk(mia="fr")
    offer(core, "1", at=0.0)

    again = core.handle(LegFailed(call="1", agent="mia", failure=Failure.NO_ANSWER), at=18.0)
    then = core.handle(LegFailed(call="1", agent="mia", failure=Failure.DECLINED), at=20.0)

    assert rung(again) == ["mia"]
    assert TellAgent(agent="mia", words="missed-calls") in then
    assert core.roster["mia"].state == AgentState.PAUSED
    assert core.calls["1"].phase == Phase.WAITING


def test_the_next_one_is_asked_before_the_one_who_missed():
    core = desk(mia="fr", jo="fr nl")
    offer(core, "1", at=0.0)

    assert rung(core.handle(LegFailed(call="1", agent="mia", failure=Failure.BUSY), at=2.0)) == [
        "jo"
    ]


def test_a_telephone_that_rings_too_long_stops_and_the_caller_keeps_his_place():
    core = desk(mia="fr")
    offer(core, "1", at=0.0)
    offer(core, "2", at=1.0)
    key = ("ring", "mia", str(core.roster["mia"].turn))

    commands = core.handle(TimerFired(key=key), at=18.0)

    assert StopRinging(call="1", agent="mia") in commands
    assert [ring.call for ring in commands if isinstance(ring, Ring)] == ["1"]


@pytest.mark.parametrize("kind", ["ring", "wrap-up"])
def test_a_timer_of_before_an_agent_left_means_nothing_when_he_is_back(kind):
    core = desk(Policy(wrap_up=20.0), mia="fr")

    def rings(call, *, at):
        said = offer(core, call, at=at)
        if kind == "wrap-up":
            core.handle(LegAnswered(call=call, agent="mia"), at=at)
            said = core.handle(AgentHungUp(agent="mia"), at=at)
        return next(one.key for one in said if isinstance(one, StartTimer) and one.key[0] == kind)

    old = rings("1", at=0.0)
    core.handle(CallerGone(call="1"), at=1.0)
    core.handle(AgentSignedOut(agent="mia"), at=2.0)
    core.handle(AgentSignedIn(agent="mia", languages={"fr": 3}), at=3.0)
    core.handle(AgentReady(agent="mia"), at=3.0)
    rings("2", at=3.0)

    assert list(core.handle(TimerFired(key=old), at=18.0)) == []
    assert core.roster["mia"].state != AgentState.READY


def test_two_telephones_ring_and_the_first_has_the_call():
    core = desk(Policy(strategy=Strategy.RING_ALL, rings_at_once=2, wrap_up=0.0), a="fr", b="fr")
    assert rung(offer(core, "1", at=0.0)) == ["a", "b"]

    commands = core.handle(LegAnswered(call="1", agent="b"), at=3.0)

    assert StopRinging(call="1", agent="a", elsewhere=True) in commands
    assert Bridge(call="1", agent="b") in commands
    assert core.roster["a"].state == AgentState.READY
    [late, *_others] = core.handle(LegAnswered(call="1", agent="a"), at=3.1)
    assert late == StopRinging(call="1", agent="a")


def test_wrap_up_is_seen_can_be_longer_and_ends():
    core = desk(Policy(wrap_up=20.0), mia="fr")
    offer(core, "1", at=0.0)
    core.handle(LegAnswered(call="1", agent="mia"), at=1.0)
    [timer, ended, said] = core.handle(CallerGone(call="1"), at=60.0)
    assert (ended, said.until) == (CallEnded(call="1"), 80.0)
    assert (core.roster["mia"].state, timer.at) == (AgentState.WRAP_UP, 80.0)

    [longer, _said] = core.handle(WrapUpExtended(agent="mia", seconds=60.0), at=70.0)
    core.handle(TimerFired(key=timer.key), at=80.0)
    assert core.roster["mia"].state == AgentState.WRAP_UP

    core.handle(TimerFired(key=longer.key), at=130.0)
    assert core.roster["mia"].state == AgentState.READY


def test_a_call_back_keeps_the_place_and_is_dialled_when_somebody_is_reserved():
    core = desk(mia="fr")
    offer(core, "1", at=0.0)
    core.handle(LegAnswered(call="1", agent="mia"), at=0.0)
    offer(core, "2", at=1.0)
    offer(core, "3", at=2.0)
    core.handle(CallBackAccepted(call="2"), at=5.0)
    core.handle(CallerGone(call="2"), at=6.0)

    commands = core.handle(CallerGone(call="1"), at=60.0)

    [dial] = [command for command in commands if isinstance(command, DialBack)]
    assert (dial.call, dial.agent, dial.number) == ("2", "mia", "+3222001234")
    assert core.outcomes[Outcome.CALL_BACK] == 1
    core.handle(LegAnswered(call="2", agent="mia"), at=70.0)
    assert core.calls["2"].phase == Phase.TALKING


def test_somebody_who_cannot_be_called_back_is_tried_three_times():
    core = desk(mia="fr")
    core.handle(AgentPaused(agent="mia"), at=0.0)
    offer(core, "1", at=0.0)
    core.handle(CallBackAccepted(call="1"), at=1.0)
    core.handle(AgentReady(agent="mia"), at=2.0)
    commands = []
    for attempt in range(3):
        at = 10.0 + 400 * attempt
        commands = core.handle(CallerGone(call="1"), at=at)
        assert core.roster["mia"].state == AgentState.READY
        core.handle(TimerFired(key=("call-back", "1")), at=at + 300)

    assert GiveUpCallBack(call="1", number="+3222001234") in commands
    assert core.calls == {}


def test_closing_time_cuts_nobody():
    core = desk(mia="fr")
    offer(core, "1", at=0.0)
    core.handle(LegAnswered(call="1", agent="mia"), at=0.0)
    offer(core, "2", at=1.0)

    assert core.handle(DeskClosed(), at=5.0) == [OfferAlternatives(call="2", closes=True)]
    assert rung(core.handle(CallerGone(call="1"), at=9.0)) == ["mia"]


def test_a_transferred_caller_does_not_wait_from_the_beginning():
    core = desk(mia="fr", jo="nl")
    offer(core, "1", at=0.0)
    core.handle(LegAnswered(call="1", agent="mia"), at=1.0)
    offer(core, "2", "nl", at=2.0)
    offer(core, "3", "nl", at=3.0)

    core.handle(Transferred(call="1", language="nl"), at=30.0)

    assert core.ahead_of("1") == 0
    assert core.ahead_of("3") == 1
    assert core.outcomes[Outcome.ANSWERED] == 1


def test_a_dead_engine_loses_what_was_up_and_keeps_the_call_backs():
    core = desk(mia="fr")
    offer(core, "1", at=0.0)
    core.handle(LegAnswered(call="1", agent="mia"), at=0.0)
    offer(core, "2", at=1.0)
    offer(core, "3", at=2.0)
    core.handle(CallBackAccepted(call="3"), at=3.0)

    commands = core.handle(EngineLost(), at=5.0)

    assert core.outcomes[Outcome.LOST] == 1  # the first had been answered
    assert [c.call for c in commands if isinstance(c, DialBack)] == ["3"]


def test_an_agent_who_misses_the_ringing_of_a_call_back_costs_the_person_no_try():
    core = desk(mia="fr", jo="fr")
    core.handle(AgentPaused(agent="mia"), at=0.0)
    core.handle(AgentPaused(agent="jo"), at=0.0)
    offer(core, "1", at=0.0)
    core.handle(CallBackAccepted(call="1"), at=1.0)
    core.handle(AgentReady(agent="mia"), at=2.0)
    core.handle(AgentReady(agent="jo"), at=3.0)

    commands = core.handle(LegFailed(call="1", agent="mia", failure=Failure.NO_ANSWER), at=20.0)

    assert [c.agent for c in commands if isinstance(c, DialBack)] == ["jo"]
    assert core.calls["1"].tries == 0


def random_event(core, chance, *, number):
    """Something that may happen now, likely or not."""
    agent = f"agent{chance.randrange(6)}"
    calls = list(core.calls)
    call = chance.choice(calls) if calls else "none"
    language = chance.choice(["fr", "nl", "de", "en", ""])
    spoken = {name: chance.choice([1, 2, 3]) for name in chance.sample(["fr", "nl", "de", "en"], 2)}
    return chance.choice(
        [
            CallOffered(call=f"c{number}", language=language, number="+32", priority=number % 2),
            CallOffered(call=f"c{number}", language=language, known_agent=agent),
            CallerGone(call=call),
            LegAnswered(call=call, agent=agent),
            LegAnswered(call=call, agent=core.calls[call].agents[0])
            if calls and core.calls[call].agents
            else AgentReady(agent=agent),
            LegFailed(call=call, agent=agent, failure=chance.choice(list(Failure))),
            AgentHungUp(agent=agent),
            AgentSignedIn(agent=agent, languages=spoken),
            AgentReady(agent=agent),
            AgentReady(agent=agent),
            AgentPaused(agent=agent, reason="coffee", unreachable=chance.random() < 0.2),
            AgentSignedOut(agent=agent),
            WrapUpExtended(agent=agent, seconds=30.0),
            WrapUpEnded(agent=agent),
            CallerHeld(call=call),
            CallerResumed(call=call),
            Transferred(call=call, language=language),
            CallBackAccepted(call=call),
            MessageLeft(call=call),
            ColleagueAsked(call=call, colleague=agent),
            ColleagueAsked(call=call, colleague="outside", number="+3222"),
            LegAnswered(call=call, agent=core.calls[call].colleague)
            if calls and core.calls[call].colleague
            else AgentReady(agent=agent),
            ConsultationEnded(call=call, end=chance.choice(list(End))),
            ColleagueGone(call=call, colleague=chance.choice([agent, "outside"])),
            EngineLost() if chance.random() < 0.02 else WrapUpEnded(agent=agent),
        ]
    )


def check_invariants(core, *, at):
    busy = [each.call for each in core.roster.desks.values() if each.call]
    for each in core.roster.desks.values():
        talks = each.state in (AgentState.RINGING, AgentState.TALKING)
        assert bool(each.call) == talks, each
        sides = (*core.calls[each.call].agents, core.calls[each.call].colleague) if talks else ()
        assert not talks or each.agent.name in sides
        assert (each.state == AgentState.READY) == (each.agent.name in core.roster.free)
    for call in core.calls.values():
        asked = call.colleague in core.roster.desks
        assert len(call.agents) + asked == busy.count(call.name)
        assert not call.colleague or call.phase in (Phase.TALKING, Phase.HELD)
        assert call.phase not in (Phase.TALKING, Phase.HELD) or call.agents or call.guest
    assert core.offered == sum(core.outcomes.values()) + sum(
        call.outcome is None for call in core.calls.values()
    )
    free = list(core.roster.free.values())
    for caller in core._queue:
        assert (
            choice_for(caller, free, policy=core.policy, at=at, scarce=core.roster.scarce) is None
        ), f"{caller} waits although somebody is free"


@pytest.mark.parametrize("strategy", list(Strategy))
def test_no_random_day_breaks_an_invariant(strategy):
    seen = set()
    for day in range(DAYS // len(Strategy)):
        chance = random.Random(f"{strategy}-{day}")
        core = CallFlow(Policy(strategy=strategy, wrap_up=chance.choice([0.0, 20.0])))
        at, timers = 0.0, []
        for number in range(200):
            at += chance.expovariate(1 / 5)
            due = [timer for timer in timers if timer.at <= at]
            event = random_event(core, chance, number=number)
            for timer in sorted(due, key=lambda each: each.at):
                timers.remove(timer)
                timers += [
                    c
                    for c in core.handle(TimerFired(key=timer.key), at=timer.at)
                    if isinstance(c, StartTimer)
                ]
                check_invariants(core, at=timer.at)
            timers += [c for c in core.handle(event, at=at) if isinstance(c, StartTimer)]
            check_invariants(core, at=at)
        seen.update(outcome for outcome, count in core.outcomes.items() if count)
    assert seen >= set(Outcome) - {Outcome.CLOSED_WHILE_WAITING, Outcome.LOST}


def test_the_same_events_give_the_same_commands():
    def play():
        chance, core, told = random.Random(7), CallFlow(), []
        for number in range(400):
            event = random_event(core, chance, number=number)
            told += core.handle(event, at=float(number))
        return told

    assert play() == play()
