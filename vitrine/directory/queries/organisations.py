"""Organisations: which one exists, and what became of one that no longer does."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from vitrine.directory.choices import MUNICIPALITY
from vitrine.directory.models import Organisation, OrganisationDomain, Person
from vitrine.directory.rules import domains_to_try

LONGEST_CHAIN = 20
"""Mergers of mergers that we follow; more would be a circle."""


def living_successor(organisation: Organisation) -> Organisation:
    """What `organisation` has become: itself, or the end of its chain of mergers."""
    for _step in range(LONGEST_CHAIN):
        if organisation.merged_into_id is None:
            break
        organisation = Organisation.objects.select_related("category").get(
            pk=organisation.merged_into_id
        )
    return organisation


def organisation_asking(
    person: Person | None, organisation: Organisation | None
) -> Organisation | None:
    """For which organisation somebody asks, as it exists today; None: for himself.

    organisation  named in the request; else the person's own counts
    """
    named = organisation or (person.organisation if person else None)
    return living_successor(named) if named else None


def organisation_of_domain(address: str) -> Organisation | None:
    """The organisation whose mail domain `address` lies in, as it exists today.

    The longest registered domain wins: `a.b.example` before `b.example`. None for free mail.
    """
    return organisations_of_domains([address])[address]


def organisations_of_domains(addresses: Collection[str]) -> dict[str, Organisation | None]:
    """For each address what `organisation_of_domain` says; one statement, and one a merger."""
    tried = {address: domains_to_try(address) for address in addresses}
    wanted = {domain for domains in tried.values() for domain in domains}
    known = {
        row.domain.lower(): row.organisation
        for row in OrganisationDomain.objects.alias(lowered=Lower("domain"))
        .filter(lowered__in=wanted)
        .select_related("organisation__category")
    }
    found = {
        address: next((known[domain] for domain in domains if domain in known), None)
        for address, domains in tried.items()
    }
    return {address: one and living_successor(one) for address, one in found.items()}


def organisations_on(day: date) -> QuerySet[Organisation]:
    """The organisations that exist on `day`."""
    return Organisation.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=day),
        Q(valid_to__isnull=True) | Q(valid_to__gt=day),
    )


def municipality_with_code(code: str) -> Organisation | None:
    """The municipality with this NIS code, whether it still exists or not."""
    return Organisation.objects.filter(category__code=MUNICIPALITY, code=code).first()
