"""Tickets of an interruption: joined in one click, answered at once when it is over."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vitrine.desk.forms.state import AnswerForm
from vitrine.desk.rendering import DESK, StaffRequest, open_to
from vitrine.desk.rendering.state.pages import state_page
from vitrine.desk.rendering.state.words import moment_words
from vitrine.status.access import interruptions_for
from vitrine.tickets.access import workable_tickets_for
from vitrine.tickets.actions import answer_all, join_interruption, leave_interruption
from vitrine.tickets.errors import TicketError
from vitrine.tickets.queries import (
    answers_of_interruption,
    end_texts,
    interruption_of,
    links_of_interruption,
    open_interruption,
)

MOST = 1000


@open_to(*DESK)
@require_POST
def ticket_interruption(request: StaffRequest, number: str) -> HttpResponse:
    """One click joins the open interruption; the second click leaves it."""
    ticket = get_object_or_404(workable_tickets_for(request.user), number=number)
    link = interruption_of(ticket)
    interruption = open_interruption()
    try:
        if link is not None:
            leave_interruption(ticket, by=request.user)
        elif interruption is not None:
            join_interruption(ticket, interruption=interruption, by=request.user)
    except TicketError as refusal:
        messages.error(request, str(refusal.sentence))
    return redirect("desk:ticket", number=number)


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def interruption_tickets(request: StaffRequest, code: str) -> HttpResponseBase:
    """The tickets of one interruption, and the answer to all that is read before it is sent."""
    row = get_object_or_404(interruptions_for(request.user), code=code)
    over = row.ended_at is not None
    initial = {f"text_{key}": text for key, text in end_texts(row).items()} if over else {}
    form = AnswerForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            answer_all(row, texts=form.texts(), closes=form.cleaned_data["closes"], by=request.user)
        except TicketError as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            return redirect("desk:interruption-tickets", code=code)
    links = list(links_of_interruption(row, account=request.user)[:MOST])
    waiting = sum(not (each.answered_at or each.ticket.is_closed) for each in links)
    context: dict[str, Any] = {
        "interruption": row,
        "links": links,
        "answered": sum(each.answered_at is not None for each in links),
        "failed": sum(bool(each.failure) for each in links),
        "waiting": waiting,
        "answers": [
            {"who": each.by.name, "when": moment_words(each.begun_at), "is_done": each.finished_at}
            for each in answers_of_interruption(row)
        ],
        "form": form if over and waiting else None,
        "heading": _("Tickets of the interruption %(code)s") % {"code": code},
    }
    status = 422 if form.errors else 200
    return state_page(
        request,
        "tickets.html",
        context,
        current="interruptions",
        parts=("progress",),
        status=status,
    )
