"""Lists of municipalities: each one brings the register to its date, and nothing is deleted."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.directory.choices import MUNICIPALITY, ListFault
from vitrine.directory.errors import UnreadableList
from vitrine.directory.models import Category, MunicipalityList, Organisation
from vitrine.directory.rules import (
    CATEGORIES,
    KnownMunicipality,
    ListedMunicipality,
    ListPlan,
    plan_changes,
    read_list,
)
from vitrine.journal.actions import record
from vitrine.kernel.clock import now, today


@dataclass(frozen=True)
class ImportReport:
    """What a list changed."""

    in_force_from: date
    rows: list[ListedMunicipality]
    plan: ListPlan
    living: int
    """Municipalities that exist afterwards, those entered by hand included."""
    on_record: int
    """Municipalities that exist or existed."""


@transaction.atomic
def prepare_categories(*, by: Account | None) -> None:
    """Add the categories that a directory starts with; those that exist keep their names."""
    known = set(Category.objects.values_list("code", flat=True))
    for planned in CATEGORIES:
        if planned.code not in known:
            category = Category.objects.create(**planned._asdict())
            record("category.created", subject=category, by=by, code=category.code)


@transaction.atomic
def import_municipalities(
    content: bytes, *, in_force_from: date, by: Account | None
) -> ImportReport:
    """Bring the municipalities to the state of one list.

    content        a CSV file, see `rules.municipality_lists`
    in_force_from  the day from which the list holds; municipalities of the very first
                   list count as existing since before our records

    New ones are created, changed ones follow the list, those that vanished end on that
    day and name their successor. The newest list again changes nothing.
    Raises UnreadableList; then nothing has changed.
    """
    rows = read_list(content)
    category = _locked_category(by=by)
    newest = MunicipalityList.objects.last()
    _check_date(in_force_from, newest=newest)
    digest = sha256(content).hexdigest()
    municipalities = {one.code: one for one in Organisation.objects.filter(category=category)}
    if newest and newest.digest == digest:
        return _report(rows, plan=ListPlan(), day=in_force_from, category=category)

    plan = plan_changes(rows, known={c: _known(one) for c, one in municipalities.items()})
    this_list = MunicipalityList.objects.create(
        in_force_from=in_force_from,
        imported_at=now(),
        imported_by=by,
        digest=digest,
        count=len(rows),
    )
    municipalities |= _create(
        plan, this_list=this_list, begins=in_force_from if newest else None, by=by
    )
    _change(plan, municipalities=municipalities, by=by)
    _end(plan, municipalities=municipalities, on=in_force_from, by=by)
    Organisation.objects.filter(category=category, code__in=[row.code for row in rows]).update(
        last_list=this_list
    )
    record("municipalities.imported", subject=this_list, by=by, count=len(rows), digest=digest)
    return _report(rows, plan=plan, day=in_force_from, category=category)


def _locked_category(*, by: Account | None) -> Category:
    """The category of municipalities; two imports at once follow each other."""
    prepare_categories(by=by)
    return Category.objects.select_for_update().get(code=MUNICIPALITY)


def _check_date(day: date, *, newest: MunicipalityList | None) -> None:
    if day > today():
        raise UnreadableList(ListFault.FUTURE.label, day=day)
    if newest and day < newest.in_force_from:
        raise UnreadableList(ListFault.OLDER.label, day=day, newest=newest.in_force_from)


def _known(one: Organisation) -> KnownMunicipality:
    return KnownMunicipality(
        code=one.code,
        name_fr=one.name_fr,
        name_nl=one.name_nl,
        name_de=one.name_de,
        language_regime=one.language_regime,
        region_code=one.region_code,
        province_code=one.province_code,
        postal_code=one.postal_code,
        has_ended=one.valid_to is not None,
        is_listed=one.last_list_id is not None,
    )


def _create(
    plan: ListPlan, *, this_list: MunicipalityList, begins: date | None, by: Account | None
) -> dict[str, Organisation]:
    """The new municipalities by code; those of the first list have no entry of their own."""
    category = Category.objects.get(code=MUNICIPALITY)
    created = Organisation.objects.bulk_create(
        Organisation(
            code=row.code,
            category=category,
            name_fr=row.name_fr,
            name_nl=row.name_nl,
            name_de=row.name_de,
            language_regime=row.language_regime,
            region_code=row.region_code,
            province_code=row.province_code,
            postal_code=row.postal_code,
            valid_from=begins,
            last_list=this_list,
        )
        for row in plan.created
    )
    if begins:
        for organisation in created:
            record("organisation.created", subject=organisation, by=by, code=organisation.code)
    return {organisation.code: organisation for organisation in created}


def _change(plan: ListPlan, *, municipalities: dict[str, Organisation], by: Account | None) -> None:
    for code, after in plan.changed.items():
        organisation = municipalities[code]
        before = {field: getattr(organisation, field) for field in after}
        for field, value in after.items():
            setattr(organisation, field, value)
        organisation.save(update_fields=list(after))
        record("organisation.changed", subject=organisation, by=by, before=before, after=after)


def _end(
    plan: ListPlan, *, municipalities: dict[str, Organisation], on: date, by: Account | None
) -> None:
    for succession in plan.successions:
        old, new = municipalities[succession.old], municipalities[succession.new]
        old.valid_to, old.merged_into = on, new
        old.save(update_fields=["valid_to", "merged_into"])
        verb = "organisation.code_replaced" if succession.is_new_code else "organisation.merged"
        record(verb, subject=old, by=by, into=new.pk, code=new.code, on=on)


def _report(
    rows: list[ListedMunicipality], *, plan: ListPlan, day: date, category: Category
) -> ImportReport:
    recorded = Organisation.objects.filter(category=category)
    return ImportReport(
        in_force_from=day,
        rows=rows,
        plan=plan,
        living=recorded.filter(valid_to__isnull=True).count(),
        on_record=recorded.count(),
    )
