"""Persons: found by address or number, and the language in which they are answered."""

from collections.abc import Collection

from django.db import connection
from django.db.models import QuerySet

from vitrine.directory.choices import COMPANY
from vitrine.directory.models import MailAddress, Organisation, Person
from vitrine.directory.rules import ReplyLanguage, reply_language
from vitrine.kernel.languages import Language
from vitrine.kernel.phone_numbers import normalise

_OWNED = """
SELECT given, owned.id FROM unnest(%s::text[]) AS given
JOIN directory_mailaddress AS owned ON lower(owned.address) = lower(btrim(given))
"""
"""PostgreSQL decides what lower case is, as for the unique index."""


def mail_address(address: str) -> MailAddress | None:
    """The row of `address`, whatever its case, with person and organisation; None: unknown."""
    return mail_addresses([address]).get(address)


def mail_addresses(addresses: Collection[str]) -> dict[str, MailAddress]:
    """Address as given -> its row, with person and organisation; unknown ones are absent."""
    with connection.cursor() as cursor:
        cursor.execute(_OWNED, [list(addresses)])
        known = dict(cursor.fetchall())
    if not known:
        return {}
    rows = MailAddress.objects.select_related("person__organisation__category").in_bulk(
        set(known.values())
    )
    return {address: rows[pk] for address, pk in known.items()}


def person_with_address(address: str) -> Person | None:
    """The person who has `address`, whatever its case, with the organisation; None: unknown."""
    found = mail_address(address)
    return found.person if found else None


_NAMED = """
SELECT given FROM unnest(%s::text[]) AS given
WHERE upper(given) IN (
    SELECT upper(name) FROM directory_organisation
    CROSS JOIN LATERAL unnest(ARRAY[name_fr, name_nl, name_de, name_en]) AS name
)
"""


def names_of_organisations(names: Collection[str]) -> set[str]:
    """Those of `names` that an organisation has in one of the languages, any case."""
    asked = {name: " ".join(name.split()) for name in names}
    wanted = [name for name in set(asked.values()) if name]
    if not wanted:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, [wanted])
        found = {name for (name,) in cursor.fetchall()}
    return {given for given, name in asked.items() if name in found}


def persons_with_number(number: str) -> QuerySet[Person]:
    """The persons who have `number`, written in any form; none when it is no number."""
    stored = normalise(number)
    if stored is None:
        return Person.objects.none()
    return (
        Person.objects.filter(phone_numbers__number=stored)
        .select_related("organisation__category")
        .order_by("name", "id")
    )


def reply_language_for(
    person: Person | None,
    organisation: Organisation | None,
    *,
    used: Language | None,
    chosen: Language | None = None,
) -> ReplyLanguage:
    """The language in which `person` is answered on behalf of `organisation`, and why.

    organisation  None: a private person asks
    used          the language of the request; None: not known
    """
    return reply_language(
        regime=organisation.language_regime if organisation else "",
        is_private=organisation is None or organisation.category.is_private,
        used=used,
        recorded=Language(person.language) if person and person.language else None,
        chosen=chosen,
        is_company=organisation is not None and organisation.category.code == COMPANY,
    )
