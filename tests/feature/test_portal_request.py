"""The web form: what anybody may ask, without an account and without scripts."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from vitrine.correspondence.models import Promise
from vitrine.portal.forms.limits import PER_ADDRESS
from vitrine.tickets.models import Ticket

URL = "/request/"


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(autouse=True)
def empty_cache(db):
    cache.clear()


def filled(**changes):
    values = {
        "name": "Ana Beispiel",
        "email": "ana@musterbach.example",
        "organisation": "Musterbach",
        "language": "de",
        "question_type": "T-ACC",
        "subject": "Kein Zugang mehr",
        "text": "Seit heute Morgen können wir uns nicht mehr anmelden.",
    }
    return values | changes


def test_a_form_becomes_a_ticket_and_shows_its_number(client, world):
    response = client.post(URL, filled(), follow=True)

    [ticket] = Ticket.objects.all()
    assert ticket.spoken_number in response.text
    assert (ticket.channel, ticket.language) == ("web", "de")
    assert (ticket.requester, ticket.organisation) == (world.ana, world.musterbach)
    assert ticket.question_type == world.access
    assert Promise.objects.get().language == "de"


def test_attached_files_arrive_with_the_ticket(client, world):
    files = [
        SimpleUploadedFile("bildschirm.txt", b"Fehler 140"),
        SimpleUploadedFile("zweite.txt", b"Fehler 141"),
    ]

    client.post(URL, filled(attachments=files))

    [ticket] = Ticket.objects.all()
    names = ticket.messages.get().attachments.values_list("name", flat=True)
    assert sorted(names) == ["bildschirm.txt", "zweite.txt"]


def test_an_unknown_type_is_refused_and_everything_typed_is_kept(client, world):
    response = client.post(URL, filled(question_type="T-NOTHING"))

    assert response.status_code == 422
    assert "Seit heute Morgen" in response.text
    assert "Kein Zugang mehr" in response.text
    assert 'href="#id_question_type"' in response.text  # the summary leads to the field
    assert not Ticket.objects.exists()


def test_an_empty_form_names_every_field_that_is_missing(client, world):
    response = client.post(URL, {})

    assert response.status_code == 422
    for field in ("name", "email", "language", "question_type", "subject", "text"):
        assert f'href="#id_{field}"' in response.text


def test_another_language_keeps_what_was_typed_and_sends_nothing(client, world):
    response = client.post(URL, filled(**{"switch-language": "nl", "email": "half"}))

    assert response.status_code == 200
    assert '<html lang="nl"' in response.text
    assert "Seit heute Morgen" in response.text
    assert 'value="half"' in response.text
    assert client.get("/").headers["Content-Language"] == "nl"
    assert not Ticket.objects.exists()


def test_a_national_number_needs_a_second_thought(client, world):
    number = "85.07.30-033.28"

    response = client.post(URL, filled(text=f"Es geht um {number}."))
    assert response.status_code == 422
    assert 'name="numbers_belong"' in response.text
    assert not Ticket.objects.exists()

    client.post(URL, filled(text=f"Es geht um {number}.", numbers_belong="on"))
    assert Ticket.objects.count() == 1


def test_a_machine_that_fills_in_the_trap_sends_nothing(client, world):
    response = client.post(URL, filled(website="https://spam.example"))

    assert response.status_code == 422
    assert "spam.example" not in response.text
    assert not Ticket.objects.exists()


def test_one_address_may_not_flood_the_desk(client, world):
    for _again in range(PER_ADDRESS):
        assert client.post(URL, filled()).status_code == 302

    response = client.post(URL, filled())

    assert response.status_code == 429
    assert "Seit heute Morgen" in response.text
    assert Ticket.objects.count() == PER_ADDRESS


@override_settings(MAX_ATTACHMENT_BYTES=20)
def test_files_that_are_too_large_together_are_refused_before_anything_is_kept(client, world):
    files = [SimpleUploadedFile(f"{name}.txt", b"x" * 15) for name in "ab"]

    response = client.post(URL, filled(attachments=files))

    assert response.status_code == 422
    assert not Ticket.objects.exists()


def test_the_page_with_the_number_needs_its_own_link(client, world):
    assert client.get("/request/received/?request=guessed").status_code == 302
