"""What one does with a ticket: one view per noun, one action each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vitrine.desk.forms import acts as forms
from vitrine.desk.rendering import DESK, READERS, StaffRequest, open_to
from vitrine.desk.rendering.ticket_page import TicketPage
from vitrine.desk.views.tickets import ticket_or_404, ticket_page
from vitrine.directory.errors import DirectoryError
from vitrine.telephony.errors import PhoneError
from vitrine.tickets import actions
from vitrine.tickets.access import (
    delegated_tickets_for,
    workable_messages_for,
    workable_tickets_for,
)
from vitrine.tickets.choices import MessageKind
from vitrine.tickets.errors import TicketError
from vitrine.tickets.models import Ticket
from vitrine.tickets.queries import links_of, mergeable_with, messages_since

FROM_OUTSIDE = (MessageKind.INCOMING, MessageKind.SECOND_LINE, MessageKind.REPLY)
"""Messages that may change what one is about to answer."""


@dataclass
class Act:
    """A form of one act, as the dock prints it.

    others  tickets that are likely meant
    """

    heading: str
    button: str
    form: forms.ActForm
    action: str = ""
    leave: str = ""
    note: str = ""
    others: list[Ticket] = field(default_factory=list)


def workable(request: StaffRequest, number: str) -> Ticket:
    """The ticket when the account works on it as the desk does. Raises Http404."""
    get_object_or_404(workable_tickets_for(request.user), number=number)
    return ticket_or_404(request, number)


def delegated(request: StaffRequest, number: str) -> Ticket:
    """The ticket when its open hand-over may be ended by the account. Raises Http404."""
    if request.user.works_at_desk:
        return workable(request, number)
    get_object_or_404(delegated_tickets_for(request.user), number=number)
    return ticket_or_404(request, number)


def to_ticket(ticket: Ticket) -> HttpResponse:
    """Back to the page of the ticket, which shows what was done."""
    response = redirect("desk:ticket", ticket.number)
    response.status_code = 303
    return response


def offer(
    request: StaffRequest,
    ticket: Ticket,
    act: Act,
    action: Callable[..., object],
) -> HttpResponse:
    """Show the form of an act, or do it and show the ticket; what was refused says why."""
    form = act.form
    if request.method == "POST" and form.is_valid():
        try:
            action(**form.cleaned_data)
        except (TicketError, DirectoryError, PhoneError) as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            return to_ticket(ticket)
    act.action = request.path
    page = TicketPage(ticket, request.user, list_name=request.GET.get("list", ""))
    act.leave = page.to("ticket")
    return ticket_page(request, page, act=act, status=422 if form.errors else 200)


def filled(
    request: StaffRequest, ticket: Ticket, kind: type[forms.ActForm], **more: Any
) -> forms.ActForm:
    """The form with what was sent, or empty."""
    sent = request.POST if request.method == "POST" else None
    return kind(sent, ticket=ticket, account=request.user, **more)


@open_to(*DESK)
@require_POST
def replies(request: StaffRequest, number: str) -> HttpResponse:
    """Answer the requester: send, send and wait, send and close, or close what was told by voice.

    409 when something arrived that the writer has not seen; sending again goes through.
    """
    ticket = workable(request, number)
    form = forms.WordsForm(request.POST, ticket=ticket, account=request.user)
    seen = form.cleaned_data.get("last_seen") if form.is_valid() else None
    arrived = (
        [one for one in messages_since(ticket, message_id=seen) if one.kind in FROM_OUTSIDE]
        if seen is not None
        else []
    )
    if not arrived and form.is_valid():
        try:
            _send(
                ticket,
                text=form.cleaned_data["text"],
                cc=form.cleaned_data["cc"],
                then=request.POST.get("then", ""),
                request=request,
            )
        except TicketError as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            return to_ticket(ticket)
    page = TicketPage(ticket_or_404(request, number), request.user, arrived_messages=arrived)
    return ticket_page(request, page, reply_form=form, status=409 if arrived else 422)


def _send(ticket: Ticket, *, text: str, cc: list[str], then: str, request: StaffRequest) -> None:
    if then == "letter":
        actions.close_by_letter(ticket, answer=text, by=request.user)
    elif then in ("close", "told"):
        in_writing = then == "close"
        actions.close_directly(ticket, answer=text, in_writing=in_writing, by=request.user, cc=cc)
    else:
        actions.reply(ticket, text=text, wait=then == "wait", by=request.user, cc=cc)


@open_to(*READERS)
@require_POST
def notes(request: StaffRequest, number: str) -> HttpResponse:
    """Add an internal note; the second line may while it has the ticket."""
    ticket = delegated(request, number)
    form = forms.WordsForm(request.POST, ticket=ticket, account=request.user)
    if form.is_valid():
        try:
            actions.add_note(ticket, text=form.cleaned_data["text"], by=request.user)
        except TicketError as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            return to_ticket(ticket)
    page = TicketPage(ticket, request.user, shows="note")
    return ticket_page(request, page, note_form=form, status=422)


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def follow_up(request: StaffRequest, number: str) -> HttpResponse:
    """Keep it open: outcome 2."""
    ticket = workable(request, number)
    act = Act(_("Keep open"), _("Keep it open"), filled(request, ticket, forms.KeepOpenForm))
    return offer(request, ticket, act, lambda **w: actions.keep_open(ticket, by=request.user, **w))


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def delegation(request: StaffRequest, number: str) -> HttpResponse:
    """Hand over to the second line: outcome 3."""
    ticket = workable(request, number)
    act = Act(
        _("To the second line"),
        _("Hand over to the second line"),
        filled(request, ticket, forms.DelegationForm),
        note=_("You stay guardian of the ticket; without an answer in time it comes back."),
    )
    return offer(request, ticket, act, lambda **w: actions.delegate(ticket, by=request.user, **w))


@open_to(*READERS)
@require_http_methods(["GET", "POST"])
def second_line_answer(request: StaffRequest, number: str) -> HttpResponse:
    """The second line answers."""
    ticket = delegated(request, number)
    act = Act(
        _("Answer of the second line"),
        _("Send the answer"),
        filled(request, ticket, forms.SecondLineAnswerForm),
    )
    return offer(
        request, ticket, act, lambda **w: actions.answer_delegation(ticket, by=request.user, **w)
    )


@open_to(*READERS)
@require_http_methods(["GET", "POST"])
def delegation_return(request: StaffRequest, number: str) -> HttpResponse:
    """The second line gives it back, or the desk takes it back."""
    ticket = delegated(request, number)
    act = Act(
        _("Back to the desk"),
        _("Return to the desk"),
        filled(request, ticket, forms.MotiveForm),
    )
    return offer(
        request, ticket, act, lambda **w: actions.return_delegation(ticket, by=request.user, **w)
    )


@open_to(*DESK)
@require_POST
def own(request: StaffRequest, number: str) -> HttpResponse:
    """Become the owner."""
    return at_once(request, number, actions.take)


@open_to(*DESK)
@require_POST
def waiting(request: StaffRequest, number: str) -> HttpResponse:
    """Stop the clock until the requester writes again."""
    return at_once(request, number, actions.wait_for_requester)


@open_to(*DESK)
@require_POST
def unmerge(request: StaffRequest, number: str) -> HttpResponse:
    """Undo a merge."""
    return at_once(request, number, actions.unmerge)


def at_once(request: StaffRequest, number: str, action: Callable[..., object]) -> HttpResponse:
    """An act without a form; refused, the page says why above the timeline."""
    ticket = workable(request, number)
    try:
        action(ticket, by=request.user)
    except TicketError as refusal:
        form = forms.WordsForm({}, ticket=ticket, account=request.user)
        form.add_error(None, str(refusal.sentence))
        page = TicketPage(ticket_or_404(request, number), request.user)
        return ticket_page(request, page, note_form=form, refusal=refusal.sentence, status=422)
    return to_ticket(ticket)


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def owner(request: StaffRequest, number: str) -> HttpResponse:
    """Give it to a colleague."""
    ticket = workable(request, number)
    act = Act(_("Assign"), _("Assign it"), filled(request, ticket, forms.OwnerForm))
    return offer(request, ticket, act, lambda **w: actions.assign(ticket, by=request.user, **w))


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def reopening(request: StaffRequest, number: str) -> HttpResponse:
    """Take a closed ticket up again."""
    ticket = workable(request, number)
    act = Act(_("Reopen"), _("Reopen the ticket"), filled(request, ticket, forms.MotiveForm))
    return offer(request, ticket, act, lambda **w: actions.reopen(ticket, by=request.user, **w))


@open_to(*DESK)
@require_POST
def subject(request: StaffRequest, number: str) -> HttpResponse:
    """Rename it in place."""
    ticket = workable(request, number)
    form = filled(request, ticket, forms.SubjectForm)
    act = Act(_("Subject"), _("Rename the ticket"), form)
    return offer(request, ticket, act, lambda **w: actions.rename(ticket, by=request.user, **w))


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def question_type(request: StaffRequest, number: str) -> HttpResponse:
    """Say what it is about."""
    ticket = workable(request, number)
    form = filled(request, ticket, forms.QuestionTypeForm)
    act = Act(_("Question type"), _("Set the question type"), form)
    return offer(request, ticket, act, lambda **w: actions.classify(ticket, by=request.user, **w))


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def ticket_priority(request: StaffRequest, number: str) -> HttpResponse:
    """Impact and urgency."""
    ticket = workable(request, number)
    act = Act(
        _("Priority"),
        _("Set the priority"),
        filled(request, ticket, forms.PriorityForm),
        note=_("The priority follows from impact and urgency."),
    )
    return offer(
        request, ticket, act, lambda **w: actions.set_priority(ticket, by=request.user, **w)
    )


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def reply_language(request: StaffRequest, number: str) -> HttpResponse:
    """Another reply language than the law's, with a motive."""
    ticket = workable(request, number)
    act = Act(
        _("Reply language"),
        _("Set the reply language"),
        filled(request, ticket, forms.ReplyLanguageForm),
        note=_("Now: %(language)s, %(reason)s.")
        % {
            "language": ticket.get_reply_language_display(),
            "reason": ticket.get_reply_language_reason_display(),
        },
    )
    return offer(
        request, ticket, act, lambda **w: actions.set_reply_language(ticket, by=request.user, **w)
    )


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def merge(request: StaffRequest, number: str) -> HttpResponse:
    """Make it a part of another ticket; the requester's others are offered first."""
    ticket = workable(request, number)
    form = forms.OtherTicketForm(request.POST or None, ticket=ticket, account=request.user)
    act = Act(
        _("Merge into another ticket"),
        _("Merge into this number"),
        form,
        note=_("Both keep their number, and a merge can be undone."),
        others=mergeable_with(ticket, account=request.user),
    )
    return offer(
        request,
        ticket,
        act,
        lambda **_w: actions.merge(ticket, into=form.found, by=request.user),
    )


@open_to(*DESK)
@require_POST
def archive(request: StaffRequest, number: str) -> HttpResponse:
    """Archive a closed ticket now, before its time."""
    return at_once(request, number, actions.archive)


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def links(request: StaffRequest, number: str) -> HttpResponse:
    """Say that another ticket belongs to this one; a second time takes the link away."""
    ticket = workable(request, number)
    form = forms.LinkForm(request.POST or None, ticket=ticket, account=request.user)
    act = Act(_("Link with another ticket"), _("Link the two tickets"), form)

    def link_or_unlink(kind: str, **_number: str) -> None:
        if form.found in [other for _link, other in links_of(ticket)]:
            actions.unlink(ticket, other=form.found, by=request.user)
        else:
            actions.link(ticket, other=form.found, kind=kind, by=request.user)

    return offer(request, ticket, act, link_or_unlink)


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def split(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Give a message a ticket of its own."""
    ticket = workable(request, number)
    message = get_object_or_404(workable_messages_for(request.user), pk=pk, ticket=ticket)
    form = filled(request, ticket, forms.ActForm)
    act = Act(
        _("A ticket of its own"),
        _("Split the message off"),
        form,
        note=_("The message becomes a new ticket, linked to this one."),
    )
    return offer(request, ticket, act, lambda: actions.split_off(message, by=request.user))
