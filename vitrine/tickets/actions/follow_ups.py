"""Follow-ups that plainly join their tickets: several of them in half a dozen statements."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from vitrine.directory.models import Person
from vitrine.journal.actions import Happening, record_all
from vitrine.tickets.actions.intake import Received, wake
from vitrine.tickets.actions.search_documents import add_to_documents
from vitrine.tickets.actions.steps import drafted_message, keep_messages
from vitrine.tickets.choices import MessageKind, State
from vitrine.tickets.models import Message, Ticket


@dataclass(frozen=True, kw_only=True)
class FollowUp(Received):
    """What somebody added to a ticket, before it stands there."""

    ticket: Ticket
    requester: Person


@transaction.atomic
def join_requests(follow_ups: Sequence[FollowUp]) -> list[FollowUp]:
    """Add them to their tickets as `join_request` does; those that were, in their order.

    Left out: the second one to a ticket, and what belongs to a ticket that is archived or
    merged by now.
    """
    first = {each.ticket.pk: each for each in reversed(follow_ups)}
    rows = Ticket.objects.select_for_update().filter(pk__in=first)
    pairs = [  # in one order for everybody: two batches cannot wait for each other crosswise
        (row, first[row.pk])
        for row in rows.order_by("pk")
        if row.state != State.ARCHIVED and row.merged_into_id is None
    ]
    if not pairs:
        return []
    keep_messages([(_message(row, follow_up=each), each.files) for row, each in pairs])
    for row, each in pairs:
        wake(row, at=each.received_at, is_automatic=False)
        row.save()
    add_to_documents([(row, _found_by(each), each.language) for row, each in pairs])
    record_all(
        Happening(
            verb="ticket.followed_up",
            subject=row,
            by=None,
            facts={"channel": each.channel, "state": row.state},
        )
        for row, each in pairs
    )
    return [each for each in follow_ups if any(each is one for _row, one in pairs)]


def _message(ticket: Ticket, *, follow_up: FollowUp) -> Message:
    return drafted_message(
        ticket,
        kind=MessageKind.INCOMING,
        channel=follow_up.channel,
        at=follow_up.received_at,
        text=follow_up.text,
        quoted=follow_up.quoted,
        language=follow_up.language,
        person=follow_up.requester,
        message_id=follow_up.message_id,
        arrival=follow_up.arrival,
        forwarded_from=follow_up.forwarded_from,
    )


def _found_by(follow_up: FollowUp) -> str:
    return " ".join([follow_up.text, *(file.name for file in follow_up.files)])
