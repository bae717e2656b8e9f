"""Storing what arrives, before anybody is told "taken", and saying what became of it."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import psycopg
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from vitrine.accounts.models import Account
from vitrine.correspondence.actions.deferring import defer_task
from vitrine.correspondence.choices import ArrivalOutcome
from vitrine.correspondence.models import Arrival
from vitrine.correspondence.rules import message_id_of
from vitrine.journal.actions import record
from vitrine.kernel.clock import now

LARGE = 2**20
"""Bytes from which a message is stored by a statement of its own."""
_TOLD = {
    ArrivalOutcome.QUARANTINED: "arrival.quarantined",
    ArrivalOutcome.SPAM: "arrival.judged_spam",
}
"""Outcomes that somebody may ask about later."""
HANDLE_ARRIVAL = "vitrine.channels.handle_arrival"
"""The name of the task that reads an arrival; the channels are a floor above."""


@transaction.atomic
def store_arrival(
    raw: bytes,
    *,
    channel: str,
    reception: UUID,
    envelope_from: str,
    envelope_to: Sequence[str],
    received_at: datetime,
    defer: bool = True,
) -> Arrival:
    """Store a message as it came and ask the worker to handle it.

    reception   given once at the door: storing the same reception again changes nothing
    defer       False: the caller handles it in its own transaction
    """
    fresh = Arrival(
        reception=reception,
        channel=channel,
        received_at=received_at,
        envelope_from=storable(envelope_from)[:320],
        envelope_to=[storable(address) for address in envelope_to],
        raw=raw if len(raw) < LARGE else b"",
        sha256=hashlib.sha256(raw).hexdigest(),
        message_id=storable(message_id_of(raw))[:998],
    )
    try:
        with transaction.atomic():
            fresh.save(force_insert=True)
    except IntegrityError:
        return Arrival.objects.get(reception=reception)
    if len(raw) >= LARGE:
        store_large(fresh, raw=raw)
    if defer:
        defer_handling(fresh)
    return fresh


def store_large(arrival: Arrival, *, raw: bytes) -> None:
    """Send many bytes as they are: Django would write them into the statement, twice as long."""
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(
            "UPDATE correspondence_arrival SET raw = %b WHERE id = %s", (raw, arrival.pk)
        )
    arrival.raw = raw


def defer_handling(arrival: Arrival) -> None:
    """Ask the worker to handle `arrival`; commits or rolls back with the caller."""
    defer_task(HANDLE_ARRIVAL, arrival_id=arrival.pk)


@transaction.atomic
def begin_attempt(arrival: Arrival) -> int:
    """Count one attempt to handle `arrival` and return how many there were with it.

    Committed on its own, so that a message that kills the worker is counted too.
    """
    Arrival.objects.filter(pk=arrival.pk).update(attempts=F("attempts") + 1)
    return Arrival.objects.values_list("attempts", flat=True).get(pk=arrival.pk)


@transaction.atomic
def settle_arrival(
    arrival: Arrival,
    *,
    outcome: ArrivalOutcome,
    reason: str = "",
    authenticity: Mapping[str, object] | None = None,
) -> Arrival:
    """Say what became of `arrival`; a second word on a settled one changes nothing.

    reason        a sentence in English; needed for quarantine
    authenticity  what was found out about the sender; None: nothing
    """
    arrival = Arrival.objects.select_for_update().defer("raw").get(pk=arrival.pk)
    if arrival.handled_at is not None:
        return arrival
    arrival.handled_at = now()
    arrival.outcome = outcome
    arrival.reason = storable(reason)
    arrival.authenticity = dict(authenticity or {})
    arrival.save(update_fields=["handled_at", "outcome", "reason", "authenticity"])
    if verb := _TOLD.get(outcome):
        record(verb, subject=arrival, by=None, reason=arrival.reason)
    return arrival


@transaction.atomic
def reopen_arrival(arrival: Arrival, *, by: Account | None) -> Arrival:
    """Take `arrival` out of quarantine and have it handled again."""
    arrival = Arrival.objects.select_for_update().defer("raw").get(pk=arrival.pk)
    if arrival.outcome != ArrivalOutcome.QUARANTINED:
        return arrival
    reason = arrival.reason
    arrival.handled_at, arrival.outcome, arrival.reason = None, "", ""
    arrival.attempts = 0
    arrival.save(update_fields=["handled_at", "outcome", "reason", "attempts"])
    record("arrival.reopened", subject=arrival, by=by, reason=reason)
    defer_handling(arrival)
    return arrival


@transaction.atomic
def dismiss_arrival(arrival: Arrival, *, by: Account) -> Arrival:
    """Put `arrival` aside after somebody looked at it: it leaves the quarantine, not the store."""
    arrival = Arrival.objects.select_for_update().defer("raw").get(pk=arrival.pk)
    if arrival.outcome != ArrivalOutcome.QUARANTINED:
        return arrival
    arrival.outcome = ArrivalOutcome.DISMISSED
    arrival.save(update_fields=["outcome"])
    record("arrival.dismissed", subject=arrival, by=by, reason=arrival.reason)
    return arrival


def storable(text: str) -> str:
    """Envelope text that PostgreSQL accepts, whatever bytes the other side sent."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
