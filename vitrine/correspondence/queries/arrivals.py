"""What came in and what became of it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from vitrine.correspondence.choices import ArrivalOutcome, Intake
from vitrine.correspondence.models import Arrival, Promise
from vitrine.correspondence.rules import content_of

TWINS_LOOKED_AT = 5
"""Copies of one Message-ID that are compared byte by byte."""
SMALL = 2**20
"""Bytes below which a message is taken along."""
BYTES_ALONG = 8 * 2**20
_WAITING = """
SELECT id, 0 FROM correspondence_arrival WHERE id = ANY(%(ids)s) AND handled_at IS NULL
UNION ALL
SELECT id, size FROM (
    SELECT id, octet_length(raw) AS size FROM correspondence_arrival
    WHERE handled_at IS NULL AND attempts = 0 AND intake = %(live)s AND NOT id = ANY(%(ids)s)
    ORDER BY id LIMIT %(along)s
) AS others WHERE size < %(small)s
"""


def arrivals_left_behind(*, before: datetime) -> QuerySet[Arrival]:
    """Arrivals that nobody has handled although they came before `before`, oldest first."""
    return Arrival.objects.filter(handled_at=None, received_at__lt=before).order_by("id")


def waiting_arrivals(arrival_ids: Collection[int], *, along: int = 0) -> list[int]:
    """Those of `arrival_ids` that wait, and up to `along` others that nobody has tried yet.

    Of the others the oldest, none that is large, none that somebody imports.
    """
    found, size = [], 0
    with connection.cursor() as cursor:
        cursor.execute(
            _WAITING,
            {"ids": list(arrival_ids), "along": along, "small": SMALL, "live": Intake.LIVE},
        )
        for pk, more in cursor.fetchall():
            size += more
            if size <= BYTES_ALONG:
                found.append(pk)
    return found


def are_behind(*, more_than: int) -> bool:
    """Whether more than so many arrivals wait for their outcome."""
    waiting = Arrival.objects.filter(handled_at=None).order_by("id")
    return waiting[more_than : more_than + 1].exists()


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
