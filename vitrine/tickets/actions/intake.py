"""How a request becomes a ticket, and how a follow-up finds its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.calendars.queries import working_calendar
from vitrine.calendars.rules import WorkingCalendar
from vitrine.correspondence.choices import Channel
from vitrine.correspondence.models import Arrival
from vitrine.directory.models import Organisation, Person
from vitrine.directory.queries import organisation_asking, reply_language_for
from vitrine.journal.actions import Happening, record, record_all
from vitrine.kernel.languages import Language
from vitrine.kernel.text import excerpt
from vitrine.tickets.actions.applied_rules import NOTHING, sorted_to, tell_applied
from vitrine.tickets.actions.letters import acknowledge_all
from vitrine.tickets.actions.search_documents import add_to_document, index_ticket, index_tickets
from vitrine.tickets.actions.steps import (
    add_message,
    clean,
    deadline,
    drafted_message,
    keep_messages,
    locked,
    next_serials,
    start_clock,
)
from vitrine.tickets.choices import Impact, LinkKind, MessageKind, State, Urgency
from vitrine.tickets.models import Message, QuestionType, Ticket, TicketLink
from vitrine.tickets.rules import Decision, ReceivedFile, numbered, priority


@dataclass(frozen=True, kw_only=True)
class Received:
    """What came in, whatever becomes of it."""

    channel: str
    text: str
    language: str
    """In which it was written or said."""
    received_at: datetime
    quoted: str = ""
    files: Sequence[ReceivedFile] = ()
    message_id: str = ""
    arrival: Arrival | None = None
    forwarded_from: str = ""


@dataclass(frozen=True, kw_only=True)
class Request(Received):
    """What somebody asked, before it is a ticket."""

    requester: Person | None
    organisation: Organisation | None
    subject: str
    question_type: QuestionType | None = None
    impact: int = Impact.USER
    urgency: int = Urgency.QUESTION
    acknowledge: bool = True
    """False when the sender must not get an automatic answer."""
    decision: Decision = NOTHING
    """What the sorting rules say; it goes before what the sender chose."""
    owner: Account | None = None
    by: Account | None = None


def open_tickets(requests: Sequence[Request]) -> list[Ticket]:
    """New rows with number, reply language and deadline; no messages, no journal yet."""
    calendar = working_calendar()
    serials = next_serials(len(requests))
    return Ticket.objects.bulk_create(
        _drafted_ticket(request, serial=serial, calendar=calendar)
        for request, serial in zip(requests, serials, strict=True)
    )


def _drafted_ticket(request: Request, *, serial: int, calendar: WorkingCalendar) -> Ticket:
    effects, places = request.decision.effects, sorted_to(request.decision.effects)
    organisation = organisation_asking(request.requester, request.organisation)
    used = Language(effects.language or request.language)
    chosen = reply_language_for(request.requester, organisation, used=used)
    impact, urgency = effects.impact or request.impact, effects.urgency or request.urgency
    owner = places.owner or request.owner
    rank = priority(impact=impact, urgency=urgency)
    text = clean(request.text)
    return Ticket(
        number=numbered(serial, opened_at=request.received_at),
        subject=clean(request.subject)[:300] or excerpt(text, length=80),
        requester=request.requester,
        organisation=organisation,
        channel=request.channel,
        question_type=places.question_type or request.question_type,
        language=used,
        reply_language=chosen.language,
        reply_language_reason=chosen.reason,
        impact=impact,
        urgency=urgency,
        priority=rank,
        state=State.OPEN if owner else State.NEW,
        owner=owner,
        suggested_service=places.service,
        next_action=effects.next_action,
        due_at=deadline(request.received_at, priority=rank, calendar=calendar),
        opened_at=request.received_at,
        last_activity_at=request.received_at,
        excerpt=excerpt(text),
    )


def receive_request(request: Request) -> Ticket:
    """Open a ticket for a written request and promise its acknowledgement."""
    [ticket] = receive_requests([request])
    return ticket


@transaction.atomic
def receive_requests(requests: Sequence[Request]) -> list[Ticket]:
    """Open a ticket for each request: a dozen statements, however many requests there are."""
    if not requests:
        return []
    tickets = open_tickets(requests)
    pairs = list(zip(tickets, requests, strict=True))
    keep_messages([(_first_message(ticket, request=asked), asked.files) for ticket, asked in pairs])
    index_tickets(tickets)
    record_all(
        Happening(
            verb="ticket.opened",
            subject=ticket,
            by=asked.by,
            facts={"number": ticket.number, "channel": asked.channel},
        )
        for ticket, asked in pairs
    )
    for ticket, asked in pairs:
        tell_applied(ticket, decision=asked.decision)
    acknowledge_all(
        [
            (ticket, asked.text, asked.message_id)
            for ticket, asked in pairs
            if asked.acknowledge and not asked.decision.effects.no_acknowledgement
        ]
    )
    return tickets


def _first_message(ticket: Ticket, *, request: Request) -> Message:
    return drafted_message(
        ticket,
        kind=MessageKind.INCOMING,
        channel=request.channel,
        at=request.received_at,
        text=request.text,
        quoted=request.quoted,
        language=ticket.language,
        person=request.requester,
        account=request.by,
        message_id=request.message_id,
        arrival=request.arrival,
        forwarded_from=request.forwarded_from,
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
    wake(row, at=received_at, is_automatic=is_automatic)
    row.save()
    found_by = " ".join([text, *(file.name for file in files)])
    add_to_document(row, text=found_by, language=language, weight="C")
    record("ticket.followed_up", subject=row, by=by, channel=channel, state=row.state)
    return message


def wake(ticket: Ticket, *, at: datetime, is_automatic: bool) -> None:
    """The requester wrote: a closed ticket opens again, a waiting one counts on; not saved."""
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
        Request(
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
    asked = Request(
        requester=requester,
        organisation=organisation,
        channel=channel,
        subject=subject,
        text=text,
        language=language,
        received_at=began_at,
        question_type=question_type,
        impact=impact,
        urgency=urgency,
        owner=by,
    )
    [ticket] = open_tickets([asked])
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
