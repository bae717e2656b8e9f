"""Callers who key anything at any time, agents who come and go, a line that loses and repeats.

Whatever happens: nobody is stuck in silence, one voice at a time, who waits is never hung up on,
and every call is offered once or has left the menu once.
"""

import os
import random

import pytest

from tests.phone_house import Faults, House
from vitrine.telephony.rules.menus import Does, MenuChoice, PhoneMenu
from vitrine.telephony.rules.phrases import LANGUAGES, text
from vitrine.telephony.rules.routing import Policy
from vitrine.voice.call_flow import (
    AgentHungUp,
    AgentPaused,
    AgentReady,
    DeskClosed,
    DeskOpened,
    Outcome,
    Phase,
    talking,
)
from vitrine.voice.call_flow.conversation import Stage

DAYS = int(os.environ.get("VITRINE_TEST_DIALOGUES", "60"))
TOPICS = {language: f"topic {language}" for language in LANGUAGES}
MENU = PhoneMenu(
    choices=(
        MenuChoice(
            key="1",
            topics=TOPICS,
            does=Does.MENU,
            choices=(MenuChoice(key="1", topics=TOPICS), MenuChoice(key="2", topics=TOPICS)),
        ),
        MenuChoice(key="2", topics=TOPICS, does=Does.STATE),
        MenuChoice(key="3", topics=TOPICS, does=Does.MESSAGE),
        MenuChoice(key="4", topics=TOPICS, service="network", priority=1),
    ),
    loss_number="+3225550199",
)
NUMBERS = ("", "+3225550100", "+32470123456", "+4930123456", "+12125550100", "+3290012345")
KEYS = "0123456789*#"


def play(seed, faults=None):
    dice = random.Random(seed)
    house = House(
        menu=MENU,
        policy=Policy(wrap_up=3.0, most_wait=200.0, call_back_pause=30.0),
        faults=faults,
        answer_after=dice.uniform(0.5, 20.0),
        mia="fr",
        jo="nl fr",
        al="de en",
    )
    calls = 0
    for _ in range(250):
        house.wait(dice.expovariate(1 / 3.0))
        act = dice.random()
        if act < 0.12:
            calls += 1
            house.call(
                f"c{calls}",
                number=dice.choice(NUMBERS),
                language=dice.choice(("", "", "fr", "nl", "xx")),
                for_colleague=dice.choice(("", "", "", "agent-9")),
            )
        elif act < 0.7 and house.up:
            house.key(dice.choice(sorted(house.up)), dice.choice(KEYS))
        elif act < 0.8 and house.up:
            house.hang_up(dice.choice(sorted(house.up)))
        elif act < 0.9:
            house.feed(AgentHungUp(agent=dice.choice(("mia", "jo", "al"))))
        else:
            house.feed(something_else(dice))
        check(house)
    return house, calls


def something_else(dice):
    agent = dice.choice(("mia", "jo", "al"))
    return dice.choice(
        (
            AgentReady(agent=agent),
            AgentReady(agent=agent),
            AgentPaused(agent=agent),
            DeskClosed(next_opening="2027-01-04T08:30"),
            DeskOpened(),
            DeskOpened(),
            talking.StateSpoken(phrases=("state-slowed",)),
            talking.StateSpoken(phrases=()),
        )
    )


def check(house):
    for talk in house.conversation.talks.values():
        if talk.stage == Stage.TALKING:
            assert not talk.saying
            assert not talk.script
        assert not (talk.stage == Stage.WAITING and not talk.is_offered)
    for order in house.orders:
        if isinstance(order, talking.HangUp):
            call = house.core.calls.get(order.call)
            assert call is None or call.phase not in (Phase.WAITING, Phase.RINGING), order
    for name, call in house.core.calls.items():
        if call.phase == Phase.TALKING and name in house.conversation.talks:
            assert house.conversation.talks[name].stage == Stage.TALKING


def settle(house):
    """Everybody falls silent; the rest follows by itself."""
    house.faults.lost = house.faults.doubled = house.faults.late = 0.0
    for agent in ("mia", "jo", "al"):
        house.feed(AgentReady(agent=agent))
    for _ in range(80):
        house.wait(60)
        for agent in ("mia", "jo", "al"):
            house.feed(AgentHungUp(agent=agent))
            house.feed(AgentReady(agent=agent))
    for call in sorted(house.up):
        house.hang_up(call)
    house.wait(400)


def account(house, calls):
    for number in range(1, calls + 1):
        name = f"c{number}"
        left = [o for o in house.orders if isinstance(o, talking.LeftMenu) and o.call == name]
        assert len(house.offered(name)) + len(left) == 1, (name, house.offered(name), left)
    assert house.core.offered == sum(house.core.outcomes.values())
    assert house.conversation.talks == {}
    assert house.core.outcomes[Outcome.LOST] == 0


def every_phrase_has_words(house):
    own = set(MENU.own_texts())
    for order in house.orders:
        if isinstance(order, talking.Say):
            assert order.phrases
            assert order.language in MENU.languages
            for key in order.phrases:
                assert key in own or text(key, language=order.language)


@pytest.mark.parametrize("block", range(4))
def test_whatever_callers_do_every_call_comes_to_one_end(block):
    for seed in range(block * DAYS // 4, (block + 1) * DAYS // 4):
        house, calls = play(seed)
        settle(house)
        account(house, calls)
        every_phrase_has_words(house)


@pytest.mark.parametrize(
    "faults", [{"lost": 0.2}, {"doubled": 0.3}, {"late": 0.4}, {"lost": 0.1, "doubled": 0.1}]
)
def test_a_line_that_loses_repeats_and_delays_leaves_nobody_stuck(faults):
    for seed in range(DAYS // 4):
        house, calls = play(seed, Faults(**faults, seed=seed))
        settle(house)
        if "lost" not in faults:
            account(house, calls)
        every_phrase_has_words(house)
        for talk in house.conversation.talks.values():  # only a lost hang-up may keep one
            assert talk.stage in (Stage.WAITING, Stage.TALKING, Stage.MESSAGE), talk


def test_the_same_events_give_the_same_words():
    first, _calls = play(7)
    second, _calls = play(7)

    assert first.orders == second.orders
    assert first.to_core == second.to_core
