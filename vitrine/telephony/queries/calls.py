"""Calls with their journal."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from vitrine.telephony.choices import CallOutcome
from vitrine.telephony.models import Call, CallEntry
from vitrine.telephony.rules.entries import Entry
from vitrine.telephony.rules.stories import LINE_KINDS, Story, story_of

CALLED_BACK_WITHIN = timedelta(days=7)
"""How old a call can be that is called back."""


def as_entry(row: CallEntry) -> Entry:
    """The row as the value it was."""
    return Entry(
        epoch=row.epoch,
        sequence=row.sequence,
        at=row.at,
        seconds=row.seconds,
        kind=row.kind,
        call=row.call,
        agent=row.agent,
        facts=row.facts,
    )


def entries_of(name: str) -> list[Entry]:
    """All entries of a call in their order, with those of the whole line that touched it."""
    rows = list(CallEntry.objects.filter(call=name).order_by("epoch", "sequence"))
    if not rows:
        return []
    spans: dict[str, tuple[int, int]] = {}
    for row in rows:
        first, _last = spans.get(row.epoch, (row.sequence, 0))
        spans[row.epoch] = (first, row.sequence)
    touching = Q()
    for epoch, (first, last) in spans.items():
        touching |= Q(epoch=epoch, sequence__gt=first, sequence__lt=last)
    rows += CallEntry.objects.filter(touching, kind__in=LINE_KINDS)
    return sorted(map(as_entry, rows), key=lambda one: (one.epoch, one.sequence))


def rebuilt(name: str) -> Story:
    """The story of a call, told from its journal alone."""
    return story_of(entries_of(name))


@dataclass(frozen=True, kw_only=True)
class CallBackToResume:
    """A call-back that the telephone owes by itself, after a restart of its process."""

    call: str
    number: str
    language: str
    service: str
    priority: int
    waiting_since: datetime
    tries: int
    for_colleague: str = ""


def call_backs_to_resume() -> list[CallBackToResume]:
    """Those accepted and neither made nor given up, who has waited longest first."""
    owed = Call.objects.filter(
        outcome=CallOutcome.CALL_BACK,
        called_back_at__isnull=True,
        given_up_at__isnull=True,
        ended_at__isnull=True,
        call_back__ended_at__isnull=True,
        call_back__is_automatic=True,
    ).exclude(number="", call_back_number="")
    return [_to_resume(call) for call in owed.order_by("offered_at", "id")]


def _to_resume(call: Call) -> CallBackToResume:
    assert call.offered_at is not None, "the database refuses an outcome without an offer"
    return CallBackToResume(
        call=call.name,
        number=call.call_back_number or call.number,
        language=call.language,
        service=call.service,
        priority=call.priority,
        waiting_since=call.offered_at,
        tries=call.dialled_back,
        for_colleague=call.for_colleague,
    )


def calls_out_since(at: datetime) -> int:
    """How many numbers were dialled since `at`, by agents and to call back whoever asked for it."""
    dialled = Q(is_outgoing=True, arrived_at__gte=at) | Q(called_back_at__gte=at)
    return Call.objects.filter(dialled, arrived_at__gte=at - CALLED_BACK_WITHIN).count()
