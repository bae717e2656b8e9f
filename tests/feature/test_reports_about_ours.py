"""A report goes to the ticket and the address that it is about; a hard one is remembered."""

import pytest

from tests.feature.test_mail_arriving import arrived, letter
from vitrine.channels.mail.addressing import report_address
from vitrine.correspondence.actions import keep_promise, promise
from vitrine.correspondence.models import Promise
from vitrine.directory.models import MailAddress, Person
from vitrine.journal.models import Entry
from vitrine.tickets.actions import reply
from vitrine.tickets.models import Message, Ticket


@pytest.fixture
def answer(world):
    """An answer of ours that Ana's server has taken."""
    ticket = world.ticket()
    message = reply(ticket, text="Guten Tag, er kommt.", by=world.bruno)
    keep_promise(message.promise, proof="mx: 250 2.0.0 Ok: queued as 4F2A1B")
    return message


def report(
    *,
    address="ana@musterbach.example",
    action="failed",
    status="5.1.1",
    words="550 5.1.1 User unknown",
    returned="",
    to="helpdesk@register.example",
):
    """A delivery report as Postfix writes it."""
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nSubject: Undelivered Mail\r\n"
        "Auto-Submitted: auto-replied\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nThis is the mail system.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; {words}\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n{returned}\r\n--b--\r\n"
    ).encode()


def returned_id(message):
    return f"Message-ID: {message.message_id}\r\n"


def address_of(world):
    return MailAddress.objects.get(person=world.ana)


@pytest.mark.parametrize("found_by", ["verp in the envelope", "verp in To", "returned headers"])
def test_a_hard_report_finds_ticket_and_address(client, world, answer, found_by):
    verp = report_address(answer.promise_id)
    raw = report(
        returned=returned_id(answer) if found_by == "returned headers" else "",
        to=verp if found_by == "verp in To" else "helpdesk@register.example",
    )
    to = [verp] if found_by == "verp in the envelope" else ["helpdesk@register.example"]

    assert arrived(raw, envelope_from="", envelope_to=to).outcome == "bounce"

    [entry] = Entry.objects.filter(verb="ticket.mail_bounced")
    assert (entry.subject_id, entry.facts["kind"]) == (answer.ticket_id, "no_mailbox")
    assert address_of(world).unreachable_since
    client.force_login(world.carla)
    page = client.get(f"/desk/tickets/{answer.ticket.number}/").text
    assert "Kon niet worden bezorgd aan ana@musterbach.example: deze mailbox bestaat niet." in page
    assert f"/other-address/{answer.pk}/" in page


def test_a_soft_report_is_told_and_changes_nothing(world, answer):
    raw = report(status="4.2.2", words="452 4.2.2 mailbox full", returned=returned_id(answer))

    arrived(raw, envelope_from="")

    [entry] = Entry.objects.filter(verb="ticket.mail_bounced")
    assert (entry.facts["permanent"], entry.facts["kind"]) == (False, "full")
    assert address_of(world).unreachable_since is None


def test_a_delay_is_told_quietly(world, answer):
    raw = report(action="delayed", status="4.4.1", returned=returned_id(answer))
    messages = Message.objects.count()

    assert arrived(raw, envelope_from="").outcome == "automatic"

    [entry] = Entry.objects.filter(verb="ticket.mail_delayed")
    assert entry.subject_id == answer.ticket_id
    assert address_of(world).unreachable_since is None
    assert (Message.objects.count(), Ticket.objects.count()) == (messages, 1)


@pytest.mark.parametrize(
    "forged",
    [
        {"returned": "Message-ID: <ticket-2026-000001.aa.bbbbbbbbbbbbbbbb@register.example>\r\n"},
        {"to": "helpdesk+m1.aaaaaaaaaaaaaaaa@register.example"},
        {},
    ],
)
def test_a_report_about_nothing_of_ours_marks_nobody(world, answer, forged):
    assert arrived(report(**forged), envelope_from="").outcome == "bounce"

    assert address_of(world).unreachable_since is None
    assert not Entry.objects.filter(verb="ticket.mail_bounced").exists()


def test_a_report_about_another_address_than_ours_marks_nobody(world, answer):
    raw = report(address="pieter@voorbeeldegem.example", returned=returned_id(answer))

    arrived(raw, envelope_from="")

    assert not MailAddress.objects.filter(unreachable_since__isnull=False).exists()
    assert Entry.objects.filter(verb="ticket.mail_bounced").exists()


def test_what_came_back_goes_to_another_address_which_is_kept(client, world, answer):
    arrived(report(returned=returned_id(answer)), envelope_from="")
    client.force_login(world.bruno)
    where = f"/desk/tickets/{answer.ticket.number}/other-address/{answer.pk}/"

    bad = client.post(where, {"address": "nonsense"})
    done = client.post(where, {"address": "ana.neu@musterbach.example"})
    again = client.post(where, {"address": "ana.neu@musterbach.example"})

    assert (bad.status_code, done.status_code, again.status_code) == (422, 303, 422)
    first, second = Promise.objects.filter(kind="answer").order_by("pk")
    assert (second.to_address, second.text) == ("ana.neu@musterbach.example", first.text)
    answer.refresh_from_db()
    assert answer.promise == second
    ana = Person.objects.get(pk=world.ana.pk)
    assert [one.address for one in ana.mail_addresses.all()][1] == second.to_address
    later = promise(
        "answer",
        about=answer.ticket,
        to=ana,
        language="de",
        subject="x",
        text="y",
        handler=None,
    )
    assert later.to_address == "ana.neu@musterbach.example"  # the one that works


def test_mail_from_the_address_ends_the_remark(world, answer):
    arrived(report(returned=returned_id(answer)), envelope_from="")

    arrived(letter("Hier bin ich."))

    assert address_of(world).unreachable_since is None


def test_an_agent_says_that_an_uncertain_message_arrived(client, world, answer):
    Promise.objects.filter(pk=answer.promise_id).update(
        sent_at=None, failed_at=answer.at, failure="cut", failure_class="uncertain"
    )
    client.force_login(world.bruno)
    where = f"/desk/tickets/{answer.ticket.number}/arrived/{answer.pk}/"

    assert client.post(where).status_code == 303
    assert client.post(where).status_code == 404

    owed = Promise.objects.get(pk=answer.promise_id)
    assert (bool(owed.sent_at), owed.failed_at, owed.failure) == (True, None, "")
