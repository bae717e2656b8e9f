"""Mail leaves over real connections: whatever the server does has one outcome and a sentence."""

import email
import email.policy
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F

from tests.servers.scripted_smtp import DRIP, DROP, SILENT, scripted
from vitrine.channels.mail.deliver import connections, keep, keep_all_due, keeping
from vitrine.correspondence.actions import promise, renew_promise
from vitrine.correspondence.models import Pace, Promise
from vitrine.directory.models import MailAddress
from vitrine.journal.models import Entry
from vitrine.kernel.clock import now
from vitrine.tickets.models import Ticket


@pytest.fixture(autouse=True)
def short_patience(monkeypatch):
    """Nobody waits a minute in a test; connections of other tests are not used again."""
    monkeypatch.setattr(connections, "TIMEOUT", 0.5)
    monkeypatch.setattr(connections, "LONGEST", 1.0)
    while not connections._idle.empty():
        connections._idle.get_nowait().close()


@pytest.fixture
def owed(world):
    ticket = world.ticket()
    Promise.objects.all().delete()
    return answer_to(world, ticket)


def answer_to(world, ticket, **changes):
    """An answer about `ticket` that we owe Ana."""
    values = {"to": world.ana, "language": "de", "subject": f"[RN-{ticket.number}] Schlüssel"}
    values |= {"text": "Der Schlüssel kommt.\n.\nEin Punkt allein.", "handler": world.bruno}
    return promise("answer", about=ticket, **(values | changes))


def state_of(owed):
    """sent, failed, cut, or due in so many minutes."""
    owed.refresh_from_db()
    if owed.sent_at or owed.failed_at:
        return "sent" if owed.sent_at else "failed"
    return "cut" if owed.handing_over_at else round((owed.due_at - now()).total_seconds() / 60)


def test_a_message_arrives_with_its_headers_umlauts_and_dots(owed, settings):
    with scripted(extensions=["SIZE 1000000", "8BITMIME", "DSN"]) as server:
        settings.SMTP_URL = server.url
        keep(owed)

    assert state_of(owed) == "sent"
    assert owed.proof == "127.0.0.1: 250 2.0.0 Ok: queued as 4F2A1B"
    [content] = server.taken
    message = email.message_from_bytes(
        content.replace(b"\r\n..", b"\r\n."), policy=email.policy.default
    )
    assert message["Message-ID"] == owed.message_id
    assert "Schlüssel" in message["Subject"]
    assert "\r\n.\r\nEin Punkt allein." in message.get_body(("plain",)).get_content()
    [mail] = [line for line in server.lines if line.startswith("MAIL")]
    [rcpt] = [line for line in server.lines if line.startswith("RCPT")]
    assert f"+m{owed.pk}." in mail
    assert "RET=HDRS ENVID=" in mail
    assert rcpt == (
        "RCPT TO:<ana@musterbach.example> NOTIFY=FAILURE,DELAY ORCPT=rfc822;ana@musterbach.example"
    )


def test_an_automatic_answer_has_no_envelope_sender(world, settings):
    world.ticket()
    owed = Promise.objects.get()
    with scripted(extensions=["DSN"]) as server:
        settings.SMTP_URL = server.url
        keep(owed)

    assert state_of(owed) == "sent"
    assert "MAIL FROM:<>" in server.lines
    assert any("NOTIFY=NEVER" in line for line in server.lines)


STAGES = ("banner", "ehlo", "mail", "rcpt", "data", "dot")


@pytest.mark.parametrize("stage", STAGES)
def test_a_temporary_refusal_at_any_stage_is_tried_again(owed, settings, stage):
    with scripted(**{stage: "451 4.3.2 not now, please"}) as server:
        settings.SMTP_URL = server.url
        keep(owed)

        assert state_of(owed) == 1
        assert not server.taken
        assert "not now, please" in owed.last_refusal
        server.script.clear()
        Promise.objects.update(due_at=now())
        keep(owed)

    assert state_of(owed) == "sent"
    assert (len(server.taken), owed.attempts) == (1, 2)


@pytest.mark.parametrize("stage", ["banner", "mail", "rcpt", "data", "dot"])
def test_a_permanent_refusal_at_any_stage_is_told(owed, settings, stage):
    with scripted(**{stage: "554 5.7.1 refused by our policy"}) as server:
        settings.SMTP_URL = server.url
        keep(owed)
        keep(owed)

    assert state_of(owed) == "failed"
    assert (owed.failure, owed.failure_class) == ("554 5.7.1 refused by our policy", "policy")
    assert not server.taken
    [entry] = Entry.objects.filter(verb="ticket.mail_failed")
    assert entry.facts["kind"] == "policy"


BEFORE_THE_END = [
    *((stage, fault) for stage in STAGES[:-1] for fault in (DROP, SILENT, DRIP)),
    ("body", DROP),
]


@pytest.mark.parametrize(("stage", "fault"), BEFORE_THE_END)
def test_a_server_that_goes_away_before_the_end_is_tried_again(owed, settings, stage, fault):
    with scripted(**{stage: fault}) as server:
        settings.SMTP_URL = server.url
        keep(owed)

        assert not server.taken
        if stage == "body" and state_of(owed) == "failed":
            # Our bytes were on their way when it went: then nobody can be sure.
            assert owed.failure_class == "uncertain"
        else:
            assert state_of(owed) == 1


@pytest.mark.parametrize("fault", [DROP, SILENT, DRIP])
def test_a_server_that_goes_away_after_the_last_dot_leaves_it_to_an_agent(
    world, owed, settings, fault
):
    with scripted(dot=fault) as server:
        settings.SMTP_URL = server.url
        keep(owed)
        keep(owed)
        keep_all_due()

        assert state_of(owed) == "failed"
        assert owed.failure_class == "uncertain"
        assert len(server.taken) == 1  # never repeated by itself
        server.script.clear()
        keep(renew_promise(owed, by=world.bruno))

    assert state_of(owed) == "sent"


def test_a_full_disk_is_waited_for(owed, settings):
    with scripted(mail="452 4.3.1 Insufficient system storage") as server:
        settings.SMTP_URL = server.url
        keep(owed)

    assert state_of(owed) == 1


def test_a_handshake_that_fails_sends_nothing_in_clear(owed, settings):
    with scripted(extensions=["STARTTLS"]) as server:
        settings.SMTP_URL = server.url
        keep(owed)

    assert state_of(owed) == 1
    assert "encrypted connection" in owed.last_refusal
    assert not [line for line in server.lines if line.startswith("MAIL")]


def test_where_encryption_is_required_nothing_leaves_without(owed, settings):
    with scripted() as server:
        settings.SMTP_URL = f"{server.url}?tls=require"
        keep(owed)

    assert state_of(owed) == 1
    assert "offers no encryption" in owed.last_refusal
    assert not server.taken


def test_a_domain_that_is_too_busy_is_spared_and_it_counts_as_no_attempt(world, owed, settings):
    other = answer_to(world, Ticket.objects.get(), text="Noch etwas.")
    with scripted(rcpt=["421 4.7.0 too many messages, slow down", "250 ok"]) as server:
        settings.SMTP_URL = server.url
        keep(owed)
        keep(other)

        assert (state_of(owed), owed.attempts) == (1, 0)
        assert (state_of(other), other.attempts) == (1, 0)
        assert server.connections == 1  # the second was not even tried
        Pace.objects.update(closed_until=now() - timedelta(seconds=1))
        Promise.objects.update(due_at=now())
        keep_all_due()

    assert (state_of(owed), state_of(other)) == ("sent", "sent")
    assert Pace.objects.get().closings == 0


def test_a_domain_gets_no_more_than_its_pace(world, owed, settings, monkeypatch):
    settings.MAIL_PACE = 6
    ticket = Ticket.objects.get()
    rest = [answer_to(world, ticket, text=f"Nummer {number}") for number in range(9)]
    elsewhere = answer_to(world, ticket, to="pieter@voorbeeldegem.example")
    at = now()
    monkeypatch.setattr(keeping, "now", lambda: at)  # on a slow machine turns would come back
    with scripted() as server:
        settings.SMTP_URL = server.url
        keep_all_due()

        assert len(server.taken) == 7
        assert state_of(elsewhere) == "sent"
        waiting = [one for one in (owed, *rest) if state_of(one) != "sent"]
        seconds = sorted(round((one.due_at - at).total_seconds() / 10) for one in waiting)
        assert seconds == [1, 2, 3, 4]  # a place each, ten seconds apart
        Promise.objects.update(due_at=F("due_at") - timedelta(seconds=25))
        keep_all_due()

    assert len(server.taken) == 9


def test_several_messages_share_a_connection(world, owed, settings):
    for number in range(5):
        answer_to(world, Ticket.objects.get(), text=f"Nummer {number}")
    with scripted() as server:
        settings.SMTP_URL = server.url
        keep_all_due()

    assert (server.connections, len(server.taken)) == (1, 6)


def test_a_connection_that_died_while_idle_costs_no_attempt(world, owed, settings):
    other = answer_to(world, Ticket.objects.get(), text="Später.")
    with scripted() as server:
        settings.SMTP_URL = server.url
        keep(owed)
        idle = connections._idle.get_nowait()
        idle.client.sock.shutdown(2)
        connections._idle.put(idle)
        keep(other)

    assert (state_of(other), other.attempts, server.connections) == ("sent", 1, 2)


def test_a_copy_that_is_refused_stops_nobody_else(world, owed, settings):
    copied = answer_to(world, Ticket.objects.get(), cc=["luc@courriel.example", "weg@x.example"])
    with scripted(rcpt=["250 ok", "250 ok", "550 5.1.1 unknown"]) as server:
        settings.SMTP_URL = server.url
        keep(copied)

    assert state_of(copied) == "sent"
    assert b"Cc: luc@courriel.example, weg@x.example" in server.taken[0]
    [entry] = Entry.objects.filter(verb="ticket.copy_failed")
    assert entry.facts["address"] == "weg@x.example"


def test_a_mailbox_that_does_not_exist_is_remembered(world, owed, settings):
    with scripted(rcpt="550 5.1.1 <ana@musterbach.example>: User unknown") as server:
        settings.SMTP_URL = server.url
        keep(owed)

    assert (state_of(owed), owed.failure_class) == ("failed", "no_mailbox")
    assert MailAddress.objects.get(person=world.ana).unreachable_since


def test_a_message_larger_than_the_server_takes_is_not_even_sent(owed, settings):
    with scripted(extensions=["SIZE 500"]) as server:
        settings.SMTP_URL = server.url
        keep(owed)

    assert (state_of(owed), owed.failure_class) == ("failed", "too_large")
    assert not [line for line in server.lines if line.startswith("MAIL")]


def test_addresses_of_all_letters_go_where_they_are_understood(world, owed, settings):
    ticket = Ticket.objects.get()
    domain = answer_to(world, ticket, to="ana@müsterbach.example")
    local = answer_to(world, ticket, to="änne@müsterbach.example")
    with scripted() as server:
        settings.SMTP_URL = server.url
        keep(domain)
        keep(local)
    assert state_of(domain) == "sent"
    assert "RCPT TO:<ana@xn--msterbach-q9a.example>" in server.lines
    assert (state_of(local), local.failure_class) == ("failed", "unwritable")

    with scripted(extensions=["SMTPUTF8", "8BITMIME"]) as server:
        settings.SMTP_URL = server.url
        keep(renew_promise(local, by=world.bruno))
    assert state_of(local) == "sent"
    assert "RCPT TO:<änne@xn--msterbach-q9a.example>" in server.lines


def test_a_server_that_is_away_is_given_up_after_days_not_before(owed, settings):
    settings.SMTP_URL = "smtp://127.0.0.1:9"
    pauses = []
    for _attempt in range(8):
        keep(owed)
        pauses.append(state_of(owed))
        Promise.objects.update(due_at=now())
    Promise.objects.update(promised_at=now() - timedelta(days=3))
    keep(owed)

    assert pauses == [1, 5, 15, 60, 60, 60, 60, 60]
    assert (state_of(owed), owed.failure_class) == ("failed", "away")
    assert "127.0.0.1 cannot be reached" in owed.failure


@pytest.mark.django_db(transaction=True)
def test_six_workers_hand_over_one_message_once(owed, settings):
    problems = []

    def work():
        try:
            keep(owed)
        except Exception as error:  # noqa: BLE001 - told below
            problems.append(error)
        finally:
            connection.close()

    with scripted() as server:
        settings.SMTP_URL = server.url
        threads = [threading.Thread(target=work) for _worker in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert not problems
    assert (state_of(owed), len(server.taken)) == ("sent", 1)
