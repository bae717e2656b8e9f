"""The telephone as it is now: for the desk, and on the wall."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from vitrine.desk.rendering import DESK, StaffRequest, open_to, render_page
from vitrine.desk.rendering.moments import moment_words
from vitrine.desk.rendering.phone.floor import FloorPage, floor_page
from vitrine.desk.rendering.phone.pages import phone_page
from vitrine.desk.rendering.state.banner import banner_line
from vitrine.kernel.clock import now
from vitrine.telephony.access import supervises
from vitrine.telephony.queries import agents, floor, house_rules


def picture(request: StaffRequest) -> dict[str, Any]:
    """The newest picture, ready to print; `page` is None when there is none."""
    drawn = floor()
    page: FloorPage | None = None
    if drawn is not None:
        names = {one.name: one.shown_as for one in agents()}
        page = floor_page(drawn, at=now(), names=names, reader=request.LANGUAGE_CODE)
    return {
        "page": page,
        "last_drawn": moment_words(drawn.at) if drawn else "",
        "within": house_rules().within_seconds,
    }


@open_to(*DESK)
@require_safe
def phone(request: StaffRequest) -> HttpResponse:
    """Who waits, who talks, who is free, who is missing."""
    listens = {"oversight": reverse("desk:phone-oversight")} if supervises(request.user) else {}
    context = picture(request) | listens
    return phone_page(request, "floor.html", context, current="phone", parts=("floor",))


@open_to(*DESK)
@require_safe
def wallboard(request: StaffRequest) -> HttpResponse:
    """The same for everybody in the room: readable from five metres."""
    told = banner_line(get_language() or request.LANGUAGE_CODE)
    context = {**picture(request), "told": told}
    return render_page(request, "desk/phone/wallboard.html", context, parts=("board",))
