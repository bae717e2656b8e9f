"""What the journal of calls becomes: rows, tickets, call-backs, and nothing twice."""

import random
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.cast import World
from tests.phone_journal import MORNING, Journal, shuffled
from vitrine.telephony.actions import keep_events, tell_left_behind
from vitrine.telephony.models import Call, CallBack, CallEntry
from vitrine.telephony.queries import rebuilt
from vitrine.telephony.rules.entries import Entry
from vitrine.telephony.rules.names import agent_name
from vitrine.telephony.rules.stories import FIELDS
from vitrine.tickets.choices import MessageKind, State
from vitrine.tickets.models import Ticket
from vitrine.voice import call_flow as core
from vitrine.voice.call_flow.talking import CallArrived, LeftMenu, LineBack


def number_of(world: World) -> str:
    """Ana's, as the directory has it."""
    return world.ana.phone_numbers.get().number


def signed_in(journal: Journal, world: World, *, at: float = 0.0) -> str:
    """Bruno at his telephone, ready; his public name."""
    name = agent_name(world.bruno.pk)
    journal.happens(core.AgentSignedIn(agent=name, languages={"fr": 3, "nl": 2}), at=at)
    journal.happens(core.AgentReady(agent=name), at=at)
    return name


def offer(
    journal: Journal, call: str, *, at: float, number: str = "", language: str = "fr"
) -> None:
    """A call arrives and, at once, waits."""
    journal.write(CallArrived(call=call, number=number, dialled="+3222001000"), seconds=at)
    journal.happens(core.CallOffered(call=call, number=number, language=language), at=at)


def answered_call(journal: Journal, world: World, *, call: str = "c-1", number: str = "") -> None:
    """Rings for 3 s, 60 s of talk with 10 s of hold."""
    name = signed_in(journal, world)
    offer(journal, call, at=10, number=number)
    journal.happens(core.LegAnswered(call=call, agent=name), at=13)
    journal.happens(core.CallerHeld(call=call), at=30)
    journal.happens(core.CallerResumed(call=call), at=40)
    journal.happens(core.CallerGone(call=call), at=83)


def story_of_row(call: Call) -> dict[str, object]:
    """The part of the row that the journal tells."""
    return {name: getattr(call, name) for name in FIELDS}


def test_an_answered_call_tells_who_waited_how_long_and_talked_to_whom(world: World) -> None:
    journal = Journal()
    answered_call(journal, world, number=number_of(world))

    keep_events(journal.entries)

    call = Call.objects.get()
    assert (call.outcome, call.answered_account) == ("answered", world.bruno)
    assert call.offered_at == MORNING + timedelta(seconds=10)
    assert call.answered_at == MORNING + timedelta(seconds=13)
    assert call.ended_at == MORNING + timedelta(seconds=83)
    assert (call.ring_seconds, call.talk_seconds, call.hold_seconds) == (3, 60, 10)
    assert (call.rung, call.missed, call.transfers) == (1, 0, 0)
    assert (call.person, call.dialled) == (world.ana, "+3222001000")


def test_a_call_has_its_ticket_when_it_rings_not_when_it_is_answered(world: World) -> None:
    journal = Journal()
    signed_in(journal, world)
    offer(journal, "c-1", at=10, number=number_of(world), language="nl")

    keep_events(journal.entries)

    call = Call.objects.get()
    ticket = Ticket.objects.get()
    assert call.ticket == ticket
    assert (ticket.channel, ticket.requester, ticket.state) == ("phone", world.ana, State.NEW)
    assert (ticket.organisation, ticket.language) == (world.musterbach, "nl")
    assert number_of(world) not in ticket.subject
    message = ticket.messages.get()
    assert (message.kind, message.call_began_at) == (MessageKind.CALL, call.offered_at)


def test_entries_given_twice_late_or_in_any_order_change_nothing(world: World) -> None:
    journal = Journal()
    answered_call(journal, world, number=number_of(world))
    offer(journal, "c-2", at=90, number="+3225559999")
    journal.happens(core.CallerGone(call="c-2"), at=100)
    keep_events(journal.entries)
    before = {call.name: story_of_row(call) for call in Call.objects.all()}
    chance = random.Random(7)

    for _again in range(3):
        mixed = shuffled(journal.entries, by=chance)
        for start in range(0, len(mixed), 5):
            keep_events(mixed[start : start + 5])
    tell_left_behind()

    assert {call.name: story_of_row(call) for call in Call.objects.all()} == before
    assert CallEntry.objects.count() == len(journal.entries)
    assert Ticket.objects.count() == 2
    assert CallBack.objects.get().times_called == 1


def test_one_bad_entry_keeps_none_of_the_others_out(world: World) -> None:
    journal = Journal()
    answered_call(journal, world)
    bad = [
        Entry(epoch="e", sequence=2**70, at=MORNING, seconds=0, kind="ring", call="c-1"),
        Entry(epoch="e", sequence=1, at=MORNING, seconds=0, kind="ring", call="c" * 500),
        Entry(
            epoch="e",
            sequence=2,
            at=MORNING,
            seconds=0,
            kind="say",
            call="c\x00-1",
            facts={
                "a\x00": "b\x00\ud800",
                "n": float("nan"),
                "deep": [float("inf"), {"x": "\x00"}],
            },
        ),
    ]

    keep_events([*bad[:2], *journal.entries, bad[2]])

    assert Call.objects.get(name="c-1").outcome == "answered"
    kinds = set(CallEntry.objects.filter(epoch="e").values_list("kind", flat=True))
    assert kinds == {"unreadable", "say"}


def test_callers_who_give_up_become_one_call_back_per_number(world: World) -> None:
    journal = Journal()
    for number, call in enumerate(("c-1", "c-2", "c-3")):
        offer(journal, call, at=10 + 100 * number, number="+3225559999")
        journal.happens(core.CallerGone(call=call), at=40 + 100 * number)
    offer(journal, "c-4", at=400, number="")
    journal.happens(core.CallerGone(call="c-4"), at=430)

    keep_events(journal.entries)

    item = CallBack.objects.get()
    assert (item.number, item.reason, item.times_called) == ("+3225559999", "abandoned", 3)
    assert item.first_called_at == MORNING + timedelta(seconds=40)
    assert item.last_called_at == MORNING + timedelta(seconds=240)
    assert set(item.calls.values_list("name", flat=True)) == {"c-1", "c-2", "c-3"}
    # Kept in pieces, the later calls of the number join the ticket that waits for it.
    assert item.ticket is not None


def test_who_calls_again_and_is_answered_need_not_be_called_back(world: World) -> None:
    journal = Journal()
    offer(journal, "c-1", at=10, number="+3225559999")
    journal.happens(core.CallerGone(call="c-1"), at=40)
    keep_events(journal.drain())
    name = signed_in(journal, world, at=50)
    offer(journal, "c-2", at=60, number="+3225559999")
    keep_events(journal.drain())
    journal.happens(core.LegAnswered(call="c-2", agent=name), at=65)

    keep_events(journal.drain())

    item = CallBack.objects.get()
    assert (item.end, item.ended_by) == ("called_again", None)
    assert Ticket.objects.count() == 1, "the second call joins the ticket that waited for it"
    assert Call.objects.get(name="c-2").ticket == Call.objects.get(name="c-1").ticket


def test_calls_lost_with_the_engine_have_a_ticket_and_are_called_back(world: World) -> None:
    journal = Journal()
    name = signed_in(journal, world)
    offer(journal, "talks", at=10, number="+3225550011")
    journal.happens(core.LegAnswered(call="talks", agent=name), at=12)
    offer(journal, "waits", at=20, number="+3225550012")
    journal.happens(core.EngineLost(), at=30)

    keep_events(journal.entries)

    talks, waits = Call.objects.get(name="talks"), Call.objects.get(name="waits")
    assert (talks.outcome, talks.was_cut) == ("answered", True)
    assert (waits.outcome, waits.was_cut) == ("lost", False)
    assert waits.ticket is not None
    reasons = dict(CallBack.objects.values_list("number", "reason"))
    assert reasons == {"+3225550011": "lost", "+3225550012": "lost"}


def test_what_vanished_while_the_process_was_dead_ends_as_lost_and_replays_alike(
    world: World,
) -> None:
    first = Journal()
    name = signed_in(first, world)
    offer(first, "talks", at=10, number="+3225550011")
    first.happens(core.LegAnswered(call="talks", agent=name), at=12)
    offer(first, "waits", at=20, number="+3225550012")
    first.write(CallArrived(call="menu", number="+3225550013"), seconds=25)
    offer(first, "asked", at=30, number="+3225550014")
    first.happens(core.CallBackAccepted(call="asked"), at=35)
    keep_events(first.entries)
    second = Journal(epoch="20261123T100000-b", began=MORNING + timedelta(hours=1))
    second.write(LineBack())

    keep_events(second.entries)
    keep_events(second.entries)

    outcomes = dict(Call.objects.values_list("name", "outcome"))
    assert outcomes == {"talks": "answered", "waits": "lost", "menu": "", "asked": "call-back"}
    assert Call.objects.get(name="menu").menu_exit == "lost"
    assert Call.objects.get(name="talks").was_cut
    assert Call.objects.get(name="asked").ended_at is None, "he is still owed a call"
    for call in Call.objects.all():
        assert story_of_row(call) == {n: getattr(rebuilt(call.name), n) for n in FIELDS}


def test_left_menu_is_told_and_offered_to_nobody(world: World) -> None:
    journal = Journal()
    journal.write(CallArrived(call="c-1", number="+3225550013"), seconds=5)
    journal.write(LeftMenu(call="c-1", reason="informed"), seconds=25)

    keep_events(journal.entries)

    call = Call.objects.get()
    assert (call.menu_exit, call.offered_at, call.outcome) == ("informed", None, "")
    assert call.ended_at == MORNING + timedelta(seconds=25)
    assert not Ticket.objects.exists()
    assert not CallBack.objects.exists()


@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_journal_of_calls_is_append_only(world: World, verb: str) -> None:
    journal = Journal()
    offer(journal, "c-1", at=10)
    keep_events(journal.entries)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        rows = CallEntry.objects.all()
        rows.delete() if verb == "delete" else rows.update(kind="other")
