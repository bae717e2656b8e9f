"""Signing in: refused clearly, slowed down, never opened by oneself."""

import pytest
from django.core.cache import cache

PASSWORD = "une vitrine bien claire"


@pytest.fixture(autouse=True)
def plain_static_files(settings, db):
    cache.clear()
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


def sign_in(client, *, password, email="bruno@desk.example"):
    return client.post("/account/login/", {"login": email, "password": password})


def test_a_right_password_leads_to_the_desk(client, world):
    world.bruno.set_password(PASSWORD)
    world.bruno.save()

    assert sign_in(client, password=PASSWORD).headers["Location"] == "/desk/"


def test_a_wrong_password_does_not_tell_whether_the_account_exists(client, world):
    known = sign_in(client, password="wrong")
    unknown = sign_in(client, password="wrong", email="nobody@desk.example")

    assert known.context["form"].errors == unknown.context["form"].errors


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("de", "Zu viele"), ("nl", "Te veel"), ("fr", "Trop"), ("en", "Too many")],
)
def test_after_five_wrong_passwords_the_account_waits_and_says_so(
    client, world, language, sentence
):
    client.get(f"/account/login/?language={language}")
    for _again in range(5):
        sign_in(client, password="wrong")

    world.bruno.set_password(PASSWORD)
    world.bruno.save()
    response = sign_in(client, password=PASSWORD)

    assert "_auth_user_id" not in client.session
    assert sentence in response.text


def test_a_flood_from_one_place_gets_a_page_that_explains(client, world):
    for number in range(31):
        response = sign_in(client, password="wrong", email=f"{number}@desk.example")

    assert response.status_code == 429
    assert "/account/password/reset/" in response.text


def test_nobody_opens_an_account_himself(client, world):
    response = client.get("/account/signup/")

    assert response.status_code == 200
    assert "<form" not in response.text.split("<main")[1]


@pytest.mark.parametrize("path", ["email/", "confirm-email/", "login/code/confirm/"])
def test_what_the_house_does_otherwise_leads_to_my_account(client, world, path):
    client.force_login(world.bruno)

    assert client.get(f"/account/{path}").headers["Location"] == "/account/"
    assert client.post(f"/account/{path}").status_code == 405
