"""The telephone as it is now: for the desk, and on the wall."""

from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from vitrine.desk.rendering import DESK, StaffRequest, open_to, render_page, wants_part
from vitrine.desk.rendering.moments import moment_words
from vitrine.desk.rendering.phone.figures import day_figures, service_level
from vitrine.desk.rendering.phone.floor import FloorPage, floor_page
from vitrine.desk.rendering.phone.pages import phone_page
from vitrine.desk.rendering.state.banner import banner_line
from vitrine.kernel.clock import BRUSSELS, now, today
from vitrine.telephony.access import supervises
from vitrine.telephony.queries import floor, house_rules, names_at_phone


def picture(request: StaffRequest) -> dict[str, Any]:
    """The newest picture, ready to print; `page` is None when there is none."""
    drawn = floor()
    page: FloorPage | None = None
    if drawn is not None:
        names = names_at_phone(language=request.LANGUAGE_CODE)
        page = floor_page(drawn, at=now(), names=names, reader=request.LANGUAGE_CODE)
    return {
        "page": page,
        "last_drawn": moment_words(drawn.at) if drawn else "",
        "within": house_rules().within_seconds,
    }


def day_so_far() -> tuple[datetime, datetime]:
    """From midnight in Brussels until just after now."""
    return datetime.combine(today(), time.min, tzinfo=BRUSSELS), now() + timedelta(seconds=1)


def figures_of_today() -> dict[str, Any]:
    """What was counted since midnight in Brussels, and by which limits."""
    rules = house_rules()
    since, until = day_so_far()
    return {
        "figures": day_figures(since=since, until=until),
        "within": rules.within_seconds,
        "short": rules.short_abandon_seconds,
    }


@open_to(*DESK)
@require_safe
def figures(request: StaffRequest) -> HttpResponse:
    """The figures of today alone; asked for again every few seconds."""
    context = figures_of_today()
    return render_page(request, "desk/phone/figures.html#figures", context, parts=())


@open_to(*DESK)
@require_safe
def phone(request: StaffRequest) -> HttpResponse:
    """Who waits, who talks, who is free, who is missing."""
    listens = {"oversight": reverse("desk:phone-oversight")} if supervises(request.user) else {}
    context = picture(request) | listens
    if not wants_part(request, part="floor"):
        context |= figures_of_today()
    return phone_page(request, "floor.html", context, current="phone", parts=("floor",))


@open_to(*DESK)
@require_safe
def wallboard(request: StaffRequest) -> HttpResponse:
    """The same for everybody in the room: readable from five metres."""
    told = banner_line(get_language() or request.LANGUAGE_CODE)
    since, until = day_so_far()
    level = service_level(since=since, until=until)
    context = {**picture(request), "level": level, "told": told}
    return render_page(request, "desk/phone/wallboard.html", context, parts=("board",))
