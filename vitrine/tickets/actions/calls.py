"""A call with what was done about it: both are stored, or neither."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.correspondence.choices import Channel
from vitrine.directory.models import Organisation, Person
from vitrine.directory.queries import organisation_asking, reply_language_for
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.kernel.languages import Language
from vitrine.kernel.text import excerpt
from vitrine.tickets.actions.closing import mark_closed
from vitrine.tickets.actions.intake import Request, log_call, open_tickets
from vitrine.tickets.actions.search_documents import index_ticket
from vitrine.tickets.actions.sorting import assign
from vitrine.tickets.actions.steps import add_message, clean, deadline, locked
from vitrine.tickets.choices import Impact, MessageKind, Outcome, State, Urgency
from vitrine.tickets.errors import NotOpen
from vitrine.tickets.models import Message, QuestionType, Ticket
from vitrine.tickets.rules import priority

Asking = tuple[Person | None, Organisation | None]


@transaction.atomic
def settle_call(
    *,
    who_asks: Callable[[], Asking],
    outcome: Callable[[Ticket], object],
    by: Account,
    **call: Any,
) -> Ticket:
    """Log a call and give it its outcome at once.

    who_asks  finds or makes the person; what it makes is undone when the outcome is refused
    outcome   one of the outcome actions
    call      what `log_call` takes
    Raises what any of them raises; then nothing has been stored.
    """
    requester, organisation = who_asks()
    ticket = log_call(requester=requester, organisation=organisation, by=by, **call)
    outcome(ticket)
    return ticket


@transaction.atomic
def open_call(
    *,
    requester: Person | None,
    organisation: Organisation | None,
    subject: str,
    language: str,
    at: datetime,
) -> Ticket:
    """Open the ticket of a call that comes in; what was said is written later, if anything.

    language  chosen in the phone menu, else what is known of the caller
    at        when the call came in
    """
    asked = Request(
        requester=requester,
        organisation=organisation,
        channel=Channel.PHONE,
        subject=subject,
        text="",
        language=language,
        received_at=at,
    )
    [ticket] = open_tickets([asked])
    note_call(ticket, language=language, at=at, person=requester)
    index_ticket(ticket)
    record("ticket.opened", subject=ticket, by=None, number=ticket.number, channel=Channel.PHONE)
    return ticket


@transaction.atomic
def note_call(
    ticket: Ticket, *, language: str, at: datetime, person: Person | None = None
) -> Message:
    """Another call about a ticket begins: a place in its timeline for what is said."""
    row = locked(ticket)
    message = add_message(
        row,
        kind=MessageKind.CALL,
        channel=Channel.PHONE,
        at=at,
        text="",
        language=language or row.language,
        person=person,
    )
    message.call_began_at = at
    message.save(update_fields=["call_began_at"])
    row.last_activity_at = max(row.last_activity_at, at)
    row.save(update_fields=["last_activity_at"])
    return message


@transaction.atomic
def end_call(message: Message, *, at: datetime, by: Account | None = None) -> Message:
    """The conversation is over; `by` had it, None: nobody."""
    row = Message.objects.select_for_update().get(pk=message.pk)
    row.call_ended_at, row.by_account = at, by or row.by_account
    row.save(update_fields=["call_ended_at", "by_account"])
    return row


@transaction.atomic
def give_call(ticket: Ticket, *, owner: Account) -> Ticket:
    """Whoever answered has the ticket, unless somebody has it already or it is closed."""
    row = locked(ticket)
    if row.owner_id is None and not row.is_closed and owner.is_active and owner.works_at_desk:
        assign(row, owner=owner, by=owner)
    return row


@transaction.atomic
def close_without_caller(ticket: Ticket, *, by: Account | None) -> bool:
    """Close the ticket of a caller who is gone and cannot or need not be called back.

    False, and nothing changes, when somebody has taken it, written in it or closed it.
    """
    row = locked(ticket)
    untouched = row.state == State.NEW and row.owner_id is None
    if not untouched or row.messages.exclude(kind=MessageKind.CALL, text="").exists():
        return False
    mark_closed(row, outcome=Outcome.GONE, by=by, at=now())
    row.save()
    record("ticket.closed", subject=row, by=by, outcome=Outcome.GONE, answer_to="")
    return True


@transaction.atomic
def write_up_call(
    ticket: Ticket,
    *,
    who_asks: Callable[[], Asking],
    outcome: Callable[[Ticket], object],
    subject: str,
    text: str,
    language: str,
    began_at: datetime,
    ended_at: datetime,
    by: Account,
    question_type: QuestionType | None = None,
    impact: int = Impact.USER,
    urgency: int = Urgency.QUESTION,
    message: Message | None = None,
) -> Ticket:
    """Fill the ticket that a call has opened, and give it its outcome: both, or neither.

    message  the place of this call in the timeline; None: a new one is made
    Otherwise like `settle_call`. Raises NotOpen when the ticket is closed meanwhile, and what
    the outcome raises; then nothing has been stored.
    """
    row = locked(ticket)
    if row.is_closed:
        raise NotOpen
    requester, organisation = who_asks()
    used = Language(language)
    row.requester = requester or row.requester
    row.organisation = organisation_asking(row.requester, organisation or row.organisation)
    chosen = reply_language_for(row.requester, row.organisation, used=used)
    row.language, row.reply_language = used, chosen.language
    row.reply_language_reason = chosen.reason
    row.subject = clean(subject)[:300] or row.subject
    row.excerpt = excerpt(clean(text))
    row.question_type = question_type or row.question_type
    row.impact, row.urgency = impact, urgency
    row.priority = priority(impact=impact, urgency=urgency)
    row.due_at = deadline(row.opened_at, priority=row.priority)
    row.owner, row.state = row.owner or by, State.OPEN
    row.last_activity_at = max(row.last_activity_at, ended_at)
    row.save()
    said = message or note_call(row, language=used, at=began_at, person=row.requester)
    Message.objects.filter(pk=said.pk).update(
        text=clean(text),
        language=used,
        by_person=row.requester,
        by_account=by,
        call_began_at=began_at,
        call_ended_at=ended_at,
    )
    index_ticket(row)
    seconds = round((ended_at - began_at).total_seconds())
    record("ticket.call_written_up", subject=row, by=by, call_seconds=seconds)
    outcome(row)
    return row
