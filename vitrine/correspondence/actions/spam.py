"""What was judged to be spam: believed after all, or erased after its time."""

from datetime import datetime

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.correspondence.actions.arrivals import defer_handling
from vitrine.correspondence.choices import ArrivalOutcome
from vitrine.correspondence.models import Arrival
from vitrine.journal.actions import record
from vitrine.kernel.clock import now


@transaction.atomic
def believe_arrival(arrival: Arrival, *, by: Account) -> Arrival:
    """It is no spam: have it handled as if it had just come, with the time at which it came."""
    arrival = Arrival.objects.select_for_update().defer("raw").get(pk=arrival.pk)
    if arrival.outcome != ArrivalOutcome.SPAM:
        return arrival
    reason = arrival.reason
    arrival.handled_at, arrival.outcome, arrival.reason = None, "", ""
    arrival.attempts, arrival.believed_at = 0, now()
    arrival.save(update_fields=["handled_at", "outcome", "reason", "attempts", "believed_at"])
    record("arrival.believed", subject=arrival, by=by, reason=reason)
    defer_handling([arrival])
    return arrival


@transaction.atomic
def erase_spam(*, before: datetime, at_most: int = 500) -> int:
    """Empty the spam that was received before an instant; how many, <= `at_most`.

    The row stays, so that what arrived can still be counted; sender and words are gone.
    """
    rows = list(
        Arrival.objects.select_for_update(skip_locked=True)
        .filter(outcome=ArrivalOutcome.SPAM, received_at__lt=before)
        .defer("raw")
        .order_by("-id")[:at_most]
    )
    for row in rows:
        row.raw, row.envelope_from, row.envelope_to, row.message_id = b"", "", [], ""
        row.outcome = ArrivalOutcome.ERASED
        row.save(update_fields=["raw", "envelope_from", "envelope_to", "message_id", "outcome"])
        record("arrival.erased", subject=row, by=None, reason=row.reason)
    return len(rows)
