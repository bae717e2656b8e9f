"""What an account may see of the directory."""

from django.db.models import QuerySet

from vitrine.accounts.choices import DESK_ROLES, Role
from vitrine.accounts.models import Account
from vitrine.directory.models import Absence, Category, Organisation, Person, Service

READERS = DESK_ROLES | {
    Role.SECOND_LINE,
    Role.EXTERNAL_RELATIONS,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
}
"""Everybody who works with requests or answers for the records; not a mere status editor."""

EDITORS = DESK_ROLES | {Role.EXTERNAL_RELATIONS, Role.ADMINISTRATOR}
"""Those who keep the records of persons and organisations."""

PLANNERS = frozenset({Role.PROJECT_LEADER, Role.MANAGER, Role.SUPERVISOR, Role.ADMINISTRATOR})
"""Those who name the second line and see everybody's absences."""


def reads_directory(account: Account) -> bool:
    """Whether `account` sees the directory at all."""
    return account.is_active and account.has_role(*READERS)


def edits_directory(account: Account) -> bool:
    """Whether `account` may change persons and organisations."""
    return account.is_active and account.has_role(*EDITORS)


def plans_second_line(account: Account) -> bool:
    """Whether `account` may change services and other people's absences."""
    return account.is_active and account.has_role(*PLANNERS)


def persons_for(account: Account) -> QuerySet[Person]:
    """The persons that `account` may see."""
    return Person.objects.all() if reads_directory(account) else Person.objects.none()


def organisations_for(account: Account) -> QuerySet[Organisation]:
    """The organisations that `account` may see, those that no longer exist included."""
    return Organisation.objects.all() if reads_directory(account) else Organisation.objects.none()


def categories_for(account: Account) -> QuerySet[Category]:
    """The categories that `account` may see."""
    return Category.objects.all() if reads_directory(account) else Category.objects.none()


def services_for(account: Account) -> QuerySet[Service]:
    """The services that `account` may see, those that take no tickets included."""
    return Service.objects.all() if reads_directory(account) else Service.objects.none()


def absences_for(account: Account) -> QuerySet[Absence]:
    """Everybody's absences for those who plan; one's own for everybody else."""
    if plans_second_line(account):
        return Absence.objects.all()
    return Absence.objects.filter(account=account) if account.is_active else Absence.objects.none()


def second_line_candidates_for(account: Account) -> QuerySet[Account]:
    """The accounts that `account` may name as second line of a service."""
    if not plans_second_line(account):
        return Account.objects.none()
    roles = [str(role) for role in (*DESK_ROLES, Role.SECOND_LINE)]
    return Account.objects.filter(is_active=True, roles__overlap=roles).order_by("name")
