"""Working time: the instants of the requirements, the nights of clock change, and laws."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from vitrine.calendars.errors import FrameEndsBeforeItBegins, FramesOverlap, NoOpening
from vitrine.calendars.rules import Frame, WorkingCalendar, check_frames, closings_to_prefill

BRUSSELS = ZoneInfo("Europe/Brussels")
USUAL = tuple(Frame(weekday, time(8, 30), time(16, 30)) for weekday in range(5))
DESK = WorkingCalendar(
    frames=USUAL,
    closed=frozenset(c.day for year in range(2025, 2029) for c in closings_to_prefill(year)),
)
ROUND_THE_CLOCK = WorkingCalendar(
    frames=tuple(Frame(day, time(0), time(23, 59, 59, 999999)) for day in range(7))
)
NIGHT_SHIFT = WorkingCalendar(
    frames=(
        *(Frame(day, time(0, 30), time(2, 15)) for day in range(7)),
        *(Frame(day, time(2, 45), time(5)) for day in range(7)),
        *(Frame(day, time(13), time(17, 30)) for day in range(7)),
    )
)
"""Frames that end and begin in the hour that the clock skips or repeats."""
CALENDARS = {"desk": DESK, "round the clock": ROUND_THE_CLOCK, "night shift": NIGHT_SHIFT}


def wall(text):
    """An instant from the clock on the wall in Brussels: `2026-11-13 16:20`."""
    return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2026-11-13 08:29:59", False),
        ("2026-11-13 08:30", True),
        ("2026-11-13 16:29", True),
        ("2026-11-13 16:29:59", True),
        ("2026-11-13 16:30", False),
        ("2026-11-14 10:00", False),  # Saturday
        ("2026-11-15 10:00", False),  # Sunday, King's day
        ("2026-11-16 10:00", True),
        ("2026-11-02 10:00", False),  # All Souls
        ("2026-11-11 10:00", False),  # Armistice
        ("2026-12-24 16:00", True),
        ("2026-12-25 10:00", False),
        ("2026-12-28 10:00", False),  # year-end closing
        ("2026-12-31 10:00", False),
        ("2027-01-04 08:30", True),
        ("2026-10-23 16:00", True),  # the Friday before the clock goes back
        ("2026-10-26 08:30", True),  # the Monday after: 8:30 on the wall, 7:30 UTC
        ("2026-10-26 08:29", False),
        ("2027-03-30 08:30", True),  # the Tuesday after the clock went forward and Easter
        ("2027-03-29 10:00", False),  # Easter Monday
    ],
)
def test_the_desk_is_open_on_federal_working_days_from_half_past_eight(at, is_open):
    assert DESK.is_open(wall(at)) is is_open


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-13 16:20", 15, "2026-11-16 08:35"),  # Friday evening, due on Monday
        ("2026-11-13 16:20", 10, "2026-11-13 16:30"),
        ("2026-11-13 08:00", 0, "2026-11-13 08:00"),
        ("2026-11-14 12:00", 1, "2026-11-16 08:31"),
        ("2026-12-24 16:00", 60, "2027-01-04 09:00"),
        ("2026-10-23 16:00", 60, "2026-10-26 09:00"),  # the clock goes back
        ("2027-03-26 16:00", 60, "2027-03-30 09:00"),  # the clock goes forward, Easter Monday
        ("2026-11-10 16:00", 3 * 480, "2026-11-16 16:00"),
    ],
)
def test_deadlines_count_working_time_alone(start, minutes, end):
    due = DESK.add_working_time(wall(start), timedelta(minutes=minutes))
    assert due == wall(end).astimezone(UTC)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-10-23 08:30", "2026-10-26 16:30", 16),
        ("2027-03-26 08:30", "2027-03-30 16:30", 16),
        ("2026-11-13 16:30", "2026-11-16 08:30", 0),
        ("2026-11-16 12:00", "2026-11-16 10:00", 0),
        ("2026-12-25 00:00", "2027-01-03 23:59", 0),
        ("2026-11-13 16:00", "2026-11-16 09:00", 1),
    ],
)
def test_working_time_between_two_instants(start, end, hours):
    assert DESK.working_time_between(wall(start), wall(end)) == timedelta(hours=hours)


def test_a_night_of_clock_change_lasts_as_long_as_it_lasts():
    """25 hours in autumn, 23 in spring; the open second before midnight is not ours to count."""
    autumn = ROUND_THE_CLOCK.working_time_between(
        wall("2026-10-25 00:00"), wall("2026-10-26 00:00")
    )
    spring = ROUND_THE_CLOCK.working_time_between(
        wall("2027-03-28 00:00"), wall("2027-03-29 00:00")
    )
    assert autumn + timedelta(microseconds=1) == timedelta(hours=25)
    assert spring + timedelta(microseconds=1) == timedelta(hours=23)


def test_a_frame_in_the_hour_that_is_skipped_ends_and_begins_with_the_jump():
    first, second = NIGHT_SHIFT.openings_of(date(2027, 3, 28))
    assert first == (wall("2027-03-28 00:30").astimezone(UTC), datetime(2027, 3, 28, 3, tzinfo=UTC))
    assert second[0] == wall("2027-03-28 13:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-13 16:30", "2026-11-16 08:30"),
        ("2026-11-13 12:00", "2026-11-13 12:00"),
        ("2026-11-13 03:00", "2026-11-13 08:30"),
        ("2026-12-24 16:30", "2027-01-04 08:30"),
        ("2026-10-24 20:00", "2026-10-26 08:30"),
    ],
)
def test_the_next_opening_is_the_present_one_or_the_first_to_come(at, opens):
    assert DESK.next_opening(wall(at)) == wall(opens).astimezone(UTC)


def test_several_frames_a_day_pause_at_noon_and_frames_that_touch_are_one():
    split = WorkingCalendar(
        frames=(
            Frame(0, time(8), time(12)),
            Frame(0, time(13), time(14)),
            Frame(0, time(14), time(17)),
        )
    )
    assert not split.is_open(wall("2026-11-16 12:30"))
    assert split.opening_around(wall("2026-11-16 13:30"))[1] == wall("2026-11-16 17:00").astimezone(
        UTC
    )
    due = split.add_working_time(wall("2026-11-16 11:30"), timedelta(hours=2))
    assert due == wall("2026-11-16 14:30").astimezone(UTC)


def test_a_desk_that_never_opens_says_so_instead_of_searching_for_ever():
    closed = WorkingCalendar(frames=())
    for ask in (
        lambda: closed.next_opening(wall("2026-11-16 10:00")),
        lambda: closed.add_working_time(wall("2026-11-16 10:00"), timedelta(minutes=1)),
    ):
        with pytest.raises(NoOpening) as error:
            ask()
        assert error.value.sentence
    long_ago = WorkingCalendar(frames=USUAL, closed=frozenset(all_days(2026, 2029)))
    with pytest.raises(NoOpening):
        long_ago.next_opening(wall("2026-02-01 10:00"))


def all_days(first_year, last_year):
    day = date(first_year, 1, 1)
    while day.year <= last_year:
        yield day
        day += timedelta(days=1)


def test_a_wall_time_without_zone_and_a_negative_duration_are_refused():
    with pytest.raises(ValueError, match="no time zone"):
        DESK.is_open(datetime(2026, 11, 16, 10))
    with pytest.raises(ValueError, match="duration"):
        DESK.add_working_time(wall("2026-11-16 10:00"), timedelta(minutes=-1))


def test_frames_that_overlap_or_end_before_they_begin_are_refused():
    check_frames(
        [Frame(0, time(8), time(12)), Frame(0, time(12), time(13)), Frame(1, time(8), time(9))]
    )
    with pytest.raises(FramesOverlap):
        check_frames([Frame(0, time(8), time(12)), Frame(0, time(11), time(13))])
    with pytest.raises(FrameEndsBeforeItBegins):
        check_frames([Frame(0, time(12), time(12))])


# Laws. Instants are drawn around the closing days and both clock changes.
calendars = st.sampled_from(list(CALENDARS)).map(CALENDARS.__getitem__)
instants = st.datetimes(
    min_value=datetime(2026, 10, 20), max_value=datetime(2027, 4, 5), timezones=st.just(UTC)
)
durations = st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=80))
AUTUMN, SPRING = datetime(2026, 10, 25, 0, 50, tzinfo=UTC), datetime(2027, 3, 28, 0, 50, tzinfo=UTC)


@settings(max_examples=60, deadline=None)
@given(calendars, instants, durations)
@example(NIGHT_SHIFT, AUTUMN, timedelta(minutes=30))
@example(NIGHT_SHIFT, SPRING, timedelta(minutes=30))
def test_adding_working_time_and_measuring_it_are_inverse(calendar, start, duration):
    end = calendar.add_working_time(start, duration)
    assert end >= start
    assert calendar.working_time_between(start, end) == duration


@settings(max_examples=60, deadline=None)
@given(calendars, instants, durations, durations)
@example(NIGHT_SHIFT, AUTUMN, timedelta(minutes=20), timedelta(minutes=40))
def test_adding_twice_is_adding_the_sum(calendar, start, first, second):
    once = calendar.add_working_time(start, first + second)
    twice = calendar.add_working_time(calendar.add_working_time(start, first), second)
    assume(second)
    assert once == twice


@settings(max_examples=60, deadline=None)
@given(calendars, instants, instants, durations)
def test_who_starts_later_is_never_due_earlier(calendar, one, other, duration):
    early, late = sorted((one, other))
    assume(duration)
    assert calendar.add_working_time(early, duration) <= calendar.add_working_time(late, duration)


@settings(max_examples=60, deadline=None)
@given(calendars, instants, instants, instants)
@example(NIGHT_SHIFT, AUTUMN, AUTUMN + timedelta(hours=1), AUTUMN + timedelta(hours=2))
def test_working_time_is_never_negative_and_adds_up(calendar, one, two, three):
    first, second, third = sorted((one, two, three))
    left = calendar.working_time_between(first, second)
    right = calendar.working_time_between(second, third)
    assert timedelta(0) <= left <= second - first
    assert left + right == calendar.working_time_between(first, third)


@settings(max_examples=60, deadline=None)
@given(calendars, instants)
def test_the_desk_is_open_at_its_next_opening_and_not_before(calendar, at):
    opens = calendar.next_opening(at)
    assert calendar.is_open(opens)
    assert calendar.working_time_between(at, opens) == timedelta(0)
