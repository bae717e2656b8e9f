"""The queue as a caller hears it, and what survives a restart, a breakdown, a bad line."""

from itertools import pairwise

from tests.phone_house import House
from vitrine.telephony.rules.menus import PhoneMenu
from vitrine.voice.call_flow import (
    AgentHungUp,
    AgentPaused,
    CallerGone,
    DeskClosed,
    EngineLost,
    Outcome,
    Phase,
    Ring,
    TalkFound,
    Transferred,
    talking,
)
from vitrine.voice.call_flow.conversation import Stage

PLAIN = PhoneMenu(choices=())


def stage(house, call="1"):
    return house.conversation.talks[call].stage


def test_who_waits_hears_music_and_is_told_his_place_and_wait():
    house = House(mia="fr", menu=PLAIN)
    house.answers = False
    house.core.roster["mia"].state = "talking"
    house.core.roster.free.clear()
    house.call("1", language="fr")
    house.call("2", language="fr", number="+3225550101")

    house.wait(16)

    [told] = house.ordered(talking.WaitAnnounced, "2")
    assert told.ahead == 1
    assert told.seconds % 60 == 0
    assert house.keys_heard("2")[-9:-7] == ["place", "number-2"] or "place" in house.keys_heard("2")
    assert "next" in house.keys_heard("1")
    house.wait(15)
    assert {"1", "2"} <= house.music


def test_the_wait_is_told_again_at_intervals_while_nobody_is_rung():
    house = House(menu=PLAIN)
    house.call(language="fr")

    house.wait(15 + 3 * 60 + 1)

    assert len(house.ordered(talking.WaitAnnounced)) == 4


def test_nobody_is_told_a_wait_when_nobody_could_answer():
    house = House(menu=PLAIN, mia="fr")
    house.call(language="de")

    house.wait(30)

    [told] = house.ordered(talking.WaitAnnounced)
    assert told.seconds is None
    assert "nobody-there" in house.keys_heard()
    assert "wait" not in house.keys_heard()


def test_a_paused_agent_is_nobody_who_could_answer():
    house = House(menu=PLAIN, mia="fr")
    house.feed(AgentPaused(agent="mia"))
    house.call(language="fr")
    house.wait(30)

    assert house.ordered(talking.WaitAnnounced)[0].seconds is None


def test_music_stops_and_nothing_more_is_said_when_somebody_answers():
    house = House(mia="fr", menu=PLAIN)
    house.call(language="fr")
    house.wait(3)

    assert house.core.calls["1"].phase == Phase.TALKING
    said = len(house.ordered(talking.Say))
    house.key("1", "9", "7", "1")
    house.wait(600)
    assert len(house.ordered(talking.Say)) == said


def test_at_closing_time_who_waits_is_told_and_still_served():
    house = House(menu=PLAIN)
    house.call(language="fr")
    house.wait(5)
    house.feed(DeskClosed(next_opening="2027-01-04T08:30"))
    house.wait(20)

    assert "closing" in house.keys_heard()
    assert "1" in house.up
    assert house.core.calls["1"].phase == Phase.WAITING
    assert not house.ordered(talking.HangUp)


def test_who_is_in_the_menu_at_closing_time_is_let_in():
    house = House()
    house.call(language="fr")
    house.feed(DeskClosed())
    house.key("1", "1")

    assert len(house.offered()) == 1


def test_the_known_agent_of_a_person_is_told_to_the_core():
    house = House(menu=PLAIN)
    house.call(language="fr", known_agent="mia")

    assert house.offered()[0].known_agent == "mia"


def test_a_recorded_desk_says_so_before_anybody_answers():
    house = House(menu=PhoneMenu(choices=(), tells_recording=True))
    house.call(language="fr")
    house.wait(10)

    heard = house.keys_heard()
    assert heard.index("recording-notice") < heard.index("one-moment")


def test_who_is_handed_back_to_the_queue_hears_music_again():
    house = House(menu=PLAIN, mia="fr", jo="nl")
    house.call(language="fr")
    house.wait(5)
    house.core.roster["jo"].state = "paused"
    house.core.roster.free.pop("jo", None)

    house.feed(Transferred(call="1", language="nl"))
    house.wait(5)

    assert ("nl", "transferred") in house.heard["1"]
    assert "1" in house.music
    assert stage(house) == Stage.WAITING


def test_who_waited_before_a_restart_keeps_his_place_and_is_told():
    house = House(menu=PLAIN)
    house.up.add("1")
    house.now = 500.0
    house.feed(
        talking.CallFound(call="1", number="+3225550100", language="de", waiting_since=100.0)
    )
    house.wait(5)

    [offered] = house.offered()
    assert offered.waiting_since == 100.0
    assert ("de", "sorry-again") in house.heard["1"]
    assert "1" in house.music


def test_who_was_in_the_menu_before_a_restart_begins_again():
    house = House()
    house.up.add("1")
    house.feed(talking.CallFound(call="1", number="+3225550100"))
    house.wait(5)

    assert stage(house) == Stage.LANGUAGE
    assert house.offered() == []


def test_who_talked_before_a_restart_hears_nothing_of_it():
    house = House(mia="fr")
    house.up.add("1")
    house.feed(talking.CallFound(call="1", language="fr", agent="mia", waiting_since=1.0))
    house.wait(60)

    assert any(isinstance(event, TalkFound) for event in house.to_core)
    assert house.heard.get("1", []) == []


def test_after_a_breakdown_nothing_is_left_behind():
    house = House(menu=PhoneMenu())
    house.call("1", language="fr")
    house.call("2", language="fr", number="+3225550101")
    house.key("2", "1")

    house.feed(EngineLost())
    house.wait(60)

    assert house.conversation.talks == {}
    assert house.left == {"1": "lost"}
    assert house.core.outcomes[Outcome.LOST] == 1


def test_a_key_told_twice_counts_once():
    house = House()
    house.call()
    pressed = talking.KeyPressed(call="1", key="1")

    house.feed(pressed)
    house.feed(pressed)

    assert house.offered() == []
    assert stage(house) == Stage.SERVICE


def test_the_end_of_an_utterance_that_is_never_told_stops_nobody():
    house = House(menu=PLAIN)
    house.faults.lost = 1.0
    house.call(language="fr")

    house.wait(60)

    assert "1" in house.music


def test_a_call_told_twice_is_one_call():
    house = House()
    house.call()
    house.call()

    assert len(house.ordered(talking.Answer)) == 1


def test_everything_that_is_not_for_the_conversation_is_passed_on():
    house = House(mia="fr")
    house.feed(AgentHungUp(agent="mia"))
    house.feed(CallerGone(call="unknown"))

    assert house.to_core[-2:] == [AgentHungUp(agent="mia"), CallerGone(call="unknown")]


def test_handling_times_and_patience_are_measured_for_the_announced_wait():
    house = House(menu=PLAIN, mia="fr")
    before = house.conversation.pace.mean_call
    for number in range(60):
        call = str(number)
        house.call(call, language="fr", number="+3225550100")
        house.wait(2.5)
        house.wait(30)
        house.feed(AgentHungUp(agent="mia"))
        house.wait(1)

    assert before == 240.0
    assert 30.0 < house.conversation.pace.mean_call < 120.0


def test_utterances_have_different_names():
    house = House()
    house.call()
    house.wait(200)

    names = [one.say for one in house.ordered(talking.Say)]
    assert len(names) == len(set(names)) > 10
    assert all(one != other for one, other in pairwise(names))


def test_a_telephone_is_rung_while_the_caller_still_hears_the_first_words():
    house = House(menu=PLAIN, mia="fr")

    house.call(language="fr")

    assert any(isinstance(order, Ring) for order in house.orders)
