"""Who answers for a service on a day: the designated person, else the deputy (S-16)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vitrine.accounts.models import Account
from vitrine.directory.errors import NobodyInSecondLine
from vitrine.directory.models import Absence, Service


@dataclass(frozen=True)
class SecondLine:
    """Who takes a delegated ticket."""

    account: Account
    is_deputy: bool


def second_line_of(service: Service, *, on: date) -> SecondLine:
    """Who answers for `service` on the day `on`.

    Raises NobodyInSecondLine, whose reason says who is absent until when.
    """
    if not service.is_active:
        raise NobodyInSecondLine(_("This service takes no tickets at present."))
    designated, deputy = service.designated, service.deputy
    away = _away_until([a for a in (designated, deputy) if a], on=on)
    for account in (designated, deputy):
        if account and account.is_active and account.pk not in away:
            return SecondLine(account=account, is_deputy=account == deputy)
    raise NobodyInSecondLine(
        " ".join(
            (
                _why_not(_("designated person"), account=designated, away=away),
                _why_not(_("deputy"), account=deputy, away=away),
            )
        )
    )


def services_with_second_line(*, on: date) -> list[tuple[Service, SecondLine | None]]:
    """Every active service and who answers for it on the day `on`; three SQL statements at most."""
    services = list(Service.objects.filter(is_active=True).select_related("designated", "deputy"))
    accounts = {a.pk: a for s in services for a in (s.designated, s.deputy) if a}
    away = _away_until(accounts.values(), on=on)
    lines: list[tuple[Service, SecondLine | None]] = []
    for service in services:
        there = [
            SecondLine(account=account, is_deputy=account == service.deputy)
            for account in (service.designated, service.deputy)
            if account and account.is_active and account.pk not in away
        ]
        lines.append((service, there[0] if there else None))
    return lines


def absences_of(account: Account, *, since: date) -> QuerySet[Absence]:
    """The absences of `account` that end on `since` or later, in order."""
    return Absence.objects.filter(account=account, last_day__gte=since)


def _away_until(accounts: Iterable[Account], *, on: date) -> dict[int, date]:
    """The last day of absence of everybody of `accounts` who is away on the day `on`."""
    pks = [account.pk for account in accounts]
    covering = Absence.objects.filter(
        Q(account__in=pks), Q(first_day__lte=on), Q(last_day__gte=on)
    ).order_by("last_day")
    return {absence.account_id: absence.last_day for absence in covering}


def _why_not(role: str, *, account: Account | None, away: dict[int, date]) -> str:
    """Why nobody answers in `role`, as a sentence."""
    if account is None:
        return _("There is no %(role)s.") % {"role": role}
    if not account.is_active:
        return _("%(name)s (%(role)s) no longer has an account.") % {
            "name": account.name,
            "role": role,
        }
    return _("%(name)s (%(role)s) is absent until %(day)s included.") % {
        "name": account.name,
        "role": role,
        "day": date_format(away[account.pk], "SHORT_DATE_FORMAT"),
    }
