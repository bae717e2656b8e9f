"""The home page and the two statements: what the desk is and how to reach it."""

from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format, time_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from vitrine.calendars.choices import Weekday
from vitrine.calendars.models import ClosingDay
from vitrine.calendars.queries import DeskState, closing_days, desk_state, opening_hours
from vitrine.kernel.clock import BRUSSELS, now, today
from vitrine.portal.rendering import calm, render_page, told

DAY_FORMATS = {"de": "l, j. F"}
TIME_FORMATS = {"fr": r"G \h i", "nl": r"G.i \u\u\r", "de": r"G:i \U\h\r"}
SHORT_TIME_FORMATS = {"fr": r"G \h i", "nl": "G.i"}


@dataclass(frozen=True)
class HoursOfDays:
    """Weekdays in a row with the same opening hours, as people read them."""

    days: str
    hours: str


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Whether the desk is open, and every way to reach it."""
    at = now()
    state = desk_state(at)
    closing = next_closing(today())
    context = {
        **told(request.LANGUAGE_CODE),
        **calm(request.LANGUAGE_CODE),
        "state": state,
        "sentence": sentence_of(state, at=at),
        "week": week(),
        "closing": closing,
        "closing_name": closing.name_in(request.LANGUAGE_CODE) if closing else "",
        "closing_day": long_day(closing.day) if closing else "",
    }
    return render_page(request, "portal/home.html", context)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """How accessible these pages are, and how to tell us that they are not."""
    return render_page(request, "portal/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What we keep of somebody who asks, and why."""
    return render_page(request, "portal/privacy.html")


def sentence_of(state: DeskState, *, at: datetime) -> str:
    """Until when it is open, or when it opens next, as one says it."""
    if state.closes_at:
        return _("Until %(time)s today.") % {"time": wall_time(state.closes_at)}
    if not state.next_opening:
        return _("Send us your question with the web form: it waits for us.")
    opens = state.next_opening.astimezone(BRUSSELS)
    words = {"time": wall_time(opens), "day": long_day(opens)}
    days = (opens.date() - at.astimezone(BRUSSELS).date()).days
    if days == 0:
        return _("Opens today at %(time)s.") % words
    if days == 1:
        return _("Opens tomorrow at %(time)s.") % words
    return _("Opens on %(day)s at %(time)s.") % words


def long_day(day: date) -> str:
    """`Friday 25 December`."""
    return date_format(day, DAY_FORMATS.get(get_language() or "", "l j F"))


def wall_time(at: datetime) -> str:
    """The time on the wall in Brussels as the reader's language writes it: `16.30 uur`."""
    return date_format(at.astimezone(BRUSSELS), TIME_FORMATS.get(get_language() or "", "G:i"))


def week() -> list[HoursOfDays]:
    """When the desk is open, Monday first; days in a row with equal hours are one row."""
    frames: dict[int, list[str]] = {day: [] for day in Weekday.values}
    for frame in opening_hours():
        frames[frame.weekday].append(f"{short_time(frame.opens)} – {short_time(frame.closes)}")
    rows = []
    for hours, run in groupby(frames.items(), key=lambda item: ", ".join(item[1])):
        days = [str(Weekday(day).label) for day, _frames in run]
        if hours:
            rows.append(HoursOfDays(days=span(days), hours=hours))
    return rows


def span(days: list[str]) -> str:
    """`Monday`, or `Monday to Friday`."""
    if len(days) == 1:
        return days[0]
    return _("%(first)s to %(last)s") % {"first": days[0], "last": days[-1]}


def short_time(at: time) -> str:
    """`8:30` as the reader's language writes it."""
    return time_format(at, SHORT_TIME_FORMATS.get(get_language() or "", "G:i"))


def next_closing(day: date) -> ClosingDay | None:
    """The first closing day after `day`, this year or the next."""
    coming = [*closing_days(day.year), *closing_days(day.year + 1)]
    return next((closing for closing in coming if closing.day > day), None)
