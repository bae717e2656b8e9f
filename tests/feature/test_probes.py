"""Probes propose and decide nothing; only administrators say whom our servers ask."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.feature.status_scene import editor
from vitrine.kernel.clock import now
from vitrine.status.actions import keep_probe, run_due_probes
from vitrine.status.models import Component, Event, Probe, ProbeResult, Proposal
from vitrine.status.queries.looking import Look
from vitrine.status.rules.probing import InvalidTarget

FORM = {
    "name": "Seite",
    "kind": "http",
    "target": "https://register.example/health",
    "every_minutes": "1",
    "timeout_seconds": "5",
    "failures_in_a_row": "3",
    "days_left": "14",
    "position": "slowed",
    "is_on": "on",
}


@pytest.fixture
def probe(world, settings):
    editor(world)
    settings.PROBE_NETWORKS = "10.0.0.0/8"
    settings.PROBE_PLACE = "Brussels"
    return keep_probe(
        None,
        name="Seite",
        component=Component.objects.earliest("pk"),
        kind="http",
        target="http://register.example/",
        position="slowed",
        is_on=True,
        by=world.otto,
    )


@pytest.fixture
def sees(monkeypatch):
    """What the next looks see."""
    answers = []
    monkeypatch.setattr("vitrine.status.actions.probing.look", lambda *_a, **_m: answers.pop(0))

    def arrange(*faults):
        answers.extend(Look(milliseconds=7, fault=fault) for fault in faults)

    return arrange


def pass_a_minute(probe):
    Probe.objects.filter(pk=probe.pk).update(due_at=now() - timedelta(seconds=1))
    return run_due_probes()


def test_three_failures_in_a_row_propose_and_nothing_changes_by_itself(probe, sees):
    sees("slow", "slow", "", "slow", "slow", "refused")
    for _minute in range(5):
        assert pass_a_minute(probe) == 1
    assert not Proposal.objects.exists()
    pass_a_minute(probe)
    [proposal] = Proposal.objects.all()
    assert (proposal.source, proposal.subject) == ("probe", "Seite")
    assert (proposal.position, proposal.sub_reason) == ("slowed", "partial")
    assert proposal.facts["fault"] == "refused"
    assert proposal.facts["place"] == "Brussels"
    assert Event.objects.count() == 1


def test_failures_of_two_places_are_not_a_row(probe, sees, settings):
    sees("slow", "slow", "slow", "slow")
    for place in ("Brussels", "Namur", "Brussels", "Namur"):
        settings.PROBE_PLACE = place
        pass_a_minute(probe)
    assert not Proposal.objects.exists()


def test_what_is_over_is_withdrawn(probe, sees):
    sees("slow", "slow", "slow", "")
    for _minute in range(3):
        pass_a_minute(probe)
    Proposal.objects.update(seen_at=now() - timedelta(minutes=10))
    pass_a_minute(probe)
    assert Proposal.objects.get().withdrawn_at is not None


def test_nothing_is_asked_where_no_network_is_allowed(probe, settings):
    settings.PROBE_NETWORKS = ""
    assert pass_a_minute(probe) == 0
    assert not ProbeResult.objects.exists()


def test_a_probe_that_is_not_due_or_off_is_not_asked(probe, sees, world):
    sees("")
    assert pass_a_minute(probe) == 1
    assert run_due_probes() == 0
    keep_probe(probe, component=probe.component, is_on=False, by=world.otto)
    assert pass_a_minute(probe) == 0


def test_old_looks_are_forgotten(probe, sees):
    sees("", "")
    pass_a_minute(probe)
    ProbeResult.objects.update(at=now() - timedelta(days=3))
    pass_a_minute(probe)
    assert ProbeResult.objects.count() == 1


def test_a_target_that_is_none_is_refused_here_and_by_the_database(probe, world):
    with pytest.raises(InvalidTarget):
        keep_probe(probe, component=probe.component, target="file:///etc", by=world.otto)
    with pytest.raises(IntegrityError), transaction.atomic():
        Probe.objects.update(position="works")


def test_an_administrator_sets_a_probe_up_and_takes_it_away(client, world, probe):
    client.force_login(world.otto)
    component = str(Component.objects.earliest("pk").pk)
    wrong = FORM | {"component": component, "target": "ftp://register.example"}
    assert client.post("/desk/state/probes/", wrong).status_code == 422
    same_name = client.post("/desk/state/probes/", FORM | {"component": component})
    assert same_name.status_code == 422
    made = client.post("/desk/state/probes/", FORM | {"component": component, "name": "Zwei"})
    assert made.status_code == 302
    page = client.get("/desk/state/probes/")
    assert "https://register.example/health" in page.content.decode()
    row = Probe.objects.get(name="Zwei")
    changed = FORM | {"component": component, "name": "Drei"}
    client.post(f"/desk/state/probes/{row.pk}/", changed)
    assert Probe.objects.get(pk=row.pk).name == "Drei"
    client.post(f"/desk/state/probes/{row.pk}/removal/")
    assert not Probe.objects.filter(pk=row.pk).exists()


def test_nobody_else_sees_them(client, world, probe):
    for person in (world.bruno, world.stan, world.sofie):
        client.force_login(person)
        assert client.get("/desk/state/probes/").status_code == 404
        assert client.get(f"/desk/state/probes/{probe.pk}/").status_code == 404
