"""Who answers for a service: the designated person, else the deputy, else nobody (S-16)."""

from datetime import date, timedelta

import pytest
from django.utils import translation

from vitrine.accounts.actions import deactivate_account
from vitrine.directory.actions import add_absence, change_service, create_service, end_absence
from vitrine.directory.errors import (
    CodeTaken,
    EndsBeforeItBegins,
    NameMissing,
    NobodyInSecondLine,
    SamePersonTwice,
)
from vitrine.directory.queries import absences_of, second_line_of, services_with_second_line
from vitrine.journal.queries import entries_about

MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def verbs(subject):
    return [entry.verb for entry in entries_about(subject)]


def test_the_deputy_answers_when_the_designated_person_is_absent(world):
    first = second_line_of(world.applications, on=MONDAY)
    assert (first.account, first.is_deputy) == (world.dora, False)
    add_absence(world.dora, first_day=MONDAY, last_day=MONDAY, by=world.sofie)
    second = second_line_of(world.applications, on=MONDAY)
    assert (second.account, second.is_deputy) == (world.emil, True)
    assert second_line_of(world.applications, on=MONDAY + timedelta(days=1)).account == world.dora


def test_when_both_are_absent_the_reason_says_who_until_when(world):
    add_absence(world.dora, first_day=MONDAY, last_day=date(2026, 11, 27), by=world.sofie)
    add_absence(world.dora, first_day=MONDAY, last_day=date(2026, 11, 24), by=world.sofie)
    add_absence(world.emil, first_day=MONDAY, last_day=MONDAY, by=world.sofie)
    with pytest.raises(NobodyInSecondLine) as error:
        second_line_of(world.applications, on=MONDAY)
    reason = error.value.reason
    assert "Dora" in reason
    assert "Emil" in reason
    with translation.override("de"), pytest.raises(NobodyInSecondLine) as error:
        second_line_of(world.applications, on=MONDAY)
    assert "27.11.2026" in error.value.reason
    found = dict(services_with_second_line(on=MONDAY))
    assert found[world.applications] is None
    assert found[world.elections].account == world.fanny


def test_nobody_answers_without_an_account_or_for_a_service_that_takes_no_tickets(world):
    deactivate_account(world.fanny, by=world.otto)
    world.elections.refresh_from_db()
    with pytest.raises(NobodyInSecondLine, match="Fanny"):
        second_line_of(world.elections, on=MONDAY)
    values = {"designated": world.dora, "deputy": None, "answer_within": timedelta(hours=8)}
    service = change_service(world.elections, **values, is_active=False, by=world.otto)
    with pytest.raises(NobodyInSecondLine):
        second_line_of(service, on=MONDAY)
    service = change_service(service, **values, by=world.otto)
    assert second_line_of(service, on=MONDAY).account == world.dora


def test_every_service_is_shown_with_its_second_line_in_a_fixed_number_of_statements(
    world, django_assert_max_num_queries
):
    for number in range(20):
        create_service(
            f"s{number}",
            name_fr="S",
            name_nl="S",
            designated=world.dora,
            deputy=world.emil,
            answer_within=timedelta(hours=1),
            by=None,
        )
    with django_assert_max_num_queries(2):
        assert len(services_with_second_line(on=MONDAY)) == 22


def test_a_service_has_two_different_people_a_name_and_time_to_answer(world):
    values = {
        "name_fr": "Essai",
        "name_nl": "Proef",
        "designated": world.dora,
        "deputy": None,
        "answer_within": timedelta(hours=8),
        "by": world.otto,
    }
    service = create_service("proof", **values)
    assert verbs(service) == ["service.created"]
    for changes, error in (
        ({}, CodeTaken),
        ({"name_fr": " "}, NameMissing),
        ({"deputy": world.dora}, SamePersonTwice),
        ({"answer_within": timedelta(0)}, ValueError),
    ):
        with pytest.raises(error):
            create_service("proof", **(values | changes))


def test_an_absence_ends_early_and_one_that_has_not_begun_disappears(world):
    absence = add_absence(
        world.dora, first_day=MONDAY, last_day=MONDAY + timedelta(days=9), by=world.dora
    )
    end_absence(absence, back_on=MONDAY + timedelta(days=2), by=world.dora)
    [left] = absences_of(world.dora, since=MONDAY)
    assert left.last_day == MONDAY + timedelta(days=1)
    end_absence(left, back_on=MONDAY, by=world.dora)
    assert not absences_of(world.dora, since=MONDAY).exists()
    with pytest.raises(EndsBeforeItBegins):
        add_absence(world.dora, first_day=MONDAY, last_day=MONDAY - timedelta(days=1), by=None)
    assert verbs(world.dora) == ["absence.added", "absence.ended", "absence.ended"]
