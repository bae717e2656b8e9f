"""A call with what was done about it: both are stored, or neither."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.directory.models import Organisation, Person
from vitrine.tickets.actions.intake import log_call
from vitrine.tickets.models import Ticket

Asking = tuple[Person | None, Organisation | None]


@transaction.atomic
def settle_call(
    *,
    who_asks: Callable[[], Asking],
    outcome: Callable[[Ticket], object],
    by: Account,
    **call: Any,
) -> Ticket:
    """Log a call and give it its outcome at once.

    who_asks  finds or makes the person; what it makes is undone when the outcome is refused
    outcome   one of the outcome actions
    call      what `log_call` takes
    Raises what any of them raises; then nothing has been stored.
    """
    requester, organisation = who_asks()
    ticket = log_call(requester=requester, organisation=organisation, by=by, **call)
    outcome(ticket)
    return ticket
