"""A message as it was sent: its page in a frame, its pictures, its source, its language."""

import logging

from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from vitrine.channels.outside_pictures import NoPicture, fetch_picture
from vitrine.desk.forms.messages import MessageLanguageForm
from vitrine.desk.rendering import DESK, READERS, StaffRequest, open_to, render_page
from vitrine.desk.rendering.foreign import as_foreign, page_of, source
from vitrine.desk.rendering.message_pages import (
    MessagePage,
    leave_for,
    outside_address,
)
from vitrine.desk.rendering.pages import wants_part
from vitrine.desk.rendering.timeline import printed_message
from vitrine.tickets.access import messages_for, workable_messages_for
from vitrine.tickets.actions import ask_for_pictures, set_message_language
from vitrine.tickets.errors import TicketError
from vitrine.tickets.models import Message

log = logging.getLogger(__name__)


def message_or_404(request: StaffRequest, pk: int) -> Message:
    """A message that arrived from outside, as far as the account may read it. Raises Http404."""
    readable = messages_for(request.user).select_related("arrival", "ticket", "by_person")
    return get_object_or_404(readable, pk=pk, arrival__isnull=False)


@open_to(*DESK)
@require_safe
def original(request: StaffRequest, pk: int) -> HttpResponse:
    """The message as it was sent: its page, its headers, the way to its source."""
    message = message_or_404(request, pk)
    page = MessagePage(message, request.user, leave=request.GET.get("pictures", ""))
    context = {
        "message": message,
        "ticket": message.ticket,
        "page": page,
        "item": printed_message(message, number=message.ticket.number),
    }
    return render_page(request, "desk/message.html", context)


@open_to(*READERS)
@require_safe
def as_sent(request: StaffRequest, pk: int) -> HttpResponse:
    """The page of the message within its ticket: the frame and what stands around it."""
    page = MessagePage(
        message_or_404(request, pk), request.user, leave=request.GET.get("pictures", "")
    )
    if not wants_part(request, part=f"sent-{pk}"):
        return redirect("desk:ticket", page.message.ticket.number)
    context = {"page": page, "message": page.message}
    response = render(request, "desk/message.html#sent", context)
    response["Cache-Control"] = "no-store"
    return response


@open_to(*READERS)
@require_safe
def message_page(request: StaffRequest, pk: int) -> HttpResponse:
    """What stands in the frame: the clean page, under its own policy."""
    message = message_or_404(request, pk)
    page = MessagePage(message, request.user, leave=request.GET.get("pictures", ""))
    title = page.mail.subject or message.ticket.subject
    return page_of(page.clean.html, title=title, language=message.language)


@open_to(*DESK)
@require_POST
def pictures(request: StaffRequest, pk: int) -> HttpResponse:
    """Have the pictures from outside shown; the journal notes who asked."""
    message = message_or_404(request, pk)
    page = MessagePage(message, request.user)
    if page.ask:
        ask_for_pictures(message, hosts=page.hosts, by=request.user)
    place = "as-sent" if wants_part(request, part=f"sent-{pk}") else "original"
    sign = leave_for(message, account=request.user)
    response = redirect(f"{reverse(f'desk:{place}', args=[pk])}?pictures={sign}")
    response.status_code = 303
    return response


@open_to(*READERS)
@require_safe
def outside_picture(request: StaffRequest, pk: int) -> HttpResponse:
    """A picture from outside, fetched and written anew by us."""
    message = message_or_404(request, pk)
    sign = request.GET.get("of", "")
    address = outside_address(sign, message=message, account=request.user)
    if address is None:
        return HttpResponseBadRequest()
    try:
        content = fetch_picture(address)
    except NoPicture as reason:
        log.info("A picture of message %s was not fetched: %s", pk, reason)
        raise Http404 from reason
    response = as_foreign(HttpResponse(content, content_type="image/webp"))
    response["Cache-Control"] = "private, max-age=3600"
    return response


@open_to(*DESK)
@require_safe
def message_source(request: StaffRequest, pk: int) -> HttpResponse:
    """The bytes as they arrived, as text."""
    message = message_or_404(request, pk)
    assert message.arrival is not None
    return source(bytes(message.arrival.raw))


@open_to(*DESK)
@require_safe
def message_file(request: StaffRequest, pk: int) -> HttpResponse:
    """The bytes as they arrived, as a file for a mail program; an infected one stays here."""
    page = MessagePage(message_or_404(request, pk), request.user)
    assert page.message.arrival is not None
    if page.is_infected:
        raise Http404
    response = HttpResponse(bytes(page.message.arrival.raw), content_type="message/rfc822")
    name = f"{page.message.ticket.number}-{pk}.eml"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return as_foreign(response)


@open_to(*DESK)
@require_POST
def message_language(request: StaffRequest, pk: int) -> HttpResponse:
    """Correct the language in which a message is written."""
    message = get_object_or_404(workable_messages_for(request.user).select_related("ticket"), pk=pk)
    form = MessageLanguageForm(request.POST)
    if form.is_valid():
        try:
            set_message_language(message, by=request.user, **form.cleaned_data)
        except TicketError as refusal:
            return HttpResponse(str(refusal.sentence), status=409, content_type="text/plain")
    response = redirect("desk:ticket", message.ticket.number)
    response.status_code = 303
    return response
