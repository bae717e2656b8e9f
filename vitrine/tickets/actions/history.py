"""Tickets that were made from imported history: over before they came here."""

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from vitrine.correspondence.choices import Intake
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.tickets.choices import Outcome, State
from vitrine.tickets.models import Message, Ticket


@transaction.atomic
def archive_history(*, at_most: int = 200) -> int:
    """Archive tickets that hold nothing but imported history; how many, <= `at_most`.

    Nobody is told. They count as answered at once, when their last message came.
    """
    past = Message.objects.filter(ticket=OuterRef("pk"), arrival__intake=Intake.PAST)
    present = Message.objects.filter(ticket=OuterRef("pk")).exclude(arrival__intake=Intake.PAST)
    rows = list(
        Ticket.objects.select_for_update(skip_locked=True)
        .filter(Exists(past), ~Exists(present), state=State.NEW)
        .order_by("pk")[:at_most]
    )
    newest = Message.objects.filter(ticket__in=rows).values("ticket").annotate(end=Max("at"))
    ends = dict(newest.values_list("ticket", "end"))
    at = now()
    for row in rows:
        row.state, row.outcome = State.ARCHIVED, Outcome.DIRECT
        row.closed_at, row.archived_at = ends[row.pk] or at, at
        row.due_at = row.paused_at = row.time_left = None
        row.save(
            update_fields=[
                *("state", "outcome", "closed_at", "archived_at"),
                *("due_at", "paused_at", "time_left"),
            ]
        )
        record("ticket.imported_as_history", subject=row, by=None, closed_at=row.closed_at)
    return len(rows)
