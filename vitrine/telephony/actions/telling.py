"""Telling calls from their journal, and what the product does about each.

The row of a call is what its journal says (`rules.stories`). What follows from it (ticket,
call-back, word to a colleague) happens once, however often the call is told; when it fails, the
row is right all the same and the sweep tries again.
"""

import logging
from collections.abc import Collection, Sequence

from django.db import InterfaceError, OperationalError, connection, transaction

from vitrine.accounts.models import Account
from vitrine.kernel.clock import now
from vitrine.telephony.actions.call_back_items import (
    follow_call_back,
    needs_item,
    number_for,
    open_item_of,
)
from vitrine.telephony.actions.call_tickets import follow_ticket
from vitrine.telephony.actions.for_colleagues import follow_colleague
from vitrine.telephony.models import Call, FloorPicture
from vitrine.telephony.queries.callers import known_number
from vitrine.telephony.queries.calls import rebuilt
from vitrine.telephony.rules.names import account_id_of
from vitrine.telephony.rules.stories import FIELDS, Story

log = logging.getLogger(__name__)

MOST_FAILURES = 20
"""After so many the sweep leaves a call alone; the next entry of it tries again."""


def tell_calls(names: Sequence[str]) -> int:
    """Tell each of these calls anew; how many went well. A database that is away ends it."""
    told = 0
    for name in dict.fromkeys(names):
        try:
            told += tell_call(name)
        except (OperationalError, InterfaceError) as away:
            log.warning("The database went away while a call was told: %s", away)
            break
        except Exception as fault:
            log.exception("Call %s could not be told", name)
            _note_failure(name, fault=fault)
    return told


def tell_left_behind(*, at_most: int = 200) -> int:
    """Tell the calls that were kept and not told; how many went well."""
    names = Call.objects.filter(is_stale=True, failed__lt=MOST_FAILURES).order_by("id")
    return tell_calls(list(names.values_list("name", flat=True)[:at_most]))


@transaction.atomic
def tell_call(name: str) -> bool:
    """Tell one call anew from its whole journal; False: what follows from it failed."""
    call = Call.objects.select_for_update().get(name=name)
    if not call.is_stale:
        return True  # somebody was faster
    story = rebuilt(name)
    changed = {field for field in FIELDS if getattr(call, field) != getattr(story, field)}
    if not changed and call.projected_at is not None and not call.failed:
        Call.objects.filter(pk=call.pk).update(is_stale=False)
        return True
    for field in changed:
        setattr(call, field, getattr(story, field))
    if call.number or call.call_back_number:
        call.number_erased_at = None  # brought in late: the next hour erases it
    if call.projected_at is None:
        call.is_simulated = FloorPicture.objects.filter(floor__is_simulated=True).exists()
    _link(call, changed=changed)
    failed = call.failed
    call.is_stale, call.projected_at, call.failed, call.problem = False, now(), 0, ""
    call.save()
    went_well = _follow(call, story=story, failed=failed)
    with connection.cursor() as cursor:
        payload = f"{Call._meta.label_lower} {call.pk}"
        cursor.execute("SELECT pg_notify('vitrine_journal', %s)", [payload])
    return went_well


def _link(call: Call, *, changed: Collection[str]) -> None:
    """Whom of ours the names and the number mean; an account that is gone is nobody."""
    for field, link in (("answered_by", "answered_account"), ("for_colleague", "colleague")):
        if field in changed:
            found = account_id_of(getattr(call, field))
            setattr(call, link, Account.objects.filter(pk=found).first() if found else None)
    is_new = "number" in changed or call.projected_at is None
    if is_new and call.number and call.person_id is None:
        call.person = known_number(call.number).person


def _follow(call: Call, *, story: Story, failed: int) -> bool:
    """Ticket, call-back, colleague: all of them or none."""
    before = (call.ticket_id, call.message_id, call.call_back_id)
    try:
        with transaction.atomic():
            if call.ticket_id is None or story.is_outgoing or needs_item(story):
                open_item_of(number_for(story))  # before the ticket: the order of all who lock
            follow_ticket(call, story=story)
            follow_call_back(call, story=story)
            follow_colleague(call, story=story)
            if before != (call.ticket_id, call.message_id, call.call_back_id):
                call.save(update_fields=["ticket", "message", "call_back"])
    except (OperationalError, InterfaceError):
        raise
    except Exception as fault:
        log.exception("What follows from call %s failed", call.name)
        Call.objects.filter(pk=call.pk).update(
            is_stale=True, failed=failed + 1, problem=repr(fault)[:300]
        )
        return False
    return True


@transaction.atomic
def _note_failure(name: str, *, fault: Exception) -> None:
    row = Call.objects.select_for_update().filter(name=name).first()
    if row is not None:
        row.is_stale, row.failed, row.problem = True, row.failed + 1, repr(fault)[:300]
        row.save(update_fields=["is_stale", "failed", "problem"])
