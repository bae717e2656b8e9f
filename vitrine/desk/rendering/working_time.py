"""Time in the few words that fit at the edge of a row."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vitrine.calendars.rules import WorkingCalendar
from vitrine.kernel.clock import BRUSSELS
from vitrine.tickets.choices import State
from vitrine.tickets.queries import TicketRow

WORKING_DAY = timedelta(hours=8)
DAYS_COUNTED = 21
"""Older than this, an age is told in calendar days: nobody counts working hours then."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a ticket stands against the clock.

    words    what the row shows
    is_late  somebody should have acted before now
    """

    words: str
    is_late: bool = False


class WorkingClock:
    """Working time until one instant, for many beginnings: each day is looked up once."""

    def __init__(self, calendar: WorkingCalendar, *, at: datetime) -> None:
        self.calendar = calendar
        self.at = at
        self.today = at.astimezone(BRUSSELS).date()
        self.openings = [
            opening
            for back in range(DAYS_COUNTED, -1, -1)
            for opening in calendar.openings_of(self.today - timedelta(days=back))
        ]
        self.begins = [begins for begins, _ends in self.openings]
        self.before = [timedelta()]
        for begins, ends in self.openings:
            self.before.append(self.before[-1] + (ends - begins))

    def _until(self, at: datetime) -> timedelta:
        """Working time from the first day we count until `at`."""
        index = bisect_right(self.begins, at)
        if index == 0:
            return timedelta()
        begins, ends = self.openings[index - 1]
        return self.before[index - 1] + (min(at, ends) - begins)

    def since(self, start: datetime) -> str:
        """How long ago `start` is: working time, or calendar days when it is long ago."""
        days = (self.at - start).days
        if days >= DAYS_COUNTED:
            return _("%(days)d d") % {"days": days}
        return duration_words(self._until(self.at) - self._until(start))


def duration_words(span: timedelta) -> str:
    """`12 min`, `1 h 20`, `3 d`: working days of eight hours; never negative."""
    minutes = max(0, int(span.total_seconds()) // 60)
    if minutes < 60:
        return _("%(minutes)d min") % {"minutes": minutes}
    if span < WORKING_DAY:
        hours, minutes = divmod(minutes, 60)
        if minutes == 0:
            return _("%(hours)d h") % {"hours": hours}
        return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": minutes}
    return _("%(days)d d") % {"days": span // WORKING_DAY}


def clock_words(at: datetime) -> str:
    """The time on the wall in Brussels: `10:45`."""
    return at.astimezone(BRUSSELS).strftime("%H:%M")


def standing(ticket: TicketRow, *, clock: WorkingClock) -> Standing:
    """Late, due today, the day of closing, or its age."""
    if ticket.state in (State.CLOSED, State.ARCHIVED):
        day = ticket.last_activity_at.astimezone(BRUSSELS)
        return Standing(date_format(day, "SHORT_DATE_FORMAT"))
    due = ticket.due_at
    if due is not None and due <= clock.at:
        return Standing(_("late %(time)s") % {"time": clock.since(due)}, is_late=True)
    if due is not None and due.astimezone(BRUSSELS).date() == clock.today:
        return Standing(_("due %(time)s") % {"time": clock_words(due)})
    return Standing(clock.since(ticket.opened_at))


def time_left(
    due_at: datetime | None, *, kept: timedelta | None, clock: WorkingClock
) -> Standing | None:
    """What is left until the deadline, in words; None when there is none.

    kept  the working time that was left when the clock stopped; None while it runs
    """
    if kept is not None:
        return Standing(_("clock paused, %(time)s left") % {"time": duration_words(kept)})
    if due_at is None:
        return None
    if due_at <= clock.at:
        return Standing(_("late %(time)s") % {"time": clock.since(due_at)}, is_late=True)
    left = clock.calendar.working_time_between(clock.at, due_at)
    return Standing(_("%(time)s left") % {"time": duration_words(left)})
