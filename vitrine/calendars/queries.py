"""Reading the calendar of the desk."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from vitrine.calendars.errors import NoOpening
from vitrine.calendars.models import ClosingDay, OpeningHours, PrefilledYear
from vitrine.calendars.rules import Frame, PlannedClosing, WorkingCalendar, bridge_day_candidates
from vitrine.kernel.clock import BRUSSELS


@dataclass(frozen=True)
class DeskState:
    """Whether the desk is open at an instant, and until or from when; instants in UTC."""

    is_open: bool
    next_opening: datetime | None
    """None while it is open, and when no opening is in sight."""
    closes_at: datetime | None
    """None while it is closed."""


def working_calendar() -> WorkingCalendar:
    """The opening hours and closing days as they are now; two SQL statements."""
    frames = OpeningHours.objects.values_list("weekday", "opens", "closes")
    return WorkingCalendar(
        frames=tuple(Frame(*row) for row in frames),
        closed=frozenset(ClosingDay.objects.values_list("day", flat=True)),
        zone=BRUSSELS,
    )


def desk_state(at: datetime) -> DeskState:
    """Whether the desk is open at `at`, when it closes, or when it opens next."""
    calendar = working_calendar()
    if opening := calendar.opening_around(at):
        return DeskState(is_open=True, next_opening=None, closes_at=opening[1])
    try:
        opens = calendar.next_opening(at)
    except NoOpening:
        return DeskState(is_open=False, next_opening=None, closes_at=None)
    return DeskState(is_open=False, next_opening=opens, closes_at=None)


def opening_hours() -> QuerySet[OpeningHours]:
    """The frames of the week, Monday first."""
    return OpeningHours.objects.order_by("weekday", "opens")


def closing_days(year: int) -> QuerySet[ClosingDay]:
    """The closing days of `year`, in order."""
    return ClosingDay.objects.filter(day__year=year).order_by("day")


def closing_on(day: date) -> ClosingDay | None:
    """Why the desk is closed on `day`; None when it is no closing day."""
    return ClosingDay.objects.filter(day=day).first()


def bridge_days_to_decide(year: int) -> list[PlannedClosing]:
    """The bridge days that the rule suggests for `year` and that no row has decided yet."""
    stored = set(closing_days(year).values_list("day", flat=True))
    return [bridge for bridge in bridge_day_candidates(year) if bridge.day not in stored]


def is_prefilled(year: int) -> bool:
    """Whether the closing days of `year` have been filled in once."""
    return PrefilledYear.objects.filter(year=year).exists()
