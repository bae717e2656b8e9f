"""A ticket on the screen: its page, replies and notes, outcomes, files, print."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vitrine.correspondence.models import Arrival, Promise
from vitrine.kernel.clock import now
from vitrine.tickets.actions import (
    add_note,
    close_directly,
    delegate,
    join_request,
    merge,
    reply,
    take,
)
from vitrine.tickets.models import Attachment, Message, TicketLink
from vitrine.tickets.rules import ReceivedFile

PART = {"HX-Request": "true", "HX-Target": "ticket"}


@pytest.fixture
def desk(client, world):
    """Bruno's browser, signed in; he reads English here."""
    world.bruno.ui_language = "en"
    world.bruno.save()
    client.force_login(world.bruno)
    return client


@pytest.fixture
def ticket(world):
    return world.ticket()


def address(ticket, what=""):
    return f"/desk/tickets/{ticket.number}/{what}"


def seen(ticket):
    return Message.objects.filter(ticket=ticket).latest("pk").pk


def test_the_page_shows_number_language_reason_and_timeline(desk, ticket):
    page = desk.get(address(ticket)).text
    assert ticket.spoken_number in page
    assert "Reply in German: language of the region" in page
    assert '<div class="words" lang="de">Guten Tag' in page
    assert "Send to Musterbach and close" in page


def test_a_ticket_needs_as_many_statements_for_thirty_messages_as_for_one(desk, ticket, world):
    desk.get(address(ticket))
    with CaptureQueriesContext(connection) as one:
        desk.get(address(ticket))
    for number in range(29):
        add_note(ticket, text=f"Note {number}", by=world.bruno)
    with CaptureQueriesContext(connection) as thirty:
        desk.get(address(ticket))
    assert len(thirty) == len(one)


def test_htmx_gets_the_ticket_without_the_page_around_it(desk, ticket):
    part = desk.get(address(ticket), headers=PART).text
    assert '<article class="ticket" id="ticket"' in part
    assert "<html" not in part
    whole = desk.get(address(ticket), headers=PART | {"HX-History-Restore-Request": "true"})
    assert "<html" in whole.text


def test_the_list_it_was_opened_from_stands_beside_it(desk, ticket):
    page = desk.get(address(ticket) + "?list=new")
    assert page.context["list_name"] == "new"
    assert f'aria-current="true" data-number="{ticket.number}"' in page.text


def test_a_stranger_is_told_that_the_ticket_does_not_exist(client, ticket, world):
    client.force_login(world.fanny)
    assert client.get(address(ticket)).status_code == 404


def test_a_reply_is_owed_in_writing_and_closes(desk, ticket, world):
    answer = desk.post(
        address(ticket, "replies/"),
        {"text": "Der Schlüssel ist unterwegs.", "then": "close", "last_seen": seen(ticket)},
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, address(ticket))
    ticket.refresh_from_db()
    assert (ticket.state, ticket.outcome) == ("closed", "direct")
    assert Promise.objects.filter(kind="answer", to_person=world.ana).exists()


def test_a_reply_waits_when_something_newer_arrived_and_keeps_the_text(desk, ticket, world):
    before = seen(ticket)
    join_request(
        ticket,
        requester=world.ana,
        channel="mail",
        text="Hat sich erledigt.",
        language="de",
        received_at=now(),
    )
    words = {"text": "Der Schlüssel ist unterwegs.", "then": "close", "last_seen": before}

    stopped = desk.post(address(ticket, "replies/"), words, headers=PART)

    assert stopped.status_code == 409
    assert "Hat sich erledigt." in stopped.text
    assert "Der Schlüssel ist unterwegs." in stopped.text
    assert not Promise.objects.filter(kind="answer").exists()

    words["last_seen"] = re.search(r'last_seen" value="(\d+)"', stopped.text)[1]
    assert desk.post(address(ticket, "replies/"), words).status_code == 303
    assert Promise.objects.filter(kind="answer").exists()


def test_an_empty_reply_is_refused_with_a_reason(desk, ticket):
    answer = desk.post(address(ticket, "replies/"), {"text": " ", "then": "close"})
    assert answer.status_code == 422
    assert "Every request gets an answer" in answer.text


def test_a_colleague_was_faster_and_the_text_is_still_there(desk, ticket, world):
    close_directly(ticket, answer="Erledigt.", by=world.carla)
    answer = desk.post(address(ticket, "replies/"), {"text": "Auch erledigt.", "then": "close"})
    assert answer.status_code in (409, 422)
    assert "Auch erledigt." in answer.text


def test_a_note_stays_here(desk, ticket):
    promised = Promise.objects.count()
    assert desk.post(address(ticket, "notes/"), {"text": "Ruft Mittwoch an."}).status_code == 303
    assert Promise.objects.count() == promised
    assert "Internal note: stays here · Bruno Demo" in desk.get(address(ticket)).text


def test_keeping_open_asks_for_the_next_action(desk, ticket, world):
    refused = desk.post(address(ticket, "follow-up/"), {"owner": world.bruno.pk})
    assert refused.status_code == 422
    done = desk.post(
        address(ticket, "follow-up/"),
        {"next_action": "Lieferdienst fragen", "owner": world.carla.pk},
    )
    assert done.status_code == 303
    ticket.refresh_from_db()
    assert (ticket.next_action, ticket.owner) == ("Lieferdienst fragen", world.carla)


def test_the_service_picker_says_who_would_get_it_today(desk, ticket):
    form = desk.get(address(ticket, "delegation/")).text
    assert "T-Applications: Dora Demo" in form


def test_the_second_line_answers_the_desk(desk, client, ticket, world):
    desk.post(
        address(ticket, "delegation/"),
        {"service": world.applications.pk, "motive": "Bitte prüfen."},
    )
    client.force_login(world.dora)
    page = client.get(address(ticket)).text
    assert "second-line" not in page or "delegation/answer/" in page
    done = client.post(address(ticket, "delegation/answer/"), {"answer": "Neuer Schlüssel folgt."})
    assert done.status_code == 303
    ticket.refresh_from_db()
    assert ticket.state == "open"


def test_the_second_line_cannot_write_to_the_requester_as_the_desk_does(client, ticket, world):
    delegate(ticket, service=world.applications, motive="Bitte prüfen.", by=world.bruno)
    client.force_login(world.dora)
    assert "replies/" not in client.get(address(ticket)).text
    assert client.post(address(ticket, "replies/"), {"text": "x"}).status_code == 404


def test_merging_offers_the_other_tickets_of_the_requester_first(desk, ticket, world):
    other = world.ticket(message_id="<zweite@musterbach.example>", subject="Nochmals")
    assert "Nochmals" in desk.get(address(other, "merge/")).text
    assert desk.post(address(other, "merge/"), {"number": ticket.spoken_number}).status_code == 303
    other.refresh_from_db()
    assert other.merged_into == ticket
    assert "Undo the merge" in desk.get(address(other)).text
    assert desk.post(address(other, "unmerge/")).status_code == 303


def test_merging_with_an_unknown_number_says_so(desk, ticket):
    answer = desk.post(address(ticket, "merge/"), {"number": "1999-000001"})
    assert answer.status_code == 422
    assert "There is no ticket with this number." in answer.text


def test_two_tickets_are_linked_and_unlinked(desk, ticket, world):
    other = world.ticket(message_id="<zweite@musterbach.example>")
    words = {"number": other.number, "kind": "related"}
    desk.post(address(ticket, "links/"), words)
    assert TicketLink.objects.count() == 1
    desk.post(address(ticket, "links/"), words)
    assert not TicketLink.objects.exists()


def test_a_message_becomes_a_ticket_of_its_own(desk, ticket, world):
    added = join_request(
        ticket,
        requester=world.ana,
        channel="mail",
        text="Noch eine ganz andere Frage.",
        language="de",
        received_at=now(),
    )
    assert f"split/{added.pk}/" in desk.get(address(ticket)).text
    assert desk.post(address(ticket, f"split/{added.pk}/")).status_code == 303
    assert TicketLink.objects.count() == 1


def test_an_archived_ticket_can_only_be_read(desk, ticket, world):
    close_directly(ticket, answer="Erledigt.", by=world.bruno)
    ticket.refresh_from_db()
    ticket.state, ticket.archived_at = "archived", now()
    ticket.save()
    page = desk.get(address(ticket)).text
    assert "<textarea" not in page
    assert desk.post(address(ticket, "notes/"), {"text": "zu spät"}).status_code == 422


@pytest.mark.parametrize(
    ("what", "words", "field", "expected"),
    [
        ("subject/", {"subject": "Schlüssel fehlt"}, "subject", "Schlüssel fehlt"),
        ("priority/", {"impact": 4, "urgency": 1}, "priority", 2),
        ("reply-language/", {"language": "fr", "motive": "Bittet darum"}, "reply_language", "fr"),
        ("own/", {}, "state", "open"),
        ("waiting/", {}, "state", "waiting"),
    ],
)
def test_what_one_changes_is_changed(desk, ticket, what, words, field, expected):
    assert desk.post(address(ticket, what), words).status_code == 303
    ticket.refresh_from_db()
    assert getattr(ticket, field) == expected


def test_the_question_type_is_chosen_under_its_first_level(desk, ticket, world):
    assert "Accès et clés · Débloquer" in desk.get(address(ticket, "question-type/")).text
    desk.post(address(ticket, "question-type/"), {"question_type": world.unblock.pk})
    ticket.refresh_from_db()
    assert ticket.question_type == world.unblock


def test_the_requester_is_found_and_set(desk, ticket, world):
    found = desk.post(address(ticket, "requester/"), {"q": "Pieter"})
    assert found.status_code == 422
    assert f'value="p{world.pieter.pk}"' in found.text
    desk.post(address(ticket, "requester/"), {"q": "Pieter", "caller": f"p{world.pieter.pk}"})
    ticket.refresh_from_db()
    assert (ticket.requester, ticket.organisation) == (world.pieter, world.voorbeeldegem)
    assert ticket.reply_language == "nl"


def test_the_live_part_says_nothing_when_nothing_is_new(desk, ticket, world):
    page = desk.get(address(ticket)).context["page"]
    assert desk.get(page.live).status_code == 204
    add_note(ticket, text="Neu.", by=world.bruno)
    fresh = desk.get(page.live)
    assert fresh.status_code == 200
    assert "Neu." in fresh.text
    assert 'hx-swap-oob="true"' in fresh.text
    assert "<textarea" not in fresh.text


def test_the_delivery_of_a_reply_is_told_in_words(desk, ticket, world):
    reply(ticket, text="Wir suchen.", by=world.bruno)
    owed = Promise.objects.get(kind="answer")
    assert "Leaves for ana@musterbach.example" in desk.get(address(ticket)).text
    owed.sent_at, owed.proof = now(), "250 2.0.0 accepted"
    owed.save()
    assert "250 2.0.0 accepted" in desk.get(address(ticket)).text
    owed.sent_at, owed.failed_at, owed.failure = None, now(), "no such mailbox"
    owed.save()
    assert "Could not be delivered to ana@musterbach.example: no such mailbox" in (
        desk.get(address(ticket)).text
    )


@pytest.mark.parametrize(
    ("content_type", "disposition"),
    [("image/png", "attachment"), ("text/html", "attachment"), ("image/svg+xml", "attachment")],
)
def test_a_file_of_a_stranger_is_never_run(desk, world, content_type, disposition):
    sent = ReceivedFile("datei", b"<script>alert(1)</script>", content_type=content_type)
    world.ticket(files=[sent])
    file = Attachment.objects.get()
    answer = desk.get(f"/desk/attachments/{file.pk}/")
    assert answer.headers["Content-Disposition"].startswith(disposition)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert "html" not in answer.headers["Content-Type"]


def test_the_original_message_is_shown_as_text(desk, ticket):
    raw = b"From: ana@musterbach.example\r\n\r\n<script>alert(1)</script>"
    arrival = Arrival.objects.create(channel="mail", received_at=now(), raw=raw, sha256="0")
    message = Message.objects.get(ticket=ticket)
    message.arrival = arrival
    message.save()
    answer = desk.get(f"/desk/messages/{message.pk}/source/")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.content == raw


def test_the_print_leaves_notes_out_unless_asked(desk, ticket, world):
    add_note(ticket, text="Nur für uns.", by=world.bruno)
    assert "Nur für uns." not in desk.get(address(ticket, "print/")).text
    assert "Nur für uns." in desk.get(address(ticket, "print/?notes=1")).text


def test_a_merged_message_says_where_it_came_from(desk, ticket, world):
    other = world.ticket(message_id="<zweite@musterbach.example>", text="Zweite Anfrage.")
    merge(other, into=ticket, by=world.bruno)
    page = desk.get(address(ticket)).text
    assert "Zweite Anfrage." in page
    assert f"Ana Beispiel ({other.spoken_number})" in page


def test_happenings_between_messages_are_folded(desk, ticket, world):
    take(ticket, by=world.bruno)
    assert "3 changes" in desk.get(address(ticket)).text


def test_what_was_told_by_telephone_closes_without_a_mail(desk, world):
    ticket = world.ticket(channel="phone", acknowledge=False)
    assert "Told by telephone: close" in desk.get(address(ticket)).text
    words = {"text": "Schlüssel entsperrt.", "then": "told", "last_seen": seen(ticket)}
    assert desk.post(address(ticket, "replies/"), words).status_code == 303
    ticket.refresh_from_db()
    assert ticket.state == "closed"
    assert not Promise.objects.filter(kind="answer").exists()


def test_a_message_that_failed_is_sent_again(client, world):
    ticket = world.ticket()
    message = reply(ticket, text="Guten Tag", by=world.bruno)
    address = f"/desk/tickets/{ticket.number}/resend/{message.pk}/"
    client.force_login(world.bruno)
    assert client.post(address).status_code == 404  # nothing has failed
    Promise.objects.filter(pk=message.promise_id).update(
        failed_at=now(), failure="550 no such user"
    )

    page = client.get(f"/desk/tickets/{ticket.number}/")
    response = client.post(address)

    assert address in page.text
    assert response.status_code == 303
    assert Promise.objects.get(pk=message.promise_id).failed_at is None


def test_a_closed_ticket_is_archived_before_its_time(client, world):
    ticket = close_directly(world.ticket(), answer="Fertig", by=world.bruno)
    client.force_login(world.bruno)
    assert client.post(f"/desk/tickets/{ticket.number}/archive/").status_code == 303
    ticket.refresh_from_db()
    assert ticket.state == "archived"
