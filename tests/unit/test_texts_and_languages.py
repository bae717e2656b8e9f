"""Small words tell the language; national numbers never reach the store."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitrine.correspondence.rules import (
    filled,
    hours_in_words,
    message_id_of,
    without_blank_lines_of,
)
from vitrine.kernel.language_detection import detect
from vitrine.kernel.languages import Language
from vitrine.kernel.text import MASK, excerpt, mask_national_numbers, without_controls


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Bonjour, je n'arrive plus à me connecter depuis ce matin.", "fr"),
        ("Notre clé d'accès est bloquée, merci de nous aider", "fr"),
        ("Goedemorgen, wij kunnen ons niet meer aanmelden.", "nl"),
        ("Graag een nieuwe sleutel voor onze gemeente, alvast bedankt", "nl"),
        ("Guten Tag, wir können uns nicht anmelden. Freundliche Grüße", "de"),
        ("Sehr geehrte Damen und Herren, bitte entsperren Sie den Zugang", "de"),
        ("Dear help desk, I cannot sign in any more. Thank you", "en"),
    ],
)
def test_four_languages_are_told_apart(text, language):
    assert detect(text) == language


@pytest.mark.parametrize("text", ["", "OK", "12345", "Musterbach", "ping 10.0.0.1", "日本語"])
def test_what_is_too_short_is_not_guessed(text):
    assert detect(text) is None


@pytest.mark.parametrize(
    "written",
    ["85073003328", "85.07.30-033.28", "85 07 30 033 28", "85/07/30-033/28", "85.07.30–033.28"],
)
def test_a_national_number_is_masked_however_it_is_written(written):
    assert mask_national_numbers(f"Dossier {written}.") == f"Dossier {MASK}."


def test_numbers_of_people_born_from_2000_and_bis_numbers_are_masked_too():
    assert mask_national_numbers("00012556777") == MASK
    body = 854730033
    assert mask_national_numbers(f"{body}{97 - body % 97:02}") == MASK


@pytest.mark.parametrize(
    "text",
    [
        "85073003329",  # the check digits are wrong
        "+32 475 12 34 56",
        "BE68 5390 0754 7034",
        "2026-000418",
        "RN-2026-000123",
        "850730033281",  # twelve digits
    ],
)
def test_other_numbers_stay_readable(text):
    assert mask_national_numbers(text) == text


def test_a_number_behind_other_digits_is_found():
    assert mask_national_numbers("12 85.07.30-033.28") == f"12 {MASK}"


@given(st.text())
def test_text_of_any_kind_can_be_stored(text):
    stored = without_controls(text)

    assert "\x00" not in stored
    stored.encode()
    assert len(excerpt(stored, length=50)) <= 50
    mask_national_numbers(stored)


def test_an_excerpt_ends_at_a_word():
    assert excerpt("eins zwei drei", length=11) == "eins zwei…"
    assert excerpt("  eins\n zwei ", length=20) == "eins zwei"


def test_placeholders_are_filled_once_and_unknown_ones_stay():
    assert filled("{a} {b} {c", {"a": "{b}", "b": "2"}) == "{b} 2 {c"
    assert without_blank_lines_of("x\n{a}\ny", {"a": "", "b": ""}) == "x\ny"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (Language.FR, "du lundi au vendredi de 8 h 30 à 16 h 30"),
        (Language.NL, "van maandag tot vrijdag van 8.30 tot 16.30 uur"),
        (Language.DE, "Montag bis Freitag von 8.30 bis 16.30 Uhr"),
        (Language.EN, "Monday to Friday from 8:30 to 16:30"),
    ],
)
def test_opening_hours_are_said_in_each_language(language, words):
    hours = {day: [(time(8, 30), time(16, 30))] for day in range(5)}

    assert hours_in_words(hours, language=language) == words


def test_hours_that_differ_are_said_apart():
    hours = {0: [(time(9), time(12))], 2: [(time(9), time(12)), (time(13), time(16))]}

    assert hours_in_words(hours, language=Language.EN) == (
        "Monday from 9:00 to 12:00, Wednesday from 9:00 to 12:00, from 13:00 to 16:00"
    )


@pytest.mark.parametrize(
    ("raw", "message_id"),
    [
        (b"Message-ID: <a@b>\r\n\r\nx", "<a@b>"),
        (b"Subject: x\nmessage-id:\n <a@b>\n\n", "<a@b>"),
        (b"Subject: x\r\n\r\nMessage-ID: <a@b>", ""),
        (b"", ""),
    ],
)
def test_the_message_id_is_read_from_the_headers_only(raw, message_id):
    assert message_id_of(raw) == message_id
