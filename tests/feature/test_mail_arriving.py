"""Each mail creates or joins exactly one ticket, or says why not (S-06, S-13)."""

import threading
import uuid
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.db import connection
from django.db.models import F

from vitrine.channels.mail.arrive import handle, handle_stored
from vitrine.correspondence.actions import reopen_arrival, store_arrival
from vitrine.correspondence.models import Arrival, Promise
from vitrine.directory.models import MailAddress, Person
from vitrine.journal.models import Entry
from vitrine.kernel.clock import now
from vitrine.tickets.actions import delegate
from vitrine.tickets.models import Attachment, Message, Ticket, TicketLink

DESK = "helpdesk@register.example"


def letter(
    text="Guten Tag, wir können uns seit heute nicht anmelden. Freundliche Grüße",
    *,
    sender="Ana Beispiel <ana@musterbach.example>",
    subject="Zugang gesperrt für Straßenregister",
    **headers,
):
    """A mail as bytes; headers with `_` for `-`."""
    message = EmailMessage()
    if sender:
        message["From"] = sender
    message["To"] = DESK
    message["Subject"] = subject
    message["Message-ID"] = headers.pop("message_id", f"<{uuid.uuid4()}@musterbach.example>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def arrived(message, *, envelope_from="ana@musterbach.example", envelope_to=(DESK,)):
    """Store a message as the door does, and handle it."""
    raw = message if isinstance(message, bytes) else message.as_bytes()
    arrival = store_arrival(
        raw,
        channel="mail",
        reception=uuid.uuid4(),
        envelope_from=envelope_from,
        envelope_to=list(envelope_to),
        received_at=now(),
    )
    handle(arrival)
    arrival.refresh_from_db()
    return arrival


def test_a_mail_becomes_one_ticket_with_its_file_and_is_acknowledged(world):
    message = letter()
    message.add_attachment(b"%PDF-1.4 etc", maintype="application", subtype="pdf", filename="ü.pdf")

    arrival = arrived(message)

    assert arrival.outcome == "ticket"
    [ticket] = Ticket.objects.all()
    assert ticket.subject == "Zugang gesperrt für Straßenregister"
    assert (ticket.requester, ticket.organisation) == (world.ana, world.musterbach)
    assert (ticket.language, ticket.reply_language) == ("de", "de")
    [file] = Attachment.objects.all()
    assert (file.name, file.content_type) == ("ü.pdf", "application/pdf")
    [owed] = Promise.objects.all()
    assert (owed.kind, owed.language, owed.to_address) == (
        "acknowledgement",
        "de",
        "ana@musterbach.example",
    )
    assert ticket.spoken_number in owed.text
    assert owed.in_reply_to == str(message["Message-ID"])
    assert owed.is_automatic


def test_the_same_bytes_twice_are_one_ticket(world):
    raw = letter().as_bytes()

    assert arrived(raw).outcome == "ticket"
    assert arrived(b"Received: from elsewhere\r\n" + raw).outcome == "duplicate"

    assert Ticket.objects.count() == 1


def test_an_answer_to_our_message_joins_the_ticket(world):
    arrived(letter())
    [acknowledgement] = Promise.objects.all()

    answer = letter(
        "Es geht um Zimmer 12.",
        sender="Somebody <else@elsewhere.example>",
        subject="AW: ...",
        In_Reply_To=acknowledgement.message_id,
    )

    assert arrived(answer).outcome == "entry"
    [ticket] = Ticket.objects.all()
    assert [message.text for message in ticket.messages.filter(kind="incoming")][1] == (
        "Es geht um Zimmer 12."
    )
    assert Promise.objects.count() == 1


def test_an_expert_answers_the_desk_by_mail(world):
    ticket = world.ticket()
    delegate(ticket, service=world.applications, motive="TI 140 ?", by=world.bruno)
    asked = Promise.objects.get(kind="delegation")
    answer = letter(
        "Le code 140 est corrigé.",
        sender="Dora Demo <DORA@desk.example>",
        subject=f"Re: {asked.subject}",
        In_Reply_To=asked.message_id,
    )
    answer.add_attachment(b"a;b\n", maintype="text", subtype="csv", filename="codes.csv")

    arrival = arrived(answer, envelope_from="dora@desk.example")

    ticket.refresh_from_db()
    said = Message.objects.get(kind="second_line")
    assert (arrival.outcome, ticket.state, ticket.service) == ("entry", "open", None)
    assert (said.by_account, said.text) == (world.dora, "Le code 140 est corrigé.")
    assert said.attachments.get().name == "codes.csv"
    assert not Person.objects.filter(name="Dora Demo").exists()
    assert not Promise.objects.filter(kind="answer").exists()


def test_a_number_in_the_subject_opens_nobody_elses_ticket(world):
    arrived(letter())
    [ticket] = Ticket.objects.all()
    subject = f"Re: [RN-{ticket.number}] Zugang"

    known = arrived(letter("Noch etwas.", subject=subject))
    stranger = arrived(
        letter("Show me this, please.", subject=subject, sender="eve@elsewhere.example")
    )

    assert (known.outcome, stranger.outcome) == ("entry", "ticket")
    fresh = Ticket.objects.exclude(pk=ticket.pk).get()
    [link] = TicketLink.objects.all()
    assert (link.first, link.second) == (ticket, fresh)


def test_an_out_of_office_reply_makes_no_loop_and_no_ticket(world):
    """Trap 3 of the domain dossier."""
    arrived(letter())
    [acknowledgement] = Promise.objects.all()

    away = letter(
        "Ich bin bis Montag nicht im Büro.",
        subject="Automatische Antwort: Ihre Anfrage",
        Auto_Submitted="auto-replied",
        In_Reply_To=acknowledgement.message_id,
    )

    assert arrived(away, envelope_from="").outcome == "automatic"
    [ticket] = Ticket.objects.all()
    assert ticket.messages.filter(kind="incoming").count() == 2
    assert Promise.objects.count() == 1


def test_an_automatic_message_about_nothing_opens_no_ticket(world):
    notice = letter(
        "Backup done.", sender="cron@elsewhere.example", Auto_Submitted="auto-generated"
    )

    assert arrived(notice).outcome == "automatic"
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [{"List_Id": "<all.example>"}, {"Precedence": "bulk"}, {"X_Auto_Response_Suppress": "All"}],
)
def test_a_list_gets_a_ticket_but_no_acknowledgement(world, headers):
    assert arrived(letter(**headers)).outcome == "ticket"
    assert not Promise.objects.exists()


def test_a_null_sender_and_a_no_reply_address_get_no_acknowledgement(world):
    assert arrived(letter(), envelope_from="").outcome == "ticket"
    assert arrived(letter(sender="no-reply@shop.example")).outcome == "ticket"
    assert not Promise.objects.exists()


def test_one_address_is_acknowledged_once_in_a_minute_and_twenty_times_a_day(world):
    for number in range(25):
        assert arrived(letter(sender="Ana <ANA@musterbach.example>")).outcome == "ticket"
        assert arrived(letter()).outcome == "ticket"
        assert Promise.objects.count() == min(number + 1, 20)
        Promise.objects.update(promised_at=F("promised_at") - timedelta(minutes=2))

    assert Ticket.objects.count() == 50


def test_our_own_message_that_comes_back_is_ignored(world):
    arrived(letter())
    [owed] = Promise.objects.all()

    assert arrived(letter(message_id=owed.message_id)).outcome == "own"
    assert arrived(letter(sender=f"Desk <{DESK}>")).outcome == "own"
    assert Ticket.objects.count() == 1


def test_a_bounce_tells_the_ticket_which_address_failed(world):
    arrived(letter())
    [owed] = Promise.objects.all()
    bounce = (
        "From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered Mail\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\n\r\nIt failed.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; ana@musterbach.example\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 unknown user\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {owed.message_id}\r\n--b--\r\n"
    ).encode()

    assert arrived(bounce, envelope_from="").outcome == "bounce"
    [entry] = Entry.objects.filter(verb="ticket.mail_bounced")
    assert entry.subject_id == Ticket.objects.get().pk
    assert entry.facts["address"] == "ana@musterbach.example"
    assert entry.facts["permanent"] is True
    assert Promise.objects.count() == 1


def test_a_national_number_is_masked_before_storage(world):
    """Trap 4 of the domain dossier."""
    arrived(letter("Dossier 85.07.30-033 28, merci.", subject="Accès 85073003328"))

    ticket = Ticket.objects.get()
    stored = ticket.subject + ticket.excerpt + Message.objects.get(kind="incoming").text
    stored += "".join(owed.subject + owed.text for owed in Promise.objects.all())
    assert "85" not in stored.replace(ticket.number, "")
    assert "••.••.••-•••.••" in ticket.subject


def test_an_unknown_sender_becomes_a_person_of_the_organisation_of_the_domain(world):
    arrived(letter(sender="Neu Hier <neu@musterbach.example>"))

    person = Person.objects.get(name="Neu Hier")
    assert person.organisation == world.musterbach


BAD = {
    "empty": b"",
    "no_headers": b"\x00\x01\x02 nothing at all",
    "no_sender": b"Subject: who am I\r\n\r\nhello",
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_a_ticket_waits_in_quarantine_with_a_reason(world, name):
    arrival = arrived(BAD[name])

    assert arrival.outcome == "quarantined"
    assert arrival.reason.endswith(".")
    assert Entry.objects.filter(verb="arrival.quarantined", subject_id=arrival.pk).exists()
    assert not Ticket.objects.exists()


def nested(depth):
    """A mail with `depth` multiparts inside each other."""
    head = b"From: ana@musterbach.example\r\nSubject: tief\r\n"
    for number in range(depth):
        head += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (number, number)
    return head + b"\r\nganz innen"


ODD = {
    "unknown charset": b"Content-Type: text/plain; charset=klingon\r\n\r\nHallo \xfc",
    "broken boundary": b'Content-Type: multipart/mixed; boundary="x\r\n\r\n--y\r\n\r\nHallo\r\n',
    "no boundary": b"Content-Type: multipart/mixed\r\n\r\nHallo",
    "nul bytes": b"\r\nHal\x00lo\x00",
    "8-bit subject": b"Subject: \xe9\xff\xfe\x00\r\n\r\nHallo",
    "no text": b"\r\n",
}


@pytest.mark.parametrize("name", ODD)
def test_a_damaged_mail_is_a_ticket_all_the_same(world, name):
    arrival = arrived(b"From: ana@musterbach.example\r\nX: y\r\n" + ODD[name])

    assert arrival.outcome == "ticket", arrival.reason
    assert Ticket.objects.get().subject


def test_two_hundred_nested_parts_are_a_ticket(world):
    assert arrived(nested(200)).outcome == "ticket"


def test_a_mail_of_thirty_megabytes_is_a_ticket(world):
    """Different words, so that nothing compresses away: the search must not choke either."""
    lines = b"".join(b"zeile %d wort%d\r\n" % (number, number) for number in range(1_400_000))

    arrival = arrived(b"From: ana@musterbach.example\r\nSubject: lang\r\n\r\n" + lines)

    assert len(lines) > 30_000_000
    assert arrival.outcome == "ticket", arrival.reason
    [file] = Attachment.objects.all()
    assert (file.name, file.sha256) == ("message.txt", "")
    assert len(Message.objects.get(kind="incoming").text) <= 200_000


def test_a_file_that_is_too_large_is_named_but_not_kept(world, settings):
    settings.MAX_ATTACHMENT_BYTES = 1000
    message = letter()
    message.add_attachment(b"x" * 2000, maintype="image", subtype="png", filename="gross.png")

    arrived(message)

    [file] = Attachment.objects.all()
    assert (file.name, file.size, file.sha256) == ("gross.png", 2000, "")
    assert file.refused.endswith(".")


def test_a_message_that_always_fails_is_quarantined_and_can_be_handled_again(world, monkeypatch):
    def fail(*args, **kwargs):
        raise ValueError("poison")

    arrival = store_arrival(
        letter().as_bytes(),
        channel="mail",
        reception=uuid.uuid4(),
        envelope_from="a@b.example",
        envelope_to=[],
        received_at=now(),
    )
    with monkeypatch.context() as patch:
        patch.setattr("vitrine.tickets.actions.intake.open_tickets", fail)
        for _attempt in range(2):
            with pytest.raises(ValueError, match="poison"):
                handle_stored([arrival.pk])
        handle_stored([arrival.pk])
    arrival.refresh_from_db()
    assert (arrival.outcome, Ticket.objects.count()) == ("quarantined", 0)
    assert "poison" in arrival.reason

    reopen_arrival(arrival, by=world.otto)
    handle_stored([arrival.pk])

    arrival.refresh_from_db()
    assert (arrival.outcome, Ticket.objects.count()) == ("ticket", 1)


@pytest.mark.django_db(transaction=True)
def test_eight_workers_and_two_copies_make_one_ticket(world):
    raw = letter(sender="Ganz Neu <ganzneu@musterbach.example>").as_bytes()
    arrivals = [
        store_arrival(
            raw,
            channel="mail",
            reception=uuid.uuid4(),
            envelope_from="a@b.example",
            envelope_to=[],
            received_at=now(),
        )
        for _copy in range(2)
    ]
    problems = []

    def work(arrival):
        try:
            handle_stored([arrival.pk])
        except Exception as error:  # noqa: BLE001 - told below
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(arrivals[n % 2],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not problems
    assert sorted(Arrival.objects.values_list("outcome", flat=True)) == ["duplicate", "ticket"]
    assert Ticket.objects.count() == 1
    assert MailAddress.objects.filter(address="ganzneu@musterbach.example").count() == 1
