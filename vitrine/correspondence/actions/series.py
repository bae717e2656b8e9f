"""Promises that are delivered one after the other: one commit between two messages."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from vitrine.correspondence.actions.deferring import defer_task
from vitrine.correspondence.errors import AlreadySettled
from vitrine.correspondence.models import Promise
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.kernel.text import without_controls

KEEP_PROMISES = "vitrine.channels.keep_promises"
"""The name of the task that delivers what nobody wrote by hand; the channels are a floor above."""


def defer_series(promise_ids: Sequence[int], *, at: datetime | None = None) -> None:
    """Ask the worker to deliver these after all that cannot wait, and not before `at`."""
    if promise_ids:
        defer_task(KEEP_PROMISES, at=at, can_wait=True, promise_ids=list(promise_ids))


@transaction.atomic
def pass_on(*, taken: Promise | None, proof: str = "", then: Promise | None) -> bool:
    """Note in one commit that `taken` was taken and that `then` is being handed over.

    The same marks as of a message alone: what is noted of `then` is committed before its first
    byte leaves. False: there is no `then`, or it has its end meanwhile and is not to be sent.
    Raises AlreadySettled when `taken` has its end.
    """
    if taken is not None:
        _note_taken(taken, proof=without_controls(proof)[:300])
    if then is None:
        return False
    at = now()
    begun = {"claimed_at": at, "handing_over_at": at, "attempts": F("attempts") + 1}
    return bool(_open(then).filter(handing_over_at=None).update(**begun))


def _note_taken(taken: Promise, *, proof: str) -> None:
    if not _open(taken).update(sent_at=now(), proof=proof):
        raise AlreadySettled
    record("promise.kept", subject=taken, by=None, to=taken.to_address, proof=proof)


def _open(owed: Promise) -> QuerySet[Promise]:
    return Promise.objects.filter(pk=owed.pk, sent_at=None, failed_at=None)
