"""Who else takes part in a ticket: in copy, or joined by writing."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from vitrine.directory.models import Person
from vitrine.journal.actions import record
from vitrine.kernel.text import without_controls
from vitrine.tickets.models import Participant, Ticket

MOST_PARTICIPANTS = 30
"""Of one ticket; a message to hundreds makes no list of addresses."""


@transaction.atomic
def add_participants(
    ticket: Ticket, *, copied: Sequence[tuple[str, str]], at: datetime
) -> list[Participant]:
    """Note who stands in copy, as name and address; those who are known already stay as they are.

    Returns the new ones, at most MOST_PARTICIPANTS in all.
    """
    known = {each.address.lower() for each in Participant.objects.filter(ticket=ticket)}
    fresh: dict[str, Participant] = {}
    for name, address in copied:
        key = address.lower()
        if key not in known and len(known) + len(fresh) < MOST_PARTICIPANTS:
            fresh[key] = Participant(
                ticket=ticket, address=address, name=without_controls(name)[:200], since=at
            )
    added = Participant.objects.bulk_create(fresh.values(), ignore_conflicts=True)
    if added:
        names = ", ".join(str(each) for each in added)
        record("ticket.participants_copied", subject=ticket, by=None, names=names)
    return added


@transaction.atomic
def let_take_part(ticket: Ticket, *, person: Person, address: str, at: datetime) -> Participant:
    """Note that somebody beside the requester wrote in the ticket; told the first time."""
    row, is_new = Participant.objects.select_for_update().get_or_create(
        ticket=ticket,
        address__iexact=address,
        defaults={"address": address, "name": person.name, "since": at},
    )
    if row.wrote_at is None:
        row.person, row.wrote_at = person, at
        row.save(update_fields=["person", "wrote_at"])
        record(
            "ticket.participant_joined",
            subject=ticket,
            by=None,
            name=person.name,
            address=address,
            was_copied=not is_new,
        )
    return row
