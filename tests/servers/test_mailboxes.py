"""Fetching from a real Dovecot: every message once, marked only after it is stored."""

import threading
import time
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from django.db import connection, connections

from tests.servers.dovecot import PASSWORD, USER
from tests.servers.house import wait_until
from vitrine.channels.mail.mailboxes import fetching
from vitrine.channels.mail.mailboxes.client import opened
from vitrine.channels.mail.mailboxes.fetching import Folder
from vitrine.channels.mail.mailboxes.target import Target
from vitrine.channels.mail.mailboxes.tokens import Tokens
from vitrine.channels.mail.mailboxes.trying import try_out
from vitrine.channels.mail.mailboxes.watching import Watch
from vitrine.correspondence.actions import HANDLE_ARRIVALS, change_mailbox, create_mailbox
from vitrine.correspondence.models import Arrival, Mailbox, MailboxState

LAST_YEAR = datetime(2025, 3, 1, tzinfo=UTC)

pytestmark = pytest.mark.django_db(transaction=True)


def letter(subject="Zugang gesperrt", *, size=0, message_id=True):
    message = EmailMessage()
    message["From"] = "Ana Beispiel <ana@musterbach.example>"
    message["To"] = "helpdesk@register.example"
    message["Subject"] = subject
    if message_id:
        message["Message-ID"] = f"<{uuid.uuid4()}@musterbach.example>"
    message.set_content("Guten Tag, wir können uns nicht anmelden." + "x" * size)
    return message.as_bytes()


def mailbox_at(dovecot, **settings):
    """A mailbox row for the Dovecot of the test."""
    values = {
        "host": "localhost",
        "port": dovecot.imap_tls,
        "security": "tls",
        "authority": dovecot.authority.file.read_text(),
        "user": USER,
        "secrets": {"password": PASSWORD},
        "start": "all",
        "by": None,
    }
    return create_mailbox(settings.pop("name", "Desk"), **(values | settings))


def look(mailbox):
    """One connection and one look; how many messages were new."""
    mailbox = Mailbox.objects.get(pk=mailbox.pk)
    folder = Folder(mailbox, Target.of(mailbox))
    with opened(folder.target, tokens=Tokens()) as client:
        folder.select(client)
        return folder.look(client, waits_by_idle=True)


@contextmanager
def watched(mailbox):
    """The thread that watches `mailbox`, ended with the block."""
    watch = Watch(Mailbox.objects.get(pk=mailbox.pk))
    watch.start()
    try:
        yield watch
    finally:
        watch.end()
        watch.join(15)
        assert not watch.is_alive()


def subjects():
    """What was stored, in order."""
    found = []
    for arrival in Arrival.objects.order_by("id"):
        lines = bytes(arrival.raw).decode("utf-8", "replace").splitlines()
        found.append(next(line[9:] for line in lines if line.startswith("Subject: ")))
    return found


def flags_in(dovecot, *, folder="INBOX"):
    with dovecot.imap(folder=folder) as client:
        return client.get_flags(client.search())


def test_a_message_is_stored_with_its_envelope_and_then_marked(dovecot):
    mailbox = mailbox_at(dovecot)
    dovecot.deliver(letter("one"), sender="bounce+ana@musterbach.example")

    assert look(mailbox) == 1
    assert look(mailbox) == 0

    arrival = Arrival.objects.get()
    assert arrival.envelope_from == "bounce+ana@musterbach.example"
    assert arrival.envelope_to == ["helpdesk@dovecot.example"]
    assert arrival.mailbox_id == mailbox.pk
    assert b"Subject: one" in bytes(arrival.raw)
    assert flags_in(dovecot)[1] == (b"\\Seen",)
    state = MailboxState.objects.get()
    assert (state.last_uid, state.fetched, state.backlog, state.to_mark) == (1, 1, 0, [])
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args #>> '{arrival_ids}' FROM procrastinate_jobs")
        assert (HANDLE_ARRIVALS, f"[{arrival.pk}]") in cursor.fetchall()


@pytest.mark.parametrize(
    ("start", "expected"),
    [("all", ["read", "unread", "new"]), ("unread", ["unread", "new"]), ("new", ["new"])],
)
def test_what_is_there_already_is_taken_as_the_manager_said(dovecot, start, expected):
    dovecot.deliver(letter("read"))
    dovecot.deliver(letter("unread"))
    with dovecot.imap() as client:
        client.add_flags([1], [b"\\Seen"])
    mailbox = mailbox_at(dovecot, start=start)
    look(mailbox)
    dovecot.deliver(letter("new"))
    with dovecot.imap() as client:
        client.add_flags([3], [b"\\Seen"])  # a colleague reads it before we come
    look(mailbox)

    assert subjects() == expected


def test_many_messages_are_fetched_in_batches_and_once(dovecot, monkeypatch):
    monkeypatch.setattr(fetching, "BATCH", 7)
    monkeypatch.setattr(fetching, "LISTED", 20)
    for number in range(45):
        dovecot.deliver(letter(f"number {number}"))
    mailbox = mailbox_at(dovecot)

    assert look(mailbox) == 45
    assert look(mailbox) == 0

    assert subjects() == [f"number {number}" for number in range(45)]
    assert all(flags == (b"\\Seen",) for flags in flags_in(dovecot).values())


def test_messages_are_moved_or_deleted_after_they_are_stored(dovecot):
    mailbox = mailbox_at(dovecot, after="move", move_to="Done.2026")
    dovecot.deliver(letter("to be moved"))
    look(mailbox)
    assert flags_in(dovecot) == {}
    assert len(flags_in(dovecot, folder="Done.2026")) == 1

    change_mailbox(mailbox, after="delete", by=None)
    dovecot.deliver(letter("to be deleted"))
    with dovecot.imap() as client:
        dovecot.deliver(letter("marked by a colleague"))
        client.noop()
        client.add_flags([3], [b"\\Deleted"])
    look(mailbox)
    assert subjects() == ["to be moved", "to be deleted", "marked by a colleague"]
    assert flags_in(dovecot) == {}


def test_a_crash_between_storing_and_marking_stores_once_and_marks_later(dovecot, monkeypatch):
    mailbox = mailbox_at(dovecot)
    dovecot.deliver(letter("one"))

    def killed(*_args, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(fetching, "mark", killed)
        with pytest.raises(KeyboardInterrupt):
            look(mailbox)
    assert flags_in(dovecot)[1] == ()
    assert MailboxState.objects.get().to_mark == [1]

    assert look(mailbox) == 0
    assert flags_in(dovecot)[1] == (b"\\Seen",)
    assert subjects() == ["one"]


def test_a_crash_before_storing_leaves_the_message_for_the_next_time(dovecot, monkeypatch):
    mailbox = mailbox_at(dovecot, after="delete")
    dovecot.deliver(letter("one"))

    def killed(*_args, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(fetching, "store_fetched", killed)
        with pytest.raises(KeyboardInterrupt):
            look(mailbox)
    assert len(flags_in(dovecot)) == 1
    assert look(mailbox) == 1
    assert subjects() == ["one"]


def test_a_new_numbering_of_the_server_takes_nothing_twice_and_nothing_less(dovecot):
    mailbox = mailbox_at(dovecot)
    for name in ("one", "two"):
        dovecot.deliver(letter(name, message_id=False))
    look(mailbox)
    before = MailboxState.objects.get().uid_validity
    wait_until(lambda: time.time() >= before + 1, within=5)  # the number is made of the second
    dovecot.stop()
    for place in (dovecot.place / "mail" / USER / "Maildir").glob("dovecot*"):
        place.unlink()  # the index is lost: Dovecot numbers anew
    dovecot.start()
    dovecot.deliver(letter("three", message_id=False))

    look(mailbox)

    state = MailboxState.objects.get()
    assert state.uid_validity != before
    assert subjects() == ["one", "two", "three"]
    assert state.fetched == 3
    assert look(mailbox) == 0


def test_old_mail_that_nobody_wanted_is_not_taken_after_a_new_numbering(dovecot):
    dovecot.deliver(letter("old"))
    with dovecot.imap() as client:
        client.append("INBOX", letter("ancient"), flags=[b"\\Seen"], msg_time=LAST_YEAR)
    mailbox = mailbox_at(dovecot, start="new")
    look(mailbox)
    assert subjects() == []
    MailboxState.objects.update(uid_validity=1)
    dovecot.deliver(letter("new"))

    look(mailbox)

    # "old" came less than a day before the mailbox was set up: better once too often.
    assert "ancient" not in subjects()
    assert "new" in subjects()


def test_a_read_only_mailbox_is_taken_once_and_said_to_be_read_only(dovecot):
    mailbox = mailbox_at(dovecot)
    dovecot.deliver(letter("one"))
    directory = dovecot.place / "mail" / USER / "Maildir"
    with dovecot.imap() as client:
        client.search()
    (directory / "dovecot-acl").write_text("owner lr\n")
    dovecot.acl = True
    dovecot.stop()
    dovecot.start()

    look(mailbox)
    look(mailbox)

    assert subjects() == ["one"]
    state = MailboxState.objects.get()
    assert state.is_read_only
    assert state.to_mark == []


def test_a_message_over_the_limit_leaves_its_headers_in_quarantine(dovecot, settings):
    settings.MAX_MESSAGE_BYTES = 200_000
    mailbox = mailbox_at(dovecot, after="delete")
    dovecot.deliver(letter("small"))
    dovecot.deliver(letter("huge", size=300_000))
    dovecot.deliver(letter("small again"))

    look(mailbox)

    outcomes = list(Arrival.objects.order_by("id").values_list("outcome", flat=True))
    assert outcomes == ["", "quarantined", ""]
    huge = Arrival.objects.get(outcome="quarantined")
    assert len(bytes(huge.raw)) < 2_000
    assert "more than the" in huge.reason
    assert subjects() == ["small", "huge", "small again"]
    assert list(flags_in(dovecot)) == [2], "what we did not take stays on the server"


def test_idle_tells_at_once_and_a_lost_connection_is_found_again(dovecot):
    mailbox = mailbox_at(dovecot)
    with watched(mailbox):
        wait_until(lambda: MailboxState.objects.get().looked_at, within=20)
        dovecot.deliver(letter("by idle"))
        wait_until(lambda: subjects() == ["by idle"], within=10)
        dovecot.stop()
        wait_until(lambda: MailboxState.objects.get().failing_since, within=20)
        assert MailboxState.objects.get().failure in ("closed", "unreachable")
        dovecot.start()
        dovecot.deliver(letter("after the pause"))
        wait_until(lambda: subjects() == ["by idle", "after the pause"], within=30)
        wait_until(lambda: not MailboxState.objects.get().failing_since)


def test_two_processes_take_each_message_once(dovecot):
    mailbox = mailbox_at(dovecot)
    for number in range(30):
        dovecot.deliver(letter(f"{number}", message_id=False))
    problems = []

    def take():
        try:
            look(mailbox)
        except BaseException as error:  # noqa: BLE001 - told below
            problems.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not problems
    assert sorted(subjects(), key=int) == [str(number) for number in range(30)]


def test_messages_that_go_behind_our_back_are_no_matter(dovecot, monkeypatch):
    mailbox = mailbox_at(dovecot)
    for name in ("one", "two", "three"):
        dovecot.deliver(letter(name))
    listed = Folder._listed

    def expunged(self, client, **options):
        found = listed(self, client, **options)
        with dovecot.imap() as other:
            other.delete_messages([2])
            other.expunge()
        return found

    monkeypatch.setattr(Folder, "_listed", expunged)
    look(mailbox)
    look(mailbox)

    assert subjects() == ["one", "three"]


@pytest.mark.parametrize(
    ("change", "failure", "words"),
    [
        ({"host": "127.0.0.1", "authority": ""}, "certificate", "certificate"),
        ({"user": "nobody"}, "sign_in", ""),
        ({"folder": "Missing"}, "folder", ""),
        ({"host": "no-such-host.invalid"}, "no_host", ""),
        ({"port": 1}, "unreachable", ""),
        ({"authority": "-----BEGIN CERTIFICATE-----\nx"}, "certificate", "own authority"),
    ],
)
def test_each_refusal_is_told_in_words(dovecot, change, failure, words):
    values = {
        "host": "localhost",
        "port": dovecot.imap_tls,
        "user": USER,
        "password": PASSWORD,
        "authority": dovecot.authority.file.read_text(),
    }
    last = try_out(Target(**(values | change)))[-1]
    assert last.failure == failure
    assert words in last.words


def test_a_certificate_for_another_name_is_refused(dovecot):
    dovecot.certificate, dovecot.key = dovecot.authority.issue("other.example", name="other")
    dovecot.stop()
    dovecot.start()
    target = Target(
        host="localhost",
        port=dovecot.imap_tls,
        user=USER,
        password=PASSWORD,
        authority=dovecot.authority.file.read_text(),
    )
    [step] = try_out(target)
    assert step.failure == "certificate"
    assert "localhost" in step.words


def test_all_steps_are_told_when_all_is_well(dovecot):
    dovecot.deliver(letter())
    for security, port in (("starttls", dovecot.imap_port), ("tls", dovecot.imap_tls)):
        target = Target(
            host="localhost",
            port=port,
            security=security,
            user=USER,
            password=PASSWORD,
            authority=dovecot.authority.file.read_text(),
            after="move",
            move_to="Nowhere",
        )
        steps = try_out(target)
        told = [(step.way, step.failure, step.is_warning) for step in steps]
        assert told == [
            ("connection", None, False),
            ("sign_in", None, False),
            ("folder", None, False),
            ("writing", None, False),
            ("target", None, True),
            ("idle", None, False),
        ]
        assert steps[2].count == 1
