"""The calls of the telephone at the desk: list, story, call-backs, figures of the day."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import World
from tests.phone_journal import Journal
from tests.phone_scene import HTMX, busy_morning, english, read
from vitrine.kernel.clock import now
from vitrine.telephony.actions import (
    change_policy,
    check_may_dial,
    keep_events,
    show_floor,
    tell_calls,
)
from vitrine.telephony.errors import NoMoreCallsOut
from vitrine.telephony.models import Call, CallBack, Instruction
from vitrine.telephony.rules.floor import DIALLED, Floor
from vitrine.telephony.rules.names import agent_name
from vitrine.telephony.rules.routing import Policy
from vitrine.voice import call_flow as core
from vitrine.voice.call_flow.talking import CallArrived

PAGE = "/desk/phone/"


@pytest.fixture
def floor(world: World) -> Floor:
    """A busy morning."""
    return busy_morning(world)


def journal_of_a_call(world: World, *, service: str = "") -> Call:
    """Rings at Carla, who misses it, then at Bruno, who talks; told from its journal."""
    carla, bruno = agent_name(world.carla.pk), agent_name(world.bruno.pk)
    journal = Journal()
    for name, spoken in ((carla, ("nl",)), (bruno, ("fr", "nl"))):
        journal.happens(core.AgentSignedIn(agent=name, languages=dict.fromkeys(spoken, 2)), at=0)
        journal.happens(core.AgentReady(agent=name), at=0)
    journal.write(CallArrived(call="story-1", number="+3225550177"), seconds=10)
    offered = core.CallOffered(call="story-1", number="+3225550177", language="nl", service=service)
    journal.happens(offered, at=20)
    missed = core.Failure.NO_ANSWER
    journal.happens(core.LegFailed(call="story-1", agent=carla, failure=missed), at=38)
    journal.happens(core.LegAnswered(call="story-1", agent=bruno), at=41)
    journal.happens(core.CallerGone(call="story-1"), at=161)
    keep_events(journal.entries)
    tell_calls(["story-1"])
    return Call.objects.get(name="story-1")


def test_the_story_of_a_call_gives_the_reason_of_each_decision(
    client: Client, world: World
) -> None:
    english(world.sofie)
    call = journal_of_a_call(world)
    page = read(client, world.sofie, path=f"/desk/phone/calls/{call.pk}/")
    carla, bruno = world.carla.name, world.bruno.name
    told = [
        "Begins to wait for somebody: Dutch",
        f"Rings at {carla}: speaks fewest languages, so the others stay free",
        f"{carla} does not answer",
        f"Rings at {bruno}:",
        f"{bruno} answers",
        "Counted as: answered",
        "The caller hangs up",
    ]
    places = [page.index(words) for words in told]
    assert places == sorted(places)
    assert "2:00" in page  # talked


@pytest.mark.parametrize("language", ["fr", "nl", "de", "en"])
def test_the_story_is_told_in_the_language_of_the_reader(
    client: Client, world: World, language: str
) -> None:
    world.sofie.ui_language = language
    world.sofie.save()
    call = journal_of_a_call(world)
    page = read(client, world.sofie, path=f"/desk/phone/calls/{call.pk}/")
    reasons = {"fr": "le moins de langues", "nl": "minste talen", "de": "wenigsten Sprachen"}
    assert reasons.get(language, "fewest languages") in page


def test_a_service_and_who_has_left_have_their_names_in_old_calls(
    client: Client, world: World
) -> None:
    english(world.sofie)
    service = world.applications
    call = journal_of_a_call(world, service=service.code)
    world.bruno.is_active = False
    world.bruno.save()
    page = read(client, world.sofie, path=f"/desk/phone/calls/{call.pk}/")
    assert f"Begins to wait for somebody: Dutch, {service.name_in('en')}" in page
    assert page.count(service.name_in("en")) == 2, "in the story, and among the facts"
    assert f"{world.bruno.name} answers" in page
    assert agent_name(world.bruno.pk) not in page
    assert world.bruno.name in read(client, world.sofie, path="/desk/phone/calls/")


def test_the_list_of_calls_can_be_narrowed(client: Client, world: World) -> None:
    english(world.bruno)
    call = journal_of_a_call(world)
    href = f"/desk/phone/calls/{call.pk}/"
    for query, is_shown in (
        ("", True),
        ("show=mine", True),
        ("show=not-answered", False),
        ("show=answered&language=nl", True),
        ("language=de", False),
        (f"before={call.pk}", False),
        ("show=nonsense", True),
    ):
        page = read(client, world.bruno, path=f"/desk/phone/calls/?{query}")
        assert (href in page) is is_shown, query


def waiting_call_back(**changes: object) -> CallBack:
    """Somebody who hung up and waits to be called back."""
    at = now()
    values = {"number": "+3225550188", "reason": "abandoned", "language": "nl"}
    times = {"first_called_at": at, "last_called_at": at, "due_at": at + timedelta(hours=1)}
    return CallBack.objects.create(**values | times | changes)


def test_a_call_back_is_taken_tried_and_done(client: Client, world: World) -> None:
    english(world.bruno)
    item = waiting_call_back(times_called=3)
    assert "called 3 times" in read(client, world.bruno, path="/desk/phone/call-backs/")
    address = f"/desk/phone/call-backs/{item.pk}/"
    client.post(address, {"act": "take"})
    assert "you have it" in read(client, world.bruno, path="/desk/phone/call-backs/")
    client.post(address, {"act": "tried"})
    assert "tried once in vain" in read(client, world.bruno, path="/desk/phone/call-backs/")
    client.post(address, {"act": "take"})
    client.post(address, {"act": "reached"})
    item.refresh_from_db()
    assert (item.end, item.ended_by) == ("reached", world.bruno)
    assert "Nobody is to be called back." in read(
        client, world.bruno, path="/desk/phone/call-backs/"
    )


def test_who_comes_second_is_told_and_nothing_changes(client: Client, world: World) -> None:
    english(world.bruno, world.carla)
    item = waiting_call_back(taken_by=world.carla, taken_at=now())
    client.force_login(world.bruno)
    target = HTMX | {"HX-Target": "call-backs"}
    answer = client.post(f"/desk/phone/call-backs/{item.pk}/", {"act": "take"}, headers=target)
    assert answer.status_code == 409
    assert "A colleague has taken this call-back already." in answer.content.decode()
    item.refresh_from_db()
    assert item.taken_by == world.carla


@pytest.mark.usefixtures("floor")
def test_at_the_telephone_a_call_back_is_dialled_by_it(client: Client, world: World) -> None:
    english(world.carla)
    item = waiting_call_back(taken_by=world.carla, taken_at=now())
    assert "Call now" in read(client, world.carla, path="/desk/phone/call-backs/")
    client.post(f"/desk/phone/call-backs/{item.pk}/", {"act": "dial"})
    [row] = Instruction.objects.all()
    assert (row.kind, row.agent) == ("dial", agent_name(world.carla.pk))
    assert row.facts == {"number": "+3225550188"}


@pytest.mark.usefixtures("floor")
@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"most_calls_out": 0}, "As many numbers were dialled today"),
        ({"dial_prefixes": ["+352"]}, "This number is not called from here"),
    ],
)
def test_where_the_telephone_would_not_dial_the_agent_is_told_and_nothing_is_taken(
    client: Client, world: World, limits: dict[str, Any], said: str
) -> None:
    english(world.carla)
    change_policy(Policy(), by=world.sofie, **limits)
    Instruction.objects.all().delete()
    item = waiting_call_back()
    client.force_login(world.carla)
    target = HTMX | {"HX-Target": "call-backs"}

    answer = client.post(f"/desk/phone/call-backs/{item.pk}/", {"act": "dial"}, headers=target)

    assert answer.status_code == 409
    assert said in answer.content.decode()
    assert not Instruction.objects.exists()
    item.refresh_from_db()
    assert item.taken_by is None


def test_calls_out_count_against_the_limit_of_the_day(world: World) -> None:
    change_policy(Policy(), by=world.sofie, most_calls_out=1)
    check_may_dial("+3225550188")
    past = {"number": "+3225550188", "is_outgoing": True, "is_stale": False}
    Call.objects.create(name="out-1", arrived_at=now() - timedelta(days=2), **past)
    check_may_dial("+3225550188")
    Call.objects.create(name="out-2", arrived_at=now(), **past)
    with pytest.raises(NoMoreCallsOut):
        check_may_dial("+3225550188")


def test_whom_callers_were_handed_over_to_counts_too(world: World) -> None:
    """Only the process of the telephone knows of them; its picture says how many."""
    change_policy(Policy(), by=world.sofie, most_calls_out=2)
    for dialled, is_full in ((1, False), (2, True)):
        show_floor(Floor(at=now(), epoch=f"e{dialled}", today={DIALLED: dialled}))
        if is_full:
            with pytest.raises(NoMoreCallsOut):
                check_may_dial("+3225550188")
        else:
            check_may_dial("+3225550188")
    show_floor(Floor(at=now() - timedelta(days=1), epoch="e3", today={DIALLED: 2}))
    check_may_dial("+3225550188")


def test_the_story_says_which_supervisor_has_ended_the_call(client: Client, world: World) -> None:
    english(world.sofie)
    boss = agent_name(world.sofie.pk)
    journal = Journal()
    journal.write(CallArrived(call="cut-1", number="+3225550177"), seconds=10)
    journal.happens(core.CallOffered(call="cut-1", number="+3225550177", language="nl"), at=20)
    journal.happens(core.CallerGone(call="cut-1", ended_by=boss), at=30)
    keep_events(journal.entries)
    tell_calls(["cut-1"])

    call = Call.objects.get(name="cut-1")
    page = read(client, world.sofie, path=f"/desk/phone/calls/{call.pk}/")

    assert f"{world.sofie.name} ends the call as supervisor" in page
    assert "The caller hangs up" not in page


def test_a_late_call_back_is_called_late(client: Client, world: World) -> None:
    english(world.bruno)
    waiting_call_back(due_at=now() - timedelta(minutes=5))
    assert "was due at" in read(client, world.bruno, path="/desk/phone/call-backs/")


@pytest.mark.usefixtures("floor")
def test_the_figures_of_today_carry_their_formulas(client: Client, world: World) -> None:
    english(world.sofie)
    at = now()
    for number, wait in enumerate((5, 10, 40)):
        Call.objects.create(
            name=f"figure-{number}",
            offered_at=at - timedelta(seconds=wait),
            answered_at=at,
            decided_at=at,
            ended_at=at,
            outcome="answered",
            answered_by=agent_name(world.bruno.pk),
            is_stale=False,
        )
    page = read(client, world.sofie, path=PAGE)
    assert "67\u202f%" in page
    for formula in ("A≤T / (O − S)", "A≤T / O", "A≤T / A", "(A≤T + B≤T) / (A + B)"):
        assert formula in page
