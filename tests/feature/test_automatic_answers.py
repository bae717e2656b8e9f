"""Nobody is answered automatically who is no person, is us, or was answered a moment ago."""

from datetime import timedelta

import pytest
from django.db.models import F

from tests.feature.test_mail_arriving import DESK, arrived, letter
from vitrine.channels.mail.arrive import answering
from vitrine.channels.mail.deliver import composed
from vitrine.correspondence.models import Promise
from vitrine.tickets.models import Ticket


@pytest.mark.parametrize(
    "sender",
    [
        "MAILER-DAEMON@mx.example",
        "postmaster@mx.example",
        "no-reply@shop.example",
        "DoNotReply@shop.example",
        "ne-pas-repondre@impots.example",
    ],
)
def test_robots_get_no_acknowledgement(world, sender):
    arrived(letter(sender=sender))

    assert not Promise.objects.exists()


@pytest.mark.parametrize("envelope", ["", "<>", "MAILER-DAEMON@mx.example"])
def test_where_a_report_would_go_nowhere_nothing_is_sent(world, envelope):
    arrived(letter(), envelope_from=envelope)

    assert not Promise.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "helpdesk@register.example",
        "HelpDesk@Register.EXAMPLE",
        "helpdesk+anything@register.example",
        "support@register.example",
        "bounces+m1.x@register.example",
    ],
)
def test_mail_from_ourselves_under_any_of_our_names_is_ignored(world, settings, address):
    settings.DESK_ALIASES = ["support@register.example"]
    settings.BOUNCE_ADDRESS = "bounces@register.example"

    assert arrived(letter(sender=f"Helpdesk <{address}>")).outcome == "own"
    assert not Promise.objects.exists()


def test_our_own_automatic_answer_that_comes_back_changed_is_ignored(world):
    arrived(letter())
    message = composed(Promise.objects.get())
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Loop"] == DESK
    message.replace_header("Message-ID", "<rewritten@gateway.example>")
    del message["Auto-Submitted"]

    assert arrived(message.as_bytes()).outcome == "own"


def test_our_address_in_copy_makes_no_second_ticket_and_no_participant(world):
    arrived(letter(Cc=f"Desk <{DESK.upper()}>"))

    [ticket] = Ticket.objects.all()
    assert not ticket.participants.exists()


def test_two_systems_that_acknowledge_each_other_come_to_rest(world):
    """The other side marks nothing, keeps no thread and gives each answer a new subject."""
    for turn in range(60):
        arrived(
            letter(
                f"Your ticket {turn} was opened.", sender="desk@other.example", subject=f"{turn}"
            )
        )
        Promise.objects.update(promised_at=F("promised_at") - answering.ONCE_IN)

    assert Promise.objects.count() == answering.MOST_A_DAY


def test_a_flood_from_one_domain_is_acknowledged_up_to_a_limit(world, monkeypatch):
    monkeypatch.setattr(answering, "MOST_FOR_A_DOMAIN", 3)
    for number in range(5):
        arrived(letter(sender=f"p{number}@Musterbach.example"))
    arrived(letter(sender="pieter@voorbeeldegem.example"))

    assert Promise.objects.count() == 4
    Promise.objects.update(promised_at=F("promised_at") - timedelta(hours=2))
    arrived(letter(sender="p9@musterbach.example"))
    assert Promise.objects.count() == 5


def test_nothing_automatic_goes_to_an_address_that_does_not_work(world):
    world.ana.mail_addresses.update(unreachable_since="2026-01-01T00:00Z")

    world.ticket()

    assert not Promise.objects.exists()
