"""Search over everything: each text in its own language, numbers, names, typing errors."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vitrine.kernel.clock import now
from vitrine.tickets.actions import (
    add_note,
    archive,
    close_directly,
    delegate,
    index_ticket,
    join_request,
    rename,
)
from vitrine.tickets.models import SearchDocument, Ticket
from vitrine.tickets.queries.search import search
from vitrine.tickets.rules import ReceivedFile


def found(account, words):
    """The numbers that a search finds, in its order."""
    return [hit.row.number for hit in search(account, words)]


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("de", "Die Häuser unserer Gemeinde haben keine Schlüssel.", "haus"),
        ("de", "Der Schlüssel ist gesperrt.", "schlussel"),
        ("fr", "Les clés des communes sont bloquées.", "clé commune"),
        ("fr", "Nous avons demandé une mutation.", "demandons"),
        ("nl", "De gemeenten hebben sleutels aangevraagd.", "gemeente sleutel"),
        ("en", "Both certificates have expired.", "certificate expiring"),
    ],
)
def test_a_text_is_found_by_other_forms_of_its_words(world, language, text, words):
    ticket = world.ticket(language=language, text=text)

    assert found(world.bruno, words) == [ticket.number]


@pytest.mark.parametrize("form", ["{}", "RN-{}", "[RN-{}]"])
def test_a_number_is_found_in_each_written_form(world, form):
    ticket = world.ticket()

    assert found(world.bruno, form.format(ticket.number))[0] == ticket.number


def test_a_number_is_found_as_it_is_said(world):
    ticket = world.ticket()
    serial = str(int(ticket.number.split("-")[1]))

    assert found(world.bruno, ticket.spoken_number)[0] == ticket.number
    assert found(world.bruno, serial)[0] == ticket.number


def test_names_of_person_and_organisation_are_found_in_every_language(world):
    world.musterbach.name_fr = "Modèleruisseau"
    world.musterbach.save()
    ticket = world.ticket()

    assert found(world.bruno, "modeleruisseau") == [ticket.number]
    assert found(world.bruno, world.ana.name) == [ticket.number]


def test_a_word_with_a_typing_error_is_found_and_said_to_be_close(world):
    world.ticket()

    [hit] = search(world.bruno, "Zugangsschlüsel")

    assert hit.is_close
    assert [part.text for part in hit.headline if part.is_marked] == ["Zugangsschlüssel"]


def test_the_beginning_of_the_last_word_is_enough(world):
    ticket = world.ticket()

    assert found(world.bruno, "zugangssch") == [ticket.number]


def test_a_stop_word_of_another_language_hides_nothing(world):
    ticket = world.ticket(language="fr", text="La clé die hard de la commune")

    assert found(world.bruno, "von clé für commune") == [ticket.number]


def test_excluded_words_and_phrases_are_respected(world):
    first = world.ticket(text="Postleitzahl falsch")
    second = world.ticket(text="falsch ist die Postleitzahl und das Fax")

    assert found(world.bruno, "postleitzahl -fax") == [first.number]
    assert found(world.bruno, '"Postleitzahl falsch"') == [first.number]
    assert set(found(world.bruno, "postleitzahl falsch")) == {first.number, second.number}


def test_an_answer_a_note_and_a_file_name_are_found(world):
    ticket = world.ticket(files=[ReceivedFile(name="Bordereau_Dupont.txt", content=b"x")])
    add_note(ticket, text="Rückruf versprochen", by=world.bruno)
    close_directly(ticket, answer="Der Wunderschlüssel liegt bereit.", by=world.carla)

    assert found(world.bruno, "bordereau") == [ticket.number]
    assert found(world.bruno, "versprochen") == [ticket.number]
    assert found(world.bruno, "wunderschlüssel") == [ticket.number]


def test_an_archived_ticket_is_found_by_a_word_of_its_answer(world):
    ticket = world.ticket()
    close_directly(ticket, answer="Siehe Rundschreiben Regenbogen.", by=world.carla)
    archive(Ticket.objects.get(pk=ticket.pk), by=None)

    [hit] = search(world.bruno, "regenbogen")

    assert (hit.row.number, hit.row.state) == (ticket.number, "archived")


def test_a_second_line_finds_only_what_was_delegated_to_it(world):
    mine = world.ticket()
    world.ticket()
    delegate(mine, service=world.applications, motive="Bitte prüfen", by=world.bruno)

    assert found(world.dora, "zugangsschlüssel") == [mine.number]
    assert found(world.fanny, "zugangsschlüssel") == []
    assert found(world.otto, "zugangsschlüssel") == []


def test_a_word_of_the_subject_counts_more_than_one_of_the_text(world):
    weak = world.ticket(subject="Frage", text="Ein Wort über Zeugnisse.")
    strong = world.ticket(subject="Zeugnisse fehlen", text="Guten Tag.")
    world.ticket(subject="Frage", text="Nichts davon.")

    assert found(world.bruno, "zeugnisse") == [strong.number, weak.number]


def test_a_renamed_ticket_is_found_by_its_new_subject_only(world):
    ticket = world.ticket(subject="Altwort", text="Guten Tag.")
    rename(ticket, subject="Neuwort", by=world.bruno)

    assert found(world.bruno, "neuwort") == [ticket.number]
    assert found(world.bruno, "altwort") == []


def test_indexing_anew_gives_what_was_added_bit_by_bit(world):
    ticket = world.ticket()
    close_directly(ticket, answer="Der Wunderschlüssel liegt bereit.", by=world.carla)
    index_ticket(ticket)

    assert found(world.bruno, "wunderschlüssel") == [ticket.number]
    assert SearchDocument.objects.count() == 1


def test_a_text_beyond_every_bound_is_stored_and_found_by_its_beginning(world):
    words = " ".join(f"wort{number}" for number in range(200_000))
    ticket = world.ticket(text=words)

    assert found(world.bruno, "wort17") == [ticket.number]


@pytest.mark.parametrize(
    "typed", ["'", "a' | 'b", "\\", ":*", "!", "(", "&", "%", "_", "💥", "x" * 5000, "$$", "<->"]
)
def test_no_sign_breaks_the_search(world, typed):
    world.ticket()

    assert isinstance(search(world.bruno, typed), list)


def test_the_statements_of_a_search_do_not_grow_with_its_hits(world):
    def statements():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            hits = search(world.bruno, "zugangsschlüssel")
        return len(captured), len(hits)

    for _number in range(5):
        world.ticket()
    few = statements()
    for _number in range(25):
        world.ticket()
    many = statements()

    assert (few[1], many[1]) == (5, 30)
    assert few[0] == many[0]


def test_a_file_of_a_follow_up_is_found_by_its_name(world):
    ticket = world.ticket()
    join_request(
        ticket,
        requester=world.ana,
        channel="mail",
        text="Anbei die Liste.",
        language="de",
        received_at=now(),
        files=(ReceivedFile("Zuzugsliste.txt", b"a;b"),),
    )
    assert [hit.row.number for hit in search(world.bruno, "Zuzugsliste.txt")] == [ticket.number]
