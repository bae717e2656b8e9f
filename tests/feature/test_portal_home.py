"""The public home and the pages around it."""

from datetime import datetime

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils.translation import override

from vitrine.calendars.queries import desk_state
from vitrine.kernel.clock import BRUSSELS
from vitrine.portal.views.home import sentence_of


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.mark.parametrize(
    ("instant", "sentence"),
    [
        ("2026-11-23 10:00", "Until 16:30 today."),
        ("2026-11-23 07:00", "Opens today at 8:30."),
        ("2026-11-23 18:00", "Opens tomorrow at 8:30."),
        ("2026-11-27 18:00", "Opens on Monday 30 November at 8:30."),
    ],
)
def test_the_home_page_says_until_when_or_from_when_the_desk_is_open(world, instant, sentence):
    at = datetime.fromisoformat(instant).replace(tzinfo=BRUSSELS)

    with override("en"):
        assert sentence_of(desk_state(at), at=at) == sentence


@pytest.mark.parametrize("language", ["fr", "nl", "de", "en"])
@pytest.mark.parametrize("path", ["/", "/request/", "/accessibility/", "/privacy/"])
def test_every_public_page_speaks_four_languages(client, world, path, language):
    response = client.get(path, {"language": language})

    assert response.status_code == 200
    assert f'<html lang="{language}"' in response.text
    assert client.get(path).headers["Content-Language"] == language  # it is remembered


def test_an_unknown_language_changes_nothing(client, world):
    assert client.get("/?language=xx").headers["Content-Language"] == "fr"


def test_the_chosen_language_goes_before_the_one_of_the_account(client, world):
    client.force_login(world.bruno)

    client.get("/account/?language=de")

    assert '<html lang="de"' in client.get("/account/").text


def test_no_public_page_holds_a_style_or_a_script_of_its_own(client, world):
    for path in ("/", "/request/", "/account/login/"):
        text = client.get(path).text
        assert " style=" not in text
        assert "<style" not in text
        assert "onclick" not in text


def test_my_account_changes_the_language_of_the_pages(client, world):
    client.force_login(world.bruno)

    response = client.post("/account/", {"ui_language": "nl"}, follow=True)

    world.bruno.refresh_from_db()
    assert world.bruno.ui_language == "nl"
    assert '<html lang="nl"' in response.text


def test_nobody_ends_the_session_of_somebody_else(client, world):
    other = type(client)()
    other.force_login(world.carla)
    session = UserSession.objects.create(
        user=world.carla, session_key=other.session.session_key, ip="127.0.0.1", user_agent="x"
    )

    client.force_login(world.bruno)
    assert client.post(f"/account/sessions/{session.pk}/end/").status_code == 404

    assert other.post(f"/account/sessions/{session.pk}/end/").status_code == 302
    assert other.get("/account/").status_code == 302


@pytest.mark.parametrize("language", ["fr", "nl", "de", "en"])
def test_a_fault_of_ours_is_admitted_in_four_languages(client, world, monkeypatch, language):
    def broken(_at):
        raise RuntimeError("the desk has no state")

    monkeypatch.setattr("vitrine.portal.views.home.desk_state", broken)
    client.raise_request_exception = False

    response = client.get("/", {"language": language})

    assert response.status_code == 500
    assert f'<html lang="{language}"' in response.text
    assert "<h1>" in response.text


def test_a_forged_form_is_refused_with_an_explanation(world):
    response = Client(enforce_csrf_checks=True).post("/request/?language=en", {"name": "x"})

    assert response.status_code == 403
    assert "Please send the page once more" in response.text
