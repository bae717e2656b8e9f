"""Spam is set aside where everybody sees it, and nothing of it is lost (issue 5, item 9)."""

from datetime import timedelta

import pytest

from tests.feature.test_mail_arriving import arrived, letter
from vitrine.channels.jobs import erase_old_spam
from vitrine.channels.mail.arrive import handle_stored
from vitrine.correspondence.actions import believe_arrival
from vitrine.correspondence.models import Arrival, Promise
from vitrine.directory.models import MailAddress
from vitrine.journal.models import Entry
from vitrine.kernel.clock import now
from vitrine.tickets.actions import (
    block_sender,
    change_intake_policy,
    create_sorting_rule,
    reply,
    unblock_sender,
)
from vitrine.tickets.errors import (
    AlreadyBlocked,
    BlocksOthersToo,
    CannotBlock,
    ChangedMeanwhile,
    MotiveMissing,
    NoSuchSender,
)
from vitrine.tickets.models import BlockedSender, IntakePolicy, Ticket

EVE = "eve@offers.example"
SPAM = "/desk/spam/"
BLOCKED = "/desk/settings/blocked-senders/"
RECEPTION = "/desk/settings/reception/"


def offer(**headers):
    """A mail of Eve's."""
    return letter("Buy now, dear friend!", sender=f"Eve <{EVE}>", subject="Offer", **headers)


def filtered(**headers):
    """The mail as it comes through our own filter."""
    raw = offer(**headers).as_bytes()
    return b"Received: from a.example by mx.register.example; Mon, 23 Nov 2026\r\n" + raw


def test_what_a_blocked_sender_writes_stands_in_the_spam_with_the_reason(client, world):
    block_sender(EVE.upper(), reason="Advertising", by=world.marc)

    arrival = arrived(offer(), envelope_from=EVE)

    assert (arrival.outcome, Ticket.objects.count()) == ("spam", 0)
    assert not MailAddress.objects.filter(address=EVE).exists()  # no person is made of it
    client.force_login(world.bruno)
    page = client.get(SPAM).text
    assert EVE in page
    assert "Advertising" in page
    assert "Offer" in page
    assert b"Buy now" in client.get(f"{SPAM}{arrival.pk}/").content


def test_not_spam_makes_it_a_ticket_as_if_it_just_came(client, world):
    block_sender("offers.example", reason="Advertising", by=world.marc)
    create_sorting_rule(
        name="Offers", conditions=[("subject", "is", ["offer"])], urgency=2, by=world.marc
    )
    create_sorting_rule(
        name="Spam", conditions=[("subject", "is", ["offer"])], is_spam=True, by=world.marc
    )
    arrival = arrived(offer(), envelope_from=EVE)
    came = arrival.received_at
    client.force_login(world.bruno)

    client.post(f"{SPAM}{arrival.pk}/belief/")
    handle_stored([arrival.pk])

    arrival.refresh_from_db()
    ticket = Ticket.objects.get()
    assert (arrival.outcome, ticket.opened_at, ticket.urgency) == ("ticket", came, 2)
    assert Promise.objects.get().to_address == EVE  # acknowledged like any other
    assert Entry.objects.get(verb="arrival.believed").by == world.bruno
    assert believe_arrival(arrival, by=world.bruno).outcome == "ticket"  # a second click


def test_a_block_ends_by_itself_and_can_be_lifted(world):
    block = block_sender(EVE, reason="Once", expires_at=now() + timedelta(days=1), by=world.marc)
    assert arrived(offer(), envelope_from=EVE).outcome == "spam"
    BlockedSender.objects.update(expires_at=now() - timedelta(minutes=1))
    IntakePolicy.objects.update(token="00000000-0000-0000-0000-000000000001")
    assert arrived(offer(), envelope_from=EVE).outcome == "ticket"

    again = block_sender(EVE, reason="Again", by=world.marc)  # the old one is over
    block.refresh_from_db()
    assert block.lifted_at is not None
    unblock_sender(again, by=world.marc)
    assert arrived(offer(), envelope_from=EVE).outcome in ("ticket", "entry")


@pytest.mark.parametrize(
    ("sender", "reason", "error"),
    [
        ("", "x", NoSuchSender),
        ("nonsense", "x", NoSuchSender),
        ("a b@c.example", "x", NoSuchSender),
        ("-bad-.example", "x", NoSuchSender),
        (EVE, "  ", MotiveMissing),
        ("helpdesk@register.example", "x", CannotBlock),
        ("register.example", "x", CannotBlock),
        ("gmail.com", "x", BlocksOthersToo),
        ("musterbach.example", "x", BlocksOthersToo),
        ("somebody@musterbach.example", "x", BlocksOthersToo),
    ],
)
def test_nobody_is_blocked_by_mistake(sender, reason, error, world):
    with pytest.raises(error):
        block_sender(sender, reason=reason, by=world.marc)

    assert not BlockedSender.objects.exists()


def test_a_domain_of_ours_is_blocked_only_after_a_warning(client, world):
    client.force_login(world.marc)
    data = {"sender": "@musterbach.example", "reason": "Broken robot"}

    warned = client.post(BLOCKED, data)
    assert warned.status_code == 422
    assert "Musterbach" in warned.text
    assert not BlockedSender.objects.exists()

    assert client.post(BLOCKED, data | {"is_confirmed": "on"}).status_code == 302
    assert BlockedSender.objects.get().pattern == "musterbach.example"
    with pytest.raises(AlreadyBlocked):
        block_sender("musterbach.example", reason="x", is_confirmed=True, by=world.marc)


def test_one_click_closes_a_ticket_as_spam_and_blocks_and_another_undoes_both(client, world):
    arrived(offer(), envelope_from=EVE)
    ticket = Ticket.objects.get()
    client.force_login(world.bruno)

    assert client.post(f"/desk/tickets/{ticket.number}/spam/").status_code == 303

    ticket.refresh_from_db()
    assert (ticket.state, ticket.outcome) == ("closed", "spam")
    assert arrived(offer(), envelope_from=EVE).outcome == "spam"
    page = client.get(f"/desk/tickets/{ticket.number}/").text
    assert f"/desk/tickets/{ticket.number}/no-spam/" in page

    client.post(f"/desk/tickets/{ticket.number}/no-spam/")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.outcome, ticket.closed_at) == ("new", "", None)
    assert ticket.due_at is not None
    assert not BlockedSender.objects.filter(lifted_at=None).exists()


def test_one_click_never_blocks_an_office_of_ours_silently(client, world):
    arrived(letter())
    ticket = Ticket.objects.get()
    client.force_login(world.bruno)
    url = f"/desk/tickets/{ticket.number}/spam/"

    asked = client.post(url)
    assert asked.status_code == 422
    assert "Musterbach" in asked.text
    ticket.refresh_from_db()
    assert ticket.state == "new"

    client.post(url, {"asked": "True"})  # close it, block nobody
    ticket.refresh_from_db()
    assert (ticket.state, BlockedSender.objects.count()) == ("closed", 0)


def test_what_was_answered_is_no_spam(client, world):
    ticket = world.ticket()
    reply(ticket, text="Der Schlüssel folgt.", by=world.bruno)
    client.force_login(world.bruno)

    assert client.post(f"/desk/tickets/{ticket.number}/spam/").status_code == 422
    ticket.refresh_from_db()
    assert ticket.state == "open"


def test_the_opinion_of_our_filter_counts_once_the_house_says_so(world):
    flag = {"X_Spam_Status": "Yes, score=9.1 required=5"}
    assert arrived(filtered(**flag), envelope_from=EVE).outcome == "ticket"
    change_intake_policy(version=1, trusted_hops=["mx.register.example"], by=world.marc)

    judged = arrived(filtered(**flag), envelope_from=EVE)

    assert judged.outcome == "spam"
    assert "x-spam-status" in judged.reason
    assert arrived(offer(**flag), envelope_from=EVE).outcome == "ticket"  # not through our server


def test_an_answer_to_our_own_message_is_never_judged_by_a_filter(world):
    change_intake_policy(version=1, trusted_hops=["mx.register.example"], by=world.marc)
    arrived(letter())
    [acknowledgement] = Promise.objects.all()

    raw = letter(In_Reply_To=acknowledgement.message_id, X_Spam_Flag="YES").as_bytes()
    answer = arrived(b"Received: from a by mx.register.example; Mon\r\n" + raw)

    assert answer.outcome == "entry"


def test_spam_is_erased_after_its_days_and_the_journal_says_so(world):
    change_intake_policy(version=1, keep_spam_days=7, by=world.marc)
    block_sender(EVE, reason="Advertising", by=world.marc)
    old, young = (arrived(offer(), envelope_from=EVE) for _each in range(2))
    Arrival.objects.filter(pk=old.pk).update(received_at=now() - timedelta(days=8))

    erase_old_spam(int(now().timestamp()))

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.outcome, bytes(old.raw), old.envelope_from) == ("erased", b"", "")
    assert (young.outcome, bool(young.raw)) == ("spam", True)
    assert Entry.objects.filter(verb="arrival.erased", subject_id=old.pk).exists()


def test_the_page_for_spam_and_fax_keeps_what_is_typed_and_refuses_nonsense(client, world):
    client.force_login(world.marc)
    data = {
        "trusted_hops": "MX.register.example.\n\nmx2.register.example",
        "spam_points": "6.5",
        "keep_spam_days": "14",
        "takes_fax": "on",
        "fax_gateways": "Fax@gateway.example",
        "version": "1",
    }

    assert client.post(RECEPTION, data).status_code == 302
    policy = IntakePolicy.objects.get()
    assert policy.trusted_hops == ["mx.register.example", "mx2.register.example"]
    assert (policy.spam_points, policy.keep_spam_days) == (6.5, 14)
    assert policy.fax_gateways == ["fax@gateway.example"]
    assert client.post(RECEPTION, data).status_code == 422  # an old page
    nonsense = {"fax_gateways": "no address", "keep_spam_days": "0", "version": "2"}
    assert client.post(RECEPTION, data | nonsense).status_code == 422
    with pytest.raises(ChangedMeanwhile):
        change_intake_policy(version=1, keep_spam_days=3, by=world.paula)


def test_a_long_list_of_spam_is_paged(client, world, django_assert_max_num_queries):
    for number in range(101):
        Arrival.objects.create(
            channel="mail",
            received_at=now(),
            raw=f"From: a{number}@x.example\nSubject: Offer {number}\n\n".encode() + b"x" * 9000,
            sha256=str(number),
            handled_at=now(),
            outcome="spam",
            reason="The spam filter says so.",
        )
    client.force_login(world.bruno)

    with django_assert_max_num_queries(8):
        page = client.get(SPAM)

    assert "Offer 100" in page.text
    assert "Offer 0<" not in page.text
    assert "Offer 0" in client.get(f"{SPAM}?before={page.context['older']}").text
    assert client.get(f"{SPAM}?before=²").status_code == 200
