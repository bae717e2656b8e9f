"""Telephone numbers as people write them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vitrine.kernel.phone_numbers import display, normalise


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("02/555.01.00", "+3225550100"),
        ("02 555 01 00", "+3225550100"),
        ("(02) 555.01.00", "+3225550100"),
        ("+32 2 555 01 00", "+3225550100"),
        ("+32 (0)2 555 01 00", "+3225550100"),
        ("0032 2 555 01 00", "+3225550100"),
        ("tel:+32-2-555-01-00", "+3225550100"),
        ("02\u00a0555\u202f01\u201100", "+3225550100"),
        ("0475 12 34 56", "+32475123456"),
        ("0475/123456", "+32475123456"),
        ("071/12.34.56", "+3271123456"),
        ("0800 12 345", "+3280012345"),
        ("078 15 15 15", "+3278151515"),
        ("+33 1 42 34 56 78", "+33142345678"),
        ("02 555 01 00 ext 12", "+3225550100;ext=12"),
        ("02/555.01.00 toestel 12", "+3225550100;ext=12"),
        ("02/555.01.00 poste 12", "+3225550100;ext=12"),
        ("02 555 01 00 Durchwahl 12", "+3225550100;ext=12"),
        ("+3225550100;ext=12", "+3225550100;ext=12"),
    ],
)
def test_a_number_is_stored_in_one_form_however_it_is_written(written, stored):
    assert normalise(written) == stored
    assert normalise(stored) == stored


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "abc",
        "02",
        "112",
        "4751",
        "+32",
        "00000000",
        "78.05.12-123.45",
        "1" * 200,
        "+999 1",
    ],
)
def test_what_nobody_can_call_is_no_number(written):
    assert normalise(written) is None


def test_a_number_is_shown_grouped_with_the_extension_in_the_language_of_the_reader():
    assert display("+3225550100", language="fr") == "+32 2 555 01 00"
    assert display("+3225550100;ext=12", language="nl") == "+32 2 555 01 00 toestel 12"
    assert display("+3225550100;ext=12", language="de") == "+32 2 555 01 00 Durchwahl 12"
    assert display("no number", language="fr") == "no number"


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=70))
def test_no_text_makes_it_stumble(text):
    stored = normalise(text)
    assert stored is None or stored.startswith("+")
