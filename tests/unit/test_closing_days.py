"""Closing days of the federal administration: computed where the law computes them."""

from datetime import date, timedelta

import holidays
import pytest

from vitrine.calendars.choices import ClosingKind
from vitrine.calendars.errors import YearOutOfRange
from vitrine.calendars.rules import (
    bridge_day_candidates,
    closings_to_prefill,
    easter,
    legal_days,
)

SEVEN_WEEKS = timedelta(weeks=7)


def days(closings):
    return {closing.day for closing in closings}


@pytest.mark.parametrize("year", range(2000, 2101))
def test_the_ten_legal_days_are_those_of_an_independent_source(year):
    belgian = holidays.country_holidays("BE", years=year)
    expected = {day for day in belgian if day not in (easter(year), easter(year) + SEVEN_WEEKS)}
    assert days(legal_days(year)) == expected


def test_easter_of_some_years():
    assert [easter(year) for year in (2008, 2025, 2026, 2027, 2038)] == [
        date(2008, 3, 23),
        date(2025, 4, 20),
        date(2026, 4, 5),
        date(2027, 3, 28),
        date(2038, 4, 25),
    ]


@pytest.mark.parametrize(
    ("year", "candidates"),
    [
        (2022, set()),  # the rule begins in 2023
        (2025, {date(2025, 5, 2), date(2025, 5, 30), date(2025, 11, 10)}),
        (2026, {date(2026, 1, 2), date(2026, 5, 15), date(2026, 7, 20)}),
        (2027, {date(2027, 5, 7), date(2027, 11, 12)}),
        (2028, {date(2028, 5, 26), date(2028, 8, 14)}),
    ],
)
def test_bridge_days_stand_between_a_holiday_and_a_weekend(year, candidates):
    assert days(bridge_day_candidates(year)) == candidates


def test_three_candidates_are_the_choice_of_the_minister_two_are_the_rule():
    bridges = {
        year: [c.day for c in closings_to_prefill(year) if c.kind == ClosingKind.BRIDGE]
        for year in (2026, 2027)
    }
    assert bridges == {2026: [], 2027: [date(2027, 5, 7), date(2027, 11, 12)]}


def test_the_rest_of_2026_and_the_year_2027():
    working_days_closed = {day for day in days(closings_to_prefill(2026)) if day.weekday() < 5}
    assert {day for day in working_days_closed if day >= date(2026, 11, 1)} == {
        date(2026, 11, 2),
        date(2026, 11, 11),
        date(2026, 12, 25),
        *(date(2026, 12, day) for day in range(28, 32)),
    }
    assert {
        date(2027, 3, 29),
        date(2027, 5, 6),
        date(2027, 5, 17),
        date(2027, 7, 21),
        date(2027, 11, 1),
        date(2027, 11, 2),
        date(2027, 11, 11),
        date(2027, 11, 15),
    } <= days(closings_to_prefill(2027))


def test_every_closing_day_has_a_name_in_four_languages_and_comes_once():
    for year in (2025, 2026, 2027, 2028, 2038):
        closings = closings_to_prefill(year)
        assert all(all(closing.names) for closing in closings)
        assert len(closings) == len(days(closings))


@pytest.mark.parametrize("year", [1999, 2101])
def test_a_year_out_of_range_is_refused_with_a_sentence(year):
    with pytest.raises(YearOutOfRange) as error:
        closings_to_prefill(year)
    assert error.value.sentence
