"""The language of each message: detected, corrected, and what follows from it."""

import pytest

from tests.feature.test_looking_at_mail import arrived, at, desk, letter, message, verbs
from vitrine.tickets.actions import (
    archive,
    close_directly,
    set_message_language,
    set_reply_language,
)
from vitrine.tickets.errors import Archived
from vitrine.tickets.models import SearchDocument

__all__ = ["desk", "message"]


def test_the_language_of_a_message_is_corrected_and_the_search_follows(desk, world):
    message = arrived(letter())
    ticket = message.ticket
    ticket.requester.organisation = ticket.organisation = None
    ticket.requester.save()
    ticket.save()

    answer = desk.post(at(message, "language"), {"language": "nl"})

    assert answer.status_code == 303
    message.refresh_from_db()
    ticket.refresh_from_db()
    assert (message.language, ticket.language) == ("nl", "nl")
    assert "ticket.message_language_set" in verbs(ticket)
    assert "a message is in Dutch, not in German" in desk.get(answer.headers["Location"]).text


def test_the_reply_language_follows_the_law_not_the_message(desk, message):
    desk.post(at(message, "language"), {"language": "fr"})

    message.ticket.refresh_from_db()
    assert (message.ticket.language, message.ticket.reply_language) == ("fr", "de")


def test_a_reply_language_that_somebody_chose_stays(desk, message, world):
    set_reply_language(message.ticket, language="en", motive="asked for it", by=world.bruno)

    desk.post(at(message, "language"), {"language": "fr"})

    message.ticket.refresh_from_db()
    assert message.ticket.reply_language == "en"


def test_a_corrected_language_is_read_with_its_own_dictionary(world):
    ticket = world.ticket(subject="x", text="Wij zoeken onze sleutels", language="de")
    read = SearchDocument.objects.filter(ticket=ticket).values_list("document", flat=True)
    assert "'zok'" in str(read.get())  # the stem that German makes of "zoeken"

    set_message_language(ticket.messages.get(), language="nl", by=world.bruno)

    assert "'zok'" not in str(read.get())
    assert "'zoek'" in str(read.get())


def test_an_archived_ticket_keeps_its_languages(message, world):
    close_directly(message.ticket, answer="Erledigt.", by=world.bruno)
    archive(message.ticket, by=world.bruno)

    with pytest.raises(Archived):
        set_message_language(message, language="fr", by=world.bruno)
