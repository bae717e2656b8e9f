"""Addresses to which mail came back for good, and their return to use."""

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Lower

from vitrine.directory.models import MailAddress
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.kernel.text import without_controls

LONGEST_REASON = 500


@transaction.atomic
def mark_unreachable(address: str, *, because: str) -> MailAddress | None:
    """Note that `address` is of no use, since now; None when nobody has it.

    because  what the other side said
    """
    row = (
        MailAddress.objects.select_for_update()
        .alias(lowered=Lower("address"))
        .filter(lowered=Lower(Value(address.strip())))
        .first()
    )
    if row is None:
        return None
    if row.unreachable_since is None:
        row.unreachable_since = now()
        row.unreachable_because = without_controls(because)[:LONGEST_REASON]
        row.save(update_fields=["unreachable_since", "unreachable_because"])
        record("person.address_unreachable", subject=row.person, by=None, address=row.address)
    return row


@transaction.atomic
def mark_reachable(row: MailAddress) -> MailAddress:
    """Note that mail came from the address, or reached it: it is of use again."""
    if row.unreachable_since is not None:
        row.unreachable_since, row.unreachable_because = None, ""
        row.save(update_fields=["unreachable_since", "unreachable_because"])
        record("person.address_reachable", subject=row.person, by=None, address=row.address)
    return row
