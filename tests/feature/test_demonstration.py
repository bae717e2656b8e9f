"""The fictitious register: complete, through the real actions, never mixed with real data."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from vitrine.accounts.choices import Role
from vitrine.accounts.models import Account
from vitrine.correspondence.models import Arrival, Promise, SinkMessage
from vitrine.directory.models import Category, MailAddress, Organisation
from vitrine.kernel.clock import now
from vitrine.kernel.languages import Language
from vitrine.ops.demo.loading import Refused, load_demonstration
from vitrine.ops.demo.plan import PASSWORD
from vitrine.telephony.choices import CallOutcome
from vitrine.telephony.models import Call
from vitrine.telephony.queries import counts
from vitrine.tickets.choices import Outcome, State
from vitrine.tickets.models import Attachment, Ticket

CITIZENS = {"CIT"}
"""Categories that have persons but no organisation."""


@pytest.fixture
def demonstration(db, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }
    load_demonstration(tell=lambda sentence: None)


def test_the_demonstration_shows_every_state_language_and_role(demonstration):
    tickets = Ticket.objects.all()
    assert tickets.count() >= 60
    assert {ticket.state for ticket in tickets} == set(State.values)
    assert {ticket.outcome for ticket in tickets} >= set(Outcome.values) - {
        Outcome.SPAM,
        Outcome.GONE,  # whether somebody has hung up today depends on the time of the day
    }
    assert {ticket.language for ticket in tickets} == set(Language.values)
    assert {role for account in Account.objects.all() for role in account.roles} == set(Role.values)
    assert all(ticket.opened_at <= ticket.last_activity_at <= now() for ticket in tickets)

    # Every category has somebody, and everybody is marked as fictitious.
    shown = set(Organisation.objects.values_list("category__code", flat=True))
    assert set(Category.objects.values_list("code", flat=True)) - shown <= CITIZENS
    addresses = [*MailAddress.objects.values_list("address", flat=True)]
    addresses += Account.objects.values_list("email", flat=True)
    assert all(address.endswith(".example") for address in addresses)
    assert all("(d" in account.name for account in Account.objects.all())

    # Nobody's call is lost between the outcomes, and every answered one has its ticket.
    whole = counts(since=now() - timedelta(days=30), until=now())
    assert whole.offered > 150
    assert whole.is_balanced
    assert not Call.objects.filter(outcome=CallOutcome.ANSWERED, ticket__isnull=True).exists()
    assert not Call.objects.filter(is_stale=True).exists()

    # What was promised was kept, and lies in the sink only.
    assert not Promise.objects.filter(sent_at__isnull=True).exists()
    assert SinkMessage.objects.count() == Promise.objects.count() > 60
    assert Account.objects.get(email="agent1@desk.example").check_password(PASSWORD)

    with pytest.raises(Refused):
        load_demonstration(tell=lambda sentence: None)


def test_the_demonstration_shows_what_mail_can_bring(demonstration):
    outcomes = list(Arrival.objects.order_by("id").values_list("outcome", flat=True))
    assert outcomes == ["ticket", "spam", "ticket", "ticket", "ticket", "spam"]
    formatted, signed, faxed, doubtful = Ticket.objects.filter(
        messages__arrival__isnull=False
    ).order_by("id")

    assert formatted.language == "fr"
    names = set(Attachment.objects.filter(message__ticket=formatted).values_list("name", flat=True))
    assert "écran.png" in names
    kept = [one.messages.get(kind="incoming").arrival.authenticity for one in (signed, doubtful)]
    assert kept[0]["seal"] == "signed"
    assert kept[0]["invitations"]
    assert [doubt for doubt, _seen in kept[1]["doubts"]] == ["name_is_office"]
    assert (faxed.channel, faxed.organisation.name_de) == ("fax", "Musterbach")


def test_the_demonstration_is_never_loaded_in_production(db, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="never loaded in production"):
        call_command("load_demo", stdout=StringIO())
    assert not Account.objects.exists()
