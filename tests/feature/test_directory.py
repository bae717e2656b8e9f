"""Persons, organisations and services: what can be changed, and what is refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from vitrine.directory.access import absences_for, organisations_for, persons_for, services_for
from vitrine.directory.actions import (
    add_absence,
    add_address,
    add_domain,
    add_number,
    change_organisation,
    change_person,
    close_organisation,
    create_organisation,
    create_person,
    merge_organisations,
    person_for_sender,
    prepare_categories,
    remove_address,
    remove_domain,
    remove_number,
)
from vitrine.directory.choices import LanguageReason, PersonKind
from vitrine.directory.errors import (
    AddressTaken,
    CannotMergeOrganisation,
    CodeTaken,
    DomainTaken,
    EndsBeforeItBegins,
    NameMissing,
    NotAMailAddress,
    NotAPhoneNumber,
)
from vitrine.directory.models import Category, MailAddress, Organisation, Person
from vitrine.directory.queries import (
    living_successor,
    organisation_asking,
    organisation_of_domain,
    person_with_address,
    persons_with_number,
    reply_language_for,
)
from vitrine.journal.queries import entries_about
from vitrine.kernel.languages import Language

MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def verbs(subject):
    return [entry.verb for entry in entries_about(subject)]


# Who writes


def test_a_known_sender_is_found_whatever_the_case_of_the_address(world):
    assert person_with_address(" ANA@Musterbach.EXAMPLE ") == world.ana
    assert person_for_sender("Ana@musterbach.example", name="A", language=None) == world.ana


def test_an_unknown_sender_joins_the_organisation_of_the_mail_domain(world):
    person = person_for_sender("eva.muster@mail.musterbach.example", name="", language=None)
    assert (person.name, person.organisation) == ("Eva Muster", world.musterbach)
    assert verbs(person) == ["person.created"]


@pytest.mark.parametrize(
    "address", ["jan@gmail.com", "jan@users.proximus.be", "jan@unknown.example", "jan", "", "@"]
)
def test_free_mail_and_unknown_domains_tell_no_organisation(world, address):
    assert organisation_of_domain(address) is None


def test_a_sender_at_a_shared_mailbox_is_no_human_being(world):
    shared = person_for_sender("population@musterbach.example", name="", language=Language.DE)
    assert (shared.kind, shared.name) == (PersonKind.SHARED, "population@musterbach.example")


def test_the_language_of_the_first_mail_that_tells_it_is_remembered(world):
    person = person_for_sender("x@unknown.example", name="X", language=None)
    assert person.language == ""
    person_for_sender("x@unknown.example", name="X", language=Language.NL)
    person_for_sender("x@unknown.example", name="X", language=Language.FR)
    person.refresh_from_db()
    assert person.language == "nl"


def test_a_hostile_name_is_stored_on_one_line_and_bounded(world):
    name = 'A\x00\r\nBcc: all@example\u202e "' + "x" * 500
    person = person_for_sender("hostile@unknown.example", name=name, language=None)
    assert "\n" not in person.name
    assert len(person.name) <= 200


@pytest.mark.django_db(transaction=True)
def test_eight_processes_that_see_a_new_sender_at_once_make_one_person():
    barrier = Barrier(8)

    def arrive(number):
        try:
            barrier.wait(timeout=20)
            spelt = "New@Unknown.example" if number % 2 else "new@unknown.example"
            return person_for_sender(spelt, name="New", language=None).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(arrive, range(8)))
    assert len(set(found)) == 1
    assert Person.objects.count() == MailAddress.objects.count() == 1


# Persons


def test_a_person_has_several_addresses_and_numbers_and_one_primary_address(world):
    person = create_person(
        "Jo  Proef",
        organisation=world.voorbeeldegem,
        language=Language.NL,
        addresses=["jo@proef.example", "jo@thuis.example"],
        numbers=["02/555.02.00", "0475 12 34 56"],
        by=world.bruno,
    )
    assert person.name == "Jo Proef"
    assert [a.address for a in person.mail_addresses.all()] == [
        "jo@proef.example",
        "jo@thuis.example",
    ]
    assert [n.number for n in person.phone_numbers.all()] == ["+3225550200", "+32475123456"]
    assert list(persons_with_number("+32 2 555 02 00")) == [person]

    remove_address(person.mail_addresses.get(is_primary=True), by=world.bruno)
    assert [(a.address, a.is_primary) for a in person.mail_addresses.all()] == [
        ("jo@thuis.example", True)
    ]
    remove_number(person.phone_numbers.first(), by=world.bruno)
    assert person.phone_numbers.count() == 1
    assert verbs(person)[-2:] == ["person.address_removed", "person.number_removed"]


def test_an_address_belongs_to_one_person_and_must_be_one(world):
    with pytest.raises(AddressTaken, match="Ana Beispiel"):
        add_address(world.pieter, address="ANA@musterbach.example", by=world.bruno)
    for nonsense in ("", "ana", "ana@", "a b@c.example"):
        with pytest.raises(NotAMailAddress):
            add_address(world.pieter, address=nonsense, by=world.bruno)
    again = add_address(world.ana, address="Ana@Musterbach.example", by=world.bruno)
    assert list(world.ana.mail_addresses.all()) == [again]


def test_the_database_itself_refuses_two_persons_with_one_address(world):
    with pytest.raises(IntegrityError, match="one_person_per_mail_address"), transaction.atomic():
        MailAddress.objects.create(person=world.pieter, address="ANA@MUSTERBACH.example")


def test_a_number_must_be_one_and_may_be_shared(world):
    with pytest.raises(NotAPhoneNumber):
        add_number(world.ana, number="112", by=world.bruno)
    for person in (world.ana, world.pieter):
        add_number(person, number="02 555 99 99", by=world.bruno)
        add_number(person, number="+3225559999", by=world.bruno)
    assert set(persons_with_number("025559999")) == {world.ana, world.pieter}
    assert not persons_with_number("rubbish").exists()


def test_changing_a_person_journals_what_was_and_what_is(world):
    values = {"name": "Ana Beispiel", "organisation": world.musterbach, "language": Language.DE}
    change_person(world.ana, **values, by=world.bruno)
    assert verbs(world.ana) == []  # nothing changed
    change_person(world.ana, **(values | {"organisation": None}), function="Clerk", by=world.bruno)
    [entry] = entries_about(world.ana)
    assert entry.facts == {
        "before": {"organisation_id": world.musterbach.pk, "function": ""},
        "after": {"organisation_id": None, "function": "Clerk"},
    }
    assert entry.by == world.bruno
    with pytest.raises(NameMissing):
        change_person(world.ana, **(values | {"name": " \n "}), by=world.bruno)


# Organisations


def test_an_organisation_ends_once_and_its_code_is_taken(world):
    prepare_categories(by=None)
    police = Category.objects.get(code="POL")
    zone = create_organisation(
        "5999",
        category=police,
        name_fr="Zone Essai",
        name_nl="Zone Proef",
        valid_from=date(2020, 1, 1),
        by=world.otto,
    )
    with pytest.raises(CodeTaken):
        create_organisation("5999", category=police, name_fr="X", name_nl="X", by=None)
    with pytest.raises(NameMissing):
        create_organisation("6000", category=police, name_fr=" ", name_nl="X", by=None)
    with pytest.raises(EndsBeforeItBegins):
        close_organisation(zone, on=date(2020, 1, 1), by=world.otto)
    close_organisation(zone, on=MONDAY, by=world.otto)
    close_organisation(zone, on=date(2030, 1, 1), by=world.otto)
    zone.refresh_from_db()
    assert zone.valid_to == MONDAY
    assert verbs(zone) == ["organisation.created", "organisation.closed"]


def test_mergers_form_no_circle_and_keep_persons_where_they_were(world):
    one, two, three = world.exempleville, world.voorbeeldegem, world.musterbach
    merge_organisations(one, into=two, on=MONDAY, by=world.otto)
    merge_organisations(two, into=three, on=MONDAY + timedelta(days=1), by=world.otto)
    for old, into in ((three, one), (three, two), (three, three), (one, three)):
        with pytest.raises(CannotMergeOrganisation):
            merge_organisations(old, into=into, on=MONDAY, by=world.otto)
    one.refresh_from_db()
    world.pieter.refresh_from_db()
    assert living_successor(one) == three
    assert world.pieter.organisation == two
    assert organisation_asking(world.pieter, None) == three
    assert organisation_of_domain("new@exempleville.example") == three
    assert organisation_asking(world.luc, None) is None


def test_changing_an_organisation_journals_only_what_changes(world):
    change_organisation(world.randdorp, name_fr="Randdorp", by=world.rita)
    change_organisation(world.randdorp, name_fr="Périville", by=world.rita)
    [entry] = entries_about(world.randdorp)
    assert entry.facts == {"before": {"name_fr": "Randdorp"}, "after": {"name_fr": "Périville"}}
    with pytest.raises(NameMissing):
        change_organisation(world.randdorp, name_nl=" ", by=world.rita)
    with pytest.raises(ValueError, match="not editable"):
        change_organisation(world.randdorp, code="1", by=world.rita)


def test_a_mail_domain_belongs_to_one_organisation_and_never_to_free_mail(world):
    for domain in ("musterbach.example", "gmail.com", "example", "a@b.example", ""):
        with pytest.raises(DomainTaken):
            add_domain(world.randdorp, domain=domain, by=world.rita)
    added = add_domain(world.randdorp, domain="@Randdorp-Nieuw.example", by=world.rita)
    assert organisation_of_domain("x@randdorp-nieuw.example") == world.randdorp
    remove_domain(added, by=world.rita)
    assert organisation_of_domain("x@randdorp-nieuw.example") is None


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"merged_into_id": 1}, "a_merged_organisation_has_an_end"),
        (
            {"valid_from": MONDAY, "valid_to": MONDAY},
            "an_organisation_ends_after_it_begins",
        ),
    ],
)
def test_the_database_itself_refuses_impossible_organisations(world, change, name):
    if "merged_into_id" in change:
        change = {"merged_into_id": world.randdorp.pk}
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Organisation.objects.filter(pk=world.musterbach.pk).update(**change)


# Language


def test_the_reply_language_of_a_request_comes_from_the_organisation_or_the_person(world):
    office = reply_language_for(world.pieter, world.randdorp, used=Language.FR)
    assert (office.language, office.reason) == (Language.NL, LanguageReason.REGION)
    citizen = reply_language_for(world.luc, None, used=Language.NL)
    assert (citizen.language, citizen.reason) == (Language.NL, LanguageReason.PERSON)
    unknown = reply_language_for(None, None, used=None)
    assert (unknown.language, unknown.reason) == (Language.FR, LanguageReason.DEFAULT)
    chosen = reply_language_for(world.luc, None, used=None, chosen=Language.EN)
    assert chosen.reason == LanguageReason.CHOSEN


# Access


def test_a_status_editor_sees_nobody_and_plans_nothing(world):
    add_absence(world.dora, first_day=MONDAY, last_day=MONDAY, by=None)
    assert not persons_for(world.stan).exists()
    assert not organisations_for(world.stan).exists()
    assert not services_for(world.stan).exists()
    for account in (world.bruno, world.dora, world.rita, world.iris, world.otto):
        assert persons_for(account).count() == 3
    assert not absences_for(world.bruno).exists()
    assert absences_for(world.dora).count() == absences_for(world.sofie).count() == 1
