"""The phone menu, one call at a time: language, service, state, closing hours."""

from datetime import time

from tests.phone_house import House
from vitrine.telephony.rules.menus import Does, MenuChoice, PhoneMenu
from vitrine.telephony.rules.phrases import LANGUAGES, own_key, spoken_state
from vitrine.voice.call_flow import (
    DeskClosed,
    DeskOpened,
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


def test_another_menu_counts_from_the_next_call():
    house = House(menu=PLAIN)
    house.call("1")
    house.feed(talking.MenuChanged(menu=PhoneMenu(languages=("de",), choices=())))
    house.call("2", number="+3225550101")

    assert stage(house, "1") == Stage.LANGUAGE
    assert house.offered("2")[0].language == "de"
