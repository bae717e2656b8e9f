"""The phone menu as data: what can be kept, and what is refused."""

import json
from dataclasses import replace

import pytest

from vitrine.telephony.rules.menus import Does, MenuChoice, PhoneMenu, faults_of
from vitrine.telephony.rules.phrases import LANGUAGES, own_key

TOPICS = {language: f"topic {language}" for language in LANGUAGES}


def choice(key="1", **more):
    return MenuChoice(key=key, topics=TOPICS, **more)


def test_the_usual_menu_can_be_used():
    assert list(faults_of(PhoneMenu())) == []
    assert PhoneMenu.from_json(None) == PhoneMenu()


def test_a_menu_comes_back_from_json_as_it_was():
    menu = PhoneMenu(
        languages=("nl", "fr"),
        welcome=TOPICS,
        choices=(
            choice("1", does=Does.MENU, choices=(choice("2", service="quality", priority=3),)),
            choice("2", does=Does.STATE),
            choice("3", does=Does.MESSAGE),
        ),
        repeats=1,
        loss_number="+3225550100",
    )

    assert PhoneMenu.from_json(json.loads(json.dumps(menu.as_json()))) == menu


def test_a_menu_of_a_newer_version_is_used_as_far_as_it_is_understood():
    assert PhoneMenu.from_json({"hologram": True, "repeats": 1}) == PhoneMenu(repeats=1)


@pytest.mark.parametrize(
    ("menu", "fault"),
    [
        (PhoneMenu(languages=()), "languages"),
        (PhoneMenu(languages=("fr", "fr")), "languages"),
        (PhoneMenu(languages=("fr", "xx")), "languages"),
        (PhoneMenu(repeats=-1), "bounds:repeats"),
        (PhoneMenu(announce_every=1.0), "bounds:announce_every"),
        (PhoneMenu(welcome={"fr": "Bonjour"}), "language-missing:welcome"),
        (PhoneMenu(welcome=dict.fromkeys(LANGUAGES, "a" * 501)), "too-long:welcome"),
        (PhoneMenu(choices=(choice("1"), choice("1"))), "key-twice:"),
        (PhoneMenu(choices=(choice("0"),)), "no-key:0"),
        (PhoneMenu(choices=(choice("12"),)), "no-key:12"),
        (PhoneMenu(choices=(MenuChoice(key="1", topics={"fr": "x"}),)), "language-missing:1"),
        (PhoneMenu(choices=(choice("1", does=Does.MENU),)), "leads-nowhere:1"),
        (PhoneMenu(choices=(choice("1", choices=(choice("2"),)),)), "leads-nowhere:1"),
        (
            PhoneMenu(choices=(choice("1", does=Does.MESSAGE),), takes_messages=False),
            "no-messages:1",
        ),
        (PhoneMenu(choices=tuple(choice(key) for key in "1234567")), "too-many:"),
    ],
)
def test_what_would_lead_callers_astray_is_refused(menu, fault):
    assert fault in list(faults_of(menu))
    with pytest.raises(ValueError, match=fault):
        PhoneMenu.from_json(menu.as_json())


def test_more_than_two_levels_are_refused():
    third = choice("1", does=Does.MENU, choices=(choice("1"),))
    second = choice("1", does=Does.MENU, choices=(third,))

    assert list(faults_of(PhoneMenu(choices=(second,)))) == ["too-deep:11"]


@pytest.mark.parametrize(
    "facts",
    [
        {"languages": 5},
        {"choices": [1]},
        {"choices": [{"key": "1"}]},
        {"choices": [{"key": "1", "topics": 5}]},
        {"choices": [{"key": "1", "topics": TOPICS, "does": "dance"}]},
        {"repeats": "many"},
        {"welcome": "hello"},
    ],
)
def test_what_is_no_menu_is_refused(facts):
    with pytest.raises(ValueError, match=r"."):
        PhoneMenu.from_json(facts)


def test_a_language_that_is_not_offered_needs_no_text():
    menu = PhoneMenu(languages=("fr", "nl"), welcome={"fr": "Bonjour", "nl": "Dag"}, choices=())

    assert list(faults_of(menu)) == []


def test_the_choices_after_some_keys_are_found():
    below = choice("2", service="quality")
    menu = PhoneMenu(choices=(choice("1", does=Does.MENU, choices=(below,)), choice("2")))

    assert [one.key for one in menu.choices_after("")] == ["1", "2"]
    assert menu.choices_after("1") == (below,)
    assert menu.choices_after("2") == ()
    assert menu.choices_after("99") == ()


def test_every_phrase_of_a_menu_is_listed_with_its_texts():
    menu = replace(PhoneMenu(), welcome=TOPICS)

    texts = menu.own_texts()

    assert texts[own_key(TOPICS)] == TOPICS
    assert {one.phrase for one in menu.choices} < set(texts)
    assert "tapez deux." in texts[menu.choices[1].phrase]["fr"]
