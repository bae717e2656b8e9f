"""One ticket: its page, its timeline, its print."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from vitrine.desk.rendering import READERS, StaffRequest, open_to, render_page
from vitrine.desk.rendering.ticket_page import TicketPage
from vitrine.desk.rendering.timeline import printed_timeline
from vitrine.desk.views.lists import list_context, list_named
from vitrine.kernel.clock import now
from vitrine.tickets.models import Ticket
from vitrine.tickets.queries import lists_of, ticket_in_full, timeline


def ticket_or_404(request: StaffRequest, number: str) -> Ticket:
    """The ticket as far as the account may read it. Raises Http404."""
    full = ticket_in_full(request.user, number=number).prefetch_related(
        "requester__mail_addresses", "requester__phone_numbers"
    )
    return get_object_or_404(full)


def ticket_page(
    request: StaffRequest,
    page: TicketPage,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The page of a ticket beside the list it was opened from, or the part htmx asks for."""
    chosen = list_named(request.user, page.list_name) or lists_of(request.user)[0]
    page.list_name = chosen.name
    context: dict[str, Any] = {"list": chosen, "list_name": chosen.name}
    parts = ("ticket", "act")
    if request.headers.get("HX-Target") not in parts:
        context |= list_context(request.user, chosen, clock=page.clock)
    context |= {
        "title": f"{page.ticket.spoken_number} {page.ticket.subject}",
        "at": "ticket",
        "ticket": page.ticket,
        "number": page.ticket.number,
        "page": page,
        "back": f"/desk/lists/{chosen.name}/",
        "icons": static("ui/icons.svg"),
        **more,
    }
    return render_page(request, "desk/tickets.html", context, parts=parts, status=status)


@open_to(*READERS)
@require_safe
def ticket(request: StaffRequest, number: str) -> HttpResponse:
    """The ticket."""
    page = TicketPage(
        ticket_or_404(request, number),
        request.user,
        list_name=request.GET.get("list", ""),
        shows=request.GET.get("box", "reply"),
    )
    return ticket_page(request, page)


@open_to(*READERS)
@require_safe
def ticket_timeline(request: StaffRequest, number: str) -> HttpResponse:
    """What is new in the timeline, with the chips; nothing when nothing is new."""
    page = TicketPage(ticket_or_404(request, number), request.user)
    if request.GET.get("seen") == page.mark:
        return HttpResponse(status=204)
    context = {"ticket": page.ticket, "page": page, "out_of_band": True}
    return render_page(request, "desk/timeline.html", context, parts=("timeline",))


@open_to(*READERS)
@require_safe
def ticket_print(request: StaffRequest, number: str) -> HttpResponse:
    """The ticket as a file on paper; internal notes only when asked for."""
    found = ticket_or_404(request, number)
    with_notes = request.GET.get("notes") == "1"
    items = printed_timeline(timeline(found), number=number, may_work=False)
    context = {
        "ticket": found,
        "page": TicketPage(found, request.user),
        "items": [item for item in items if with_notes or item.kind != "note"],
        "with_notes": with_notes,
        "printed_at": now(),
    }
    return render_page(request, "desk/print.html", context)
