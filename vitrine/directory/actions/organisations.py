"""Organisations: made, changed, closed, merged; never deleted."""

from datetime import date

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.directory.choices import LanguageRegime
from vitrine.directory.errors import (
    CannotMergeOrganisation,
    CodeTaken,
    DomainTaken,
    EndsBeforeItBegins,
    NameMissing,
)
from vitrine.directory.models import Category, Organisation, OrganisationDomain
from vitrine.directory.rules import FREE_MAIL_DOMAINS
from vitrine.journal.actions import record

EDITABLE = (
    "name_fr",
    "name_nl",
    "name_de",
    "name_en",
    "language_regime",
    "region_code",
    "province_code",
    "postal_code",
)


@transaction.atomic
def create_organisation(
    code: str,
    *,
    category: Category,
    name_fr: str,
    name_nl: str,
    name_de: str = "",
    name_en: str = "",
    language_regime: str = LanguageRegime.NONE,
    postal_code: str = "",
    valid_from: date | None = None,
    by: Account | None,
) -> Organisation:
    """An organisation of `category`; its code is unique there.

    valid_from  None: since before our records
    Raises NameMissing without a French or Dutch name, CodeTaken.
    """
    if not (code.strip() and name_fr.strip() and name_nl.strip()):
        raise NameMissing
    Category.objects.select_for_update().get(pk=category.pk)
    if Organisation.objects.filter(category=category, code=code.strip()).exists():
        raise CodeTaken(code=code.strip())
    organisation = Organisation.objects.create(
        code=code.strip(),
        category=category,
        name_fr=name_fr.strip(),
        name_nl=name_nl.strip(),
        name_de=name_de.strip(),
        name_en=name_en.strip(),
        language_regime=LanguageRegime(language_regime),
        postal_code=postal_code.strip(),
        valid_from=valid_from,
    )
    record("organisation.created", subject=organisation, by=by, code=organisation.code)
    return organisation


@transaction.atomic
def change_organisation(
    organisation: Organisation, *, by: Account | None, **wanted: str
) -> Organisation:
    """Change names, regime or place; nothing is journaled when nothing changes.

    wanted  fields of `EDITABLE` with their new values
    Raises NameMissing, ValueError for another field or an unknown regime.
    """
    if unknown := set(wanted) - set(EDITABLE):
        raise ValueError(f"not editable: {', '.join(sorted(unknown))}")
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    wanted = {field: value.strip() for field, value in wanted.items()}
    if not (wanted.get("name_fr", "-") and wanted.get("name_nl", "-")):
        raise NameMissing
    if "language_regime" in wanted:
        LanguageRegime(wanted["language_regime"])

    before = {field: getattr(organisation, field) for field in wanted}
    after = {field: value for field, value in wanted.items() if before[field] != value}
    if after:
        for field, value in after.items():
            setattr(organisation, field, value)
        organisation.save(update_fields=list(after))
        record(
            "organisation.changed",
            subject=organisation,
            by=by,
            before={field: before[field] for field in after},
            after=after,
        )
    return organisation


@transaction.atomic
def close_organisation(organisation: Organisation, *, on: date, by: Account | None) -> Organisation:
    """End an organisation without successor; `on` is the first day on which it is no more.

    Raises EndsBeforeItBegins. One that has ended already stays as it is.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if organisation.valid_to is not None:
        return organisation
    if organisation.valid_from and on <= organisation.valid_from:
        raise EndsBeforeItBegins
    organisation.valid_to = on
    organisation.save(update_fields=["valid_to"])
    record("organisation.closed", subject=organisation, by=by, on=on)
    return organisation


@transaction.atomic
def merge_organisations(
    organisation: Organisation, *, into: Organisation, on: date, by: Account | None
) -> Organisation:
    """End `organisation` on the day `on` and name `into` as its successor.

    Its persons, domains and tickets stay with it: whoever asks for its successor is
    led on by `living_successor`. Raises CannotMergeOrganisation, EndsBeforeItBegins.
    """
    locked = {
        row.pk: row
        for row in Organisation.objects.select_for_update()
        .filter(pk__in=(organisation.pk, into.pk))
        .order_by("pk")
    }
    organisation, into = locked[organisation.pk], locked[into.pk]
    if organisation == into or into.valid_to is not None or organisation.merged_into_id:
        raise CannotMergeOrganisation
    ends = organisation.valid_to or on
    if organisation.valid_from and ends <= organisation.valid_from:
        raise EndsBeforeItBegins

    organisation.valid_to = ends
    organisation.merged_into = into
    organisation.save(update_fields=["valid_to", "merged_into"])
    record("organisation.merged", subject=organisation, by=by, into=into.pk, on=ends)
    return organisation


@transaction.atomic
def add_domain(
    organisation: Organisation, *, domain: str, by: Account | None
) -> OrganisationDomain:
    """Let unknown senders in the mail domain `domain` join `organisation`.

    Raises DomainTaken for another organisation's domain, free mail, or no domain at all.
    """
    domain = domain.strip().lstrip("@").rstrip(".").lower()
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    taken = OrganisationDomain.objects.filter(domain__iexact=domain).first()
    if taken and taken.organisation_id == organisation.pk:
        return taken
    if taken or domain in FREE_MAIL_DOMAINS or "." not in domain or "@" in domain:
        raise DomainTaken(domain=domain)
    added = OrganisationDomain.objects.create(organisation=organisation, domain=domain)
    record("organisation.domain_added", subject=organisation, by=by, domain=domain)
    return added


@transaction.atomic
def remove_domain(domain: OrganisationDomain, *, by: Account | None) -> None:
    """No longer let unknown senders of a domain join its organisation."""
    organisation = Organisation.objects.select_for_update().get(pk=domain.organisation_id)
    removed, _rows = OrganisationDomain.objects.filter(pk=domain.pk).delete()
    if removed:
        record("organisation.domain_removed", subject=organisation, by=by, domain=domain.domain)
