"""Reading the accounts."""

from django.db.models import QuerySet

from vitrine.accounts.choices import Role
from vitrine.accounts.models import Account
from vitrine.kernel.languages import Language


def accounts_with_role(*roles: Role) -> QuerySet[Account]:
    """The active accounts that have at least one of `roles`, by name."""
    return Account.objects.filter(is_active=True, roles__overlap=list(roles)).order_by("name", "pk")


def speakers_of(language: Language, *, roles: list[Role]) -> QuerySet[Account]:
    """The active accounts with one of `roles` that answer in `language`, best first."""
    return Account.objects.filter(
        is_active=True, roles__overlap=roles, spoken_languages__language=language
    ).order_by("-spoken_languages__level", "name", "pk")
