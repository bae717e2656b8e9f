"""Who may look at what arrived."""

from django.db.models import QuerySet

from vitrine.accounts.choices import Role
from vitrine.accounts.models import Account
from vitrine.correspondence.choices import ArrivalOutcome
from vitrine.correspondence.models import Arrival, Mailbox

MAILBOX_READERS = frozenset(
    {Role.PROJECT_LEADER, Role.MANAGER, Role.SUPERVISOR, Role.ADMINISTRATOR}
)
"""Those who are told when a mailbox fails."""


def arrivals_for(account: Account) -> QuerySet[Arrival]:
    """The arrivals in quarantine, for those who work at the desk; none for others."""
    if not account.works_at_desk:
        return Arrival.objects.none()
    return Arrival.objects.filter(outcome=ArrivalOutcome.QUARANTINED)


def spam_for(account: Account) -> QuerySet[Arrival]:
    """What was judged to be spam, for those who work at the desk; none for others."""
    if not account.works_at_desk:
        return Arrival.objects.none()
    return Arrival.objects.filter(outcome=ArrivalOutcome.SPAM)


def mailboxes_for(account: Account) -> QuerySet[Mailbox]:
    """Every mailbox for those who see to it that mail comes in; none for others."""
    if not account.has_role(*MAILBOX_READERS):
        return Mailbox.objects.none()
    return Mailbox.objects.select_related("state")
