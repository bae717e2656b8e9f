"""What a caller hears and keys, one call at a time, without any telephone."""

from datetime import time
from itertools import pairwise

import pytest

from tests.phone_house import House
from vitrine.telephony.rules.menus import Does, MenuChoice, PhoneMenu
from vitrine.telephony.rules.phrases import LANGUAGES, own_key, spoken_state
from vitrine.telephony.rules.routing import Policy
from vitrine.voice.call_flow import (
    AgentHungUp,
    AgentPaused,
    CallBackAccepted,
    CallerGone,
    DeskClosed,
    DeskOpened,
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
TOPICS = {language: f"topic {language}" for language in LANGUAGES}


def stage(house, call="1"):
    return house.conversation.talks[call].stage


def test_every_language_asks_for_itself_in_the_order_of_the_menu():
    house = House(menu=PhoneMenu(languages=("nl", "fr", "de")))

    house.call()
    house.wait(15)

    said = house.ordered(talking.Say)[:3]
    assert [one.language for one in said] == ["nl", "fr", "de"]
    assert [one.phrases[-2:] for one in said] == [
        ("choose-language", "number-1"),
        ("choose-language", "number-2"),
        ("choose-language", "number-3"),
    ]


def test_the_call_is_answered_before_anything_is_said():
    house = House()

    house.call()

    assert [type(one) for one in house.orders[:2]] == [talking.Answer, talking.Say]


def test_a_key_cuts_the_sentence_and_leads_on():
    house = House(mia="nl")
    house.call()
    house.wait(1)

    house.key("1", "2")

    cut, service = house.ordered(talking.StopSaying)[-1], house.ordered(talking.Say)[-1]
    assert cut.say == house.ordered(talking.Say)[0].say
    assert (service.language, stage(house)) == ("nl", Stage.SERVICE)
    assert set(service.phrases) == {choice.phrase for choice in PhoneMenu().choices}


def test_language_and_service_are_offered_to_the_core_and_written_on_the_line():
    house = House()
    house.call()
    house.key("1", "3", "2")

    [offered] = house.offered()
    assert (offered.language, offered.service) == ("de", "quality")
    remembered = house.ordered(talking.Remember)[-1]
    assert (remembered.language, remembered.service) == ("de", "quality")
    assert remembered.waiting_since == house.now


def test_the_menu_is_said_three_times_then_anybody_takes_the_caller():
    house = House()
    house.call()

    house.wait(120)

    asked = [key for key in house.keys_heard() if key == "choose-language"]
    assert len(asked) == 3 * len(LANGUAGES)
    [offered] = house.offered()
    assert (offered.language, offered.service) == ("", "")


def test_a_wrong_key_is_told_in_every_language_and_the_question_asked_again():
    house = House()
    house.call()

    house.key("1", "8")
    house.wait(20)

    assert house.keys_heard().count("wrong-choice") == len(LANGUAGES)
    assert stage(house) == Stage.LANGUAGE


def test_a_silent_caller_of_known_language_waits_for_those_who_speak_it():
    house = House()
    house.call(language="nl")

    house.wait(120)

    [offered] = house.offered()
    assert (offered.language, offered.service) == ("nl", "")
    assert house.keys_heard().count("no-choice") == 2


def test_a_known_language_is_not_asked_for_and_can_be_changed():
    house = House()
    house.call(language="nl")
    house.wait(8)

    assert "choose-language" not in house.keys_heard()
    assert {language for language, key in house.heard["1"] if key == "change-language"} == {
        "fr",
        "de",
        "en",
    }
    house.key("1", "*")
    assert stage(house) == Stage.LANGUAGE
    house.key("1", "1")
    assert house.conversation.talks["1"].language == "fr"


def test_the_language_of_a_number_is_remembered_from_its_last_call():
    house = House()
    house.call("1", number="+3281555010")
    house.key("1", "3")
    house.hang_up("1")
    house.wait(1)

    house.call("2", number="+3281555010")

    assert house.conversation.talks["2"].language == "de"
    assert house.left == {"1": "gone"}


def test_the_language_of_a_withheld_number_is_not_remembered():
    house = House()
    house.call("1", number="")
    house.key("1", "3")
    house.call("2", number="")

    assert house.conversation.talks["2"].language == ""


def test_a_menu_in_one_language_asks_for_none():
    house = House(menu=PhoneMenu(languages=("fr",)))
    house.call()

    assert stage(house) == Stage.SERVICE
    assert "change-language" not in house.keys_heard()


def test_submenus_lead_to_their_services():
    inner = MenuChoice(key="4", topics=TOPICS, service="network", priority=2)
    menu = PhoneMenu(
        choices=(MenuChoice(key="1", topics=TOPICS, does=Does.MENU, choices=(inner,)),)
    )
    house = House(menu=menu)
    house.call(language="fr")
    house.key("1", "1", "4")

    [offered] = house.offered()
    assert (offered.service, offered.priority) == ("network", 2)


def test_hash_says_the_choices_again():
    house = House()
    house.call(language="fr")
    house.wait(10)
    before = len(house.ordered(talking.Say))

    house.key("1", "#")

    assert len(house.ordered(talking.Say)) == before + 1
    assert "wrong-choice" not in house.keys_heard()


def test_the_state_of_the_register_is_said_in_the_menu_once():
    house = House()
    house.feed(talking.StateSpoken(phrases=spoken_state("interrupted", as_of=time(9, 5))))
    house.call(language="fr")
    house.wait(12)

    assert "Le registre est interrompu" in house.words()
    assert house.keys_heard().count("state-interrupted") == 1
    house.hang_up()
    house.wait(1)
    assert house.left == {"1": "informed"}


def test_nothing_is_said_of_a_register_that_works_unless_asked():
    menu = PhoneMenu(choices=(MenuChoice(key="5", topics=TOPICS, does=Does.STATE),))
    house = House(menu=menu)
    house.call(language="fr")
    house.wait(5)
    assert "state-works" not in house.keys_heard()

    house.key("1", "5")
    house.wait(5)

    assert "state-works" in house.keys_heard()
    assert stage(house) == Stage.SERVICE


def test_the_desk_can_greet_and_announce_in_its_own_words():
    menu = PhoneMenu(welcome=TOPICS, announcement={**TOPICS, "fr": "autre"}, choices=())
    house = House(menu=menu)
    house.call(language="fr")
    house.wait(10)

    assert house.keys_heard()[:2] == [own_key(menu.welcome), own_key(menu.announcement)]


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


def test_outside_the_hours_the_next_opening_is_said_and_then_goodbye():
    house = House(menu=PhoneMenu(loss_number="+3225550199"))
    house.feed(DeskClosed(next_opening="2027-01-04T08:30"))
    house.call(language="fr")
    house.wait(90)

    assert "lundi quatre janvier à huit heures trente" in house.words()
    assert "loss-and-theft" in house.keys_heard()
    assert house.keys_heard()[-1] == "goodbye"
    assert "1" not in house.up
    assert house.left == {"1": "closed"}
    assert house.offered() == []


def test_outside_the_hours_the_language_is_asked_for_first():
    house = House()
    house.feed(DeskClosed())
    house.call()
    house.key("1", "2")
    house.wait(5)

    assert stage(house) == Stage.CLOSED
    assert ("nl", "closed") in house.heard["1"]


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


def test_opening_time_ends_the_night():
    house = House()
    house.feed(DeskClosed())
    house.feed(DeskOpened())
    house.call(language="fr")

    assert stage(house) == Stage.SERVICE
    assert not house.core.is_closed


def test_a_call_for_an_absent_colleague_goes_to_the_desk_with_his_name():
    house = House()
    house.call(language="fr", for_colleague="agent-7", diverted_from="+3225550107")
    house.wait(5)

    [offered] = house.offered()
    assert (offered.for_colleague, offered.priority) == ("agent-7", 1)
    assert "absent-colleague" in house.keys_heard()


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


def test_another_menu_counts_from_the_next_call():
    house = House(menu=PLAIN)
    house.call("1")
    house.feed(talking.MenuChanged(menu=PhoneMenu(languages=("de",), choices=())))
    house.call("2", number="+3225550101")

    assert stage(house, "1") == Stage.LANGUAGE
    assert house.offered("2")[0].language == "de"


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
