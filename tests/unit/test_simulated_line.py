"""Simulated callers and colleagues through the real conversation and the real core, quickly."""

import asyncio
import time
import wave

import pytest

from vitrine.telephony.rules.menus import PhoneMenu
from vitrine.telephony.rules.routing import Policy
from vitrine.voice.call_flow import (
    AgentReady,
    AgentState,
    CallFlow,
    LegAnswered,
    Outcome,
    Phase,
    Ring,
    StartTimer,
    TimerFired,
    Transferred,
    talking,
)
from vitrine.voice.call_flow.conversation import Conversation
from vitrine.voice.call_flow.events import Event
from vitrine.voice.line import Line
from vitrine.voice.simulated_line import SimulatedLine
from vitrine.voice.simulated_people import Colleague, Manners, Person, Population, Wish

QUICK = Manners(
    calls_per_hour=3600 * 20,
    patience=1.5,
    talk=0.15,
    shortest_talk=0.02,
    letters_per_second=4000.0,
    each_phrase=0.002,
    own_phrase=0.01,
    key_after=0.01,
    answer_after=0.03,
    message=0.05,
    lasts=2.0,
    pause=0.1,
)
MENU = PhoneMenu(answer_within=0.1, announce_after=0.1, announce_every=0.3)
TEAM = (
    Colleague(name="agent-1", languages={"fr": 3, "nl": 2}),
    Colleague(name="agent-2", languages={"nl": 3, "en": 2}),
    Colleague(name="agent-3", languages={"de": 3, "fr": 2, "en": 3}),
)


class Brain:
    """As small as one can be: one queue, the conversation first, then the core."""

    def __init__(self, line, *, menu=MENU, policy=None):
        self.line = line
        self.core = CallFlow(policy or Policy(wrap_up=0.02, ring_for=0.2, call_back_pause=0.2))
        self.conversation = Conversation(core=self.core, menu=menu)
        self.heard = []
        self.orders = []
        self.queue = asyncio.Queue()

    def ear(self, event, at):
        self.heard.append(event)
        self.queue.put_nowait((event, at))

    async def run(self):
        while True:
            event, at = await self.queue.get()
            waiting = [event]
            while waiting:
                for effect in self.conversation.handle(waiting.pop(0), at=at):
                    if isinstance(effect, Event):
                        commands = list(self.core.handle(effect, at=at))
                        waiting += commands
                        for command in commands:
                            await self.do(command)
                    else:
                        await self.do(effect)

    async def do(self, order):
        if isinstance(order, StartTimer):
            loop = asyncio.get_running_loop()
            after = max(0.0, order.at - time.monotonic())
            loop.call_later(after, lambda: self.ear(TimerFired(key=order.key), time.monotonic()))
        else:
            self.orders.append(order)
            await self.line.carry_out(order)


def a_line(manners=QUICK, *, colleagues=TEAM, seed=3, **more):
    population = Population(manners, seed=seed, numbers=more.pop("numbers", ()))
    return SimulatedLine(population, epoch="e1", colleagues=colleagues, **more)


async def until(condition, *, seconds=15.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come"
        await asyncio.sleep(0.01)


async def play(line, brain, story):
    tasks = [asyncio.create_task(line.run(brain.ear)), asyncio.create_task(brain.run())]
    try:
        await story()
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        assert isinstance(result, asyncio.CancelledError), result


def test_calls_arrive_are_answered_given_up_and_accounted_for(tmp_path):
    line = a_line(recordings=tmp_path)
    assert isinstance(line.carry_out, object)
    brain = Brain(line)

    async def story():
        await until(lambda: brain.core.outcomes[Outcome.ANSWERED] >= 12, seconds=40)
        await until(lambda: brain.core.outcomes[Outcome.CALL_BACK] >= 1, seconds=40)

    asyncio.run(play(line, brain, story))

    present = [call for call in brain.core.calls.values() if call.outcome is None]
    assert brain.core.offered == sum(brain.core.outcomes.values()) + len(present)
    assert {one.language for one in brain.orders if isinstance(one, talking.Say)} >= {"fr", "nl"}
    assert any(isinstance(event, talking.KeyPressed) for event in brain.heard)


def alone(**more):
    """A line on which nobody calls by himself."""
    manners = Manners(**{**vars(QUICK), "calls_per_hour": 1e-6, "first_call_within": 1e9, **more})
    return a_line(manners, colleagues=more.pop("colleagues", TEAM))


def test_a_caller_keys_the_language_that_he_hears_and_is_answered():
    line = alone(misses=0.0, declines=0.0, patience=30.0)
    brain = Brain(line)

    async def story():
        await until(lambda: "agent-3" in brain.core.roster.free)
        line.arrive(Person(number="+3225550200", language="de", patience=30.0))
        await until(lambda: brain.core.outcomes[Outcome.ANSWERED] == 1)

    asyncio.run(play(line, brain, story))

    keys = [event.key for event in brain.heard if isinstance(event, talking.KeyPressed)]
    assert keys[0] == "3"
    assert brain.core.roster["agent-3"].agent.calls_taken == 1


def test_a_caller_who_wants_a_message_leaves_one_that_can_be_heard(tmp_path):
    manners = Manners(
        **{**vars(QUICK), "calls_per_hour": 1e-6, "first_call_within": 1e9, "message": 2.2}
    )
    line = a_line(manners, colleagues=(), recordings=tmp_path)
    brain = Brain(line)

    async def story():
        await until(lambda: brain.heard)
        line.arrive(Person(number="", language="fr", wish=Wish.MESSAGE, patience=30.0))
        await until(lambda: any(isinstance(one, talking.Recorded) for one in brain.heard))
        await until(lambda: not line.calls)

    asyncio.run(play(line, brain, story))

    [recorded] = [one for one in brain.heard if isinstance(one, talking.Recorded)]
    with wave.open(str(tmp_path / recorded.file)) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(recorded.seconds, abs=0.1)
    assert brain.core.outcomes[Outcome.MESSAGE] == 1


def test_a_person_picks_up_what_rings_at_his_place():
    line = alone(patience=30.0)
    line.leave_to_person("agent-3")
    brain = Brain(line)

    async def story():
        await until(lambda: "agent-3" in brain.core.roster.desks)
        brain.ear(AgentReady(agent="agent-3"), time.monotonic())
        line.arrive(Person(number="+3225550200", language="de", patience=30.0))
        await until(lambda: any(isinstance(one, Ring) for one in brain.orders))
        await asyncio.sleep(0.1)
        assert not any(isinstance(one, LegAnswered) for one in brain.heard)
        assert line.pick_up("agent-3")
        await until(lambda: brain.core.roster["agent-3"].state == AgentState.TALKING)
        assert not line.pick_up("agent-3")

    asyncio.run(play(line, brain, story))


def test_a_person_declines_and_the_caller_keeps_his_place():
    line = alone(patience=30.0)
    line.leave_to_person("agent-3")
    brain = Brain(line, policy=Policy(ring_for=20.0, most_missed=5))

    async def story():
        await until(lambda: "agent-3" in brain.core.roster.desks)
        brain.ear(AgentReady(agent="agent-3"), time.monotonic())
        name = line.arrive(Person(number="+3225550200", language="de", patience=30.0))
        await until(lambda: any(isinstance(one, Ring) for one in brain.orders))
        assert line.decline("agent-3")
        await until(lambda: sum(isinstance(one, Ring) for one in brain.orders) == 2)
        assert brain.core.calls[name].phase == Phase.RINGING

    asyncio.run(play(line, brain, story))


def test_who_is_handed_over_waits_again_and_is_answered_by_somebody_else():
    line = alone(misses=0.0, declines=0.0, patience=30.0, talk=30.0)
    brain = Brain(line)

    async def story():
        await until(lambda: len(brain.core.roster.free) == 3)
        name = line.arrive(Person(number="+3225550200", language="fr", patience=30.0))
        await until(lambda: name in brain.core.calls and brain.core.calls[name].answered_at)
        brain.ear(Transferred(call=name, language="de"), time.monotonic())
        await until(lambda: brain.core.calls[name].agents == ("agent-3",))

    asyncio.run(play(line, brain, story))


def test_known_people_call_in_their_language():
    population = Population(QUICK, seed=1, numbers=[("+3225550111", "de")])

    people = [population.next_person() for _ in range(400)]

    known = [person for person in people if person.number == "+3225550111"]
    assert 120 < len(known) < 280
    assert {person.language for person in known} == {"de"}
    assert sum(person.number == "" for person in people) > 3


def test_the_same_seed_brings_the_same_people():
    one, other = Population(QUICK, seed=5), Population(QUICK, seed=5)

    assert [one.next_person() for _ in range(50)] == [other.next_person() for _ in range(50)]
    assert one.next_gap(hour=10) == other.next_gap(hour=10)


def test_mornings_are_busier_than_nights():
    population = Population(Manners(calls_per_hour=60), seed=1)

    morning = sum(population.next_gap(hour=10) for _ in range(2000)) / 2000
    night = sum(population.next_gap(hour=3) for _ in range(2000)) / 2000

    assert morning == pytest.approx(40, rel=0.1)
    assert night > 1.5 * morning


def test_it_is_a_line():
    line: Line = a_line()

    assert line.is_simulated
