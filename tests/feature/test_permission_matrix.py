"""Role x address x method: allowed and refused, for every address of the product."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image

from tests.cast import World
from tests.feature.status_scene import MAINTENANCE, editor, enrolled, second_administrator
from tests.permissions import (
    ANONYMOUS,
    ANYBODY,
    CAST,
    NOBODY,
    STAFF,
    STATE_TABLE,
    TABLE,
    addresses,
    player,
)
from tests.phone_objects import PHONE_OBJECTS
from vitrine.accounts.choices import Role
from vitrine.accounts.models import Account
from vitrine.calendars.models import ClosingDay
from vitrine.correspondence.actions import create_mailbox
from vitrine.correspondence.models import Arrival
from vitrine.directory.models import Absence, Service
from vitrine.kernel.clock import now, today
from vitrine.kernel.files import keep
from vitrine.publication.encoding import event_from
from vitrine.status.actions import add_duty, keep_probe, propose
from vitrine.status.actions.console import set_aside
from vitrine.status.choices import ProposalSource
from vitrine.status.models import (
    CommentTemplate,
    Component,
    Duty,
    Event,
    Interruption,
    Maintenance,
    PreparedChange,
    Probe,
    Proposal,
    SecurityKey,
    SetAside,
)
from vitrine.telephony.actions import instruct_phone
from vitrine.telephony.models import Instruction
from vitrine.tickets.actions import block_sender, create_sorting_rule, delegate, reply
from vitrine.tickets.models import (
    Attachment,
    BlockedSender,
    Fax,
    FaxPage,
    Message,
    QuestionType,
    SortingRule,
    Ticket,
)
from vitrine.tickets.rules import ReceivedFile

SIGN_IN = "/account/login/"
ADDRESSES = {address.name: address for address in addresses()}
METHODS = ("GET", "POST")
PROBES = frozenset({ANONYMOUS, "call taker", "status editor"})
"""Who tries a method that the row does not name; it is refused before the role matters."""


def undelivered(ticket: Ticket) -> Message:
    """A reply that could not be delivered."""
    message = reply(ticket, text="Guten Tag", by=ticket.owner or Account.objects.earliest("pk"))
    assert message.promise is not None
    message.promise.failed_at, message.promise.failure = now(), "nobody knows"
    message.promise.failure_class = "uncertain"
    message.promise.save()
    return message


def picture_in(ticket: Ticket) -> Attachment:
    """A picture that somebody sent."""
    content = io.BytesIO()
    Image.new("RGB", (2, 2)).save(content, "PNG")
    return Attachment.objects.create(
        message=ticket.messages.earliest("pk"),
        name="Foto.png",
        content_type="image/png",
        size=len(content.getvalue()),
        sha256=keep(content.getvalue()),
    )


MESSAGE_ADDRESSES = (
    "original",
    "as-sent",
    "message-page",
    "pictures",
    "outside-picture",
    "message-source",
    "message-file",
    "message-language",
)


def order_of_the_call_taker(_ticket: Ticket) -> Instruction:
    """What Bruno has told the telephone; nobody else is told what became of it."""
    mine = Account.objects.filter(roles=[Role.CALL_TAKER]).earliest("pk")
    return instruct_phone("ready", agent="agent-1", by=mine)


OBJECTS: dict[str, Callable[[Ticket], Model]] = {
    "desk:attachment": lambda ticket: Attachment.objects.get(message__ticket=ticket),
    **dict.fromkeys(
        [f"desk:{name}" for name in MESSAGE_ADDRESSES],
        lambda ticket: Message.objects.filter(ticket=ticket).earliest("pk"),
    ),
    "desk:thumbnail": picture_in,
    "desk:resend": undelivered,
    "desk:other-address": undelivered,
    "desk:arrived": undelivered,
    "desk:split": lambda ticket: Message.objects.filter(ticket=ticket).earliest("pk"),
    "desk:arrival-source": lambda _ticket: Arrival.objects.get(outcome="quarantined"),
    "desk:arrival-again": lambda _ticket: Arrival.objects.get(outcome="quarantined"),
    "desk:arrival-dismissal": lambda _ticket: Arrival.objects.get(outcome="quarantined"),
    "desk:question-type-edit": lambda _ticket: QuestionType.objects.earliest("pk"),
    "desk:letter": undelivered,
    **PHONE_OBJECTS,
    "desk:phone-told": order_of_the_call_taker,
    "desk:fax-page": lambda _ticket: FaxPage.objects.earliest("pk"),
    "desk:spam-source": lambda _ticket: Arrival.objects.get(outcome="spam"),
    "desk:spam-belief": lambda _ticket: Arrival.objects.get(outcome="spam"),
    "desk:sorting-rule-edit": lambda _ticket: SortingRule.objects.earliest("pk"),
    "desk:sorting-rule-place": lambda _ticket: SortingRule.objects.earliest("pk"),
    "desk:sorting-rule-switch": lambda _ticket: SortingRule.objects.earliest("pk"),
    "desk:sorting-rule-removal": lambda _ticket: SortingRule.objects.earliest("pk"),
    "desk:block-end": lambda _ticket: BlockedSender.objects.earliest("pk"),
    "desk:mailbox": lambda _ticket: create_mailbox(
        "Desk", host="imap.example", user="desk", by=None
    ),
    "desk:service-edit": lambda _ticket: Service.objects.earliest("pk"),
    "desk:closing-day-removal": lambda _ticket: ClosingDay.objects.earliest("pk"),
    "desk:absence-end": lambda _ticket: Absence.objects.earliest("pk"),
    "desk:dismissal": lambda _ticket: Proposal.objects.earliest("pk"),
    "desk:state-aside-anew": lambda _ticket: SetAside.objects.get(),
    "desk:maintenance": lambda _ticket: Maintenance.objects.earliest("pk"),
    "desk:probe": lambda _ticket: Probe.objects.earliest("pk"),
    "desk:probe-removal": lambda _ticket: Probe.objects.earliest("pk"),
    **dict.fromkeys(
        [f"desk:state-component{act}" for act in ("", "-owner", "-retirement")],
        lambda _ticket: Component.objects.earliest("pk"),
    ),
    "desk:state-template": lambda _ticket: CommentTemplate.objects.earliest("pk"),
    "desk:duty-end": lambda _ticket: Duty.objects.earliest("pk"),
    "desk:revocation": lambda _ticket: SecurityKey.objects.filter(
        account__email="sofie@desk.example"
    ).latest("pk"),
    "desk:account-edit": lambda _ticket: Account.objects.earliest("pk"),
}
"""What stands behind the number in an address."""


@pytest.fixture
def state(world: World, request: pytest.FixtureRequest) -> None:
    """An interruption, a maintenance, a proposal, a duty, and something that Stan prepared.

    Only where an address speaks of them: passwords are slow by design.
    """
    if request.node.callspec.params["name"] not in STATE_TABLE:
        return
    stan = editor(world)
    world.sofie.roles = [Role.STATUS_EDITOR]
    world.sofie.save()
    enrolled(world.sofie, first=world.otto, second=second_administrator())
    world.sofie.roles = [Role.SUPERVISOR]
    world.sofie.save()
    stan.publish()
    stan.publish(MAINTENANCE, kind="maintenance")
    propose(ProposalSource.PROBE, subject="web", components=["register"])
    begins = now()
    add_duty(
        name="Nele", phone="1", begins_at=begins, ends_at=begins + timedelta(days=1), by=world.stan
    )
    keep_probe(
        None,
        name="Page",
        component=Component.objects.earliest("pk"),
        kind="http",
        target="http://register.example/",
        by=world.otto,
    )
    set_aside([event_from(Event.objects.latest("version").content)], public_hash="0" * 64)
    stan.prepare({"comments": {"fr": "Encore."}}, kind="comment")


@pytest.fixture
def ticket(world: World, state: None) -> Ticket:
    """A ticket that Dora has as second line of Applications."""
    asked = world.ticket(files=(ReceivedFile("Brief.txt", b"Guten Tag"),))
    delegate(asked, service=world.applications, motive="Bitte prüfen.", by=world.bruno)
    Absence.objects.create(account=world.emil, first_day=today(), last_day=today())
    arrival = Arrival.objects.create(channel="mail", received_at=now(), raw=b"Ana", sha256="0")
    Arrival.objects.create(
        channel="mail",
        received_at=now(),
        raw=b"",
        sha256="1",
        handled_at=now(),
        outcome="quarantined",
        reason="It is empty.",
    )
    Arrival.objects.create(
        channel="mail",
        received_at=now(),
        raw=b"Subject: Offer\n\n",
        sha256="2",
        handled_at=now(),
        outcome="spam",
        reason="The spam filter says so.",
    )
    fax = Fax.objects.create(message=asked.messages.get(), digest="0")
    page_kept = keep(b"\x89PNG")
    FaxPage.objects.create(
        fax=fax, position=1, picture=page_kept, thumbnail=page_kept, width=1, height=1
    )
    block_sender("offers@elsewhere.example", reason="Offers", by=world.bruno)
    create_sorting_rule(
        name="Keys",
        conditions=[("subject", "contains", ["clé"])],
        question_type=world.access,
        by=world.marc,
    )
    # allauth asks somebody who has a password for it before he changes his security.
    Account.objects.update(password="usable")
    for role in CAST:
        player(world, role=role).refresh_from_db()
    Message.objects.filter(ticket=asked).update(arrival=arrival)
    return asked


def values_for(name: str, *, ticket: Ticket) -> dict[str, Any]:
    """What stands in the address for each of its arguments."""
    known: dict[str, Any] = {
        "number": ticket.number,
        "name": "closed",
        "key": "none",
        "uidb36": "1",
        "pk": 0,
        "path": "de/index.html",
        "language": "de",
        "phrase": "welcome",
    }
    if name.startswith("desk:state-review"):
        known["nonce"] = PreparedChange.objects.latest("pk").nonce
    if name.startswith("desk:interruption"):
        known["code"] = Interruption.objects.get().code
    if name == "desk:year":
        known["number"] = 2027
    if name in OBJECTS:
        known["pk"] = OBJECTS[name](ticket).pk
    return {argument: known[argument] for argument in ADDRESSES[name].arguments}


def url_of(name: str, *, ticket: Ticket) -> str:
    """The address; one without a name in the URL conf is called after its route."""
    if name == ADDRESSES[name].route:
        return f"/{name}"
    return reverse(name, kwargs=values_for(name, ticket=ticket))


@pytest.fixture
def browsers(world: World, ticket: Ticket) -> dict[str, Client]:
    """A browser for every role, signed in; one for nobody."""
    opened = {role: Client() for role in ANYBODY}
    for role in CAST:
        opened[role].force_login(player(world, role=role))
    return opened


def answer_to(browser: Client, *, method: str, url: str) -> HttpResponse:
    """What the product answers; whatever that changed is undone."""
    with transaction.atomic():
        response = browser.generic(method, url)
        transaction.set_rollback(True)
    return response


def verdict(response: HttpResponse, *, url: str) -> str:
    """`allowed`, `sign in`, `not found`, or the status that should not have come."""
    if response.status_code in (301, 302, 303):
        goes_to_sign_in = response.headers["Location"].startswith(SIGN_IN)
        return "sign in" if goes_to_sign_in else "allowed"
    if response.status_code == 404 or (response.status_code == 403 and "/account/" in url):
        return "not found"  # allauth says 403
    if response.status_code == 405:
        return "no such method"
    is_allowed = response.status_code < 300 or response.status_code in (400, 409, 422)
    return "allowed" if is_allowed else str(response.status_code)


def expected_of(role: str, *, name: str, method: str) -> set[str]:
    """What the table allows the product to answer."""
    if role in TABLE[name].get(method, NOBODY):
        return {"allowed"}
    refused = "sign in" if role == ANONYMOUS else "not found"
    return {refused} if method in TABLE[name] else {refused, "not found", "no such method"}


def test_every_address_has_a_row():
    assert sorted(ADDRESSES) == sorted(TABLE)


def test_every_role_is_played():
    assert STAFF | {ANONYMOUS} == ANYBODY
    assert len(CAST) == len(set(CAST.values()))


@pytest.mark.parametrize("name", sorted(TABLE))
def test_everybody_gets_what_the_table_says(name, ticket, browsers, settings):
    settings.PHONE_SOCKET = "/ws"
    url = url_of(name, ticket=ticket)
    wrong = []
    for method in METHODS:
        for role in sorted(ANYBODY if method in TABLE[name] else PROBES):
            expected = expected_of(role, name=name, method=method)
            answer = answer_to(browsers[role], method=method, url=url)
            seen = verdict(answer, url=url)
            if seen not in expected:
                wrong.append(f"{method} as {role}: {seen}, not {' or '.join(sorted(expected))}")
    assert not wrong, "\n".join(wrong)
