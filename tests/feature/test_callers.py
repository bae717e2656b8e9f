"""Who is calling: digits and letters, typed in a hurry."""

import pytest

from vitrine.directory.actions import (
    add_number,
    change_organisation,
    create_person,
    merge_organisations,
)
from vitrine.directory.models import Organisation, Person
from vitrine.directory.queries import find_callers
from vitrine.kernel.clock import today


def names(words, **options):
    return [
        caller.person.name if caller.person else caller.organisation.name_fr
        for caller in find_callers(words, **options)
    ]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("ana", "Ana Beispiel"),
        ("beispiel ana", "Ana Beispiel"),
        ("ANA BEI", "Ana Beispiel"),
        ("Beispeil", "Ana Beispiel"),  # a typing error
        ("pieter voorbeld", "Pieter Voorbeeld"),
        ("musterbach", "Musterbach"),
        ("müsterbach", "Musterbach"),
        ("mustrebach", "Musterbach"),
        ("modelb", "Modelbrussel"),
        ("99003", "Musterbach"),
        ("9900", "Voorbeeldegem"),
        ("ana muster", "Ana Beispiel"),  # a name and an employer
        ("voorbeeldegem pieter", "Pieter Voorbeeld"),
        ("99003 beispiel", "Ana Beispiel"),
    ],
)
def test_names_and_codes_are_found_with_accents_and_typing_errors_forgiven(world, words, first):
    assert names(words)[0] == first


def test_an_organisation_is_found_by_its_name_in_every_language(world):
    change_organisation(
        world.randdorp,
        name_fr="Périville-la-Grande",
        name_nl="Randdorp",
        name_de="Ränddorf",
        name_en="Edgetown",
        postal_code="1999",
        by=None,
    )
    for words in ("periville", "PÉRIVILLE", "randdorp", "randdorf", "edgetown", "1999"):
        assert names(words) == ["Périville-la-Grande"], words


@pytest.mark.parametrize(
    "words",
    [
        "02 559 87 65",
        "02/559.87.65",
        "025598765",
        "0032 2 559 87",
        "+32 2 559",
        "02559",
        "5598765",
        "8765",
        "+32 (0)2 559 87 65",
    ],
)
def test_a_number_is_found_by_its_beginning_or_its_end(world, words):
    add_number(world.luc, number="02 559 87 65", by=None)
    assert "Luc Exemple" in names(words)


@pytest.mark.parametrize(
    "words", ["", "  ", "12", "%", "_", "\\", "%%%%", "'; --", "\x00", "()", "+", "xyzzy"]
)
def test_signs_that_are_nobody_find_nobody_and_break_nothing(world, words):
    assert find_callers(words) == []


@pytest.mark.parametrize("words", ["ana@", "ANA@Musterbach.example", "a@muster"])
def test_a_person_is_found_by_a_part_of_the_mail_address(world, words):
    assert names(words) == ["Ana Beispiel"]


def test_a_merged_organisation_is_found_by_its_old_name_and_leads_to_the_new_one(world):
    merge_organisations(world.exempleville, into=world.randdorp, on=today(), by=None)
    [caller] = find_callers("exempleville")
    assert (caller.organisation, caller.found_as) == (world.randdorp, "Exempleville")
    colleague = create_person("Zoé Unique", organisation=world.exempleville, language=None, by=None)
    [caller] = find_callers("zoe unique")
    assert (caller.person, caller.organisation) == (colleague, world.randdorp)


def test_an_old_organisation_and_its_successor_of_the_same_name_are_offered_once(world):
    change_organisation(world.exempleville, name_fr="Randdorp", by=None)
    merge_organisations(world.exempleville, into=world.randdorp, on=today(), by=None)
    assert names("randdorp") == ["Randdorp"]


def test_the_best_come_first_and_not_more_than_asked_for(world):
    Person.objects.bulk_create(Person(name=f"Marianna Anders {n}") for n in range(50))
    assert names("ana", limit=8)[0] == "Ana Beispiel"
    assert len(find_callers("anders", limit=8)) == 8


def test_three_statements_whatever_is_found(world, django_assert_max_num_queries):
    Person.objects.bulk_create(
        Person(name=f"Ana {n}", organisation=world.musterbach) for n in range(40)
    )
    Organisation.objects.bulk_create(
        Organisation(
            code=f"7{n:04}",
            category=world.municipality,
            name_fr=f"Anaville {n}",
            name_nl="Anadorp",
            merged_into=None,
        )
        for n in range(40)
    )
    for words in ("ana", "anavile", "musterbach", "7000", "0255"):
        with django_assert_max_num_queries(3):
            for caller in find_callers(words, limit=30):
                str(caller.organisation and caller.organisation.category.code)
