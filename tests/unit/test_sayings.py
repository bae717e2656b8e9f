"""What a speaker records: every phrase once, under a name that says what it is."""

import pytest

from vitrine.telephony.rules.menus import PhoneMenu
from vitrine.telephony.rules.phrases import (
    LANGUAGES,
    Part,
    all_keys,
    own_key,
    sayings,
    sound_name,
    text,
)

OWN = {"fr": "Bonjour à tous.", "nl": "Dag allemaal.", "de": "Guten Tag.", "en": "Hello."}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_is_recorded_once_and_none_is_left_out(language):
    said = sayings(language, own=PhoneMenu().own_texts())

    keys = [key for one in said for key in one.keys]
    assert len(keys) == len(set(keys))
    assert set(all_keys()) - set(keys) == {"pause"}
    assert len({one.text for one in said}) == len(said)
    for one in said:
        for key in one.keys:
            if one.part != Part.OWN:
                assert text(key, language=language).strip() == one.text


def test_the_same_word_is_read_once():
    dutch = {one.keys for one in sayings("nl", own={})}

    assert any({"number-30", "minute-30"} <= set(keys) for keys in dutch)


def test_what_the_desk_wrote_comes_first_and_only_in_languages_that_have_it():
    key = own_key(OWN)
    partly = {"fr": " Bonjour. ", "nl": "  "}

    assert sayings("de", own={key: OWN})[0].text == "Guten Tag."
    assert sayings("de", own={key: OWN})[0].part == Part.OWN
    first = sayings("fr", own={own_key(partly): partly})[0]
    assert (first.text, first.key) == ("Bonjour.", own_key(partly))
    assert sayings("nl", own={own_key(partly): partly})[0].part == Part.SENTENCES


def test_a_sound_is_named_after_its_text_and_voice():
    name = sound_name("Guten Tag.", language="de")

    assert name == sound_name(" Guten Tag. ", language="de")
    assert name != sound_name("Guten Tag!", language="de")
    assert name != sound_name("Guten Tag.", language="nl")
    assert name.isalnum()
    assert len(name) == 20
