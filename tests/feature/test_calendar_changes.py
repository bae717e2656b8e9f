"""Opening hours and closing days as people edit them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import translation

from vitrine.calendars.actions import (
    USUAL_FRAMES,
    add_closing_day,
    prefill_year,
    prepare_calendar,
    remove_closing_day,
    set_opening_hours,
)
from vitrine.calendars.errors import (
    AlreadyClosedThatDay,
    CalendarError,
    FrameEndsBeforeItBegins,
    FramesOverlap,
    NameMissing,
    YearOutOfRange,
)
from vitrine.calendars.models import ClosingDay, OpeningHours, PrefilledYear
from vitrine.calendars.queries import (
    bridge_days_to_decide,
    closing_days,
    closing_on,
    desk_state,
    is_prefilled,
    opening_hours,
    working_calendar,
)
from vitrine.calendars.rules import Frame
from vitrine.journal.models import Entry
from vitrine.kernel.clock import BRUSSELS

YEARS = range(2025, 2029)


def wall(text):
    return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS)


@pytest.fixture
def calendar(world):
    """As a fresh database has it, also when another test has emptied every table."""
    prepare_calendar(YEARS, by=None)


def test_a_fresh_desk_knows_its_hours_and_four_years_of_closing_days(calendar):
    assert [str(frame)[-11:] for frame in opening_hours()] == ["08:30-16:30"] * 5
    assert all(is_prefilled(year) for year in YEARS)
    assert closing_on(date(2026, 11, 2)).name_in("nl") == "Allerzielen"
    assert closing_on(date(2026, 11, 3)) is None


def test_the_working_calendar_takes_two_statements(calendar, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert working_calendar().is_open(wall("2026-11-13 16:29"))
    due = working_calendar().add_working_time(wall("2026-11-13 16:20"), timedelta(minutes=15))
    assert due == wall("2026-11-16 08:35")


def test_the_state_of_the_desk_says_until_when_or_from_when(calendar):
    now_open = desk_state(wall("2026-11-13 16:29"))
    assert (now_open.is_open, now_open.next_opening) == (True, None)
    assert now_open.closes_at == wall("2026-11-13 16:30")
    now_closed = desk_state(wall("2026-11-13 16:30"))
    assert (now_closed.is_open, now_closed.closes_at) == (False, None)
    assert now_closed.next_opening == wall("2026-11-16 08:30")


def test_a_desk_without_hours_is_closed_and_nothing_breaks(calendar, world):
    set_opening_hours([], by=world.marc)
    state = desk_state(wall("2026-11-13 10:00"))
    assert (state.is_open, state.next_opening, state.closes_at) == (False, None, None)


def test_new_hours_hold_at_once_and_the_journal_keeps_the_old_ones(calendar, world):
    frames = [
        Frame(0, time(9), time(12)),
        Frame(0, time(13), time(17)),
        Frame(2, time(9), time(19)),
    ]
    set_opening_hours(frames, by=world.marc)
    assert desk_state(wall("2026-11-16 12:30")).next_opening == wall("2026-11-16 13:00")
    entry = Entry.objects.get(verb="calendar.opening_hours_set", by=world.marc)
    assert entry.facts["after"] == ["0 09:00-12:00", "0 13:00-17:00", "2 09:00-19:00"]
    assert entry.facts["before"][0] == "0 08:30-16:30"
    set_opening_hours(frames, by=world.marc)
    assert Entry.objects.filter(verb="calendar.opening_hours_set", by=world.marc).count() == 1


@pytest.mark.parametrize(
    ("frames", "error"),
    [
        ([Frame(0, time(9), time(12)), Frame(0, time(11), time(13))], FramesOverlap),
        ([Frame(0, time(12), time(9))], FrameEndsBeforeItBegins),
    ],
)
def test_impossible_hours_are_refused_and_change_nothing(calendar, frames, error):
    with pytest.raises(error) as refused:
        set_opening_hours(frames, by=None)
    assert refused.value.sentence
    assert OpeningHours.objects.count() == len(USUAL_FRAMES)


def test_a_closing_day_is_added_once_and_can_be_removed(calendar, world):
    day = date(2026, 11, 24)
    names = {"name_fr": "Formation", "name_nl": "Opleiding"}
    closing = add_closing_day(day, **names, by=world.marc)
    assert not working_calendar().is_working_day(day)
    with pytest.raises(AlreadyClosedThatDay):
        add_closing_day(day, **names, by=world.marc)
    with pytest.raises(NameMissing):
        add_closing_day(date(2026, 11, 25), name_fr="Formation", name_nl=" ", by=world.marc)
    remove_closing_day(closing, by=world.marc)
    remove_closing_day(closing, by=world.marc)
    assert working_calendar().is_working_day(day)
    verbs = Entry.objects.filter(by=world.marc).order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["calendar.closing_day_added", "calendar.closing_day_removed"]


def test_a_year_is_filled_in_once_and_edits_stay(calendar, world):
    own = add_closing_day(
        date(2030, 12, 25), name_fr="Noël chez nous", name_nl="Onze Kerstmis", by=world.marc
    )
    added = prefill_year(2030, by=world.marc)
    assert own.day not in {closing.day for closing in added}
    remove_closing_day(ClosingDay.objects.get(day=date(2030, 11, 11)), by=world.marc)
    before = list(closing_days(2030).values_list())
    assert prefill_year(2030, by=world.marc) == []
    assert list(closing_days(2030).values_list()) == before
    own.refresh_from_db()
    assert own.name_fr == "Noël chez nous"
    assert PrefilledYear.objects.get(year=2030).by == world.marc
    with pytest.raises(YearOutOfRange):
        prefill_year(2101, by=None)


def test_three_bridge_days_are_offered_and_the_stored_ones_decide(calendar, world):
    offered = {bridge.day for bridge in bridge_days_to_decide(2026)}
    assert offered == {date(2026, 1, 2), date(2026, 5, 15), date(2026, 7, 20)}
    assert working_calendar().is_working_day(date(2026, 5, 15))
    add_closing_day(
        date(2026, 5, 15), kind="bridge", name_fr="Pont", name_nl="Brugdag", by=world.marc
    )
    assert date(2026, 5, 15) not in {bridge.day for bridge in bridge_days_to_decide(2026)}
    assert not working_calendar().is_working_day(date(2026, 5, 15))
    assert bridge_days_to_decide(2027) == []  # two: the rule alone decides
    assert not working_calendar().is_working_day(date(2027, 5, 7))


@pytest.mark.parametrize("language", ["fr", "nl", "de", "en"])
def test_every_refusal_has_a_sentence_in_every_language(language):
    with translation.override(language):
        for error in (AlreadyClosedThatDay(day=date(2026, 1, 1)), NameMissing(), FramesOverlap()):
            assert isinstance(error, CalendarError)
            assert error.sentence


def at_once(act, values):
    """`act` with each of `values`, in threads that begin together."""
    barrier = Barrier(len(values))

    def one(value):
        try:
            barrier.wait(timeout=20)
            return act(value)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(values)) as pool:
        return list(pool.map(one, values))


@pytest.mark.django_db(transaction=True)
def test_a_year_prefilled_by_several_people_at_once_is_filled_in_once():
    added = at_once(lambda year: prefill_year(year, by=None), [2040] * 4)
    assert sorted(map(bool, added)) == [False, False, False, True]
    assert Entry.objects.filter(verb="calendar.year_prefilled").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_who_set_the_hours_at_once_do_not_mix_them():
    morning = [Frame(day, time(8), time(12)) for day in range(5)]
    late = [Frame(day, time(10), time(14)) for day in range(5)]
    at_once(lambda frames: set_opening_hours(frames, by=None), [morning, late] * 2)
    rows = {(row.weekday, row.opens, row.closes) for row in opening_hours()}
    assert rows in (
        {(frame.weekday, frame.opens, frame.closes) for frame in frames}
        for frames in (morning, late)
    )
