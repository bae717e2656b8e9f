"""A ticket that is no request but spam: closed without an answer, its sender blocked."""

from datetime import timedelta

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.correspondence.choices import Channel
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.tickets.actions.blocked_senders import block_sender, unblock_sender
from vitrine.tickets.actions.closing import mark_closed
from vitrine.tickets.actions.steps import deadline, locked
from vitrine.tickets.choices import MessageKind, Outcome, State
from vitrine.tickets.errors import AlreadyBlocked, NotClosed, NotSpam
from vitrine.tickets.models import BlockedSender, Ticket
from vitrine.tickets.rules import check_live

BLOCKED_FOR = timedelta(days=365)
UNASKED = (Channel.MAIL, Channel.FAX, Channel.WEB)
"""Channels by which something arrives that nobody asked for."""
WORK = (MessageKind.REPLY, MessageKind.SECOND_LINE)


@transaction.atomic
def close_as_spam(
    ticket: Ticket, *, block: bool, is_confirmed: bool = False, by: Account
) -> Ticket:
    """Close a ticket without an answer because it is no request.

    block   send what the requester's address writes to the spam for a year, too
    Raises NotSpam when somebody has worked on it, Archived, NotOpen, CannotBlock, or
    BlocksOthersToo unless `is_confirmed`; then nothing has changed.
    """
    row = locked(ticket)
    check_live(row.state)
    if row.channel not in UNASKED or row.state == State.SECOND_LINE:
        raise NotSpam
    if row.messages.filter(kind__in=WORK).exists():
        raise NotSpam
    at = now()
    address = address_of(row) if block else ""
    if address:
        _block(address, ticket=row, is_confirmed=is_confirmed, by=by)
    mark_closed(row, outcome=Outcome.SPAM, by=by, at=at)
    row.save()
    record("ticket.closed", subject=row, by=by, outcome=Outcome.SPAM, blocked=address)
    return row


def address_of(ticket: Ticket) -> str:
    """The address whose messages a block would turn away; blank when there is none."""
    if ticket.requester is None or ticket.channel == Channel.FAX:
        return ""
    primary = ticket.requester.mail_addresses.first()
    return primary.address if primary else ""


def _block(address: str, *, ticket: Ticket, is_confirmed: bool, by: Account) -> None:
    try:
        block_sender(
            address,
            reason=f"Spam: {ticket.number}",
            expires_at=now() + BLOCKED_FOR,
            is_confirmed=is_confirmed,
            by=by,
        )
    except AlreadyBlocked:
        return


@transaction.atomic
def take_out_of_spam(ticket: Ticket, *, by: Account) -> Ticket:
    """It was a request after all: open again as it was, and its sender is read again."""
    row = locked(ticket)
    if row.state != State.CLOSED or row.outcome != Outcome.SPAM:
        raise NotClosed
    row.state = State.OPEN if row.owner_id else State.NEW
    row.outcome = ""
    row.closed_at = row.closed_by = None
    row.due_at = deadline(row.opened_at, priority=row.priority)
    row.last_activity_at = now()
    row.save()
    address = address_of(row).lower()
    for blocked in BlockedSender.objects.filter(pattern=address, lifted_at=None):
        unblock_sender(blocked, by=by)
    record("ticket.taken_out_of_spam", subject=row, by=by)
    return row
