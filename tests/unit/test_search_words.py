"""What is typed into the search box is understood, and what is found is shown, without HTML."""

import pytest

from vitrine.tickets.queries.search_words import (
    SearchWords,
    close_words,
    folded,
    headline,
    parse_words,
)


def test_words_phrases_and_exclusions_are_told_apart():
    asked = parse_words('clé "code postal" -fax Eupen', year=2026)

    assert asked == SearchWords(
        required=("clé", "Eupen"), phrases=("code postal",), excluded=("fax",)
    )


@pytest.mark.parametrize(
    "typed", ["2026-000418", "2026-000 418", "RN-2026-000418", "[RN-2026-000418]", "rn-2026-000418"]
)
def test_every_form_of_a_number_is_the_same_number(typed):
    assert parse_words(typed, year=2026).numbers == ("2026-000418",)


def test_a_serial_alone_may_belong_to_any_year_this_one_first():
    numbers = parse_words("418", year=2026).numbers

    assert numbers[:2] == ("2026-000418", "2025-000418")
    assert parse_words("#000 418", year=2026).numbers == numbers


def test_a_number_of_seven_digits_keeps_them():
    assert parse_words("2026-1000418", year=2026).numbers == ("2026-1000418",)


@pytest.mark.parametrize("typed", ["", "   ", '"', '""', "-", "-fax", "... !", "\x00"])
def test_nothing_is_asked_for_by_signs_or_exclusions_alone(typed):
    assert parse_words(typed, year=2026).is_empty


def test_a_hyphen_inside_a_word_excludes_nothing():
    assert parse_words("Sint-Voorbeeld", year=2026).required == ("Sint-Voorbeeld",)


def test_a_quote_that_is_not_closed_is_a_phrase_to_the_end():
    assert parse_words('"code postal', year=2026).phrases == ("code postal",)


def test_folding_keeps_the_length_so_that_places_stay_places():
    text = "Ünïcödé ﬁne Straße İstanbul œuvre"

    assert len(folded(text)) == len(text)
    assert folded("Schlüssel Clé") == "schlussel cle"


def test_an_error_of_typing_is_near_and_another_word_is_not():
    assert close_words("schlusel", among=["schlussel", "schulung", "schule"]) == ["schlussel"]


def test_the_headline_marks_each_form_of_the_word():
    shown = headline(["Nous attendons la clé et d'autres clés."], lexemes=["cle"])

    assert [segment.text for segment in shown if segment.is_marked] == ["clé", "clés"]
    assert "".join(segment.text for segment in shown) == "Nous attendons la clé et d'autres clés."


def test_the_headline_is_cut_around_the_word():
    shown = headline(["vorher " * 100 + "Schlüssel " + "nachher " * 100], lexemes=["schlussel"])

    assert [segment.text for segment in shown if segment.is_marked] == ["Schlüssel"]
    assert len("".join(segment.text for segment in shown)) <= 180


def test_the_headline_takes_the_text_that_shows_most_of_the_words():
    shown = headline(["clé", "clé et commune"], lexemes=["cle", "commun"])

    assert "".join(segment.text for segment in shown) == "clé et commune"


def test_without_a_found_word_the_headline_is_the_beginning():
    [segment] = headline(["Bonjour, <b>question</b>"], lexemes=["absent"])

    assert segment == ("Bonjour, <b>question</b>", False)
