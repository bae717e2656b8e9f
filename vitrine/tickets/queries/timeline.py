"""The timeline of a ticket: messages, notes, calls and what the journal says, in one stream."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from vitrine.accounts.models import Account
from vitrine.journal.models import Entry
from vitrine.tickets.access import tickets_for
from vitrine.tickets.choices import LIVE_STATES
from vitrine.tickets.models import Attachment, Message, Ticket, TicketLink

SHOWN_ELSEWHERE = frozenset(
    {"ticket.followed_up", "ticket.noted", "ticket.replied", "ticket.answered_by_second_line"}
)
"""Journal verbs whose message stands in the timeline anyway."""


SHORT_FIELDS = ("id", "number", "subject", "language", "state", "opened_at")
"""What is shown of a ticket that is only mentioned."""


@dataclass(frozen=True)
class Event:
    """One or several journal entries that follow each other without a message between."""

    entries: list[Entry] = field(default_factory=list)

    @property
    def at(self) -> datetime:
        """When the first of them happened."""
        return self.entries[0].at


@dataclass(frozen=True)
class Item:
    """One place in the timeline: exactly one of the two is there."""

    at: datetime
    message: Message | None = None
    event: Event | None = None


def ticket_in_full(account: Account, *, number: str) -> QuerySet[Ticket]:
    """The ticket with everything its page shows, as far as `account` may read it."""
    return (
        tickets_for(account)
        .filter(number=number)
        .select_related(
            "requester",
            "organisation",
            "organisation__category",
            "question_type",
            "question_type__parent",
            "owner",
            "service",
        )
    )


def messages_of(ticket: Ticket) -> list[Message]:
    """The messages of a ticket and of those merged into it, oldest first; three statements."""
    # One OR across two tables would read every message of the desk (11 s at a million tickets).
    merged = Ticket.objects.filter(merged_into=ticket).only("id", "number")
    together = {one.pk: one for one in (ticket, *merged)}
    messages = list(
        Message.objects.filter(ticket__in=together)
        .select_related("by_person", "by_account", "promise", "fax", "arrival")
        .defer("arrival__raw")
        .prefetch_related(Prefetch("attachments", Attachment.objects.order_by("id")), "fax__pages")
        .order_by("at", "id")
    )
    for message in messages:
        message.ticket = together[message.ticket_id]
    return messages


def timeline(ticket: Ticket) -> list[Item]:
    """Messages and events in the order in which they happened; four statements."""
    entries = (
        Entry.objects.filter(subject_type=Ticket._meta.label_lower, subject_id=ticket.pk)
        .exclude(verb__in=SHOWN_ELSEWHERE)
        .select_related("by")
        .order_by("id")
    )
    moments: list[Message | Entry] = [*messages_of(ticket), *entries]
    moments.sort(key=lambda one: one.at)
    items: list[Item] = []
    for moment in moments:
        if isinstance(moment, Message):
            items.append(Item(at=moment.at, message=moment))
        elif items and items[-1].event is not None:
            items[-1].event.entries.append(moment)
        else:
            items.append(Item(at=moment.at, event=Event(entries=[moment])))
    return items


def newest_message_id(ticket: Ticket) -> int:
    """The id of the newest message, 0 without any: what a reply was written against."""
    newest = Message.objects.filter(ticket=ticket).order_by("-id").values_list("id", flat=True)
    return newest.first() or 0


def messages_since(ticket: Ticket, *, message_id: int) -> list[Message]:
    """What came after the message that somebody saw last, oldest first."""
    return [one for one in messages_of(ticket) if one.pk > message_id]


def links_of(ticket: Ticket) -> list[tuple[TicketLink, Ticket]]:
    """The links of a ticket, each with the ticket at its other end; two statements at most."""
    links = list(TicketLink.objects.filter(Q(first=ticket) | Q(second=ticket)))
    ends = {one.pk: one.second_id if one.first_id == ticket.pk else one.first_id for one in links}
    if not links:
        return []
    others = Ticket.objects.only(*SHORT_FIELDS).in_bulk(list(ends.values()))
    return [(one, others[ends[one.pk]]) for one in links]


def other_tickets_of(ticket: Ticket, *, account: Account, at_most: int = 5) -> list[Ticket]:
    """The newest other tickets of the same requester or organisation, with SHORT_FIELDS."""
    same = Q(pk__in=[])
    if ticket.requester_id:
        same |= Q(requester=ticket.requester_id)
    if ticket.organisation_id:
        same |= Q(organisation=ticket.organisation_id)
    others = tickets_for(account).filter(same).exclude(pk=ticket.pk).only(*SHORT_FIELDS)
    return list(others.order_by("-id")[:at_most])


def mergeable_with(ticket: Ticket, *, account: Account, at_most: int = 8) -> list[Ticket]:
    """Live tickets of the same requester, newest first: the likely targets of a merge."""
    if ticket.requester_id is None:
        return []
    return list(
        tickets_for(account)
        .filter(requester=ticket.requester_id, state__in=LIVE_STATES, merged_into__isnull=True)
        .exclude(pk=ticket.pk)
        .order_by("-id")[:at_most]
    )
