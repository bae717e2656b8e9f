"""What continues tickets is handled together, and each of it as if it had come alone."""

import uuid

import pytest

from tests.feature.test_mail_arriving import letter
from vitrine.channels.mail.addressing import reply_address
from vitrine.channels.mail.arrive import attempts, handle_stored
from vitrine.correspondence.actions import store_arrival
from vitrine.directory.models import MailAddress, Person
from vitrine.journal.models import Entry
from vitrine.kernel.clock import now
from vitrine.tickets.actions import delegate
from vitrine.tickets.models import Message, Participant, Ticket, TicketLink


def stored(message, *, envelope_from="ana@musterbach.example", envelope_to=()):
    """The arrival of a message that nobody has handled."""
    return store_arrival(
        message.as_bytes(),
        channel="mail",
        reception=uuid.uuid4(),
        envelope_from=envelope_from,
        envelope_to=list(envelope_to),
        received_at=now(),
    )


def first_mail(number):
    """A request of the town number so many."""
    return letter(
        f"Wir haben die Frage {number} zum Register.",
        sender=f"Ort {number} <amt@ort{number}.example>",
        subject=f"Frage {number}",
        message_id=f"<first-{number}@ort{number}.example>",
    )


def further_mail(number, *, sender="", **headers):
    """What the town adds to it."""
    headers = {"In_Reply_To": f"<first-{number}@ort{number}.example>"} | headers
    return letter(
        f"Nachtrag zur Anfrage, Kennwort Zusatzwort{number}.",
        sender=sender or f"Ort {number} <amt@ort{number}.example>",
        subject=f"AW: Frage {number}",
        **headers,
    )


@pytest.fixture
def alone(monkeypatch):
    """The arrivals that were handled one by one from now on."""
    seen = []
    really = attempts.handle

    def handled(arrival, **read):
        seen.append(arrival.pk)
        return really(arrival, **read)

    monkeypatch.setattr(attempts, "handle", handled)
    return seen


def tickets_for(count):
    """The tickets of so many first mails, in order."""
    handle_stored([stored(first_mail(number)).pk for number in range(count)])
    return list(Ticket.objects.order_by("id")[:count])


def test_follow_ups_join_their_tickets_together(world, alone):
    tickets = tickets_for(3)
    further = [stored(further_mail(number)) for number in range(3)]
    Ticket.objects.filter(pk=tickets[1].pk).update(
        state="closed", outcome="direct", closed_at=now()
    )

    handle_stored([each.pk for each in further])

    assert not alone
    for number, (ticket, arrival) in enumerate(zip(tickets, further, strict=True)):
        arrival.refresh_from_db()
        assert (arrival.outcome, arrival.reason) == ("entry", "")
        added = Message.objects.get(arrival=arrival)
        assert added.ticket == ticket
        assert f"Zusatzwort{number}" in added.text
        entry = Entry.objects.get(verb="ticket.followed_up", subject_id=ticket.pk)
        assert entry.facts["channel"] == "mail"
        assert f"zusatzwort{number}" in ticket_document(ticket)
    tickets[1].refresh_from_db()
    assert (tickets[1].state, tickets[1].closed_at, tickets[1].reopened_count) == ("new", None, 1)
    assert Ticket.objects.count() == 3


def ticket_document(ticket):
    """The words by which it is found."""
    return str(Ticket.objects.values_list("search_document__document", flat=True).get(pk=ticket.pk))


def test_what_we_have_signed_is_enough_for_a_colleague_and_he_takes_part(world, alone):
    first, second = tickets_for(2)
    signed = [
        stored(
            further_mail(
                number,
                sender=f"Kollege <anders{number}@woanders.example>",
                In_Reply_To="<x@y.example>",
            ),
            envelope_to=[reply_address(ticket.number)],
        )
        for number, ticket in enumerate((first, second))
    ]

    handle_stored([each.pk for each in signed])

    assert not alone
    assert set(Participant.objects.values_list("ticket_id", "address")) == {
        (first.pk, "anders0@woanders.example"),
        (second.pk, "anders1@woanders.example"),
    }


def test_who_only_guesses_opens_a_ticket_of_his_own(world, alone):
    first, second = tickets_for(2)
    guessed = [
        stored(further_mail(number, sender=f"Fremd <fremd{number}@anderswo.example>"))
        for number in range(2)
    ]
    right = [stored(further_mail(number)) for number in range(2)]

    handle_stored([each.pk for each in (*guessed, *right)])

    assert sorted(alone) == sorted(each.pk for each in guessed)
    assert Ticket.objects.count() == 4
    assert set(TicketLink.objects.values_list("first_id", flat=True)) == {first.pk, second.pk}
    assert Message.objects.filter(ticket__in=[first, second]).count() == 4


def test_what_is_not_plain_is_left_to_be_handled_alone(world, alone):
    asked, archived, twice = tickets_for(3)
    delegate(asked, service=world.applications, motive="Bitte prüfen.", by=world.bruno)
    Ticket.objects.filter(pk=archived.pk).update(
        state="archived", outcome="direct", archived_at=now(), closed_at=now()
    )
    further = [stored(further_mail(number)) for number in (0, 1, 2, 2)]

    handle_stored([each.pk for each in further])

    assert sorted(alone) == [further[0].pk, further[1].pk, further[3].pk]
    outcomes = []
    for each in further:
        each.refresh_from_db()
        outcomes.append(each.outcome)
    assert outcomes == ["entry"] * 4
    assert Message.objects.filter(ticket=twice).count() == 3
    assert TicketLink.objects.get().first_id == archived.pk


def test_when_joining_together_fails_each_joins_alone(world, alone, monkeypatch):
    tickets = tickets_for(2)
    further = [stored(further_mail(number)) for number in range(2)]
    fresh = stored(first_mail(7))

    def fail(_readings):
        raise ValueError("together it fails")

    monkeypatch.setattr(attempts, "join_together", fail)
    handle_stored([each.pk for each in (fresh, *further)])

    assert sorted(alone) == [each.pk for each in further]
    assert Ticket.objects.count() == 3
    assert Message.objects.filter(ticket__in=tickets).count() == 4


def test_an_answer_and_what_it_answers_come_together_in_either_order(world, alone):
    answer, first = stored(further_mail(5)), stored(first_mail(5))

    handle_stored([answer.pk, first.pk])

    assert alone == [answer.pk]
    assert Message.objects.filter(ticket=Ticket.objects.get()).count() == 2


def test_answers_to_what_we_do_not_know_are_new_requests_together(world, alone):
    unknown = [stored(further_mail(number)) for number in range(4)]

    handle_stored([each.pk for each in unknown])

    assert not alone
    assert Ticket.objects.count() == 4
    assert MailAddress.objects.filter(address__startswith="amt@ort").count() == 4
    assert Person.objects.filter(name__startswith="Ort ").count() == 4


def test_machines_that_answer_nobody_are_put_aside_together(world, alone):
    machines = [
        stored(letter("Ich bin im Urlaub.", Auto_Submitted="auto-replied")) for _number in range(3)
    ]
    copy = store_arrival(
        bytes(machines[0].raw),
        channel="mail",
        reception=uuid.uuid4(),
        envelope_from="",
        envelope_to=[],
        received_at=now(),
    )

    handle_stored([each.pk for each in machines[1:]])
    handle_stored([machines[0].pk])
    handle_stored([copy.pk])

    for each in (*machines, copy):
        each.refresh_from_db()
    assert {(each.outcome, each.reason) for each in machines} == {
        ("automatic", "The message is of kind automatic.")
    }
    assert copy.outcome == "duplicate"
    assert alone == [copy.pk]
    assert not Ticket.objects.exists()
