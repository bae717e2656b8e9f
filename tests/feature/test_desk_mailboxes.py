"""The pages of mailboxes: how it goes in words, adding, changing, trying (S-06)."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from vitrine.channels.mail.mailboxes import Step
from vitrine.channels.mail.mailboxes.trying import Way
from vitrine.correspondence.actions import (
    Fetched,
    begin_folder,
    create_mailbox,
    note_failure,
    note_look,
    store_fetched,
)
from vitrine.correspondence.choices import MailboxFailure
from vitrine.correspondence.models import Arrival, Mailbox, MailboxState
from vitrine.correspondence.queries import secrets_of
from vitrine.desk.views import mailboxes as views
from vitrine.journal.models import Entry
from vitrine.kernel.clock import now

FORM = {
    "name": "Helpdesk",
    "host": "IMAP.register.example",
    "port": "993",
    "security": "tls",
    "user": "helpdesk@register.example",
    "sign_in": "password",
    "password": "open-sesame",
    "folder": "INBOX",
    "start": "unread",
    "after": "seen",
}


@pytest.fixture
def marc(world):
    world.marc.ui_language = "en"
    world.marc.save()
    browser = Client()
    browser.force_login(world.marc)
    return browser


@pytest.fixture
def mailbox(world):
    return create_mailbox("Helpdesk", host="imap.example", user="desk", by=None)


def page(browser, path="/desk/settings/mailboxes/"):
    response = browser.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_a_mailbox_is_added_with_its_password_sealed_and_never_shown(marc):
    assert marc.post("/desk/settings/mailboxes/new/", FORM).status_code == 302

    row = Mailbox.objects.get()
    assert (row.host, row.user) == ("imap.register.example", "helpdesk@register.example")
    assert secrets_of(row) == {"password": "open-sesame"}
    assert b"open-sesame" not in bytes(row.secrets)
    assert "open-sesame" not in page(marc, f"/desk/settings/mailboxes/{row.pk}/")
    assert "open-sesame" not in str(list(Entry.objects.values_list("facts", flat=True)))


def test_a_blank_password_stays_and_another_server_is_looked_at_anew(marc, mailbox):
    marc.post(f"/desk/settings/mailboxes/{mailbox.pk}/", FORM | {"is_active": "on"})
    begin_folder(mailbox, uid_validity=3, next_uid=90)
    changed = FORM | {"is_active": "on", "password": "", "host": "other.example"}
    marc.post(f"/desk/settings/mailboxes/{mailbox.pk}/", changed)

    row = Mailbox.objects.get()
    assert secrets_of(row) == {"password": "open-sesame"}
    assert row.host == "other.example"
    assert MailboxState.objects.get().uid_validity is None
    entry = Entry.objects.filter(verb="mailbox.changed").latest("id")
    assert entry.facts["after"]["host"] == "other.example"
    assert entry.facts["secrets"] == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"host": "https://imap.example/"}, "name of the server alone"),
        ({"security": "none"}, "only for a server on this machine"),
        ({"after": "move"}, "Name the folder to move to"),
        ({"password": ""}, "Give the password"),
        ({"sign_in": "xoauth2"}, "refresh token or a client secret"),
        ({"sign_in": "xoauth2", "token_url": "http://x.example/"}, "begins with https"),
        ({"authority": "-----BEGIN CERTIFICATE-----\nnonsense"}, "no certificates"),
        ({"port": "70000"}, "65535"),
    ],
)
def test_what_cannot_work_is_refused_with_a_sentence(marc, change, sentence):
    response = marc.post("/desk/settings/mailboxes/new/", FORM | change)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not Mailbox.objects.exists()


def test_the_same_name_or_folder_twice_is_refused(marc):
    marc.post("/desk/settings/mailboxes/new/", FORM)
    for change in ({"name": "HELPDESK", "folder": "Other"}, {"name": "Another"}):
        response = marc.post("/desk/settings/mailboxes/new/", FORM | change)
        assert response.status_code == 422
        assert "already" in response.content.decode()
    assert Mailbox.objects.count() == 1


def test_a_trial_tells_each_step_and_keeps_nothing(marc, monkeypatch):
    asked = []

    def tried(target, **_options):
        asked.append(target)
        return [
            Step(Way.CONNECTION),
            Step(Way.SIGN_IN, failure=MailboxFailure.SIGN_IN, words="no such user"),
        ]

    monkeypatch.setattr(views, "try_out", tried)
    response = marc.post("/desk/settings/mailboxes/new/", FORM | {"try": "1"})
    text = response.content.decode()
    assert "The mail server answers" in text
    assert "refuses the user or the password" in text
    assert "no such user" in text
    assert asked[0].password == "open-sesame"
    assert not Mailbox.objects.exists()


def test_a_trial_uses_the_stored_password_when_none_is_typed(marc, monkeypatch):
    marc.post("/desk/settings/mailboxes/new/", FORM)
    row = Mailbox.objects.get()
    asked = []
    monkeypatch.setattr(views, "try_out", lambda target, **_o: asked.append(target) or [])
    marc.post(f"/desk/settings/mailboxes/{row.pk}/", FORM | {"password": "", "try": "1"})
    assert asked[0].password == "open-sesame"


def test_the_health_of_a_mailbox_is_told_in_words(marc, mailbox):
    assert "No message was fetched yet." in page(marc)
    begin_folder(mailbox, uid_validity=1, next_uid=1)
    message = Fetched(uid=1, raw=b"From: a@b.example\r\n\r\nx", received_at=now())
    store_fetched(mailbox, uid_validity=1, messages=[message], last_uid=1, backlog=14)
    text = page(marc)
    assert "Last message fetched now." in text
    assert "Backlog: 14." in text
    assert Arrival.objects.get().mailbox == mailbox

    note_failure(
        mailbox,
        failure="certificate",
        words="certificate is not valid for 'imap.example'",
        retry_at=now() + timedelta(minutes=5),
    )
    text = page(marc)
    assert "the certificate of the mail server is not valid" in text
    assert "not valid for &#x27;imap.example&#x27;" in text
    assert "Next attempt at" in text
    note_look(mailbox, backlog=0)
    assert "fails" not in page(marc)
    verbs = list(Entry.objects.values_list("verb", flat=True).order_by("id"))
    assert verbs[-2:] == ["mailbox.failed", "mailbox.recovered"]


def test_the_journal_tells_a_failure_once_however_often_it_is_tried(mailbox):
    for _attempt in range(5):
        note_failure(mailbox, failure="unreachable", words="refused", retry_at=now())
    assert Entry.objects.filter(verb="mailbox.failed").count() == 1
    assert MailboxState.objects.get().failures == 5


def test_a_supervisor_is_warned_quietly_and_changes_nothing(world, mailbox):
    browser = Client()
    browser.force_login(world.sofie)
    warning = 'href="/desk/settings/mailboxes/"'
    note_look(mailbox)
    assert warning not in page(browser, "/desk/lists/open/")
    note_failure(mailbox, failure="unreachable", words="", retry_at=now())
    assert warning in page(browser, "/desk/lists/open/")
    assert f"/desk/settings/mailboxes/{mailbox.pk}/" not in page(browser)
    other = Client()
    other.force_login(world.bruno)
    assert warning not in page(other, "/desk/lists/open/")


def test_a_mailbox_that_nobody_fetches_is_told(marc, mailbox):
    long_ago = now() - timedelta(minutes=4)
    Mailbox.objects.update(changed_at=long_ago)
    MailboxState.objects.update(looked_at=long_ago)
    assert "nobody fetches" in page(marc)
    Mailbox.objects.update(is_active=False)
    assert "switched off" in page(marc)


def test_the_doctor_is_told_what_is_wrong(world, mailbox, capsys):
    note_look(mailbox)
    call_command("mailbox_health")
    assert "1 fetched from, 0 messages wait" in capsys.readouterr().out
    note_failure(mailbox, failure="certificate", words="expired", retry_at=now())
    with pytest.raises(CommandError, match=r"Helpdesk: .*certificate.*\(expired\)"):
        call_command("mailbox_health")
