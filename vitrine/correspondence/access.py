"""Who may look at what arrived."""

from django.db.models import QuerySet

from vitrine.accounts.models import Account
from vitrine.correspondence.choices import ArrivalOutcome
from vitrine.correspondence.models import Arrival


def arrivals_for(account: Account) -> QuerySet[Arrival]:
    """The arrivals in quarantine, for those who work at the desk; none for others."""
    if not account.works_at_desk:
        return Arrival.objects.none()
    return Arrival.objects.filter(outcome=ArrivalOutcome.QUARANTINED)
