"""A call from the first word to its outcome; quarantine and settings beside it."""

import pytest

from vitrine.correspondence.models import Arrival
from vitrine.directory.models import Person
from vitrine.kernel.clock import now
from vitrine.tickets.models import Message, QuestionType, Ticket

NEW = "/desk/calls/new/"


@pytest.fixture
def desk(client, world):
    """Bruno's browser, signed in; he reads English here."""
    world.bruno.ui_language = "en"
    world.bruno.save()
    client.force_login(world.bruno)
    return client


def call(world, **changes):
    words = {
        "caller": f"p{world.pieter.pk}",
        "q": "Pieter",
        "language": "nl",
        "text": "Loket kan niet aanmelden.",
        "question_type": "débloquer",
        "urgency": "1",
        "impact": "3",
        "outcome": "1",
        "answer": "Sleutel gedeblokkeerd.",
    }
    return words | changes


def test_the_caller_is_found_while_typing(desk, world):
    options = desk.get("/desk/callers/?q=piet").text
    assert f'data-value="p{world.pieter.pk}"' in options
    assert 'data-value="new"' in options
    assert "<html" not in options


def test_the_card_tells_language_and_warns_of_the_same_request(desk, world):
    world.ticket()
    card = desk.get(f"{NEW}?caller=p{world.ana.pk}", headers={"HX-Target": "card"}).text
    assert "<html" not in card
    assert 'data-language="de"' in card
    assert "The same request?" in card


def test_a_call_is_answered_and_closed_on_one_screen(desk, world):
    answer = desk.post(NEW, call(world))
    ticket = Ticket.objects.get()
    assert answer.headers["Location"] == f"/desk/tickets/{ticket.number}/"
    assert (ticket.state, ticket.outcome, ticket.channel) == ("closed", "direct", "phone")
    assert (ticket.question_type, ticket.requester) == (world.unblock, world.pieter)
    assert ticket.subject == "Loket kan niet aanmelden."
    talk = Message.objects.get(kind="call")
    assert talk.call_began_at <= talk.call_ended_at


def test_a_call_is_kept_open(desk, world):
    desk.post(NEW, call(world, outcome="2", answer="", next_action="Terugbellen"))
    ticket = Ticket.objects.get()
    assert (ticket.state, ticket.outcome, ticket.next_action) == ("open", "open", "Terugbellen")


def test_a_call_goes_to_the_second_line(desk, world):
    desk.post(NEW, call(world, outcome="3", service=world.applications.pk, motive="Nazien"))
    assert Ticket.objects.get().state == "second_line"


def test_a_new_caller_is_made_from_three_fields(desk, world):
    words = {"caller": f"o{world.musterbach.pk}", "new_name": "Neue Stimme"}
    desk.post(
        NEW, call(world, **words, new_phone="02 555 01 02", new_address="n@musterbach.example")
    )
    person = Person.objects.get(name="Neue Stimme")
    assert person.organisation == world.musterbach
    assert person.phone_numbers.get().number == "+3225550102"
    assert Ticket.objects.get().requester == person


@pytest.mark.parametrize(
    "wrong",
    [
        {"answer": " "},
        {"outcome": "2", "next_action": ""},
        {"outcome": "3", "service": ""},
        {"question_type": "gibt es nicht"},
        {"caller": "new", "new_name": "Wer", "new_phone": "keine Nummer"},
        {"text": ""},
        {"caller": "p999999"},
        {"outcome": "9"},
    ],
)
def test_nothing_typed_is_lost_and_nothing_is_stored_when_something_is_wrong(desk, world, wrong):
    persons = Person.objects.count()
    answer = desk.post(NEW, call(world, **wrong))
    assert answer.status_code == 422
    assert Ticket.objects.count() == 0
    assert Person.objects.count() == persons
    if "text" not in wrong:
        assert "Loket kan niet aanmelden." in answer.text


def test_without_scripts_the_caller_is_found_by_a_button(desk, world):
    answer = desk.post(NEW, call(world, caller="", find="1"))
    assert answer.status_code == 200
    assert f'value="p{world.pieter.pk}"' in answer.text
    assert "Loket kan niet aanmelden." in answer.text


def quarantined():
    return Arrival.objects.create(
        channel="mail",
        received_at=now(),
        raw=b"\xff\xfe broken",
        sha256="0",
        handled_at=now(),
        outcome="quarantined",
        reason="No header could be read.",
    )


def test_quarantine_shows_why_and_the_original(desk):
    arrival = quarantined()
    assert "No header could be read." in desk.get("/desk/quarantine/").text
    source = desk.get(f"/desk/quarantine/{arrival.pk}/")
    assert source.headers["Content-Type"].startswith("text/plain")


def test_what_is_in_quarantine_is_tried_again_or_put_aside(desk):
    again, aside = quarantined(), quarantined()
    desk.post(f"/desk/quarantine/{again.pk}/again/")
    desk.post(f"/desk/quarantine/{aside.pk}/dismissal/")
    again.refresh_from_db()
    aside.refresh_from_db()
    assert (again.outcome, aside.outcome) == ("", "dismissed")
    assert desk.get("/desk/quarantine/").context["arrivals"].count() == 0


def test_the_manager_adds_a_question_type_without_a_developer(client, desk, world):
    client.force_login(world.marc)
    words = {"code": "T-NEW", "name_fr": "Nouveau", "name_nl": "Nieuw", "parent": world.access.pk}
    assert client.post("/desk/settings/question-types/", words).status_code == 302
    kind = QuestionType.objects.get(code="T-NEW")
    assert kind.parent == world.access
    assert client.post("/desk/settings/question-types/", words).status_code == 422
    words = {"name_fr": "Autre", "name_nl": "Ander"}
    client.post(f"/desk/settings/question-types/{kind.pk}/", words)
    kind.refresh_from_db()
    assert (kind.name_fr, kind.is_active) == ("Autre", False)


def test_the_manager_names_the_second_line(client, world):
    client.force_login(world.marc)
    address = f"/desk/settings/services/{world.elections.pk}/"
    words = {"designated": world.dora.pk, "deputy": world.emil.pk, "hours": 8, "is_active": "on"}
    assert client.post(address, words).status_code == 302
    world.elections.refresh_from_db()
    assert world.elections.designated == world.dora
    assert client.post(address, words | {"deputy": world.dora.pk}).status_code == 422


def test_closing_days_and_hours_are_edited(client, world):
    client.force_login(world.marc)
    day = {"day": "2027-03-01", "kind": "other", "name_fr": "Fermé", "name_nl": "Dicht"}
    assert client.post("/desk/settings/calendar/", day).status_code == 302
    assert client.post("/desk/settings/calendar/years/2027/").status_code == 302
    wrong = {"opens_0": "16:00", "closes_0": "08:00"}
    assert client.post("/desk/settings/calendar/week/", wrong).status_code == 422
    right = {"opens_0": "08:00", "closes_0": "16:00"}
    assert client.post("/desk/settings/calendar/week/", right).status_code == 302


def test_the_administrator_makes_and_changes_an_account(client, world):
    client.force_login(world.otto)
    words = {
        "email": "neu@desk.example",
        "name": "Neu Demo",
        "ui_language": "de",
        "roles": ["call_taker"],
        "speaks_de": "3",
    }
    assert client.post("/desk/settings/accounts/", words | {"speaks_de": ""}).status_code == 422
    assert client.post("/desk/settings/accounts/", words).status_code == 302
    made = type(world.otto).objects.get(email="neu@desk.example")
    changed = words | {"roles": ["supervisor"], "is_active": ""}
    assert client.post(f"/desk/settings/accounts/{made.pk}/", changed).status_code == 302
    made.refresh_from_db()
    assert (made.roles, made.is_active) == (["supervisor"], False)
