"""Whom the desk calls back: what people do with it, and two people at once."""

import threading
from datetime import timedelta

import pytest
from django.db import connections

from tests.cast import World, build_world
from tests.feature.test_phone_records import offer, signed_in
from tests.phone_journal import MORNING, Journal
from vitrine.accounts.models import Account
from vitrine.telephony.actions import (
    end_call_back,
    keep_events,
    note_try,
    put_call_back_back,
    settle_phone_call,
    take_call_back,
)
from vitrine.telephony.choices import CallBackEnd
from vitrine.telephony.errors import CallBackEnded, CallBackTaken
from vitrine.telephony.models import Call, CallBack
from vitrine.telephony.queries import call_backs_to_resume
from vitrine.tickets.actions import keep_open
from vitrine.tickets.choices import Outcome, State
from vitrine.tickets.models import Message, Ticket
from vitrine.voice import call_flow as core

NUMBER = "+3225559999"


def abandoned(journal: Journal, *, call: str = "c-1", at: float = 10, number: str = NUMBER) -> None:
    """Somebody waits 30 s and hangs up."""
    offer(journal, call, at=at, number=number)
    journal.happens(core.CallerGone(call=call), at=at + 30)
    keep_events(journal.drain())


def test_one_of_two_who_take_a_call_back_at_once_is_told(
    transactional_db: None, settings: object
) -> None:
    world = build_world()
    abandoned(Journal())
    item = CallBack.objects.get()
    told: list[str] = []
    together = threading.Barrier(2)

    def take(account: Account) -> None:
        together.wait()
        try:
            take_call_back(item, by=account)
            told.append("taken")
        except CallBackTaken:
            told.append("told")
        finally:
            connections.close_all()

    both = [threading.Thread(target=take, args=[who]) for who in (world.bruno, world.carla)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()

    assert sorted(told) == ["taken", "told"]


def test_two_calls_of_a_number_told_at_once_give_one_call_back(transactional_db: None) -> None:
    build_world()
    journals = [Journal(epoch=f"20261123T09000{number}-x") for number in range(4)]
    for number, journal in enumerate(journals):
        offer(journal, f"c-{number}", at=10 + number, number=NUMBER)
        journal.happens(core.CallerGone(call=f"c-{number}"), at=40 + number)
    together = threading.Barrier(len(journals))

    def keep(journal: Journal) -> None:
        together.wait()
        try:
            keep_events(journal.entries)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=keep, args=[journal]) for journal in journals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    item = CallBack.objects.get()
    assert item.times_called == 4
    assert Call.objects.filter(call_back=item, ticket__isnull=False, is_stale=False).count() == 4


def test_a_call_back_that_was_tried_in_vain_is_free_for_everybody_again(world: World) -> None:
    abandoned(Journal())
    item = take_call_back(CallBack.objects.get(), by=world.bruno)

    item = note_try(item, by=world.bruno)

    assert (item.tries, item.taken_by, item.ended_at) == (1, None, None)
    assert take_call_back(item, by=world.carla).taken_by == world.carla
    assert put_call_back_back(item, by=world.carla).taken_by is None


def test_an_ended_call_back_stays_as_it_is(world: World) -> None:
    abandoned(Journal())
    item = end_call_back(CallBack.objects.get(), end=CallBackEnd.NOT_NEEDED, by=world.bruno)

    for act in (take_call_back, note_try, put_call_back_back):
        with pytest.raises(CallBackEnded):
            act(item, by=world.carla)
    item.refresh_from_db()
    assert (item.end, item.ended_by) == (CallBackEnd.NOT_NEEDED, world.bruno)


def test_who_was_not_reached_leaves_no_ticket_that_nobody_can_work_on(world: World) -> None:
    abandoned(Journal())
    item = CallBack.objects.get()

    end_call_back(item, end=CallBackEnd.NOT_REACHED, by=world.bruno)

    ticket = Ticket.objects.get()
    assert (ticket.state, ticket.outcome) == (State.CLOSED, Outcome.GONE)


def test_a_ticket_that_somebody_works_on_stays_open_when_nobody_was_reached(world: World) -> None:
    abandoned(Journal())
    item = CallBack.objects.get()
    Ticket.objects.update(owner=world.bruno, state=State.OPEN)

    end_call_back(item, end=CallBackEnd.NOT_REACHED, by=world.bruno)

    assert Ticket.objects.get().state == State.OPEN


def test_a_withheld_number_that_gave_up_leaves_no_open_ticket(world: World) -> None:
    abandoned(Journal(), number="")

    assert not CallBack.objects.exists()
    assert Ticket.objects.get().outcome == Outcome.GONE
    assert Call.objects.get().ticket == Ticket.objects.get()


def test_the_call_back_that_he_asked_for_ends_when_the_telephone_has_reached_him(
    world: World,
) -> None:
    journal = Journal()
    offer(journal, "c-1", at=10, number=NUMBER)
    journal.happens(core.CallBackAccepted(call="c-1", number="+3225550077"), at=20)
    keep_events(journal.drain())
    item = CallBack.objects.get()
    assert (item.number, item.reason, item.is_automatic) == ("+3225550077", "asked", True)
    [owed] = call_backs_to_resume()
    assert (owed.call, owed.number, owed.tries) == ("c-1", "+3225550077", 0)
    assert owed.waiting_since == MORNING + timedelta(seconds=10)

    name = signed_in(journal, world, at=60)
    journal.happens(core.LegAnswered(call="c-1", agent=name), at=70)
    journal.happens(core.CallerGone(call="c-1"), at=170)
    keep_events(journal.drain())

    item.refresh_from_db()
    call = Call.objects.get()
    assert (item.end, item.is_automatic) == (CallBackEnd.REACHED, False)
    assert (call.outcome, call.talk_seconds, call.last_agent) == ("call-back", 100, name)
    assert call.called_back_at == MORNING + timedelta(seconds=70)
    assert call_backs_to_resume() == []


def test_what_the_telephone_gives_up_is_left_to_people(world: World) -> None:
    journal = Journal()
    name = signed_in(journal, world)
    journal.happens(core.AgentPaused(agent=name), at=1)
    offer(journal, "c-1", at=10, number=NUMBER)
    journal.happens(core.CallBackAccepted(call="c-1"), at=20)
    journal.happens(core.AgentReady(agent=name), at=30)
    at = 40.0
    for _try in range(3):
        journal.happens(core.CallerGone(call="c-1"), at=at)
        at += 300
        journal.happens(core.TimerFired(key=("call-back", "c-1")), at=at)
        at += 10

    keep_events(journal.entries)

    item = CallBack.objects.get()
    assert (item.tries, item.is_automatic, item.ended_at) == (3, False, None)
    assert call_backs_to_resume() == []


def test_the_ticket_of_an_answered_call_is_his_who_answered_and_is_written_up_once(
    world: World,
) -> None:
    journal = Journal()
    name = signed_in(journal, world)
    offer(journal, "c-1", at=10, number=NUMBER)
    journal.happens(core.LegAnswered(call="c-1", agent=name), at=14)
    keep_events(journal.drain())
    call = Call.objects.get()
    assert (Ticket.objects.get().owner, Ticket.objects.get().state) == (world.bruno, State.OPEN)

    ticket = settle_phone_call(
        call,
        who_asks=lambda: (world.luc, None),
        outcome=lambda one: keep_open(one, next_action="Nachfragen", by=world.bruno),
        subject="Adresse",
        text="Il demande pourquoi son adresse n'a pas changé.",
        language="fr",
        question_type=world.address,
        by=world.bruno,
    )

    assert Ticket.objects.get() == ticket
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.requester) == ("Adresse", world.luc)
    assert (ticket.outcome, ticket.question_type) == (Outcome.OPEN, world.address)
    said = Message.objects.get(ticket=ticket)
    assert said.text == "Il demande pourquoi son adresse n'a pas changé."
    assert said.call_began_at == MORNING + timedelta(seconds=14)
    # Still talking when it was written up: the end that the telephone tells comes later.
    journal.happens(core.CallerGone(call="c-1"), at=100)
    keep_events(journal.drain())
    said.refresh_from_db()
    assert said.call_ended_at == MORNING + timedelta(seconds=100)
    assert said.text == "Il demande pourquoi son adresse n'a pas changé."


def test_who_is_called_back_by_hand_is_called_in_the_ticket_that_waits_for_it(
    world: World,
) -> None:
    journal = Journal()
    abandoned(journal)
    item = take_call_back(CallBack.objects.get(), by=world.bruno)
    name = signed_in(journal, world, at=100)
    journal.happens(core.NumberDialled(call="d-1", agent=name, number=NUMBER), at=110)
    journal.happens(core.LegAnswered(call="d-1", agent=name), at=125)
    journal.happens(core.CallerGone(call="d-1"), at=185)

    keep_events(journal.drain())

    call = Call.objects.get(name="d-1")
    assert (call.is_outgoing, call.outcome, call.offered_at) == (True, "", None)
    assert (call.answered_account, call.talk_seconds) == (world.bruno, 60)
    assert (call.ticket, call.call_back) == (item.ticket, item)
    assert Ticket.objects.count() == 1
    assert Message.objects.filter(ticket=item.ticket, by_account=world.bruno).exists()
    item.refresh_from_db()
    assert item.ended_at is None, "whether he was reached says who has called him"
