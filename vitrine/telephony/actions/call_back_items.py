"""Whom the desk calls back: opened, joined and ended by what calls tell."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from vitrine.accounts.models import Account
from vitrine.calendars.errors import NoOpening
from vitrine.calendars.queries import working_calendar
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.telephony.choices import CallBackEnd, CallBackReason, CallOutcome
from vitrine.telephony.models import Call, CallBack
from vitrine.telephony.rules.stories import Story
from vitrine.tickets.actions import close_without_caller

STRENGTH = (
    CallBackReason.ABANDONED,
    CallBackReason.CLOSED,
    CallBackReason.LOST,
    CallBackReason.ASKED,
)
"""The last counts when a number has called for several reasons."""
DUE_WITHIN = {
    CallBackReason.ASKED: timedelta(minutes=30),
    CallBackReason.LOST: timedelta(minutes=15),
    CallBackReason.CLOSED: timedelta(hours=1),
    CallBackReason.ABANDONED: timedelta(hours=2),
}
"""In opening hours."""
IN_VAIN = (CallBackEnd.NOT_REACHED, CallBackEnd.NOT_NEEDED)
"""Nobody has spoken with the caller, and nobody will."""
_REASONS = {
    CallOutcome.CALL_BACK: CallBackReason.ASKED,
    CallOutcome.LOST: CallBackReason.LOST,
    CallOutcome.CLOSED_WHILE_WAITING: CallBackReason.CLOSED,
    CallOutcome.ABANDONED: CallBackReason.ABANDONED,
}


def follow_call_back(call: Call, *, story: Story) -> None:
    """Open, join or end the item of the caller's number; a withheld number has none."""
    reason = reason_of(story)
    if not number_for(story):
        if reason is not None and not story.was_cut and call.ticket is not None:
            close_without_caller(call.ticket, by=None)
        return
    if (
        reason is not None
        and call.call_back_id is None
        and not _was_served_since(call, story=story)
    ):
        call.call_back = _join(call, story=story, reason=reason)
    if call.call_back is not None and story.outcome == CallOutcome.CALL_BACK:
        _follow_automatic(call.call_back, story=story)
    if story.outcome == CallOutcome.ANSWERED and not story.was_cut:
        _end_by_calling_again(story)


def number_for(story: Story) -> str:
    """Where the caller is to be called back; blank: the number is withheld."""
    return story.call_back_number or story.number


def reason_of(story: Story) -> CallBackReason | None:
    """Why the caller is to be called back; None: he is not."""
    if story.was_cut:
        return CallBackReason.LOST
    return _REASONS.get(CallOutcome(story.outcome)) if story.outcome else None


def needs_item(story: Story) -> bool:
    """Whether what happened may open, join or end an item."""
    return story.outcome not in ("", CallOutcome.MESSAGE) or story.was_cut


def open_item_of(number: str) -> CallBack | None:
    """The open item of a number, locked; None: there is none, or the number is withheld."""
    if not number:
        return None
    rows = CallBack.objects.select_for_update(of=("self",)).select_related("ticket")
    return rows.filter(number=number, ended_at__isnull=True).first()


def _was_served_since(call: Call, *, story: Story) -> bool:
    """Whether a later call of the number was answered: told late, this one needs nothing."""
    since = story.ended_at or story.decided_at or story.offered_at
    later = Call.objects.filter(
        number=story.number, outcome=CallOutcome.ANSWERED, was_cut=False, answered_at__gt=since
    )
    return later.exclude(pk=call.pk).exists()


def _join(call: Call, *, story: Story, reason: CallBackReason) -> CallBack:
    at = story.decided_at or story.ended_at or now()
    item = open_item_of(number_for(story))
    if item is None:
        opened = _opened(call, story=story, reason=reason, at=at)
        if opened is not None:
            return opened
        item = open_item_of(number_for(story))  # another call was told at the same time
        assert item is not None, "the database has just said so"
    item.times_called += 1
    item.last_called_at = max(item.last_called_at, at)
    item.first_called_at = min(item.first_called_at, at)
    if STRENGTH.index(reason) > STRENGTH.index(CallBackReason(item.reason)):
        item.reason = reason
        item.due_at = min(item.due_at, due(at, reason=reason))
    item.is_automatic = item.is_automatic or reason == CallBackReason.ASKED
    item.language = story.language or item.language
    item.save()
    record("call_back.joined", subject=item, by=None, times=item.times_called)
    return item


def _opened(call: Call, *, story: Story, reason: CallBackReason, at: datetime) -> CallBack | None:
    """A new item; None: there is one for this number."""
    try:
        with transaction.atomic():
            item = CallBack.objects.create(
                number=number_for(story),
                reason=reason,
                language=story.language,
                service=story.service,
                person=call.person,
                ticket=call.ticket,
                first_called_at=at,
                last_called_at=at,
                due_at=due(at, reason=reason),
                is_automatic=reason == CallBackReason.ASKED,
            )
    except IntegrityError:
        return None
    record("call_back.opened", subject=item, by=None, reason=reason)
    return item


def due(at: datetime, *, reason: CallBackReason) -> datetime:
    """Until when somebody should have called back; without opening hours the clock runs on."""
    try:
        return working_calendar().add_working_time(at, DUE_WITHIN[reason])
    except NoOpening:
        return at + DUE_WITHIN[reason]


def _follow_automatic(item: CallBack, *, story: Story) -> None:
    """What became of the telephone's own tries to call him back."""
    row = CallBack.objects.select_for_update().get(pk=item.pk)
    if row.ended_at is not None:
        return
    if story.called_back_at is not None:
        end_item(row, end=CallBackEnd.REACHED, by=None, at=story.called_back_at)
        return
    changes = {
        "tries": max(row.tries, story.dialled_back),
        "is_automatic": row.is_automatic and story.given_up_at is None,
    }
    if any(getattr(row, name) != value for name, value in changes.items()):
        for name, value in changes.items():
            setattr(row, name, value)
        row.last_tried_at = story.given_up_at or now()
        row.save(update_fields=[*changes, "last_tried_at"])
        record("call_back.tried", subject=row, by=None, tries=row.tries)


def _end_by_calling_again(story: Story) -> None:
    item = open_item_of(story.number)
    if item is not None and story.answered_at and item.last_called_at <= story.answered_at:
        end_item(item, end=CallBackEnd.CALLED_AGAIN, by=None, at=story.answered_at)


def end_item(item: CallBack, *, end: CallBackEnd, by: Account | None, at: datetime) -> None:
    """Write the end of an item that is locked and open."""
    item.ended_at, item.ended_by, item.end, item.is_automatic = at, by, end, False
    item.save(update_fields=["ended_at", "ended_by", "end", "is_automatic"])
    record("call_back.ended", subject=item, by=by, end=end)
    if item.ticket is not None and end in IN_VAIN:
        close_without_caller(item.ticket, by=by)
