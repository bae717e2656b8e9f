"""Two tickets become one, one becomes two, and tickets that belong together."""

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.kernel.text import excerpt
from vitrine.tickets.actions.closing import close_open_delegations, mark_closed
from vitrine.tickets.actions.intake import Request, open_tickets
from vitrine.tickets.actions.search_documents import index_ticket
from vitrine.tickets.actions.steps import deadline, locked, locked_pair
from vitrine.tickets.choices import LinkKind, MessageKind, Outcome, State
from vitrine.tickets.errors import Archived, CannotMerge, NotOpen
from vitrine.tickets.models import Message, Ticket, TicketLink


@transaction.atomic
def merge(ticket: Ticket, *, into: Ticket, by: Account) -> Ticket:
    """Make `ticket` a part of `into`: closed, its messages shown there; both keep their numbers.

    Nothing is moved, so that it can be undone. Raises CannotMerge when they are one already
    or `into` is itself merged, Archived when one is read-only.
    """
    if ticket.pk == into.pk:
        raise CannotMerge
    row, target = locked_pair(ticket, second=into)
    if State.ARCHIVED in (row.state, target.state):
        raise Archived
    if row.merged_into_id or target.merged_into_id or row.merged_tickets.exists():
        raise CannotMerge
    at = now()
    outcome = row.outcome or Outcome.DIRECT
    close_open_delegations(row, at=at)
    state_before = row.state
    if not row.is_closed:
        mark_closed(row, outcome=outcome, by=by, at=at)
    row.merged_into = target
    row.save()
    target.last_activity_at = at
    target.save(update_fields=["last_activity_at"])
    record("ticket.merged", subject=row, by=by, into=target.number, state_before=state_before)
    record("ticket.absorbed", subject=target, by=by, other=row.number)
    return target


@transaction.atomic
def unmerge(ticket: Ticket, *, by: Account) -> Ticket:
    """Undo a merge: the ticket stands on its own again, open."""
    if ticket.merged_into is None:
        raise CannotMerge
    row, target = locked_pair(ticket, second=ticket.merged_into)
    if row.merged_into_id != target.pk:
        raise CannotMerge
    if row.state == State.ARCHIVED:
        raise Archived
    at = now()
    row.merged_into = None
    row.state = State.OPEN
    row.owner = row.owner or by
    row.closed_at = row.closed_by = None
    row.due_at = deadline(at, priority=row.priority)
    row.last_activity_at = at
    row.save()
    record("ticket.unmerged", subject=row, by=by, out_of=target.number)
    record("ticket.released", subject=target, by=by, other=row.number)
    return row


@transaction.atomic
def split_off(message: Message, *, by: Account) -> Ticket:
    """Give a message that asks something else a ticket of its own, linked to the first.

    Raises CannotMerge when it is the only message or not one of the requester's.
    """
    row = locked(message.ticket)
    message = Message.objects.select_related("by_person", "ticket").get(pk=message.pk)
    if row.state == State.ARCHIVED:
        raise Archived
    asked = (MessageKind.INCOMING, MessageKind.CALL)
    others = Message.objects.filter(ticket=row, kind__in=asked).exclude(pk=message.pk)
    if message.ticket_id != row.pk or message.kind not in asked or not others.exists():
        raise CannotMerge
    request = Request(
        requester=message.by_person or row.requester,
        organisation=row.organisation,
        channel=message.channel or row.channel,
        subject=row.subject,
        text=message.text,
        language=message.language,
        received_at=message.at,
        impact=row.impact,
        urgency=row.urgency,
    )
    [fresh] = open_tickets([request])
    message.ticket = fresh
    message.save(update_fields=["ticket"])
    first = others.order_by("at", "id").first()
    if first is not None:
        row.excerpt = excerpt(first.text)
        row.save(update_fields=["excerpt"])
    TicketLink.objects.create(first=row, second=fresh, kind=LinkKind.SPLIT, at=now(), by=by)
    index_ticket(row)
    index_ticket(fresh)
    record("ticket.opened", subject=fresh, by=by, number=fresh.number, split_from=row.number)
    record("ticket.split", subject=row, by=by, other=fresh.number)
    return fresh


@transaction.atomic
def link(
    ticket: Ticket, *, other: Ticket, kind: str = LinkKind.RELATED, by: Account | None
) -> TicketLink:
    """Say that two tickets belong together; saying it twice changes nothing."""
    if ticket.pk == other.pk:
        raise CannotMerge
    first, second = sorted((ticket, other), key=lambda one: one.pk)
    row, made = TicketLink.objects.get_or_create(
        first=first, second=second, defaults={"kind": kind, "at": now(), "by": by}
    )
    if made:
        record("ticket.linked", subject=ticket, by=by, other=other.number, kind=kind)
    return row


@transaction.atomic
def unlink(ticket: Ticket, *, other: Ticket, by: Account) -> None:
    """Take a link away; raises NotOpen when there is none."""
    first, second = sorted((ticket, other), key=lambda one: one.pk)
    gone, _rows = TicketLink.objects.filter(first=first, second=second).delete()
    if not gone:
        raise NotOpen
    record("ticket.unlinked", subject=ticket, by=by, other=other.number)
