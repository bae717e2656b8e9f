"""What we owe leaves once, threaded, in the right language, and failures are told."""

import email
import email.policy
import threading

import pytest
from django.core.mail import EmailMessage, get_connection  # noqa: TID251 - as allauth does
from django.db import connection

from vitrine.channels.mail import deliver
from vitrine.channels.mail.deliver import keep
from vitrine.correspondence.actions import (
    begin_hand_over,
    claim_promise,
    promise,
    renew_promise,
    take_into_sink,
)
from vitrine.correspondence.choices import PromiseKind
from vitrine.correspondence.models import Promise, SinkMessage
from vitrine.journal.models import Entry
from vitrine.kernel import files as kept_files
from vitrine.kernel.clock import now
from vitrine.tickets.actions import join_request, reply
from vitrine.tickets.models import Attachment, Ticket


@pytest.fixture
def owed(world):
    ticket = world.ticket()
    return promise(
        PromiseKind.ANSWER,
        about=ticket,
        to=world.ana,
        language="de",
        subject=f"[RN-{ticket.number}] Neuer Schlüssel",
        text="Der Schlüssel kommt am Montag.",
        handler=world.bruno,
        in_reply_to="<erste@musterbach.example>",
        references=["<erste@musterbach.example>"],
    )


def taken():
    row = SinkMessage.objects.latest("id")
    return email.message_from_bytes(bytes(row.raw), policy=email.policy.default)


def test_an_answer_is_threaded_and_names_who_is_able_to_inform(owed):
    keep(owed)

    owed.refresh_from_db()
    assert owed.sent_at
    assert owed.proof
    message = taken()
    assert message["Message-ID"] == owed.message_id
    assert message["In-Reply-To"] == "<erste@musterbach.example>"
    assert message["References"] == "<erste@musterbach.example>"
    assert message["To"] == "Ana Beispiel <ana@musterbach.example>"
    assert message["Content-Language"] == "de"
    assert message["Auto-Submitted"] is None
    text = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert "Der Schlüssel kommt am Montag." in text
    assert "Auskunft erteilt:\nBruno Demo" in text
    assert "Helpdesk des Nationalregisters" in text


def test_the_html_twin_says_the_same_in_its_language_and_runs_nothing(world):
    ticket = world.ticket(text="Guten Tag, <b>wo</b> ist er?\n\nhttps://x.example/?a=1&b=2")
    owed = promise(
        PromiseKind.ANSWER,
        about=ticket,
        to=world.ana,
        language="de",
        subject="Schlüssel <script>",
        text="Am Montag & pünktlich <img src=x>.\nSiehe https://register.example/hilfe.",
        handler=world.bruno,
    )

    keep(owed)

    message = taken()
    twin = message.get_body(("html",))
    html = twin.get_content()
    assert message.get_content_type() == "multipart/alternative"
    assert twin["Content-Language"] == "de"
    assert '<html lang="de"' in html
    assert "Am Montag &amp; pünktlich &lt;img src=x&gt;.<br>" in html
    assert '<a href="https://register.example/hilfe">' in html
    assert "<img" not in html.replace("&lt;img", "")
    assert "<script" not in html
    assert "Auskunft erteilt:<br>" in html
    quoted = html.partition("<blockquote")[2]
    assert "Guten Tag, &lt;b&gt;wo&lt;/b&gt; ist er?" in quoted
    assert "https://x.example/?a=1&amp;b=2" in quoted
    assert "\r\n> Guten Tag, <b>wo</b> ist er?" in message.get_body(("plain",)).get_content()


def test_an_answer_repeats_only_the_requesters_own_words_shortened(world):
    ticket = world.ticket(text="Frage " * 1000)
    join_request(
        ticket,
        requester=world.luc,
        channel="mail",
        text="Geheimnis von Luc",
        language="fr",
        received_at=now(),
    )
    message = reply(ticket, text="Antwort", by=world.bruno)

    keep(message.promise)

    text = taken().get_body(("plain",)).get_content()
    assert "Geheimnis" not in text
    assert 1000 < text.count("Frage") * 6 <= 1500
    assert "Ana Beispiel:" in text


def test_the_files_of_an_answer_go_with_it(world):
    ticket = world.ticket()
    message = reply(ticket, text="Anbei.", by=world.bruno)
    Attachment.objects.create(
        message=message,
        name="Anleitung ü.pdf",
        content_type="application/pdf",
        size=8,
        sha256=kept_files.keep(b"%PDF-1.4"),
    )

    keep(message.promise)

    [file] = taken().iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("Anleitung ü.pdf", b"%PDF-1.4")


def test_an_acknowledgement_says_that_no_person_wrote_it(world):
    world.ticket()
    [owed] = Promise.objects.all()

    keep(owed)

    message = taken()
    assert message["Auto-Submitted"] == "auto-replied"
    assert "Montag bis Freitag von 8.30 bis 16.30 Uhr" in message.get_body(("plain",)).get_content()


def test_a_promise_is_kept_once_whoever_asks_how_often(owed):
    keep(owed)
    keep(owed)

    assert SinkMessage.objects.count() == 1


def test_a_worker_cut_between_hand_over_and_record_repeats_nothing(owed):
    begin_hand_over(claim_promise(owed))
    take_into_sink(owed.message_id, to=owed.to_address, raw=b"taken before the cut")

    keep(owed)

    owed.refresh_from_db()
    assert owed.sent_at
    assert SinkMessage.objects.count() == 1


def test_a_worker_cut_before_the_sink_took_it_delivers_it_later(owed):
    begin_hand_over(claim_promise(owed))

    keep(owed)

    owed.refresh_from_db()
    assert owed.sent_at
    assert SinkMessage.objects.count() == 1


def test_with_a_real_server_an_agent_decides_about_a_cut(owed, world, settings):
    settings.SMTP_URL = "smtp://127.0.0.1:9"
    begin_hand_over(claim_promise(owed))

    keep(owed)

    owed.refresh_from_db()
    assert owed.failed_at
    assert "not certain" in owed.failure
    [entry] = Entry.objects.filter(verb="ticket.mail_uncertain")
    assert entry.subject_id == Ticket.objects.get().pk
    settings.SMTP_URL = "sink"
    keep(renew_promise(owed, by=world.bruno))
    owed.refresh_from_db()
    assert owed.sent_at


def test_a_name_cannot_break_the_headers(owed, world):
    world.ana.name = 'Ana "x"\r\nBcc: eve@elsewhere.example, <y@z>'
    world.ana.save()

    keep(owed)

    message = taken()
    assert message["Bcc"] is None
    assert [each.addr_spec for each in message["To"].addresses] == ["ana@musterbach.example"]


def test_mail_of_django_leaves_by_the_same_way(world):
    way = get_connection("vitrine.channels.mail.outbox.PromiseBackend")
    EmailMessage("Reset", "A link.", to=["bruno@desk.example"], connection=way).send()

    [row] = SinkMessage.objects.all()
    assert row.to_address == "bruno@desk.example"


@pytest.mark.django_db(transaction=True)
def test_six_workers_deliver_one_message(owed):
    problems = []

    def work():
        try:
            deliver.keep(owed)
        except Exception as error:  # noqa: BLE001 - told below
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _worker in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not problems
    owed.refresh_from_db()
    assert (owed.attempts, SinkMessage.objects.count()) == (1, 1)
