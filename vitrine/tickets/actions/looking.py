"""What somebody asked to see that was kept from him at first."""

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.journal.actions import record
from vitrine.tickets.models import Message


@transaction.atomic
def ask_for_pictures(message: Message, *, hosts: list[str], by: Account) -> None:
    """Note who had the pictures of a message fetched from outside, and from which hosts."""
    record(
        "ticket.pictures_fetched",
        subject=message.ticket,
        by=by,
        message=message.pk,
        hosts=", ".join(hosts[:10]),
    )
