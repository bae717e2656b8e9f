"""One ticket: its page, its timeline, its print, its files and original messages."""

from typing import Any, TypeVar

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from vitrine.desk.rendering import DESK, READERS, StaffRequest, open_to, render_page
from vitrine.desk.rendering.ticket_page import TicketPage
from vitrine.desk.rendering.timeline import printed_timeline
from vitrine.desk.views.lists import list_context, list_named
from vitrine.kernel import files
from vitrine.kernel.clock import now
from vitrine.tickets.access import attachments_for, messages_for
from vitrine.tickets.models import Ticket
from vitrine.tickets.queries import lists_of, ticket_in_full, timeline

Answer = TypeVar("Answer", HttpResponse, FileResponse)

SHOWN_IN_THE_BROWSER = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"}
)
"""Content types that a browser shows without running anything of the sender's."""


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


@open_to(*READERS)
@require_safe
def attachment(request: StaffRequest, pk: int) -> HttpResponseBase:
    """A file that somebody sent; the browser runs nothing of it."""
    found = get_object_or_404(attachments_for(request.user), pk=pk)
    if not found.sha256:
        raise Http404
    try:
        content = files.opened(found.sha256)
    except FileNotFoundError as gone:
        raise Http404 from gone
    shown = found.content_type in SHOWN_IN_THE_BROWSER
    response = FileResponse(
        content,
        as_attachment=not shown,
        filename=found.name,
        content_type=found.content_type if shown else "application/octet-stream",
    )
    if found.content_type == "text/plain":
        response["Content-Type"] = "text/plain; charset=utf-8"
    return as_foreign(response)


@open_to(*DESK)
@require_safe
def original(request: StaffRequest, pk: int) -> HttpResponse:
    """The message exactly as it arrived, as text."""
    message = get_object_or_404(
        messages_for(request.user).select_related("arrival"), pk=pk, arrival__isnull=False
    )
    assert message.arrival is not None
    return source(bytes(message.arrival.raw))


def source(raw: bytes) -> HttpResponse:
    """Raw bytes of a stranger as text that nothing runs."""
    text = raw.decode("utf-8", "replace")
    return as_foreign(HttpResponse(text, content_type="text/plain; charset=utf-8"))


def as_foreign(response: Answer) -> Answer:
    """Content of a stranger: not sniffed, sandboxed, not kept in any cache."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; img-src 'self'"
    response["Cache-Control"] = "private, no-store"
    return response
