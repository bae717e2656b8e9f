"""What machines propose about the public state, and what persons decide."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.feature.status_scene import INTERRUPTED, MAINTENANCE, PASSWORD, editor
from tests.feature.test_status_pages import HOST, prepared_by
from vitrine.journal.models import Entry
from vitrine.kernel.clock import now, stopped_at
from vitrine.publication.events import challenge_of, instant
from vitrine.status.actions import dismiss_proposal, propose, propose_by_the_clock
from vitrine.status.choices import ProposalSource
from vitrine.status.errors import AlreadyDecided, ReasonMissing
from vitrine.status.models import PreparedChange, Proposal
from vitrine.tickets.jobs import propose_surges


@pytest.fixture
def stan(world):
    return editor(world)


@pytest.fixture
def browser(stan):
    client = Client(**HOST)
    client.force_login(stan.account)
    return client


def test_a_surge_proposes_and_a_person_decides(world, stan, client):
    people = [
        (world.ana, world.musterbach),
        (world.pieter, world.voorbeeldegem),
        (world.luc, None),
    ]
    for index in range(6):
        person, organisation = people[index % 3]
        world.ticket(
            requester=person,
            organisation=organisation,
            subject="Verbindung unterbrochen",
            message_id=f"<surge{index}@tests.example>",
            question_type=world.access,
        )
    assert propose_surges() == 1
    assert propose_surges() == 1
    proposal = Proposal.objects.get()
    assert (proposal.source, proposal.facts["tickets"]) == ("surge", 6)
    client.force_login(world.sofie)
    assert "6 tickets" in client.get("/desk/lists/new/").text
    refused = client.post(f"/desk/state/proposals/{proposal.pk}/dismissal/", {"reason": " "})
    assert refused.status_code == 422
    client.post(f"/desk/state/proposals/{proposal.pk}/dismissal/", {"reason": "Übung"})
    proposal.refresh_from_db()
    assert (proposal.decided_by, proposal.reason) == (world.sofie, "Übung")
    assert propose_surges() == 1
    assert Proposal.objects.count() == 1  # dismissed a moment ago: not proposed again


def test_calls_that_nobody_has_written_up_yet_are_no_surge_of_the_word_call(world):
    subjects = ("Telefonanruf", "Appel téléphonique\u202f: Helpdesk", "Telefonische oproep: IT")
    for index in range(18):
        world.ticket(
            requester=(world.ana, world.pieter, world.luc)[index // 3 % 3],
            organisation=(world.musterbach, world.voorbeeldegem, None)[index // 3 % 3],
            subject=subjects[index % 3],
            message_id=f"<call{index}@tests.example>",
        )
    assert propose_surges() == 0


def test_a_proposal_is_decided_once(world, stan):
    proposal = propose(ProposalSource.PROBE, subject="web", what="timeout")
    with pytest.raises(ReasonMissing):
        dismiss_proposal(proposal, reason="", by=world.sofie)
    dismiss_proposal(proposal, reason="Übung", by=world.sofie)
    with pytest.raises(AlreadyDecided):
        dismiss_proposal(proposal, reason="Noch einmal", by=world.stan)


def test_an_accepted_proposal_prefills_the_change(stan, browser):
    proposal = propose(
        ProposalSource.PROBE, subject="web", components=["register"], sub_reason="slow"
    )
    form = browser.get(f"/desk/state/change/?proposal={proposal.pk}").context["form"]
    assert (form["position"].value(), form["sub_reason"].value()) == ("slowed", "slow")
    answer = prepared_by(browser, position="slowed", sub_reason="slow", proposal=proposal.pk)
    where = answer.headers["Location"]
    asked = browser.post(where, {"challenge": "1"}).json()
    fresh = PreparedChange.objects.get(nonce=asked["nonce"])
    signed = stan.keys[0].signed(challenge_of(fresh.change))
    browser.post(
        where,
        {"nonce": fresh.nonce, "password": PASSWORD, "proposal": proposal.pk, **signed},
    )
    proposal.refresh_from_db()
    assert proposal.accepted_at


def test_a_window_that_begins_and_an_end_that_passes_propose(world, stan):
    begins = now() + timedelta(minutes=5)
    window = MAINTENANCE | {
        "starts_at": instant(begins),
        "ends_at": instant(begins + timedelta(hours=1)),
    }
    stan.publish(window, kind="maintenance")
    propose_by_the_clock()
    assert not Proposal.objects.exists()
    with stopped_at(begins + timedelta(minutes=1)):
        propose_by_the_clock()
        assert Proposal.objects.get().facts["step"] == "begin"
    with stopped_at(begins + timedelta(hours=2)):
        propose_by_the_clock()
        assert Proposal.objects.get().withdrawn_at  # nobody began it, and its time is over
    late = {**INTERRUPTED, "expected_end": instant(now() + timedelta(minutes=10))}
    stan.publish(late)
    with stopped_at(now() + timedelta(minutes=11)):
        propose_by_the_clock()
        assert Proposal.objects.filter(source="overrun", withdrawn_at=None).count() == 1


def test_everybody_at_the_desk_is_reminded_the_day_before(world, stan, client):
    begins = now() + timedelta(days=3)
    texts = {"titles": {"fr": "Serveurs", "nl": "Servers", "de": "Server", "en": "New servers"}}
    window = (
        MAINTENANCE
        | texts
        | {
            "starts_at": instant(begins),
            "ends_at": instant(begins + timedelta(hours=1)),
        }
    )
    stan.publish(window, kind="maintenance")
    client.force_login(world.bruno)
    assert "New servers" not in client.get("/desk/state/banner/?language=en").text
    with stopped_at(begins - timedelta(hours=20)):
        assert "New servers" in client.get("/desk/state/banner/?language=en").text
        propose_by_the_clock()
        propose_by_the_clock()
    assert Entry.objects.filter(verb="status.reminder_due").count() == 1
    with stopped_at(begins + timedelta(minutes=1)):
        assert "New servers" not in client.get("/desk/state/banner/?language=en").text
