"""Services with their second line, and the absences of those who answer."""

from datetime import date, timedelta

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.directory.errors import CodeTaken, EndsBeforeItBegins, NameMissing, SamePersonTwice
from vitrine.directory.models import Absence, Service
from vitrine.journal.actions import record


@transaction.atomic
def create_service(
    code: str,
    *,
    name_fr: str,
    name_nl: str,
    name_de: str = "",
    name_en: str = "",
    designated: Account | None,
    deputy: Account | None,
    answer_within: timedelta,
    by: Account | None,
) -> Service:
    """A service with a second line.

    answer_within  working time before a delegated ticket returns to the desk, > 0
    Raises NameMissing, CodeTaken, SamePersonTwice.
    """
    if not (code.strip() and name_fr.strip() and name_nl.strip()):
        raise NameMissing
    _check_second_line(designated, deputy=deputy, answer_within=answer_within)
    if Service.objects.filter(code=code.strip()).exists():
        raise CodeTaken(code=code.strip())
    service = Service.objects.create(
        code=code.strip(),
        name_fr=name_fr.strip(),
        name_nl=name_nl.strip(),
        name_de=name_de.strip(),
        name_en=name_en.strip(),
        designated=designated,
        deputy=deputy,
        answer_within=answer_within,
    )
    record("service.created", subject=service, by=by, **_facts(service))
    return service


@transaction.atomic
def change_service(
    service: Service,
    *,
    designated: Account | None,
    deputy: Account | None,
    answer_within: timedelta,
    is_active: bool = True,
    by: Account | None,
) -> Service:
    """Name who answers for `service`, within what working time; or stop delegating to it.

    Raises SamePersonTwice. Nothing is journaled when nothing changes.
    """
    service = Service.objects.select_for_update().get(pk=service.pk)
    _check_second_line(designated, deputy=deputy, answer_within=answer_within)
    before = _facts(service)
    service.designated, service.deputy = designated, deputy
    service.answer_within, service.is_active = answer_within, is_active
    after = _facts(service)
    if before != after:
        service.save(update_fields=["designated", "deputy", "answer_within", "is_active"])
        record("service.changed", subject=service, by=by, before=before, after=after)
    return service


@transaction.atomic
def add_absence(
    account: Account, *, first_day: date, last_day: date, by: Account | None
) -> Absence:
    """Note that `account` is away from `first_day` to `last_day`, both included.

    Raises EndsBeforeItBegins.
    """
    if last_day < first_day:
        raise EndsBeforeItBegins
    Account.objects.select_for_update().get(pk=account.pk)
    absence, is_new = Absence.objects.get_or_create(
        account=account, first_day=first_day, last_day=last_day
    )
    if is_new:
        record("absence.added", subject=account, by=by, first_day=first_day, last_day=last_day)
    return absence


@transaction.atomic
def end_absence(absence: Absence, *, back_on: date, by: Account | None) -> None:
    """Note that somebody is back on the day `back_on`; an absence yet to begin is removed.

    An absence that has ended by then stays as it is.
    """
    found = Absence.objects.select_for_update().filter(pk=absence.pk).first()
    if found is None or found.last_day < back_on:
        return
    last_day = back_on - timedelta(days=1)
    if last_day < found.first_day:
        found.delete()
    else:
        found.last_day = last_day
        found.save(update_fields=["last_day"])
    record("absence.ended", subject=absence.account, by=by, back_on=back_on)


def _check_second_line(
    designated: Account | None, *, deputy: Account | None, answer_within: timedelta
) -> None:
    if designated and designated == deputy:
        raise SamePersonTwice
    if answer_within <= timedelta(0):
        raise ValueError(f"answer_within={answer_within}")


def _facts(service: Service) -> dict[str, object]:
    return {
        "designated": service.designated_id,
        "deputy": service.deputy_id,
        "answer_within": str(service.answer_within),
        "is_active": service.is_active,
    }
