"""What an account may see of the accounts."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.db.models import QuerySet

from vitrine.accounts.choices import Role
from vitrine.accounts.models import Account

OVERSEERS = frozenset({Role.PROJECT_LEADER, Role.MANAGER, Role.ADMINISTRATOR})
"""Those who see every account."""


def accounts_for(account: Account) -> QuerySet[Account]:
    """Every account for those who oversee them; one's own for everybody else."""
    if not account.is_active:
        return Account.objects.none()
    if account.has_role(*OVERSEERS):
        return Account.objects.all()
    return Account.objects.filter(pk=account.pk)


def sessions_for(account: Account) -> QuerySet[Any]:
    """The `UserSession`s: all of them for administrators, one's own for everybody else."""
    sessions: QuerySet[Any] = UserSession.objects.all()
    if not account.is_active:
        return sessions.none()
    return sessions if account.has_role(Role.ADMINISTRATOR) else sessions.filter(user=account)


def administers_accounts(account: Account) -> bool:
    """Whether `account` may make and change accounts."""
    return account.is_active and account.has_role(Role.ADMINISTRATOR)
