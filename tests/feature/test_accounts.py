"""Accounts: made, changed and closed; the last administrator stays."""

from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Barrier

import pytest
from allauth.usersessions.models import UserSession
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from vitrine.accounts.access import accounts_for, sessions_for
from vitrine.accounts.actions import (
    change_account,
    change_roles,
    create_account,
    deactivate_account,
    end_session,
    end_sessions,
    reactivate_account,
    set_password,
    set_spoken_languages,
)
from vitrine.accounts.choices import Role
from vitrine.accounts.errors import (
    EmailTaken,
    LastAdministrator,
    NameMissing,
    NotAMailAddress,
    SpokenLanguageMissing,
    UnknownLanguage,
    UnknownRole,
    WeakPassword,
)
from vitrine.accounts.models import Account
from vitrine.accounts.queries import accounts_with_role, speakers_of
from vitrine.journal.queries import entries_about
from vitrine.kernel.languages import Language

PASSWORD = "un-mot-de-passe-assez-long"
VALUES = {
    "name": "Nora Demo",
    "password": PASSWORD,
    "roles": [Role.CALL_TAKER],
    "spoken": {"fr": 3, "nl": 2},
    "ui_language": "fr",
}


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def verbs(subject):
    return [entry.verb for entry in entries_about(subject)]


def test_a_new_account_signs_in_and_is_journaled(world, client):
    nora = create_account("nora@desk.example", **VALUES, by=world.otto)
    assert nora.check_password(PASSWORD)
    assert nora.password.startswith("argon2$argon2id")
    assert dict(nora.spoken_languages.values_list("language", "level")) == {"fr": 3, "nl": 2}
    [entry] = entries_about(nora)
    assert (entry.verb, entry.by) == ("account.created", world.otto)
    assert PASSWORD not in entry.body
    client.post("/account/login/", {"login": nora.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(nora.pk)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"email": "BRUNO@desk.example"}, EmailTaken),
        ({"email": "nobody"}, NotAMailAddress),
        ({"name": "  "}, NameMissing),
        ({"roles": []}, UnknownRole),
        ({"roles": ["king"]}, UnknownRole),
        ({"spoken": {}}, SpokenLanguageMissing),
        ({"spoken": {"es": 2}}, UnknownLanguage),
        ({"spoken": {"fr": 9}}, UnknownLanguage),
        ({"ui_language": "es"}, UnknownLanguage),
        ({"password": "short"}, WeakPassword),
        ({"password": "nora@desk.example"}, WeakPassword),
    ],
)
def test_an_impossible_account_is_refused_with_a_sentence(world, changes, error):
    values = {"email": "nora@desk.example"} | VALUES | changes
    before = Account.objects.count()
    with pytest.raises(error) as refused:
        create_account(values.pop("email"), **values, by=world.otto)
    assert refused.value.sentence
    assert Account.objects.count() == before


def test_an_account_without_password_waits_for_one(world):
    nora = create_account("nora@desk.example", **(VALUES | {"password": None}), by=None)
    assert not nora.has_usable_password()


def test_changing_an_account_journals_what_was_and_what_is(world):
    values = {"email": world.bruno.email, "name": "Bruno Demo", "ui_language": "fr"}
    values |= {"function": world.bruno.function, "phone": world.bruno.phone}
    change_account(world.bruno, **values, by=world.otto)
    assert verbs(world.bruno) == []
    change_account(world.bruno, **(values | {"name": "Bruno Autre"}), by=world.otto)
    [entry] = entries_about(world.bruno)
    assert entry.facts == {"before": {"name": "Bruno Demo"}, "after": {"name": "Bruno Autre"}}
    with pytest.raises(EmailTaken):
        change_account(world.bruno, **(values | {"email": "OTTO@desk.example"}), by=world.otto)


def test_the_last_administrator_cannot_leave(world):
    with pytest.raises(LastAdministrator):
        deactivate_account(world.otto, by=world.otto)
    with pytest.raises(LastAdministrator):
        change_roles(world.otto, roles=[Role.AUDITOR], by=world.otto)
    change_roles(world.iris, roles=[Role.AUDITOR, Role.ADMINISTRATOR], by=world.otto)
    deactivate_account(world.otto, by=world.iris)
    with pytest.raises(LastAdministrator):
        deactivate_account(world.iris, by=world.iris)
    assert verbs(world.otto) == ["account.deactivated"]
    reactivate_account(world.otto, by=world.iris)
    change_roles(world.iris, roles=[Role.AUDITOR], by=world.otto)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_dismiss_each_other_at_once_leave_one():
    roles = {"roles": [Role.ADMINISTRATOR], "spoken": {}, "password": None}
    pair = [
        create_account(f"{name}@desk.example", **(VALUES | roles), by=None) for name in ("a", "b")
    ]
    barrier = Barrier(2)

    def dismiss(account):
        try:
            barrier.wait(timeout=20)
            deactivate_account(account, by=None)
        except LastAdministrator:
            return "refused"
        else:
            return "dismissed"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(dismiss, pair)) == ["dismissed", "refused"]
    assert Account.objects.filter(is_active=True).count() == 1


def test_a_call_taker_speaks_at_least_one_language(world):
    with pytest.raises(SpokenLanguageMissing):
        set_spoken_languages(world.bruno, spoken=[], by=world.otto)
    set_spoken_languages(world.bruno, spoken=["de"], by=world.otto)
    assert list(speakers_of(Language.DE, roles=[Role.CALL_TAKER])) == [world.bruno, world.carla]
    set_spoken_languages(world.iris, spoken=[], by=world.otto)
    with pytest.raises(SpokenLanguageMissing):
        change_roles(world.iris, roles=[Role.CALL_TAKER], by=world.otto)


def make_session(account, key):
    return UserSession.objects.create(
        user=account, ip="127.0.0.1", session_key=key, user_agent="Browser"
    )


def test_deactivating_and_a_new_password_end_every_session(world):
    for key in ("one", "two"):
        make_session(world.bruno, key)
    set_password(world.bruno, password=PASSWORD, by=world.otto)
    assert not UserSession.objects.filter(user=world.bruno).exists()
    make_session(world.bruno, "three")
    deactivate_account(world.bruno, by=world.otto)
    assert not sessions_for(world.otto).filter(user=world.bruno).exists()
    assert verbs(world.bruno) == [
        "account.password_set",
        "account.session_ended",
        "account.session_ended",
        "account.deactivated",
        "account.session_ended",
    ]
    with pytest.raises(WeakPassword):
        set_password(world.carla, password="court", by=None)


def test_a_deactivated_account_is_out_at_the_next_click(world, client):
    client.force_login(world.bruno, backend="allauth.account.auth_backends.AuthenticationBackend")
    deactivate_account(world.bruno, by=world.otto)
    response = client.get("/account/password/change/")
    assert response.status_code == 302
    assert "/account/login/" in response["Location"]


def test_one_session_ends_and_the_one_from_which_somebody_asks_goes_on(world):
    here, there = (make_session(world.bruno, key) for key in ("here", "there"))
    assert end_sessions(world.bruno, keep=here.session_key, by=world.bruno) == 1
    assert list(sessions_for(world.bruno)) == [here]
    end_session(there, by=world.bruno)
    end_session(here, by=world.bruno)
    assert not sessions_for(world.bruno).exists()


def test_overseers_see_every_account_and_the_others_themselves(world):
    for overseer in (world.otto, world.marc, world.paula):
        assert accounts_for(overseer).count() == Account.objects.count()
    for other in (world.bruno, world.dora, world.iris, world.stan, world.sofie):
        assert list(accounts_for(other)) == [other]
    make_session(world.bruno, "bruno")
    assert not sessions_for(world.marc).exists()
    world.otto.is_active = False
    assert not accounts_for(world.otto).exists()
    assert world.dora in accounts_with_role(Role.SECOND_LINE)


def create_by_command(monkeypatch, *arguments, password=PASSWORD):
    monkeypatch.setattr("sys.stdin", StringIO(f"{password}\n"))
    out = StringIO()
    call_command("create_account", *arguments, stdout=out)
    return out.getvalue()


def test_the_first_administrator_is_made_on_the_command_line(db, monkeypatch):
    said = create_by_command(
        monkeypatch,
        "first@desk.example",
        "--name=First Demo",
        "--role=administrator",
        "--role=call_taker",
        "--speaks=fr:3",
        "--speaks=nl",
        "--language=nl",
    )
    assert "first@desk.example" in said
    first = Account.objects.get(email="first@desk.example")
    assert first.roles == ["call_taker", "administrator"]
    assert first.check_password(PASSWORD)
    with pytest.raises(CommandError, match="already has an account"):
        create_by_command(monkeypatch, "FIRST@desk.example", "--name=x", "--role=administrator")
    with pytest.raises(CommandError, match="fr:3"):
        create_by_command(
            monkeypatch, "x@desk.example", "--name=x", "--role=auditor", "--speaks=fr:high"
        )
