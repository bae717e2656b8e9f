"""What the telephone says: every phrase in every language, and values as phrases."""

import re
from datetime import date, datetime, time, timedelta

import pytest

from vitrine.telephony.rules.phrases import (
    LANGUAGES,
    TONGUES,
    all_keys,
    choice_text,
    missing_languages,
    own_key,
    spoken_date,
    spoken_digits,
    spoken_number,
    spoken_opening,
    spoken_place,
    spoken_state,
    spoken_telephone,
    spoken_time,
    spoken_wait,
    text,
)


def said(phrases, language):
    return " ".join(text(key, language=language) for key in phrases)


def test_every_phrase_is_said_in_every_language():
    keys = all_keys()

    assert len(keys) == len(set(keys)) > 300
    for language in LANGUAGES:
        assert [key for key in keys if not text(key, language=language).strip()] == []


def test_no_language_has_a_sentence_that_another_lacks():
    assert {tuple(sorted(tongue.sentences)) for tongue in TONGUES.values()} == {
        tuple(sorted(TONGUES["fr"].sentences))
    }


def test_no_sentence_was_left_in_another_language():
    """But for the words that two languages share, such as "international"."""
    for key in TONGUES["fr"].sentences:
        texts = [text(key, language=language) for language in LANGUAGES]
        if len(texts[0].split()) > 2:
            assert len(set(texts)) == len(LANGUAGES), key


def test_nothing_is_said_that_only_an_eye_can_read():
    for language in LANGUAGES:
        for key in all_keys():
            assert not re.search(r"[0-9<>{}/&+=_\[\]]", text(key, language=language)), (
                language,
                key,
            )


@pytest.mark.parametrize(
    ("number", "fr", "nl", "de", "en"),
    [
        (0, "zéro", "nul", "null", "zero"),
        (1, "un", "één", "eins", "one"),
        (16, "seize", "zestien", "sechzehn", "sixteen"),
        (17, "dix-sept", "zeventien", "siebzehn", "seventeen"),
        (21, "vingt et un", "eenentwintig", "einundzwanzig", "twenty-one"),
        (22, "vingt-deux", "tweeëntwintig", "zweiundzwanzig", "twenty-two"),
        (33, "trente-trois", "drieëndertig", "dreiunddreißig", "thirty-three"),
        (70, "septante", "zeventig", "siebzig", "seventy"),
        (71, "septante et un", "eenenzeventig", "einundsiebzig", "seventy-one"),
        (80, "quatre-vingts", "tachtig", "achtzig", "eighty"),
        (81, "quatre-vingt-un", "eenentachtig", "einundachtzig", "eighty-one"),
        (92, "nonante-deux", "tweeënnegentig", "zweiundneunzig", "ninety-two"),
        (100, "cent", "honderd", "einhundert", "one hundred"),
        (300, "trois cents", "driehonderd", "dreihundert", "three hundred"),
    ],
)
def test_numbers_are_said_as_in_belgium(number, fr, nl, de, en):
    assert [said(spoken_number(number), language) for language in LANGUAGES] == [fr, nl, de, en]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_numbers_sound_alike(language):
    words = [TONGUES[language].number(number) for number in range(1000)]

    assert len(set(words)) == 1000


def test_a_number_without_a_sound_of_its_own_is_said_in_two_parts():
    assert spoken_number(345) == ("number-300", "number-45")
    assert {key for number in range(1000) for key in spoken_number(number)} <= set(all_keys())


@pytest.mark.parametrize("number", [-1, 1000])
def test_a_number_out_of_bounds_is_refused(number):
    with pytest.raises(ValueError, match="from 0 to 999"):
        spoken_number(number)


@pytest.mark.parametrize("key", ["number-1000", "minutes-0", "hour-24", "number-", "number-٣", "x"])
def test_an_unknown_phrase_is_refused(key):
    with pytest.raises(KeyError):
        text(key, language="fr")


def test_minutes_agree_with_their_noun():
    assert said(spoken_wait(timedelta(minutes=1)), "fr").endswith("une minute")
    assert said(spoken_wait(timedelta(minutes=21)), "fr").endswith("vingt et une minutes")
    assert said(spoken_wait(timedelta(minutes=1)), "nl").endswith("één minuut")
    assert said(spoken_wait(timedelta(minutes=1)), "de").endswith("eine Minute")
    assert said(spoken_wait(timedelta(minutes=2)), "en").endswith("two minutes")


def test_a_wait_is_rounded_up_and_never_less_than_a_minute():
    assert spoken_wait(timedelta(0)) == ("wait", "minutes-1")
    assert spoken_wait(timedelta(minutes=3, seconds=1)) == ("wait", "minutes-4")
    assert spoken_wait(timedelta(minutes=60)) == ("wait", "minutes-60")
    assert spoken_wait(timedelta(minutes=60, seconds=1)) == ("wait-long",)


def test_nothing_is_promised_when_nobody_is_there():
    assert spoken_wait(None) == ("nobody-there",)


def test_a_place_is_counted_from_one():
    assert spoken_place(0) == ("next",)
    assert spoken_place(1) == ("place", "number-2")
    assert spoken_place(49) == ("place", "number-50")
    assert spoken_place(50) == ("many-before",)


@pytest.mark.parametrize(
    ("number", "groups"),
    [
        ("+3225550100", "02 55 50 100"),
        ("+3281555010", "081 55 50 10"),
        ("+32470123456", "0470 12 34 56"),
        ("+3242345678", "04 23 45 678"),
        ("+33123456789", "00 33 12 34 56 789"),
        ("+3225550100;ext=12", "02 55 50 100"),
    ],
)
def test_a_telephone_number_is_said_digit_by_digit_in_groups(number, groups):
    phrases = spoken_telephone(number)

    heard = "".join(
        " " if key == "pause" else "00 " if key == "international" else key.removeprefix("number-")
        for key in phrases
    )
    assert heard == groups


@pytest.mark.parametrize("number", ["", "025550100", "anonymous", "+32٢", "+32 2"])
def test_what_is_no_number_is_not_said(number):
    with pytest.raises(ValueError, match=r"E\.164|digits"):
        spoken_telephone(number)


def test_digits_are_digits():
    assert spoken_digits("07") == ("number-0", "number-7")


def test_times_are_said_by_the_clock_of_24_hours():
    assert said(spoken_time(time(8, 30)), "fr") == "huit heures trente"
    assert said(spoken_time(time(21, 21)), "fr") == "vingt et une heures vingt et une"
    assert said(spoken_time(time(1)), "fr") == "une heure"
    assert said(spoken_time(time(16, 30)), "nl") == "zestien uur dertig"
    assert said(spoken_time(time(1, 5)), "de") == "ein Uhr fünf"
    assert said(spoken_time(time(8, 5)), "en") == "eight oh five"
    assert said(spoken_time(time(8)), "en") == "eight o’clock"


def test_the_next_opening_names_its_day():
    phrases = spoken_opening(date(2027, 1, 4), time(8, 30))

    assert said(phrases, "fr") == (
        "Nous vous répondons de nouveau lundi quatre janvier à huit heures trente"
    )
    assert said(phrases, "nl") == (
        "We antwoorden u opnieuw op maandag vier januari om acht uur dertig"
    )
    assert said(phrases, "de") == (
        "Wir sind wieder für Sie da am Montag dem vierten Januar um acht Uhr dreißig"
    )
    assert said(phrases, "en") == (
        "We will answer you again on Monday the fourth of January at eight thirty"
    )


def test_every_day_and_minute_has_its_words():
    for language in LANGUAGES:
        days = {said(spoken_date(date.fromordinal(739000 + day)), language) for day in range(366)}
        assert len(days) == 366
        minutes = {said(spoken_time(time(h, m)), language) for h in range(24) for m in range(60)}
        assert len(minutes) == 1440


def test_the_days_of_the_month_are_ordinal_in_german_and_english():
    assert [text(f"day-{day}", language="de") for day in (1, 3, 7, 8, 20, 31)] == [
        "dem ersten",
        "dem dritten",
        "dem siebten",
        "dem achten",
        "dem zwanzigsten",
        "dem einunddreißigsten",
    ]
    assert [text(f"day-{day}", language="en") for day in (1, 12, 20, 22, 23, 31)] == [
        "the first of",
        "the twelfth of",
        "the twentieth of",
        "the twenty-second of",
        "the twenty-third of",
        "the thirty-first of",
    ]
    assert text("day-1", language="fr") == "premier"


def test_the_state_is_said_only_when_something_is_to_be_said():
    assert spoken_state("works") == ()
    assert spoken_state("slowed") == ("state-slowed",)
    assert spoken_state("interrupted", as_of=time(14, 5)) == (
        "state-interrupted",
        "state-as-of",
        "hour-14",
        "minute-5",
    )
    begins = datetime(2026, 12, 1, 18, 0)
    assert said(spoken_state("works", planned=(begins.date(), begins.time(), time(20))), "fr") == (
        "Une maintenance est prévue mardi premier décembre de dix-huit heures à vingt heures"
    )
    with pytest.raises(ValueError, match="no position"):
        spoken_state("broken")


def test_a_choice_of_the_menu_is_one_sentence():
    assert choice_text(topic="une clé d’accès", key="1", language="fr") == (
        "Pour une clé d’accès, tapez un."
    )
    assert choice_text(topic="Zugangsschlüssel", key="3", language="de") == (
        "Für Zugangsschlüssel drücken Sie die drei."
    )


def test_the_key_of_an_own_phrase_follows_its_texts():
    texts = {"fr": "Clés", "nl": "Sleutels"}

    assert own_key(texts) == own_key({"nl": " Sleutels ", "fr": "Clés"})
    assert own_key(texts) != own_key(texts | {"nl": "Sleutel"})
    assert missing_languages(texts) == ("de", "en")
