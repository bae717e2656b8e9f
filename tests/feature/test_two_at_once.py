"""Two people, one ticket, the same instant."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from tests.cast import World
from vitrine.correspondence.models import Promise
from vitrine.journal.queries import verified_length
from vitrine.tickets.actions import close_directly, delegate, link, merge, rename, take
from vitrine.tickets.choices import State
from vitrine.tickets.errors import AlreadyClosed, CannotMerge, TicketError
from vitrine.tickets.models import Delegation, Ticket, TicketLink

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(number: int, act: Callable[[int], Any]) -> list[Any]:
    """Run `act(0..number-1)` in as many threads at the same instant; results or errors."""
    barrier = Barrier(number)

    def one(index: int) -> Any:
        barrier.wait()
        try:
            return act(index)
        except TicketError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def test_of_eight_agents_closing_one_ticket_one_closes_and_seven_are_told(world: World) -> None:
    ticket = world.ticket()

    results = at_once(8, lambda i: close_directly(ticket, answer=f"Antwort {i}", by=world.bruno))

    assert sum(isinstance(result, Ticket) for result in results) == 1
    assert sum(isinstance(result, AlreadyClosed) for result in results) == 7
    assert Promise.objects.filter(kind="answer").count() == 1
    verified_length()


def test_eight_requests_at_once_get_eight_numbers_and_one_chain(world: World) -> None:
    tickets = at_once(8, lambda i: world.ticket(subject=f"Anfrage {i}"))
    assert len({ticket.number for ticket in tickets}) == 8
    assert verified_length() >= 16


def test_two_agents_merging_crosswise_make_one_merge(world: World) -> None:
    pair = [world.ticket(), world.ticket()]
    results = at_once(2, lambda i: merge(pair[i], into=pair[1 - i], by=world.bruno))
    assert sum(isinstance(result, CannotMerge) for result in results) == 1
    assert Ticket.objects.filter(merged_into__isnull=False).count() == 1


def test_a_ticket_is_delegated_once_at_a_time(world: World) -> None:
    ticket = world.ticket()
    at_once(6, lambda _i: delegate(ticket, service=world.applications, motive="x", by=world.bruno))
    open_ones = Delegation.objects.filter(answered_at__isnull=True, returned_at__isnull=True)
    assert open_ones.count() == 1


def test_many_hands_on_one_ticket_neither_fail_nor_lose_a_change(world: World) -> None:
    ticket, other = world.ticket(), world.ticket()

    def act(index: int) -> object:
        if index % 3 == 0:
            return rename(ticket, subject=f"Betreff {index}", by=world.bruno)
        if index % 3 == 1:
            return take(ticket, by=world.carla)
        return link(ticket, other=other, by=world.sofie)

    results = at_once(9, act)

    assert not [result for result in results if isinstance(result, Exception)]
    ticket.refresh_from_db()
    assert (ticket.state, ticket.owner) == (State.OPEN, world.carla)
    assert TicketLink.objects.count() == 1
    verified_length()
