"""The lists of the desk: what stands in a row, how many statements, how a page goes on."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from vitrine.kernel.clock import now
from vitrine.tickets.actions import close_directly, delegate, take

NEW = "/desk/lists/new/"
PART = {"HX-Request": "true"}


@pytest.fixture
def desk(client, world):
    """Bruno's browser, signed in."""
    client.force_login(world.bruno)
    return client


def statements(client, url):
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_a_list_needs_as_many_statements_for_thirty_rows_as_for_one(desk, world):
    world.ticket()
    desk.get(NEW)
    one = statements(desk, NEW)
    for number in range(29):
        world.ticket(message_id=f"<{number}@musterbach.example>")
    assert statements(desk, NEW) == one


def test_a_row_says_who_asks_in_which_language_and_by_which_channel(desk, world):
    world.ticket()
    page = desk.get(NEW).text
    assert '<span class="s" lang="de">Neuer Schlüssel noch nicht angekommen</span>' in page
    assert "Musterbach · Ana Beispiel" in page
    assert 'aria-label="e-mail"' in page
    assert '<b class="letters">DE</b>' in page


def test_a_late_ticket_says_so_in_words(desk, world):
    world.bruno.ui_language = "en"
    world.bruno.save()
    world.ticket(received_at=now() - timedelta(days=40))
    assert '<span class="t late">late ' in desk.get(NEW).text


def test_thirty_rows_make_a_page_and_a_link_leads_to_the_older_ones(desk, world):
    tickets = [world.ticket(message_id=f"<{n}@musterbach.example>") for n in range(32)]
    first = desk.get(NEW)
    assert first.text.count("data-number=") == 30
    older = first.context["older"]
    rest = desk.get(older)
    assert rest.text.count("data-number=") == 2
    assert tickets[0].number in rest.text
    part = desk.get(older, headers=PART | {"HX-Target": "more"})
    assert "<html" not in part.text
    assert part.text.count("data-number=") == 2


def test_the_rail_counts_each_list(desk, world):
    mine, _other = world.ticket(), world.ticket(message_id="<zweite@musterbach.example>")
    take(mine, by=world.bruno)
    rail = desk.get("/desk/counts/?list=new", headers=PART | {"HX-Target": "counts"})
    assert "<html" not in rail.text
    counts = dict(re.findall(r'lists/([a-z-]+)/"[^>]*>[^<]*<b>(\d*\+?)</b>', rail.text))
    assert (counts["mine"], counts["new"], counts["waiting"]) == ("1", "1", "")


def test_an_empty_list_says_the_next_step(desk, world):
    world.bruno.ui_language = "en"
    world.bruno.save()
    assert "New requests stand in the list" in desk.get("/desk/lists/mine/").text


def test_an_unknown_list_does_not_exist(desk):
    assert desk.get("/desk/lists/nonsense/").status_code == 404


def test_the_second_line_sees_what_was_delegated_to_it_and_nothing_else(client, world):
    hers, _other = world.ticket(), world.ticket(message_id="<zweite@musterbach.example>")
    delegate(hers, service=world.applications, motive="Bitte prüfen.", by=world.bruno)
    client.force_login(world.dora)
    page = client.get("/desk/", follow=True)
    assert page.request["PATH_INFO"] == "/desk/lists/delegated/"
    assert [row.number for row in page.context["rows"]] == [hers.number]


def test_who_has_no_list_is_led_to_the_state_the_settings_or_himself(client, world):
    client.force_login(world.otto)
    assert client.get("/desk/").headers["Location"] == "/desk/settings/"
    client.force_login(world.stan)
    assert client.get("/desk/").headers["Location"] == "/desk/state/"
    client.force_login(world.rita)
    assert client.get("/desk/").headers["Location"] == "/account/"


def test_search_marks_the_words_and_escapes_the_rest(desk, world):
    world.ticket(subject="Zugang <script>alert(1)</script>", text="Schlüssel <b>kaputt</b>")
    page = desk.get("/desk/search/?q=Schlüssel").text
    assert "<mark>Schlüssel</mark> &lt;b&gt;" in page
    assert "<script>alert(1)" not in page


@pytest.mark.parametrize("words", ["{number}", "[RN-{number}]", "{spoken}", " {number} "])
def test_an_exact_number_leads_straight_to_its_ticket(desk, world, words):
    ticket = world.ticket()
    asked = words.format(number=ticket.number, spoken=ticket.spoken_number)
    answer = desk.get("/desk/search/", {"q": asked})
    assert answer.headers["Location"] == f"/desk/tickets/{ticket.number}/"


def test_a_number_of_nobody_finds_nothing_and_says_so(desk):
    assert desk.get("/desk/search/?q=1999-000001").status_code == 200


def test_a_closed_ticket_leaves_the_lists_of_the_day(desk, world):
    ticket = world.ticket()
    close_directly(ticket, answer="Der Schlüssel ist unterwegs.", by=world.bruno)
    assert ticket.number not in desk.get(NEW).text
    assert ticket.number in desk.get("/desk/lists/closed/").text
