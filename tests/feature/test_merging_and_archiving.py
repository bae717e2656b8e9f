"""Merge and undo, split, link, archive; and the journal that sees it all."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests.cast import World
from vitrine.journal.models import Entry
from vitrine.journal.queries import verified_length
from vitrine.kernel.clock import now
from vitrine.tickets.access import tickets_for
from vitrine.tickets.actions import (
    add_note,
    archive_closed,
    close_directly,
    join_request,
    link,
    merge,
    rename,
    split_off,
    unlink,
    unmerge,
)
from vitrine.tickets.choices import State
from vitrine.tickets.errors import Archived, CannotMerge
from vitrine.tickets.models import Ticket, TicketLink
from vitrine.tickets.queries import messages_of, timeline


def test_a_merged_ticket_is_read_in_the_other_and_can_be_undone(world: World) -> None:
    first, second = world.ticket(), world.ticket(text="Noch einmal dasselbe.")

    merge(second, into=first, by=world.bruno)

    second.refresh_from_db()
    assert (second.state, second.merged_into) == (State.CLOSED, first)
    assert [message.ticket for message in messages_of(first)] == [first, second]

    unmerge(second, by=world.bruno)
    second.refresh_from_db()
    assert (second.state, second.merged_into) == (State.OPEN, None)
    assert len(messages_of(first)) == 1
    assert Entry.objects.filter(verb="ticket.unmerged").exists()


def test_a_ticket_does_not_merge_into_itself_or_in_a_chain(world: World) -> None:
    first, second, third = world.ticket(), world.ticket(), world.ticket()
    merge(second, into=first, by=world.bruno)
    for source, target in ((first, first), (third, second), (first, third), (second, third)):
        with pytest.raises(CannotMerge):
            merge(source, into=target, by=world.bruno)


def test_a_follow_up_to_a_merged_ticket_goes_to_the_living_one(world: World) -> None:
    first, second = world.ticket(), world.ticket()
    merge(second, into=first, by=world.bruno)
    message = join_request(
        second, requester=world.ana, channel="mail", text="Und?", language="de", received_at=now()
    )
    assert message.ticket == first


def test_a_message_is_split_off_into_a_linked_ticket(world: World) -> None:
    ticket = world.ticket()
    message = join_request(
        ticket,
        requester=world.ana,
        channel="mail",
        text="Etwas anderes: Adresse ändern",
        language="de",
        received_at=now(),
    )
    fresh = split_off(message, by=world.bruno)

    assert [one.text for one in messages_of(fresh)] == ["Etwas anderes: Adresse ändern"]
    assert len(messages_of(ticket)) == 1
    assert TicketLink.objects.get().kind == "split"
    with pytest.raises(CannotMerge):
        split_off(ticket.messages.get(), by=world.bruno)


def test_two_tickets_link_once(world: World) -> None:
    first, second = world.ticket(), world.ticket()
    link(second, other=first, by=world.bruno)
    link(first, other=second, by=world.bruno)
    assert TicketLink.objects.count() == 1
    unlink(first, other=second, by=world.bruno)
    assert not TicketLink.objects.exists()


def test_a_closed_ticket_is_archived_after_its_time_and_is_then_read_only(world: World) -> None:
    ticket = world.ticket()
    close_directly(ticket, answer="Fertig", by=world.bruno)

    assert archive_closed(before=now() - timedelta(days=90)) == 0
    assert archive_closed(before=now() + timedelta(seconds=1)) == 1

    ticket.refresh_from_db()
    assert ticket.state == State.ARCHIVED
    for change in (
        lambda: add_note(ticket, text="x", by=world.bruno),
        lambda: rename(ticket, subject="x", by=world.bruno),
        lambda: close_directly(ticket, answer="x", by=world.bruno),
    ):
        with pytest.raises(Archived):
            change()
    assert ticket in tickets_for(world.iris)


def test_a_follow_up_to_an_archived_ticket_is_a_new_linked_one(world: World) -> None:
    ticket = world.ticket()
    close_directly(ticket, answer="Fertig", by=world.bruno)
    archive_closed(before=now() + timedelta(seconds=1))

    message = join_request(
        ticket, requester=world.ana, channel="mail", text="Neu", language="de", received_at=now()
    )

    assert message.ticket != ticket
    assert TicketLink.objects.get().kind == "follow_up"


def test_the_second_line_sees_only_what_was_delegated_to_it(world: World) -> None:
    world.ticket()
    assert not tickets_for(world.dora).exists()
    assert not tickets_for(world.otto).exists()
    assert tickets_for(world.bruno).count() == 1


def test_the_timeline_folds_what_happened_between_messages(world: World) -> None:
    ticket = world.ticket()
    rename(ticket, subject="Anders", by=world.bruno)
    add_note(ticket, text="Notiz", by=world.bruno)

    items = timeline(ticket)

    kinds = [item.message.kind if item.message else "event" for item in items]
    assert kinds == ["incoming", "event", "note"]
    assert len(items[1].event.entries) == 3  # type: ignore[union-attr]


@pytest.mark.django_db(transaction=True)
def test_the_journal_is_sealed_in_order_and_refuses_changes(world: World) -> None:
    ticket = world.ticket()
    rename(ticket, subject="Anders", by=world.bruno)

    assert verified_length() == Entry.objects.count() > 2
    entry = Entry.objects.first()
    assert entry is not None
    for statement in (
        "UPDATE journal_entry SET body = 'x' WHERE id = %s",
        "UPDATE journal_entry SET position = 99 WHERE id = %s",
        "DELETE FROM journal_entry WHERE id = %s",
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(statement, [entry.pk])


def test_what_the_database_refuses_it_refuses_by_name(world: World) -> None:
    ticket = world.ticket()
    for change, name in (
        ({"state": "closed"}, "closed_means_outcome_and_time"),
        ({"state": "second_line"}, "second_line_means_a_service"),
        ({"archived_at": now()}, "archived_means_archived_at"),
        ({"merged_into": ticket.pk}, "no_ticket_merges_into_itself"),
    ):
        with pytest.raises(DatabaseError, match=name), transaction.atomic():
            Ticket.objects.filter(pk=ticket.pk).update(**change)
