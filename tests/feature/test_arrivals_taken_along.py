"""A job takes along what waits: each arrival is handled once, whoever takes it."""

import threading
import uuid

import pytest
from django.db import connection

from tests.feature.test_mail_arriving import letter
from tests.threads import all_at_once
from vitrine.channels.mail.arrive import attempts, handle_left_behind, handle_stored
from vitrine.correspondence.actions import Claim, claimed, store_arrival
from vitrine.correspondence.models import Arrival
from vitrine.kernel.clock import now
from vitrine.tickets.models import Ticket


def stored(number=0, **changes):
    """An arrival that waits, of a sender of its own."""
    message = letter(sender=f"Ana <ana{number}@musterbach.example>", subject=f"Frage {number}")
    values = {"channel": "mail", "reception": uuid.uuid4(), "envelope_to": []}
    values |= {"envelope_from": f"ana{number}@musterbach.example", "received_at": now()}
    return store_arrival(message.as_bytes(), **(values | changes))


def state_of(arrival):
    """Its outcome and how often it was tried."""
    arrival.refresh_from_db()
    return arrival.outcome, arrival.attempts


def test_a_job_takes_along_what_waits_and_the_jobs_after_it_find_nothing(
    world, django_assert_max_num_queries
):
    first, *others = [stored(number) for number in range(60)]

    handle_stored([first.pk], take_along=True)

    outcomes = [state_of(each) for each in (first, *others)]
    assert outcomes == [("ticket", 1)] * 50 + [("", 0)] * 10  # the oldest, and no more
    with django_assert_max_num_queries(1):
        handle_stored([others[0].pk])
    assert Ticket.objects.count() == 50


def test_what_was_tried_before_or_is_imported_or_large_is_not_taken_along(world):
    tried, imported = stored(1), stored(2, intake="import")
    large = store_arrival(
        letter("x" * 2**20).as_bytes(),
        channel="mail",
        reception=uuid.uuid4(),
        envelope_from="",
        envelope_to=[],
        received_at=now(),
    )
    Arrival.objects.filter(pk=tried.pk).update(attempts=1)
    asked = stored(4)

    handle_stored([asked.pk], take_along=True)

    assert state_of(asked) == ("ticket", 1)
    assert [state_of(each) for each in (tried, imported, large)] == [("", 1), ("", 0), ("", 0)]
    for each in (tried, imported, large):
        handle_stored([each.pk], take_along=True)
    assert [state_of(each)[0] for each in (tried, imported, large)] == ["ticket"] * 3


@pytest.mark.django_db(transaction=True)
def test_what_somebody_else_has_in_hand_is_left_to_him(world):
    arrival, free = stored(1), stored(2)
    is_held, may_end = threading.Event(), threading.Event()

    def hold():
        with claimed(Claim.ARRIVALS, ids=[arrival.pk]) as held:
            assert held == [arrival.pk]
            is_held.set()
            may_end.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert is_held.wait(30)
        handle_stored([arrival.pk, free.pk], take_along=True)
        assert (state_of(arrival), state_of(free)) == (("", 0), ("ticket", 1))
    finally:
        may_end.set()
        holder.join()
    handle_stored([arrival.pk])
    assert state_of(arrival) == ("ticket", 1)


@pytest.mark.django_db(transaction=True)
def test_six_workers_that_take_along_make_one_ticket_of_each(world):
    arrivals = [stored(number) for number in range(90)]

    def work(number):
        for arrival in arrivals[number::6]:
            handle_stored([arrival.pk], take_along=True)

    all_at_once(work, of=range(6))
    for arrival in arrivals:  # what lay in the hands of somebody who had just ended
        handle_stored([arrival.pk])

    assert {state_of(each) for each in arrivals} == {("ticket", 1)}
    assert Ticket.objects.count() == 90


class Killed(BaseException):
    """As SIGKILL: nothing after it is done."""


def test_one_that_kills_the_worker_is_not_counted_against_those_behind_it(world, monkeypatch):
    before, poison, behind = stored(1), stored(2), stored(3)
    Arrival.objects.update(attempts=1)  # they were together when the worker was killed first
    really = attempts.handle

    def handled(arrival, **read):
        if arrival.pk == poison.pk:
            raise Killed
        return really(arrival, **read)

    monkeypatch.setattr(attempts, "handle", handled)
    monkeypatch.setattr(attempts, "PATIENCE", attempts.PATIENCE * 0)
    for _kill in range(attempts.MAX_BEGINNINGS - 1):
        with pytest.raises(Killed):
            handle_left_behind()

    assert state_of(before) == ("ticket", 2)
    assert (state_of(poison), state_of(behind)) == (("", attempts.MAX_BEGINNINGS), ("", 1))
    handle_left_behind()
    assert (state_of(poison)[0], state_of(behind)) == ("quarantined", ("ticket", 2))


def test_one_that_fails_in_another_job_is_tried_again_by_the_sweep(world, monkeypatch):
    good, bad = stored(1), stored(2)
    really = attempts.handle

    def handled(arrival, **read):
        if arrival.pk == bad.pk:
            raise ValueError("poison")
        return really(arrival, **read)

    def fail(_readings):
        raise ValueError("together it fails")

    monkeypatch.setattr(attempts, "handle_new_together", fail)
    with monkeypatch.context() as patch:
        patch.setattr(attempts, "handle", handled)
        handle_stored([good.pk], take_along=True)  # not its own that failed: nothing is raised
        assert (state_of(good), state_of(bad)) == (("ticket", 1), ("", 1))
    monkeypatch.setattr(attempts, "PATIENCE", attempts.PATIENCE * 0)
    handle_left_behind()

    assert state_of(bad) == ("ticket", 2)
