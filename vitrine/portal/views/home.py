"""The home page and the two statements: what the desk is and how to reach it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vitrine.calendars.choices import Weekday
from vitrine.calendars.queries import DeskState, desk_state, opening_hours
from vitrine.kernel.clock import BRUSSELS, now, today
from vitrine.portal.rendering import render_page

DAY_FORMATS = {"de": "l, j. F"}
TIME_FORMATS = {"fr": r"G \h i", "nl": r"G.i \u\u\r", "de": r"G.i \U\h\r"}


@dataclass(frozen=True)
class HoursOfDay:
    """The opening hours of one weekday as people read them."""

    name: str
    hours: str
    """`8:30-16:30`, or a word for closed."""
    is_today: bool


def home(request: HttpRequest) -> HttpResponse:
    """Whether the desk is open, and every way to reach it."""
    at = now()
    state = desk_state(at)
    context = {"state": state, "sentence": sentence_of(state, at=at), "week": week()}
    return render_page(request, "portal/home.html", context)


def accessibility(request: HttpRequest) -> HttpResponse:
    """How accessible these pages are, and how to tell us that they are not."""
    return render_page(request, "portal/accessibility.html")


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
    words = {"time": wall_time(opens), "day": date_format(opens, DAY_FORMATS.get(get_language() or "", "l j F"))}
    days = (opens.date() - at.astimezone(BRUSSELS).date()).days
    if days == 0:
        return _("Opens today at %(time)s.") % words
    if days == 1:
        return _("Opens tomorrow at %(time)s.") % words
    return _("Opens on %(day)s at %(time)s.") % words


def wall_time(at: datetime) -> str:
    """The time on the wall in Brussels as the reader's language writes it: `16.30 uur`."""
    return date_format(at.astimezone(BRUSSELS), TIME_FORMATS.get(get_language() or "", "G:i"))


def week() -> list[HoursOfDay]:
    """The opening hours of each weekday, Monday first; Saturday and Sunday only when open."""
    frames: dict[int, list[str]] = {day: [] for day in Weekday.values}
    for frame in opening_hours():
        hours = f"{frame.opens:%-H:%M} – {frame.closes:%-H:%M}"  # noqa: RUF001
        frames[frame.weekday].append(hours)
    this: date = today()
    return [
        HoursOfDay(
            name=str(Weekday(day).label),
            hours=", ".join(hours) or _("closed"),
            is_today=day == this.weekday(),
        )
        for day, hours in frames.items()
        if hours or day < Weekday.SATURDAY
    ]
