"""Persons with their mail addresses and numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction

from vitrine.accounts.models import Account
from vitrine.directory.actions.reachability import mark_reachable
from vitrine.directory.choices import PersonKind
from vitrine.directory.errors import AddressTaken, NameMissing, NotAMailAddress, NotAPhoneNumber
from vitrine.directory.models import MailAddress, Organisation, Person, PhoneNumber
from vitrine.directory.queries import (
    mail_addresses,
    organisations_of_domains,
    person_with_address,
)
from vitrine.directory.rules import is_shared_mailbox, name_from_address
from vitrine.journal.actions import Happening, record, record_all
from vitrine.kernel.languages import Language
from vitrine.kernel.phone_numbers import normalise
from vitrine.kernel.text import without_controls

LONGEST_NAME = 200
LONGEST_ADDRESS = 254

_LOCKS = """
SELECT pg_advisory_xact_lock(key) FROM (
    SELECT DISTINCT hashtextextended(lower(address), 0) AS key
    FROM unnest(%s::text[]) AS address ORDER BY key
) AS keys
"""
"""In one order for everybody: two batches cannot wait for each other crosswise."""


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who wrote, as the message says."""

    address: str
    name: str = ""
    """As the sender gave it; blank: made from the address."""
    language: Language | None = None
    """Of what was sent; kept when the person's language is not known yet."""
    is_forged: bool = False
    """The message proves nothing about the address: nothing is learned from it."""

    @property
    def kept_address(self) -> str:
        """The address as we store it."""
        return without_controls(self.address).strip()[:LONGEST_ADDRESS]


def person_for_sender(
    address: str, *, name: str, language: Language | None, is_forged: bool = False
) -> Person:
    """The person who has `address`; one is made when nobody has. See `persons_for_senders`."""
    sender = Sender(address=address, name=name, language=language, is_forged=is_forged)
    [person] = persons_for_senders([sender])
    return person


@transaction.atomic
def persons_for_senders(senders: Sequence[Sender]) -> list[Person]:
    """For each sender the person who has the address; one is made when nobody has.

    A new person joins the organisation that owns the domain. Several processes that
    see the same new sender at once make one person.
    """
    addresses = list(dict.fromkeys(sender.kept_address for sender in senders))
    _lock_addresses(addresses)
    known = mail_addresses(addresses)
    fresh: dict[str, Sender] = {}
    for sender in senders:
        if sender.kept_address not in known:
            fresh.setdefault(sender.kept_address.lower(), sender)
    made = _made_for(list(fresh.values()))
    persons = []
    for sender in senders:
        row = known.get(sender.kept_address)
        person = row.person if row else made[sender.kept_address.lower()]
        if not sender.is_forged:
            if row is not None and row.unreachable_since is not None:
                mark_reachable(row)
            _learn_language(person, language=sender.language)
        persons.append(person)
    return persons


def _made_for(senders: Sequence[Sender]) -> dict[str, Person]:
    """New persons, by their address in lower case."""
    if not senders:
        return {}
    addresses = [sender.kept_address for sender in senders]
    organisations = organisations_of_domains(addresses)
    persons = Person.objects.bulk_create(
        Person(
            name=_clean_name(sender.name) or name_from_address(address)[:LONGEST_NAME],
            kind=PersonKind.SHARED if is_shared_mailbox(address) else PersonKind.HUMAN,
            language=sender.language or "",
            organisation=organisations[address],
        )
        for sender, address in zip(senders, addresses, strict=True)
    )
    pairs = list(zip(addresses, persons, strict=True))
    MailAddress.objects.bulk_create(
        MailAddress(person=person, address=address, is_primary=True) for address, person in pairs
    )
    record_all(
        Happening(verb="person.created", subject=person, by=None, facts={"address": address})
        for address, person in pairs
    )
    return {address.lower(): person for address, person in pairs}


@transaction.atomic
def create_person(
    name: str,
    *,
    organisation: Organisation | None,
    language: Language | None,
    addresses: Iterable[str] = (),
    numbers: Iterable[str] = (),
    function: str = "",
    kind: str = PersonKind.HUMAN,
    by: Account | None,
) -> Person:
    """A person with mail addresses (the first is the primary one) and telephone numbers.

    Raises NameMissing, NotAMailAddress, AddressTaken or NotAPhoneNumber.
    """
    name = _clean_name(name)
    if not name:
        raise NameMissing
    person = Person.objects.create(
        name=name,
        kind=PersonKind(kind),
        language=language or "",
        organisation=organisation,
        function=without_controls(function).strip(),
    )
    record("person.created", subject=person, by=by)
    for address in addresses:
        add_address(person, address=address, by=by)
    for number in numbers:
        add_number(person, number=number, by=by)
    return person


@transaction.atomic
def change_person(
    person: Person,
    *,
    name: str,
    organisation: Organisation | None,
    language: Language | None,
    function: str = "",
    kind: str = PersonKind.HUMAN,
    by: Account | None,
) -> Person:
    """Change what we know about a person; nothing is journaled when nothing changes.

    Raises NameMissing.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
    name = _clean_name(name)
    if not name:
        raise NameMissing

    wanted = {
        "name": name,
        "organisation_id": organisation.pk if organisation else None,
        "language": language or "",
        "function": without_controls(function).strip(),
        "kind": PersonKind(kind).value,
    }
    before = {field: getattr(person, field) for field in wanted}
    after = {field: value for field, value in wanted.items() if before[field] != value}
    if after:
        for field, value in after.items():
            setattr(person, field, value)
        person.save(update_fields=[field.removesuffix("_id") for field in after])
        record(
            "person.changed",
            subject=person,
            by=by,
            before={field: before[field] for field in after},
            after=after,
        )
    return person


@transaction.atomic
def add_address(person: Person, *, address: str, by: Account | None) -> MailAddress:
    """Give `person` one more mail address; the first one becomes the primary.

    Raises NotAMailAddress, or AddressTaken when somebody else has it.
    """
    address = address.strip()
    try:
        validate_email(address)
    except ValidationError:
        raise NotAMailAddress(address=address) from None
    _lock_addresses([address])
    owner = person_with_address(address)
    if owner == person:
        return MailAddress.objects.get(person=person, address__iexact=address)
    if owner:
        raise AddressTaken(address=address, owner=owner.name)

    is_first = not MailAddress.objects.filter(person=person).exists()
    added = MailAddress.objects.create(person=person, address=address, is_primary=is_first)
    record("person.address_added", subject=person, by=by, address=address)
    return added


@transaction.atomic
def remove_address(address: MailAddress, *, by: Account | None) -> None:
    """Take an address from its person; the oldest of the others becomes the primary."""
    person = Person.objects.select_for_update().get(pk=address.person_id)
    removed, _rows = MailAddress.objects.filter(pk=address.pk).delete()
    if not removed:
        return
    others = MailAddress.objects.filter(person=person).order_by("id")
    if not others.filter(is_primary=True).exists() and (heir := others.first()):
        heir.is_primary = True
        heir.save(update_fields=["is_primary"])
    record("person.address_removed", subject=person, by=by, address=address.address)


@transaction.atomic
def add_number(person: Person, *, number: str, by: Account | None) -> PhoneNumber:
    """Give `person` one more telephone number, stored in E.164.

    Raises NotAPhoneNumber. Several persons may share a number.
    """
    stored = normalise(number)
    if stored is None:
        raise NotAPhoneNumber(number=number)
    person = Person.objects.select_for_update().get(pk=person.pk)
    known = PhoneNumber.objects.filter(person=person, number=stored).first()
    if known:
        return known
    added = PhoneNumber.objects.create(person=person, number=stored)
    record("person.number_added", subject=person, by=by, number=stored)
    return added


@transaction.atomic
def remove_number(number: PhoneNumber, *, by: Account | None) -> None:
    """Take a telephone number from its person."""
    person = Person.objects.select_for_update().get(pk=number.person_id)
    removed, _rows = PhoneNumber.objects.filter(pk=number.pk).delete()
    if removed:
        record("person.number_removed", subject=person, by=by, number=number.number)


def _lock_addresses(addresses: list[str]) -> None:
    """Let one transaction at a time decide who has them; there may be no row to lock yet."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCKS, [addresses])


def _clean_name(name: str) -> str:
    """`name` on one line, without controls and quotes around it."""
    return " ".join(without_controls(name).split()).strip("\"'")[:LONGEST_NAME].strip()


def _learn_language(person: Person, *, language: Language | None) -> Person:
    """Keep the language in which somebody writes when none is on record."""
    if language and not person.language:
        person.language = language
        person.save(update_fields=["language"])
        record("person.changed", subject=person, by=None, after={"language": language})
    return person
