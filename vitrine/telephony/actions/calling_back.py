"""What people do with call-backs: take one, try in vain, end it."""

from datetime import datetime, timedelta

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.telephony.actions.call_back_items import end_item
from vitrine.telephony.choices import CallBackEnd
from vitrine.telephony.errors import CallBackEnded, CallBackTaken
from vitrine.telephony.models import CallBack, FloorPicture

ALIVE_WITHIN = timedelta(minutes=2)
"""The process of the telephone shows a picture every few seconds."""


@transaction.atomic
def take_call_back(item: CallBack, *, by: Account) -> CallBack:
    """Say that one calls back; taken again by the same person it stays as it is.

    Raises CallBackEnded, or CallBackTaken when a colleague was faster.
    """
    row = _locked(item)
    if row.taken_by_id == by.pk:
        return row
    if row.taken_by_id is not None:
        raise CallBackTaken
    row.taken_by, row.taken_at, row.is_automatic = by, now(), False
    row.save(update_fields=["taken_by", "taken_at", "is_automatic"])
    record("call_back.taken", subject=row, by=by)
    return row


@transaction.atomic
def put_call_back_back(item: CallBack, *, by: Account) -> CallBack:
    """Nobody calls back at present: it is free for everybody again. Raises CallBackEnded."""
    row = _locked(item)
    if row.taken_by_id is not None:
        row.taken_by = row.taken_at = None
        row.save(update_fields=["taken_by", "taken_at"])
        record("call_back.put_back", subject=row, by=by)
    return row


@transaction.atomic
def note_try(item: CallBack, *, by: Account) -> CallBack:
    """Called, and nobody answered: it stays open, for everybody. Raises CallBackEnded."""
    row = _locked(item)
    row.tries += 1
    row.last_tried_at = now()
    row.taken_by = row.taken_at = None
    row.is_automatic = False
    row.save(update_fields=["tries", "last_tried_at", "taken_by", "taken_at", "is_automatic"])
    record("call_back.tried", subject=row, by=by, tries=row.tries)
    return row


@transaction.atomic
def end_call_back(item: CallBack, *, end: str, by: Account) -> CallBack:
    """Reached, not reached for good, or not needed any more. Raises CallBackEnded."""
    row = _locked(item)
    end_item(row, end=CallBackEnd(end), by=by, at=now())
    return row


@transaction.atomic
def leave_call_backs_to_people(*, at: datetime) -> int:
    """When the process of the telephone is away, nobody calls back by itself: people do; how many.

    Its picture tells that it is there; see ALIVE_WITHIN.
    """
    if FloorPicture.objects.filter(at__gt=at - ALIVE_WITHIN).exists():
        return 0
    rows = list(
        CallBack.objects.select_for_update(skip_locked=True).filter(
            ended_at__isnull=True, is_automatic=True, last_called_at__lt=at - ALIVE_WITHIN
        )
    )
    for row in rows:
        row.is_automatic = False
        row.save(update_fields=["is_automatic"])
        record("call_back.left_to_people", subject=row, by=None)
    return len(rows)


def _locked(item: CallBack) -> CallBack:
    rows = CallBack.objects.select_for_update(of=("self",)).select_related("ticket")
    row = rows.get(pk=item.pk)
    if row.ended_at is not None:
        raise CallBackEnded
    return row
