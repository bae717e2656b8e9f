"""Calls that were up when the process of the telephone died and are not there any more.

Nobody heard them end. When a new life of the process has found again what is still up and says
`line-back`, whatever is open in earlier lives and has no entry in this one is gone: it ends as
lost, at the last instant known of the earlier life. The end is written into the journal, so that
a replay tells the same.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from vitrine.telephony.choices import CallOutcome, MenuExit
from vitrine.telephony.models import Call, CallEntry
from vitrine.telephony.queries.calls import rebuilt

AFTER = "~after"
"""Written behind the epoch of the life in which a call vanished: sorts after it."""


@transaction.atomic
def end_vanished_calls(*, epoch: str) -> list[str]:
    """End what no life of the process knows any more; the names of those calls.

    epoch  the life that has just found everything that is still up
    Who has asked to be called back is not forgotten: see `queries.call_backs_to_resume`.
    """
    earlier = CallEntry.objects.filter(call=OuterRef("name"), epoch__lt=epoch)
    here = CallEntry.objects.filter(call=OuterRef("name"), epoch__gte=epoch)
    rows = list(
        Call.objects.select_for_update()
        .filter(Exists(earlier), ~Exists(here), ended_at__isnull=True)
        .exclude(outcome=CallOutcome.CALL_BACK)
        .order_by("name")
    )
    ended = [call for call in rows if _write_end(call)]
    for call in ended:
        call.is_stale = True
        call.save(update_fields=["is_stale"])
    return [call.name for call in ended]


def _write_end(call: Call) -> bool:
    """Write the end, unless the journal knows it already: the row may be behind."""
    story = rebuilt(call.name)
    if story.ended_at is not None or story.outcome == CallOutcome.CALL_BACK:
        return False
    last = CallEntry.objects.filter(call=call.name).order_by("epoch", "sequence").last()
    assert last is not None, "it has an entry of an earlier life"
    whole = CallEntry.objects.filter(epoch=last.epoch).order_by("sequence").last() or last
    ends: list[tuple[str, dict[str, str]]] = [("call-ended", {})]
    if story.offered_at is None:
        ends.insert(0, ("left-menu", {"reason": MenuExit.LOST.value}))
    elif not story.outcome:
        ends.insert(0, ("outcome-decided", {"outcome": CallOutcome.LOST.value}))
    elif story.outcome == CallOutcome.ANSWERED:
        ends.insert(0, ("cut", {}))
    _append_ends(call.name, epoch=f"{last.epoch}{AFTER}", at=whole.at, ends=ends)
    return True


def _append_ends(
    name: str, *, epoch: str, at: datetime, ends: list[tuple[str, dict[str, str]]]
) -> None:
    taken = CallEntry.objects.filter(epoch=epoch).order_by("sequence").last()
    first = taken.sequence + 1 if taken else 1
    CallEntry.objects.bulk_create(
        CallEntry(
            epoch=epoch, sequence=number, at=at, seconds=0.0, kind=kind, call=name, facts=facts
        )
        for number, (kind, facts) in enumerate(ends, start=first)
    )
