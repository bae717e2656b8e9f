"""Attempts to handle an arrival: counted before, so that a message that kills is seen."""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import InterfaceError, OperationalError

from vitrine.channels.mail.arrive.continuing import join_together
from vitrine.channels.mail.arrive.handling import Reading, handle
from vitrine.channels.mail.arrive.together import handle_new_together, read_together
from vitrine.correspondence.actions import (
    Attempt,
    Claim,
    begin_attempts,
    claimed,
    settle_arrival,
)
from vitrine.correspondence.choices import ArrivalOutcome
from vitrine.correspondence.models import Arrival
from vitrine.correspondence.queries import arrivals_left_behind, waiting_arrivals
from vitrine.kernel.clock import now

MOST_TOGETHER = 50
LONGEST_TURN = 5.0
"""Seconds; a message that takes longer to read keeps nobody waiting."""
_IN_TURN = threading.Lock()
"""Two threads of a process share one core: while one handles many together, what arrives
gathers for the other, instead of being halved between them."""
LARGE = 2**20
"""Bytes from which a message is read alone."""
MAX_FAILURES = 3
MAX_BEGINNINGS = 10
"""A worker that was killed for other reasons has begun, but not failed."""
PATIENCE = timedelta(seconds=15)
_NEVER_ENDED = "Reading it never came to an end, {count} times: the worker was stopped each time."
_FAILED = "It could not be handled, {count} times: {error}."

log = logging.getLogger(__name__)


def handle_stored(arrival_ids: Sequence[int], *, take_along: bool = False) -> None:
    """Handle the arrivals; after three failures one goes into quarantine with the reason.

    What is small, and tried for the first time, is handled together where it can be. What
    somebody else has in hand is left to him. Raises the last thing that went wrong with one
    of `arrival_ids` before that, and whenever the database itself is away.

    take_along  also others that wait, as many as are handled together: the jobs that ask for
                these will find nothing to do
    """
    along = max(0, MOST_TOGETHER - len(arrival_ids)) if take_along else 0
    with ExitStack() as stack:
        with _in_turn():
            waiting = waiting_arrivals(arrival_ids, along=along)
            if not waiting:
                return
            held = stack.enter_context(claimed(Claim.ARRIVALS, ids=waiting))
            begun = _Begun(
                {each.arrival_id: each for each in begin_attempts(held, first_only=True)}
            )
            done = _handled_together(begun)
        failures = _handled_alone([each for each in held if each not in done], begun=begun)
    for arrival_id in arrival_ids:
        if arrival_id in failures:
            raise failures[arrival_id]


@contextmanager
def _in_turn() -> Iterator[None]:
    is_ours = _IN_TURN.acquire(timeout=LONGEST_TURN)
    try:
        yield
    finally:
        if is_ours:
            _IN_TURN.release()


@dataclass
class _Begun:
    """What is tried for the first time, and what was read of it."""

    attempts: dict[int, Attempt]
    readings: dict[int, Reading] = field(default_factory=dict)


def _handled_together(begun: _Begun) -> set[int]:
    """The ids of those that were; where something was wrong with any, all are left alone."""
    small = [each.arrival_id for each in begun.attempts.values() if each.size < LARGE]
    if not small:
        return set()
    with _left_alone_if_wrong():
        begun.readings = {each.arrival.pk: each for each in read_together(small)}
    done: set[int] = set()
    for handled_together in (handle_new_together, join_together):
        with _left_alone_if_wrong():
            done |= handled_together(
                [reading for pk, reading in begun.readings.items() if pk not in done]
            )
    return done


@contextmanager
def _left_alone_if_wrong() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.warning("Arrivals are handled one by one: together they failed", exc_info=True)


def _handled_alone(arrival_ids: Sequence[int], *, begun: _Begun) -> dict[int, Exception]:
    """What went wrong, by arrival; the others are handled all the same."""
    failures: dict[int, Exception] = {}
    for arrival_id in arrival_ids:
        # What failed before is counted just before it is tried: one that kills the worker
        # is not counted against those behind it.
        first = begun.attempts.get(arrival_id)
        for attempt in [first] if first else begin_attempts([arrival_id]):
            try:
                _handle_alone(attempt, reading=begun.readings.pop(arrival_id, None))
            except (OperationalError, InterfaceError):
                raise
            except Exception as error:  # noqa: BLE001 - the others are handled first
                failures[arrival_id] = error
    return failures


def _handle_alone(attempt: Attempt, *, reading: Reading | None) -> None:
    arrival = (
        reading.arrival
        if reading
        else Arrival.objects.filter(pk=attempt.arrival_id, handled_at=None).first()
    )
    if arrival is None:
        return
    if attempt.count > MAX_BEGINNINGS:
        reason = _NEVER_ENDED.format(count=attempt.count - 1)
        settle_arrival(arrival, outcome=ArrivalOutcome.QUARANTINED, reason=reason)
        return
    try:
        handle(arrival, reading=reading)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.warning("Arrival %s failed, attempt %s", arrival.pk, attempt.count, exc_info=True)
        if attempt.count < MAX_FAILURES:
            raise
        reason = _FAILED.format(count=attempt.count, error=f"{type(error).__name__}: {error}"[:500])
        settle_arrival(arrival, outcome=ArrivalOutcome.QUARANTINED, reason=reason)


def left_behind() -> list[int]:
    """The arrivals that nobody handles although they have waited: their job was lost."""
    rows = arrivals_left_behind(before=now() - PATIENCE)
    return list(rows.values_list("pk", flat=True)[:500])


def handle_left_behind() -> None:
    """Handle these, as many together as can be; what fails is tried again at the next look.

    Raises OperationalError or InterfaceError when the database is away.
    """
    waiting = left_behind()
    for start in range(0, len(waiting), MOST_TOGETHER):
        try:
            handle_stored(waiting[start : start + MOST_TOGETHER])
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("An arrival that was left behind could not be handled")
