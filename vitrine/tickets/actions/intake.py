"""How a request becomes a ticket, and how a follow-up finds its place."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.correspondence.choices import Channel, PromiseKind
from vitrine.correspondence.models import Arrival
from vitrine.directory.models import Organisation, Person, Service
from vitrine.directory.queries import organisation_asking, reply_language_for
from vitrine.journal.actions import record
from vitrine.kernel.languages import Language
from vitrine.kernel.text import excerpt
from vitrine.tickets.actions.applied_rules import NOTHING, sorted_to, tell_applied
from vitrine.tickets.actions.letters import write_to_requester
from vitrine.tickets.actions.search_documents import add_to_document, index_ticket
from vitrine.tickets.actions.steps import (
    add_message,
    clean,
    deadline,
    locked,
    next_serial,
    start_clock,
)
from vitrine.tickets.choices import Impact, LinkKind, MessageKind, State, Urgency
from vitrine.tickets.models import Message, QuestionType, Ticket, TicketLink
from vitrine.tickets.rules import Decision, ReceivedFile, numbered, priority


def open_ticket(
    *,
    requester: Person | None,
    organisation: Organisation | None,
    channel: str,
    subject: str,
    text: str,
    language: str,
    opened_at: datetime,
    question_type: QuestionType | None,
    impact: int,
    urgency: int,
    owner: Account | None = None,
    suggested_service: Service | None = None,
    next_action: str = "",
) -> Ticket:
    """A new row with its number, reply language and deadline; no message, no journal yet."""
    organisation = organisation_asking(requester, organisation)
    chosen = reply_language_for(requester, organisation, used=Language(language))
    rank = priority(impact=impact, urgency=urgency)
    return Ticket.objects.create(
        number=numbered(next_serial(), opened_at=opened_at),
        subject=clean(subject)[:300] or excerpt(clean(text), length=80),
        requester=requester,
        organisation=organisation,
        channel=channel,
        question_type=question_type,
        language=language,
        reply_language=chosen.language,
        reply_language_reason=chosen.reason,
        impact=impact,
        urgency=urgency,
        priority=rank,
        state=State.OPEN if owner else State.NEW,
        owner=owner,
        suggested_service=suggested_service,
        next_action=next_action,
        due_at=deadline(opened_at, priority=rank),
        opened_at=opened_at,
        last_activity_at=opened_at,
        excerpt=excerpt(clean(text)),
    )


@transaction.atomic
def receive_request(
    *,
    requester: Person | None,
    organisation: Organisation | None,
    channel: str,
    subject: str,
    text: str,
    language: str,
    received_at: datetime,
    quoted: str = "",
    files: Sequence[ReceivedFile] = (),
    message_id: str = "",
    arrival: Arrival | None = None,
    forwarded_from: str = "",
    question_type: QuestionType | None = None,
    impact: int = Impact.USER,
    urgency: int = Urgency.QUESTION,
    acknowledge: bool = True,
    decision: Decision = NOTHING,
    by: Account | None = None,
) -> Ticket:
    """Open a ticket for a written request and promise its acknowledgement.

    acknowledge  False when the sender must not get an automatic answer
    decision     what the sorting rules say; it goes before what the sender chose
    """
    effects, places = decision.effects, sorted_to(decision.effects)
    language = effects.language or language
    ticket = open_ticket(
        requester=requester,
        organisation=organisation,
        channel=channel,
        subject=subject,
        text=text,
        language=language,
        opened_at=received_at,
        question_type=places.question_type or question_type,
        impact=effects.impact or impact,
        urgency=effects.urgency or urgency,
        owner=places.owner,
        suggested_service=places.service,
        next_action=effects.next_action,
    )
    add_message(
        ticket,
        kind=MessageKind.INCOMING,
        channel=channel,
        at=received_at,
        text=text,
        quoted=quoted,
        language=language,
        person=requester,
        account=by,
        message_id=message_id,
        arrival=arrival,
        files=files,
        forwarded_from=forwarded_from,
    )
    index_ticket(ticket)
    record("ticket.opened", subject=ticket, by=by, number=ticket.number, channel=channel)
    tell_applied(ticket, decision=decision, places=places)
    if acknowledge and not effects.no_acknowledgement:
        _acknowledge(ticket, message_id=message_id, text=text)
    return ticket


def _acknowledge(ticket: Ticket, *, message_id: str, text: str) -> None:
    owed = write_to_requester(
        ticket,
        kind=PromiseKind.ACKNOWLEDGEMENT,
        text=text,
        by=None,
        is_automatic=True,
        thread=[message_id] if message_id else [],
    )
    if owed is not None:
        record(
            "ticket.acknowledgement_promised",
            subject=ticket,
            by=None,
            language=ticket.reply_language,
            to=owed.to_address,
        )


@transaction.atomic
def join_request(
    ticket: Ticket,
    *,
    requester: Person | None,
    channel: str,
    text: str,
    language: str,
    received_at: datetime,
    quoted: str = "",
    files: Sequence[ReceivedFile] = (),
    message_id: str = "",
    arrival: Arrival | None = None,
    forwarded_from: str = "",
    acknowledge: bool = True,
    is_automatic: bool = False,
    by: Account | None = None,
) -> Message:
    """Add a follow-up to its ticket; a closed ticket opens again.

    An archived ticket stays as it is: the follow-up becomes a new, linked ticket, whose
    message is returned. An automatic message is added but changes no state.

    acknowledge  False when such a new ticket must not be acknowledged automatically
    """
    row = locked(ticket)
    while row.merged_into_id is not None and row.merged_into is not None:
        row = locked(row.merged_into)
    if row.state == State.ARCHIVED and not is_automatic:
        return _follow_up_archived(
            row,
            requester=requester,
            channel=channel,
            text=text,
            quoted=quoted,
            language=language,
            received_at=received_at,
            files=files,
            message_id=message_id,
            arrival=arrival,
            forwarded_from=forwarded_from,
            acknowledge=acknowledge,
            by=by,
        )
    message = add_message(
        row,
        kind=MessageKind.INCOMING,
        channel=channel,
        at=received_at,
        text=text,
        quoted=quoted,
        language=language,
        person=requester,
        account=by,
        message_id=message_id,
        arrival=arrival,
        files=files,
        forwarded_from=forwarded_from,
    )
    _wake(row, at=received_at, is_automatic=is_automatic)
    # One statement: two in a transaction could wait crosswise for another's new words.
    found_by = " ".join([text, *(file.name for file in files)])
    add_to_document(row, text=found_by, language=language, weight="C")
    record("ticket.followed_up", subject=row, by=by, channel=channel, state=row.state)
    return message


def _wake(ticket: Ticket, *, at: datetime, is_automatic: bool) -> None:
    """The requester wrote: a closed ticket opens again, a waiting one counts on."""
    ticket.last_activity_at = max(ticket.last_activity_at, at)
    if is_automatic:
        pass
    elif ticket.state == State.CLOSED:
        ticket.state = State.OPEN if ticket.owner_id else State.NEW
        ticket.closed_at = ticket.closed_by = None
        ticket.reopened_count += 1
        ticket.due_at = deadline(at, priority=ticket.priority)
    elif ticket.state == State.WAITING:
        ticket.state = State.OPEN
        start_clock(ticket, at=at)
    ticket.save()


def _follow_up_archived(
    archived: Ticket,
    *,
    requester: Person | None,
    channel: str,
    text: str,
    quoted: str,
    language: str,
    received_at: datetime,
    files: Sequence[ReceivedFile],
    message_id: str,
    arrival: Arrival | None,
    forwarded_from: str,
    acknowledge: bool,
    by: Account | None,
) -> Message:
    fresh = receive_request(
        requester=requester or archived.requester,
        organisation=archived.organisation,
        channel=channel,
        subject=archived.subject,
        text=text,
        quoted=quoted,
        language=language,
        received_at=received_at,
        files=files,
        message_id=message_id,
        arrival=arrival,
        forwarded_from=forwarded_from,
        question_type=archived.question_type,
        acknowledge=acknowledge,
        by=by,
    )
    TicketLink.objects.create(
        first=archived, second=fresh, kind=LinkKind.FOLLOW_UP, at=received_at, by=by
    )
    record("ticket.linked", subject=fresh, by=by, other=archived.number, kind=LinkKind.FOLLOW_UP)
    return fresh.messages.get()


@transaction.atomic
def log_call(
    *,
    requester: Person | None,
    organisation: Organisation | None,
    subject: str,
    text: str,
    language: str,
    began_at: datetime,
    ended_at: datetime,
    by: Account,
    question_type: QuestionType | None = None,
    impact: int = Impact.USER,
    urgency: int = Urgency.QUESTION,
    channel: str = Channel.PHONE,
) -> Ticket:
    """Open a ticket for somebody who is on the telephone or at the counter.

    The caller gets no acknowledgement: he was told. An outcome action follows.
    """
    ticket = open_ticket(
        requester=requester,
        organisation=organisation,
        channel=channel,
        subject=subject,
        text=text,
        language=language,
        opened_at=began_at,
        question_type=question_type,
        impact=impact,
        urgency=urgency,
        owner=by,
    )
    add_message(
        ticket,
        kind=MessageKind.CALL,
        channel=channel,
        at=began_at,
        text=text,
        language=language,
        person=requester,
        account=by,
        call=(began_at, ended_at),
    )
    index_ticket(ticket)
    seconds = round((ended_at - began_at).total_seconds())
    record(
        "ticket.opened",
        subject=ticket,
        by=by,
        number=ticket.number,
        channel=channel,
        call_seconds=seconds,
    )
    return ticket
