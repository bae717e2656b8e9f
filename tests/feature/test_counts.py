"""What the rail counts is what the lists hold."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import World
from vitrine.kernel.clock import now, today
from vitrine.tickets.actions import (
    archive,
    close_directly,
    delegate,
    keep_open,
    take,
    wait_for_requester,
)
from vitrine.tickets.models import Ticket
from vitrine.tickets.queries import COUNT_LIMIT, counts, lists_of, page_of
from vitrine.tickets.queries.lists import DESK_CONDITIONS, DESK_LISTS


def tickets_everywhere(world: World) -> None:
    """At least one ticket in each list, and not the same number in all."""
    world.ticket()
    world.ticket()
    take(world.ticket(), by=world.bruno)
    take(world.ticket(), by=world.carla)
    delegate(world.ticket(), service=world.applications, motive="x", by=world.bruno)
    wait_for_requester(world.ticket(), by=world.carla)
    keep_open(world.ticket(), next_action="x", promised_for=today(), by=world.bruno)
    keep_open(
        world.ticket(), next_action="x", promised_for=today() + timedelta(days=9), by=world.bruno
    )
    overdue = world.ticket()
    Ticket.objects.filter(pk=overdue.pk).update(due_at=now() - timedelta(days=1))
    for _ in range(3):
        close_directly(world.ticket(), answer="x", by=world.bruno)
    archive(close_directly(world.ticket(), answer="x", by=world.bruno), by=world.bruno)


def test_each_count_is_the_length_of_its_list(world: World) -> None:
    tickets_everywhere(world)
    for account in (world.bruno, world.carla, world.marc, world.dora, world.iris, world.otto):
        lengths = {
            one.name: len(page_of(one, account=account, size=100).rows) for one in lists_of(account)
        }
        assert counts(account) == lengths
    assert list(DESK_CONDITIONS) == [one.name for one in DESK_LISTS]
    assert all(counts(world.bruno).values())


def test_counting_takes_one_statement_and_stops_at_its_limit(world: World) -> None:
    one = world.ticket()
    values = {
        field.attname: getattr(one, field.attname)
        for field in Ticket._meta.concrete_fields
        if field.attname not in ("id", "number", "deadline_order")
    }
    Ticket.objects.bulk_create(
        Ticket(number=f"2026-9{serial:05d}", **values) for serial in range(COUNT_LIMIT + 5)
    )
    with CaptureQueriesContext(connection) as statements:
        found = counts(world.bruno)
    assert found["new"] == COUNT_LIMIT
    assert len(statements) == 1


def test_pages_by_key_show_every_ticket_once(world: World) -> None:
    tickets_everywhere(world)
    for one in lists_of(world.bruno):
        whole = [row.id for row in page_of(one, account=world.bruno, size=100).rows]
        seen: list[int] = []
        after = None
        while True:
            page = page_of(one, account=world.bruno, after=after, size=2)
            seen += [row.id for row in page.rows]
            after = page.after
            if after is None:
                break
        assert seen == whole
