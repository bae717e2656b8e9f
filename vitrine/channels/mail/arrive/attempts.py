"""Attempts to handle an arrival: counted before, so that a message that kills is seen."""

import logging
from datetime import timedelta

from django.db import InterfaceError, OperationalError

from vitrine.channels.mail.arrive.handling import handle
from vitrine.correspondence.actions import begin_attempt, settle_arrival
from vitrine.correspondence.choices import ArrivalOutcome
from vitrine.correspondence.models import Arrival
from vitrine.correspondence.queries import arrivals_left_behind
from vitrine.kernel.clock import now

MAX_FAILURES = 3
MAX_BEGINNINGS = 10
"""A worker that was killed for other reasons has begun, but not failed."""
PATIENCE = timedelta(seconds=15)
_NEVER_ENDED = "Reading it never came to an end, {count} times: the worker was stopped each time."
_FAILED = "It could not be handled, {count} times: {error}."

log = logging.getLogger(__name__)


def handle_stored(arrival_id: int) -> Arrival | None:
    """Handle the arrival; after three failures it goes into quarantine with the reason.

    Raises what went wrong before that, and whenever the database itself is away.
    """
    arrival = Arrival.objects.filter(pk=arrival_id, handled_at=None).first()
    if arrival is None:
        return None
    count = begin_attempt(arrival)
    if count > MAX_BEGINNINGS:
        reason = _NEVER_ENDED.format(count=count - 1)
        return settle_arrival(arrival, outcome=ArrivalOutcome.QUARANTINED, reason=reason)
    try:
        return handle(arrival)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.warning("Arrival %s failed, attempt %s", arrival_id, count, exc_info=True)
        if count < MAX_FAILURES:
            raise
        reason = _FAILED.format(count=count, error=f"{type(error).__name__}: {error}"[:500])
        return settle_arrival(arrival, outcome=ArrivalOutcome.QUARANTINED, reason=reason)


def left_behind() -> list[int]:
    """The arrivals that nobody handles although they have waited: their job was lost."""
    rows = arrivals_left_behind(before=now() - PATIENCE)
    return list(rows.values_list("pk", flat=True)[:500])
