"""Storing what arrives, before anybody is told "taken", and saying what became of it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from vitrine.accounts.models import Account
from vitrine.correspondence.actions.deferring import defer_task
from vitrine.correspondence.choices import ArrivalOutcome, Intake
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
HANDLE_ARRIVALS = "vitrine.channels.handle_arrivals"
"""The name of the task that reads arrivals; the channels are a floor above."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A message as it was brought, before it is stored."""

    raw: bytes
    channel: str
    reception: UUID
    """Given once at the door: storing the same reception again changes nothing."""
    envelope_from: str = ""
    envelope_to: Sequence[str] = ()
    received_at: datetime
    intake: str = Intake.LIVE


def store_arrival(
    raw: bytes,
    *,
    channel: str,
    reception: UUID,
    envelope_from: str,
    envelope_to: Sequence[str],
    received_at: datetime,
    intake: str = Intake.LIVE,
    defer: bool = True,
) -> Arrival:
    """Store a message as it came and ask the worker to handle it. See `store_arrivals`."""
    delivery = Delivery(
        raw=raw,
        channel=channel,
        reception=reception,
        envelope_from=envelope_from,
        envelope_to=envelope_to,
        received_at=received_at,
        intake=intake,
    )
    [arrival] = store_arrivals([delivery], defer=defer)
    return arrival


@transaction.atomic
def store_arrivals(deliveries: Sequence[Delivery], *, defer: bool = True) -> list[Arrival]:
    """Store messages as they came and ask the worker to handle them, in three statements.

    defer       False: the caller handles them in his own transaction
    The result has an arrival for each delivery; one that was stored before is not made again.
    """
    receptions = [delivery.reception for delivery in deliveries]
    drafts = {delivery.reception: _drafted(delivery) for delivery in deliveries}
    known = {each.reception: each for each in _stored(receptions)}
    fresh = [draft for reception, draft in drafts.items() if reception not in known]
    try:
        with transaction.atomic():
            Arrival.objects.bulk_create(fresh)
    except IntegrityError:  # somebody else stores one of them at this instant
        return [_stored_alone(delivery, defer=defer) for delivery in deliveries]
    for draft in fresh:
        if len(draft.raw) == 0:
            raw = next(each.raw for each in deliveries if each.reception == draft.reception)
            store_large(draft, raw=raw)
    if defer:
        defer_handling(fresh)
    return [known.get(reception) or drafts[reception] for reception in receptions]


def _stored(receptions: Sequence[UUID]) -> QuerySet[Arrival]:
    return Arrival.objects.filter(reception__in=receptions)


def _stored_alone(delivery: Delivery, *, defer: bool) -> Arrival:
    draft = _drafted(delivery)
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
    except IntegrityError:
        return Arrival.objects.get(reception=delivery.reception)
    if len(delivery.raw) >= LARGE:
        store_large(draft, raw=delivery.raw)
    if defer:
        defer_handling([draft])
    return draft


def _drafted(delivery: Delivery) -> Arrival:
    raw = delivery.raw
    return Arrival(
        reception=delivery.reception,
        channel=delivery.channel,
        intake=delivery.intake,
        received_at=delivery.received_at,
        envelope_from=storable(delivery.envelope_from)[:320],
        envelope_to=[storable(address) for address in delivery.envelope_to],
        raw=raw if len(raw) < LARGE else b"",
        sha256=hashlib.sha256(raw).hexdigest(),
        message_id=storable(message_id_of(raw))[:998],
    )


def store_large(arrival: Arrival, *, raw: bytes) -> None:
    """Send many bytes as they are: Django would write them into the statement, twice as long."""
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(
            "UPDATE correspondence_arrival SET raw = %b WHERE id = %s", (raw, arrival.pk)
        )
    arrival.raw = raw


def defer_handling(arrivals: Sequence[Arrival]) -> None:
    """Ask the worker to handle `arrivals` together; commits or rolls back with the caller."""
    if arrivals:
        defer_task(HANDLE_ARRIVALS, arrival_ids=[arrival.pk for arrival in arrivals])


_BEGIN = """
UPDATE correspondence_arrival SET attempts = attempts + 1
WHERE id = ANY(%s) AND handled_at IS NULL AND (attempts = 0 OR NOT %s)
RETURNING id, attempts, octet_length(raw)
"""


_SETTLE = """
UPDATE correspondence_arrival AS arrival
SET handled_at = %(at)s, outcome = %(outcome)s, reason = %(reason)s,
    authenticity = found.authenticity::jsonb
FROM unnest(%(ids)s::bigint[], %(found)s::text[]) AS found (id, authenticity)
WHERE arrival.id = found.id AND arrival.handled_at IS NULL
"""


@dataclass(frozen=True)
class Attempt:
    """One more try to handle an arrival."""

    arrival_id: int
    count: int
    """How many there were, with this one."""
    size: int
    """Bytes of the message."""


@transaction.atomic
def begin_attempts(arrival_ids: Sequence[int], *, first_only: bool = False) -> list[Attempt]:
    """Count one attempt for each arrival that waits; those counted, the oldest first.

    first_only  leave out those that were tried before
    Committed on its own, so that a message that kills the worker is counted too.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BEGIN, [sorted(arrival_ids), first_only])
        return [Attempt(*row) for row in sorted(cursor.fetchall())]


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
    authenticity  what was found out about the sender and the message; None: nothing
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
def settle_arrivals(
    found: Sequence[tuple[Arrival, Mapping[str, object]]],
    *,
    outcome: ArrivalOutcome,
    reason: str = "",
) -> None:
    """Say the same of several arrivals that the caller has locked.

    found     each with what was found out about its sender and itself
    outcome   one that needs no entry of its own
    reason    a sentence in English
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _SETTLE,
            {
                "at": now(),
                "outcome": outcome,
                "reason": storable(reason),
                "ids": [arrival.pk for arrival, _authenticity in found],
                "found": [json.dumps(authenticity) for _arrival, authenticity in found],
            },
        )


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
    defer_handling([arrival])
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
