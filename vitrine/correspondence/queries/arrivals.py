"""What came in and what became of it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from vitrine.correspondence.choices import ArrivalOutcome
from vitrine.correspondence.models import Arrival, Promise
from vitrine.correspondence.rules import content_of

TWINS_LOOKED_AT = 5
"""Copies of one Message-ID that are compared byte by byte."""


def arrivals_left_behind(*, before: datetime) -> QuerySet[Arrival]:
    """Arrivals that nobody has handled although they came before `before`, oldest first."""
    return Arrival.objects.filter(handled_at=None, received_at__lt=before).order_by("id")


def arrivals_in_quarantine() -> QuerySet[Arrival]:
    """What could not be read and waits for somebody, newest first, without the raw bytes."""
    rows = Arrival.objects.filter(outcome=ArrivalOutcome.QUARANTINED).order_by("-id")
    return rows.defer("raw")


def handled_twin(arrival: Arrival) -> Arrival | None:
    """A handled arrival with the same Message-ID and the same content; None: this is the first."""
    if not arrival.message_id:
        return None
    handled = Arrival.objects.filter(message_id=arrival.message_id, handled_at__isnull=False)
    content = content_of(bytes(arrival.raw))
    for other in (
        handled.exclude(pk=arrival.pk)
        .exclude(outcome=ArrivalOutcome.QUARANTINED)
        .order_by("id")[:TWINS_LOOKED_AT]
    ):
        if content_of(bytes(other.raw)) == content:
            return other
    return None


def arrival_received(reception: UUID) -> Arrival | None:
    """What came with this reception, without the raw bytes; None: nothing did."""
    return Arrival.objects.defer("raw").filter(reception=reception).first()


def known_message_ids(message_ids: Collection[str]) -> set[str]:
    """Those of `message_ids` that a handled arrival, or a message of ours, has."""
    handled = Arrival.objects.filter(message_id__in=message_ids, handled_at__isnull=False)
    ours = Promise.objects.filter(message_id__in=message_ids)
    return {
        *handled.values_list("message_id", flat=True),
        *ours.values_list("message_id", flat=True),
    }
