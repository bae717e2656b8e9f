"""Keeping promises: claim, hand over, record; what was cut in between is never repeated blindly.

A session lock of PostgreSQL is the claim: it dies with its worker. `handing_over_at` is
committed before the first byte leaves. So a row that has it, no end and a free lock was
cut in between: the sink is asked by Message-ID, a real server cannot be asked, and then
an agent decides.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from vitrine.channels.mail.deliver.compose import composed
from vitrine.channels.mail.deliver.transport import Refused, Uncertain, hand_over, uses_sink
from vitrine.correspondence.actions import (
    begin_hand_over,
    claim_promise,
    fail_promise,
    keep_promise,
    postpone_promise,
)
from vitrine.correspondence.models import Promise
from vitrine.correspondence.queries import promises_due, sink_has
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.tickets.models import Ticket

_CLAIMS = 7102
"""The first key of the advisory locks on promises."""
UNCERTAIN = "It is not certain whether the message was delivered ({words}). Send it again?"


def keep(owed: Promise) -> Promise | None:
    """Deliver `owed`, once. None: another worker has it in hand, or it is not due."""
    with _claimed(owed) as is_ours:
        if not is_ours:
            return None
        row = Promise.objects.get(pk=owed.pk)
        if row.sent_at or row.failed_at or row.due_at > now():
            return row
        if row.handing_over_at is not None:
            return _after_a_cut(row)
        return _handed_over(claim_promise(row))


def _handed_over(owed: Promise) -> Promise:
    message = composed(owed)
    owed = begin_hand_over(owed)
    try:
        proof = hand_over(message, to=owed.to_address)
    except Refused as refusal:
        return _not_taken(owed, reason=str(refusal), temporary=refusal.temporary)
    except Uncertain as doubt:
        return _not_taken(owed, reason=UNCERTAIN.format(words=doubt), temporary=False)
    return keep_promise(owed, proof=proof)


def _after_a_cut(owed: Promise) -> Promise:
    """Find out what became of a message whose worker was killed while it handed it over."""
    if not uses_sink():
        reason = UNCERTAIN.format(words="the worker was stopped while it was sending")
        return _not_taken(owed, reason=reason, temporary=False)
    if sink_has(owed.message_id):
        return keep_promise(owed, proof="found in the local sink")
    return _handed_over(claim_promise(owed))


@transaction.atomic
def _not_taken(owed: Promise, *, reason: str, temporary: bool) -> Promise:
    """Try later or give up; a ticket is told in its journal when a message has failed."""
    give_up_or_wait = postpone_promise if temporary else fail_promise
    owed = give_up_or_wait(owed, reason=reason)
    if owed.failed_at is not None and owed.subject_type == Ticket._meta.label_lower:
        ticket = Ticket.objects.filter(pk=owed.subject_id).first()
        if ticket is not None:
            record(
                "ticket.mail_failed",
                subject=ticket,
                by=None,
                promise=owed.pk,
                address=owed.to_address,
                reason=owed.failure,
            )
    return owed


@contextmanager
def _claimed(owed: Promise) -> Iterator[bool]:
    """Whether this session alone holds the promise; freed at the end, or with the session."""
    keys = [_CLAIMS, owed.pk % 2**31]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", keys)
        [is_ours] = cursor.fetchone()
    try:
        yield is_ours
    finally:
        if is_ours and connection.connection and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", keys)


def keep_all_due(*, limit: int = 200) -> int:
    """Keep what is due and was left behind; returns how many were looked at."""
    rows = list(promises_due(at=now())[:limit])
    for owed in rows:
        keep(owed)
    return len(rows)
