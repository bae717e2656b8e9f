"""Ways to go without having spoken to anybody: called back, a message."""

import pytest

from tests.phone_house import House
from vitrine.telephony.rules.menus import PhoneMenu
from vitrine.telephony.rules.routing import Policy
from vitrine.voice.call_flow import (
    CallBackAccepted,
    DeskClosed,
    DeskOpened,
    Outcome,
    Phase,
    talking,
)
from vitrine.voice.call_flow.conversation import Stage

PLAIN = PhoneMenu(choices=())


def stage(house, call="1"):
    return house.conversation.talks[call].stage


def test_key_nine_reads_the_number_back_and_keeps_the_place():
    house = House(menu=PLAIN)
    house.call(language="fr")
    house.wait(5)
    house.key("1", "9")
    house.wait(10)

    digits = [key for key in house.keys_heard() if key.startswith("number-")]
    assert digits[:9] == [f"number-{digit}" for digit in "025550100"]
    house.key("1", "1")
    assert house.to_core[-1:] != [CallBackAccepted(call="1", number="+3225550100")]
    house.wait(5)

    assert CallBackAccepted(call="1", number="+3225550100") in house.to_core
    assert "call-back-noted" in house.keys_heard()
    assert house.core.calls["1"].phase == Phase.TO_CALL_BACK
    assert house.core.calls["1"].caller.waiting_since == 0.0
    assert house.core.outcomes[Outcome.CALL_BACK] == 1
    assert "1" not in house.up


def test_who_hangs_up_while_the_promise_is_spoken_is_called_back():
    house = House(menu=PLAIN)
    house.call(language="fr")
    house.wait(5)
    house.key("1", "9", "1")

    house.hang_up()
    house.wait(1)

    assert house.core.calls["1"].phase == Phase.TO_CALL_BACK
    assert house.core.outcomes[Outcome.ABANDONED] == 0


def test_who_hangs_up_before_he_confirms_has_abandoned():
    house = House(menu=PLAIN)
    house.call(language="fr")
    house.wait(5)
    house.key("1", "9")

    house.hang_up()
    house.wait(1)

    assert house.core.outcomes[Outcome.ABANDONED] == 1


def test_another_number_can_be_keyed():
    house = House(menu=PLAIN)
    house.call(language="fr")
    house.wait(5)
    house.key("1", "9", "2", *"0470123456#")
    house.wait(12)
    house.key("1", "1")
    house.wait(5)

    assert CallBackAccepted(call="1", number="+32470123456") in house.to_core
    assert house.core.calls["1"].number == "+32470123456"


def test_silence_ends_a_number_that_is_long_enough():
    house = House(menu=PLAIN)
    house.call(language="fr")
    house.wait(5)
    house.key("1", "9", "2", *"0470123456")
    house.wait(6)

    assert stage(house) == Stage.CALL_BACK


@pytest.mark.parametrize("keyed", ["090012345", "123", "0012125550100", "00881612345678", "112"])
def test_a_number_that_costs_the_house_money_is_not_called(keyed):
    house = House(menu=PLAIN)
    house.call(language="fr")
    house.wait(5)
    house.key("1", "9", "2", *keyed, "#")
    house.wait(5)

    assert "call-back-wrong" in house.keys_heard()
    assert stage(house) == Stage.NUMBER


def test_a_withheld_number_is_asked_for():
    house = House(menu=PLAIN)
    house.call(language="fr", number="")
    house.wait(5)
    house.key("1", "9")
    house.wait(5)

    assert "call-back-enter" in house.keys_heard()
    assert "call-back-wrong" not in house.keys_heard()
    house.key("1", *"025550199#", "1")
    house.wait(5)
    assert house.core.calls["1"].number == "+3225550199"


def test_who_does_not_confirm_waits_on_and_has_lost_nothing():
    house = House(menu=PLAIN)
    house.call(language="fr")
    house.wait(5)
    house.key("1", "9")
    house.wait(90)

    assert stage(house) == Stage.WAITING
    assert house.core.calls["1"].phase == Phase.WAITING
    assert house.core.calls["1"].caller.waiting_since == 0.0


def test_an_answer_in_the_middle_of_a_number_serves_the_caller():
    house = House(menu=PLAIN, mia="fr", answer_after=8.0)
    house.call(language="fr")
    house.wait(5)
    house.key("1", "9", "2", "0", "2")
    house.wait(3)

    assert stage(house) == Stage.TALKING
    assert house.core.calls["1"].phase == Phase.TALKING
    assert not any(isinstance(event, CallBackAccepted) for event in house.to_core)


def test_key_seven_leaves_a_message():
    house = House(menu=PLAIN)
    house.call(language="fr")
    house.wait(5)
    house.key("1", "7")
    house.wait(5)

    assert house.core.outcomes[Outcome.MESSAGE] == 1
    assert len(house.ordered(talking.Record)) == 1
    house.feed(talking.Recorded(call="1", file="1.wav", seconds=8.0, spoken=6.0))
    house.wait(5)
    assert "message-thanks" in house.keys_heard()
    assert "1" not in house.up


def test_an_empty_message_is_asked_for_again_but_not_for_ever():
    house = House(menu=PLAIN)
    house.call(language="fr")
    house.wait(5)
    house.key("1", "7")
    for _ in range(3):
        house.wait(5)
        house.feed(talking.Recorded(call="1", file="", seconds=0.0))
    house.wait(5)

    assert house.keys_heard().count("message-invitation") == 3
    assert house.keys_heard()[-1] == "goodbye"
    assert "1" not in house.up


def test_other_ways_that_the_menu_does_not_offer_are_not_taken():
    house = House(menu=PhoneMenu(choices=(), offers_call_back=False, takes_messages=False))
    house.call(language="fr")
    house.wait(20)
    house.key("1", "9", "7")
    house.wait(20)

    assert stage(house) == Stage.WAITING
    assert not {"offer-call-back", "offer-message"} & set(house.keys_heard())


def test_long_waiters_are_offered_other_ways_and_may_stay():
    house = House(menu=PLAIN, policy=Policy(most_wait=100.0))
    house.call(language="fr")
    house.wait(130)

    assert "long-wait" in house.keys_heard()
    assert house.core.calls["1"].phase == Phase.WAITING


def test_a_message_left_at_night_is_written_down_as_such():
    house = House()
    house.feed(DeskClosed())
    house.call(language="de")
    house.key("1", "7")
    house.wait(5)
    house.hang_up()
    house.wait(1)

    assert house.left == {"1": "message"}
    assert house.offered() == []


def test_who_asks_at_night_is_called_back_first_in_the_morning():
    house = House()
    house.feed(DeskClosed())
    house.call(language="de")
    house.key("1", "9", "1")
    house.wait(8)
    assert "call-back-later" in house.keys_heard()
    assert "1" not in house.up
    house.feed(DeskOpened())
    house.call("2", language="de", number="+3225550102")
    house.key("2", "1")
    assert [caller.call for caller in house.core.callers_waiting()] == ["1", "2"]
    assert house.left == {}
