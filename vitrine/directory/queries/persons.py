"""Persons: found by address or number, and the language in which they are answered."""

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Lower

from vitrine.directory.choices import COMPANY
from vitrine.directory.models import MailAddress, Organisation, Person
from vitrine.directory.rules import ReplyLanguage, reply_language
from vitrine.kernel.languages import Language
from vitrine.kernel.phone_numbers import normalise


def mail_address(address: str) -> MailAddress | None:
    """The row of `address`, whatever its case, with person and organisation; None: unknown."""
    return (
        MailAddress.objects.alias(lowered=Lower("address"))
        .filter(lowered=Lower(Value(address.strip())))
        .select_related("person__organisation__category")
        .first()
    )


def person_with_address(address: str) -> Person | None:
    """The person who has `address`, whatever its case, with the organisation; None: unknown."""
    found = mail_address(address)
    return found.person if found else None


def organisation_named(name: str) -> Organisation | None:
    """The organisation that has exactly this name in one of the languages, any case."""
    wanted = " ".join(name.split())
    same = Q()
    for language in Language:
        same |= Q(**{f"name_{language}__iexact": wanted})
    return Organisation.objects.filter(same).first() if wanted else None


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
