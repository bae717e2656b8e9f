"""The three outcomes of a request, stored apart from its state (S-14 to S-18)."""

from datetime import timedelta

import pytest

from tests.cast import World
from vitrine.correspondence.models import Promise
from vitrine.directory.models import Absence
from vitrine.journal.models import Entry
from vitrine.kernel.clock import now, today
from vitrine.tickets.actions import (
    add_note,
    answer_delegation,
    close_directly,
    delegate,
    join_request,
    keep_open,
    log_call,
    remind_due,
    reopen,
    reply,
    return_delegation,
    return_overdue_delegations,
    wait_for_requester,
)
from vitrine.tickets.choices import Outcome, State
from vitrine.tickets.errors import (
    AlreadyClosed,
    AnswerMissing,
    DateInPast,
    MotiveMissing,
    NextActionMissing,
    NobodyAvailable,
    NotDelegated,
    NotOpen,
    RequesterMissing,
)
from vitrine.tickets.models import Delegation, Message, Ticket


def verbs(ticket: Ticket) -> list[str]:
    """What the journal says of a ticket, in order."""
    rows = Entry.objects.filter(subject_type="tickets.ticket", subject_id=ticket.pk)
    return list(rows.order_by("id").values_list("verb", flat=True))


def test_a_request_opens_a_ticket_and_is_acknowledged_in_the_reply_language(world: World) -> None:
    ticket = world.ticket()

    assert (ticket.state, ticket.outcome) == (State.NEW, "")
    assert (ticket.reply_language, ticket.reply_language_reason) == ("de", "region")
    assert verbs(ticket)[0] == "ticket.opened"
    [owed] = Promise.objects.all()
    assert (owed.kind, owed.language, owed.is_automatic) == ("acknowledgement", "de", True)
    assert owed.to_address == "ana@musterbach.example"
    assert owed.in_reply_to == "<erste@musterbach.example>"
    assert ticket.number in owed.subject
    assert ticket.spoken_number in owed.text


def test_an_answer_at_once_closes_with_the_outcome_direct(world: World) -> None:
    ticket = world.ticket()

    closed = close_directly(ticket, answer="Der Schlüssel ist unterwegs.", by=world.bruno)

    assert (closed.state, closed.outcome) == (State.CLOSED, Outcome.DIRECT)
    assert (closed.closed_by, closed.owner) == (world.bruno, world.bruno)
    assert closed.due_at is None
    owed = Promise.objects.get(kind="answer")
    assert (owed.language, owed.handler) == ("de", world.bruno)
    assert "Der Schlüssel ist unterwegs." in owed.text
    assert owed.in_reply_to == "<erste@musterbach.example>"
    entry = Entry.objects.get(verb="ticket.closed")
    assert (entry.by, entry.facts["outcome"]) == (world.bruno, "direct")


@pytest.mark.parametrize("answer", ["", "   ", "\n"])
def test_no_request_is_closed_without_an_answer(world: World, answer: str) -> None:
    ticket = world.ticket()

    with pytest.raises(AnswerMissing):
        close_directly(ticket, answer=answer, by=world.bruno)

    ticket.refresh_from_db()
    assert ticket.state == State.NEW
    assert not Promise.objects.filter(kind="answer").exists()


def test_a_ticket_closes_once(world: World) -> None:
    ticket = world.ticket()
    close_directly(ticket, answer="Erste Antwort", by=world.bruno)

    with pytest.raises(AlreadyClosed):
        close_directly(ticket, answer="Zweite Antwort", by=world.carla)

    assert Promise.objects.filter(kind="answer").count() == 1


def test_a_requester_without_address_cannot_be_answered_in_writing(world: World) -> None:
    ticket = world.ticket()
    world.ana.mail_addresses.all().delete()

    with pytest.raises(RequesterMissing):
        close_directly(ticket, answer="Bonjour", by=world.bruno)

    assert not Message.objects.filter(kind="reply").exists()


def test_a_call_answered_at_once_owes_nothing_in_writing(world: World) -> None:
    began = now() - timedelta(minutes=2)
    ticket = log_call(
        requester=world.pieter,
        organisation=None,
        subject="Toegang geblokkeerd",
        text="Sleutel geblokkeerd na vijf pogingen.",
        language="nl",
        began_at=began,
        ended_at=now(),
        question_type=world.unblock,
        by=world.bruno,
    )
    closed = close_directly(ticket, answer="Gedeblokkeerd.", by=world.bruno)

    assert (closed.outcome, closed.channel) == (Outcome.DIRECT, "phone")
    assert closed.organisation == world.voorbeeldegem
    assert not Promise.objects.exists()
    call = Message.objects.get(kind="call")
    assert call.call_began_at == began


def test_kept_open_has_owner_next_action_and_a_date_told_to_the_requester(world: World) -> None:
    day = today() + timedelta(days=3)

    kept = keep_open(
        world.ticket(), next_action="Beim Lieferanten nachfragen", promised_for=day, by=world.bruno
    )

    assert (kept.state, kept.outcome, kept.owner) == (State.OPEN, Outcome.OPEN, world.bruno)
    told = Promise.objects.get(kind="progress")
    assert str(day.year) in told.text
    assert "spätestens am" in told.text
    assert told.handler == world.bruno


def test_kept_open_wants_a_next_action_and_no_date_in_the_past(world: World) -> None:
    ticket = world.ticket()
    with pytest.raises(NextActionMissing):
        keep_open(ticket, next_action=" ", by=world.bruno)
    with pytest.raises(DateInPast):
        keep_open(ticket, next_action="x", promised_for=today() - timedelta(days=1), by=world.bruno)
    ticket.refresh_from_db()
    assert ticket.state == State.NEW


def test_a_reminder_comes_in_opening_hours(world: World) -> None:
    saturday = now() + timedelta(days=(5 - now().weekday()) % 7 + 7)
    kept = keep_open(world.ticket(), next_action="x", remind_at=saturday, by=world.bruno)

    assert kept.remind_at is not None
    assert kept.remind_at > saturday
    assert kept.remind_at.weekday() < 5
    assert remind_due(at=kept.remind_at) == 1
    kept.refresh_from_db()
    assert kept.remind_at is None
    assert "ticket.reminded" in verbs(kept)


def test_a_kept_ticket_closes_with_the_outcome_it_had(world: World) -> None:
    kept = keep_open(world.ticket(), next_action="x", by=world.bruno)
    assert close_directly(kept, answer="Fertig", by=world.bruno).outcome == Outcome.OPEN


def test_an_answer_after_a_first_answer_is_not_at_once(world: World) -> None:
    ticket = world.ticket()
    reply(ticket, text="Wir sehen nach.", by=world.bruno)
    assert close_directly(ticket, answer="Fertig", by=world.bruno).outcome == Outcome.OPEN


def test_delegated_goes_to_the_designated_person_and_the_desk_stays_guardian(
    world: World,
) -> None:
    ticket = world.ticket()

    delegation = delegate(ticket, service=world.applications, motive="TI 140", by=world.bruno)

    ticket.refresh_from_db()
    assert (delegation.to_account, delegation.is_deputy) == (world.dora, False)
    assert (ticket.state, ticket.outcome) == (State.SECOND_LINE, Outcome.SECOND_LINE)
    assert (ticket.owner, ticket.service) == (world.bruno, world.applications)
    asked = Promise.objects.get(kind="delegation")
    assert (asked.to_account, asked.to_address) == (world.dora, world.dora.email)
    assert "TI 140" in asked.text


def test_delegated_goes_to_the_deputy_when_the_designated_person_is_away(world: World) -> None:
    Absence.objects.create(account=world.dora, first_day=today(), last_day=today())
    delegation = delegate(
        world.ticket(), service=world.applications, motive="TI 140", by=world.bruno
    )
    assert (delegation.to_account, delegation.is_deputy) == (world.emil, True)


def test_delegation_is_refused_with_the_reason_when_both_are_away(world: World) -> None:
    for away in (world.dora, world.emil):
        Absence.objects.create(
            account=away, first_day=today(), last_day=today() + timedelta(days=2)
        )
    ticket = world.ticket()

    with pytest.raises(NobodyAvailable) as refusal:
        delegate(ticket, service=world.applications, motive="TI 140", by=world.bruno)

    assert "Dora" in str(refusal.value.sentence)
    ticket.refresh_from_db()
    assert ticket.state == State.NEW
    assert not Delegation.objects.exists()


def test_every_hand_over_has_a_motive(world: World) -> None:
    with pytest.raises(MotiveMissing):
        delegate(world.ticket(), service=world.applications, motive=" ", by=world.bruno)


def test_the_second_line_answers_the_requester_and_the_ticket_closes(world: World) -> None:
    ticket = world.ticket()
    delegate(ticket, service=world.applications, motive="TI 140", by=world.bruno)

    closed = answer_delegation(
        ticket, answer="Der Code 140 ist berichtigt.", to_requester=True, by=world.dora
    )

    assert (closed.state, closed.outcome) == (State.CLOSED, Outcome.SECOND_LINE)
    owed = Promise.objects.get(kind="answer")
    assert (owed.to_address, owed.handler) == ("ana@musterbach.example", world.dora)


def test_the_second_line_answers_the_desk_and_the_ticket_is_open_again(world: World) -> None:
    ticket = world.ticket()
    delegate(ticket, service=world.applications, motive="TI 140", by=world.bruno)

    back = answer_delegation(ticket, answer="Code corrigé", to_requester=False, by=world.dora)

    assert (back.state, back.owner, back.service) == (State.OPEN, world.bruno, None)
    assert not Promise.objects.filter(kind="answer").exists()
    assert Message.objects.get(kind="second_line").text == "Code corrigé"


def test_somebody_elses_delegation_cannot_be_answered(world: World) -> None:
    ticket = world.ticket()
    delegate(ticket, service=world.applications, motive="TI 140", by=world.bruno)
    with pytest.raises(NotDelegated):
        answer_delegation(ticket, answer="x", to_requester=False, by=world.fanny)


def test_the_second_line_may_give_a_ticket_back_with_a_motive(world: World) -> None:
    ticket = world.ticket()
    delegate(ticket, service=world.applications, motive="TI 140", by=world.bruno)
    with pytest.raises(MotiveMissing):
        return_delegation(ticket, motive="", by=world.dora)
    assert return_delegation(ticket, motive="Nicht wir", by=world.dora).state == State.OPEN


def test_an_overdue_delegation_returns_to_the_desk_with_a_journal_entry(world: World) -> None:
    ticket = world.ticket()
    delegation = delegate(ticket, service=world.applications, motive="TI 140", by=world.bruno)

    assert return_overdue_delegations(at=delegation.due_at - timedelta(seconds=1)) == 0
    assert return_overdue_delegations(at=delegation.due_at) == 1
    assert return_overdue_delegations(at=delegation.due_at) == 0

    ticket.refresh_from_db()
    assert (ticket.state, ticket.owner) == (State.OPEN, world.bruno)
    entry = Entry.objects.get(verb="ticket.returned")
    assert (entry.by, entry.facts["motive"]) == (None, "overdue")


def test_a_follow_up_opens_a_closed_ticket_again(world: World) -> None:
    ticket = world.ticket()
    close_directly(ticket, answer="Fertig", by=world.bruno)

    join_request(
        ticket,
        requester=world.ana,
        channel="mail",
        text="Es geht immer noch nicht.",
        language="de",
        received_at=now(),
    )

    ticket.refresh_from_db()
    assert (ticket.state, ticket.reopened_count, ticket.closed_at) == (State.OPEN, 1, None)
    assert ticket.due_at is not None


def test_an_automatic_message_does_not_open_a_closed_ticket(world: World) -> None:
    ticket = world.ticket()
    close_directly(ticket, answer="Fertig", by=world.bruno)
    join_request(
        ticket,
        requester=world.ana,
        channel="mail",
        text="Ich bin nicht im Büro.",
        language="de",
        received_at=now(),
        is_automatic=True,
    )
    ticket.refresh_from_db()
    assert ticket.state == State.CLOSED


def test_the_clock_stands_still_while_waiting_for_the_requester(world: World) -> None:
    ticket = wait_for_requester(world.ticket(), by=world.bruno)
    assert ticket.due_at is None
    left = ticket.time_left

    join_request(
        ticket,
        requester=world.ana,
        channel="mail",
        text="Hier ist die Nummer.",
        language="de",
        received_at=now() + timedelta(days=30),
    )

    ticket.refresh_from_db()
    assert left is not None
    assert ticket.state == State.OPEN
    assert ticket.due_at is not None
    assert ticket.due_at >= now() + timedelta(days=30)


def test_a_ticket_is_reopened_with_a_motive(world: World) -> None:
    ticket = world.ticket()
    with pytest.raises(NotOpen):
        close_directly(ticket, answer="Fertig", by=world.bruno)
        wait_for_requester(ticket, by=world.bruno)
    with pytest.raises(MotiveMissing):
        reopen(ticket, motive="", by=world.carla)
    opened = reopen(ticket, motive="Angerufen: noch nicht da", by=world.carla)
    assert (opened.state, opened.owner) == (State.OPEN, world.carla)


def test_a_note_stays_here(world: World) -> None:
    add_note(world.ticket(), text="Schlüssel 4471", by=world.bruno)
    assert Promise.objects.filter(kind="answer").count() == 0
    assert Message.objects.get(kind="note").channel == ""


def test_a_national_number_is_masked_before_it_is_stored(world: World) -> None:
    ticket = world.ticket(subject="Frage zu 85.07.30-033 28", text="Nummer 85073003328 bitte.")
    stored = Message.objects.get(ticket=ticket)
    for text in (ticket.subject, ticket.excerpt, stored.text):
        assert "03328" not in text.replace(" ", "")
        assert "033 28" not in text
