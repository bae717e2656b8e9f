"""Answer, close, open again, archive."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.correspondence.choices import Channel, PromiseKind
from vitrine.correspondence.models import Promise
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.tickets.actions.letters import write_to_requester
from vitrine.tickets.actions.search_documents import add_to_document
from vitrine.tickets.actions.steps import add_message, deadline, locked, stop_clock
from vitrine.tickets.choices import MessageKind, Outcome, State
from vitrine.tickets.errors import Archived, MotiveMissing, NotClosed, RequesterMissing
from vitrine.tickets.models import Message, Ticket
from vitrine.tickets.rules import check_can_close, check_live

SPOKEN = (Channel.PHONE, Channel.COUNTER)
"""Channels on which an answer is given by voice unless somebody asks for it in writing."""


def mark_closed(ticket: Ticket, *, outcome: str, by: Account | None, at: datetime) -> None:
    """Set what closing sets; the caller saves and records."""
    ticket.state = State.CLOSED
    ticket.outcome = outcome
    ticket.closed_at = at
    ticket.closed_by = by
    ticket.service = None
    ticket.next_action = ""
    ticket.promised_for = ticket.remind_at = None
    ticket.due_at = ticket.paused_at = ticket.time_left = None
    ticket.last_activity_at = at


def add_reply(
    ticket: Ticket,
    *,
    text: str,
    by: Account,
    at: datetime,
    in_writing: bool,
    cc: Sequence[str] = (),
) -> tuple[Message, Promise | None]:
    """Add the desk's answer to the timeline and owe it in writing when asked to.

    cc  participants who get a copy when it goes by mail

    Raises RequesterMissing when it should go by mail but there is no address.
    """
    owed = None
    if in_writing:
        owed = write_to_requester(ticket, kind=PromiseKind.ANSWER, text=text, by=by, cc=cc)
        if owed is None:
            raise RequesterMissing
    message = add_message(
        ticket,
        kind=MessageKind.REPLY,
        channel=Channel.MAIL if owed else ticket.channel,
        at=at,
        text=text,
        language=ticket.reply_language,
        account=by,
        person=ticket.requester,
        message_id=owed.message_id if owed else "",
        promise=owed,
    )
    ticket.first_answered_at = ticket.first_answered_at or at
    add_to_document(ticket, text=text, language=ticket.reply_language, weight="C")
    return message, owed


@transaction.atomic
def close_directly(
    ticket: Ticket,
    *,
    answer: str,
    by: Account,
    in_writing: bool | None = None,
    cc: Sequence[str] = (),
) -> Ticket:
    """Answer the requester and close.

    cc          participants who get a copy
    in_writing  None: by mail unless the request was spoken
    Raises AlreadyClosed, Archived, AnswerMissing or RequesterMissing; then nothing has
    changed or will be sent. The outcome is DIRECT at the first contact; a ticket that was
    kept open or delegated keeps that outcome.
    """
    row = locked(ticket)
    check_can_close(row.state, answer)
    if in_writing is None:
        in_writing = row.channel not in SPOKEN

    at = now()
    first_contact = row.first_answered_at is None
    _message, owed = add_reply(row, text=answer, by=by, at=at, in_writing=in_writing, cc=cc)
    outcome = row.outcome or (Outcome.DIRECT if first_contact else Outcome.OPEN)
    mark_closed(row, outcome=outcome, by=by, at=at)
    row.owner = row.owner or by
    row.save()
    close_open_delegations(row, at=at)

    record(
        "ticket.closed",
        subject=row,
        by=by,
        outcome=outcome,
        answer_to=owed.to_address if owed else "",
    )
    return row


def close_open_delegations(ticket: Ticket, *, at: datetime) -> None:
    """A closed ticket waits for no second line."""
    ticket.delegations.filter(answered_at__isnull=True, returned_at__isnull=True).update(
        returned_at=at, return_motive="closed"
    )


@transaction.atomic
def reply(
    ticket: Ticket,
    *,
    text: str,
    wait: bool = False,
    by: Account,
    in_writing: bool = True,
    cc: Sequence[str] = (),
) -> Message:
    """Write to the requester and keep the ticket open.

    cc    participants who get a copy
    wait  the ticket then waits for the requester and its clock stands still
    """
    row = locked(ticket)
    check_can_close(row.state, text)
    at = now()
    message, owed = add_reply(row, text=text, by=by, at=at, in_writing=in_writing, cc=cc)
    row.owner = row.owner or by
    if wait:
        row.state = State.WAITING
        stop_clock(row, at=at)
    elif row.state == State.NEW:
        row.state = State.OPEN
    row.last_activity_at = at
    row.save()
    record(
        "ticket.replied",
        subject=row,
        by=by,
        answer_to=owed.to_address if owed else "",
        state=row.state,
    )
    return message


@transaction.atomic
def add_note(ticket: Ticket, *, text: str, by: Account) -> Message:
    """Add an internal note: it stays here."""
    row = locked(ticket)
    if row.state == State.ARCHIVED:
        raise Archived
    if not text.strip():
        raise MotiveMissing
    at = now()
    message = add_message(
        row, kind=MessageKind.NOTE, at=at, text=text, language=by.ui_language, account=by
    )
    row.last_activity_at = at
    row.save(update_fields=["last_activity_at"])
    add_to_document(row, text=text, language=by.ui_language, weight="D")
    record("ticket.noted", subject=row, by=by)
    return message


@transaction.atomic
def reopen(ticket: Ticket, *, motive: str, by: Account) -> Ticket:
    """Take a closed ticket up again, with a motive; its history stays."""
    row = locked(ticket)
    if row.state == State.ARCHIVED:
        raise Archived
    if row.state != State.CLOSED or row.merged_into_id is not None:
        raise NotClosed
    if not motive.strip():
        raise MotiveMissing
    at = now()
    row.state = State.OPEN
    row.owner = by
    row.closed_at = row.closed_by = None
    row.reopened_count += 1
    row.due_at = deadline(at, priority=row.priority)
    row.last_activity_at = at
    row.save()
    record("ticket.reopened", subject=row, by=by, motive=motive)
    return row


@transaction.atomic
def wait_for_requester(ticket: Ticket, *, by: Account) -> Ticket:
    """Stop the clock until the requester writes again."""
    row = locked(ticket)
    check_live(row.state)
    at = now()
    row.state = State.WAITING
    row.owner = row.owner or by
    stop_clock(row, at=at)
    row.save()
    record("ticket.waiting", subject=row, by=by)
    return row


@transaction.atomic
def archive_closed(*, before: datetime, at_most: int = 500) -> int:
    """Archive tickets closed before an instant; how many were archived, <= `at_most`."""
    rows = list(
        Ticket.objects.select_for_update(skip_locked=True)
        .filter(state=State.CLOSED, closed_at__lt=before)
        .order_by("closed_at")[:at_most]
    )
    at = now()
    for row in rows:
        row.state = State.ARCHIVED
        row.archived_at = at
        row.save(update_fields=["state", "archived_at"])
        record("ticket.archived", subject=row, by=None)
    return len(rows)


@transaction.atomic
def archive(ticket: Ticket, *, by: Account) -> Ticket:
    """Archive one closed ticket now: read-only from here on. Raises NotClosed or Archived."""
    row = locked(ticket)
    if row.state == State.ARCHIVED:
        raise Archived
    if row.state != State.CLOSED:
        raise NotClosed
    row.state = State.ARCHIVED
    row.archived_at = now()
    row.save(update_fields=["state", "archived_at"])
    record("ticket.archived", subject=row, by=by)
    return row
