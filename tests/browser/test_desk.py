"""The desk in a browser: accessible in four languages, by keyboard, without scripts, on a phone."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from vitrine.correspondence.models import Arrival
from vitrine.kernel.clock import now, today
from vitrine.tickets.actions import (
    add_note,
    classify,
    delegate,
    join_request,
    keep_open,
    reply,
    take,
)
from vitrine.tickets.models import Ticket
from vitrine.tickets.rules import ReceivedFile

LANGUAGES = ("fr", "nl", "de", "en")
NOT_SERVED_HERE = ("/live/", "EventSource", "404")
"""The live stream is a process of its own: see tests/servers."""


@dataclass
class Desk:
    """Requests in every state."""

    full: Ticket
    delegated: Ticket


@pytest.fixture(scope="module")
def desk(site: Any) -> Desk:
    world = site.world
    full = world.ticket(
        quoted="> Am 22.11. schrieben Sie:\n> folgt",
        files=[ReceivedFile("Foto.png", b"\x89PNG", content_type="image/png")],
        received_at=now() - timedelta(days=4),
    )
    take(full, by=world.bruno)
    classify(full, question_type=world.unblock, by=world.bruno)
    add_note(full, text="Ruft Mittwoch wieder an.", by=world.bruno)
    reply(full, text="Wir suchen ihn.", by=world.bruno)
    join_request(
        full,
        requester=world.ana,
        channel="mail",
        text="Danke, wir warten.",
        language="de",
        received_at=now(),
    )
    keep_open(full, next_action="Lieferdienst fragen", promised_for=today(), by=world.bruno)
    delegated = world.ticket(subject="Code TI 140", language="fr", message_id="<2@x.example>")
    delegate(delegated, service=world.applications, motive="À vérifier.", by=world.bruno)
    for number in range(34):
        world.ticket(subject=f"Anfrage {number}", message_id=f"<n{number}@x.example>")
    Arrival.objects.create(
        channel="mail",
        received_at=now(),
        raw=b"broken",
        sha256="0",
        handled_at=now(),
        outcome="quarantined",
        reason="No header could be read.",
    )
    return Desk(full=full, delegated=delegated)


PAGES = {
    "list": ("/desk/lists/new/", "bruno"),
    "list-empty": ("/desk/lists/waiting/", "bruno"),
    "ticket": ("/desk/tickets/{full}/?list=mine", "bruno"),
    "ticket-keep-open": ("/desk/tickets/{full}/follow-up/", "bruno"),
    "ticket-delegation": ("/desk/tickets/{full}/delegation/", "bruno"),
    "ticket-merge": ("/desk/tickets/{full}/merge/", "bruno"),
    "ticket-requester": ("/desk/tickets/{full}/requester/", "bruno"),
    "ticket-second-line": ("/desk/tickets/{delegated}/delegation/answer/", "dora"),
    "ticket-auditor": ("/desk/tickets/{full}/", "iris"),
    "print": ("/desk/tickets/{full}/print/?notes=1", "bruno"),
    "call": ("/desk/calls/new/", "bruno"),
    "search": ("/desk/search/?q=Schlüssel", "bruno"),
    "search-empty": ("/desk/search/?q=xyzxyz", "bruno"),
    "quarantine": ("/desk/quarantine/", "bruno"),
    "question-types": ("/desk/settings/question-types/", "marc"),
    "services": ("/desk/settings/services/", "marc"),
    "calendar": ("/desk/settings/calendar/", "marc"),
    "opening-hours": ("/desk/settings/calendar/week/", "marc"),
    "accounts": ("/desk/settings/accounts/", "otto"),
}


def address_of(site, desk, name):
    path, who = PAGES[name]
    filled = path.format(full=desk.full.number, delegated=desk.delegated.number)
    return f"{site.address}{filled}", who


def opened(tab, site, *, who, path):
    tab.page.context.add_cookies([site.signed_in(who)])
    tab.page.goto(f"{site.address}{path}")
    return tab.page


@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_the_desk_is_accessible_in_four_languages_light_and_dark(
    name, tab, site, desk
):
    address, who = address_of(site, desk, name)
    tab.page.context.add_cookies([site.signed_in(who)])
    joint = "&" if "?" in address else "?"
    found = []
    for language in LANGUAGES:
        tab.page.emulate_media(color_scheme="light")
        answer = tab.page.goto(f"{address}{joint}language={language}")
        assert answer.status == 200
        found += [f"{language} light {line}" for line in tab.axe()]
        tab.page.emulate_media(color_scheme="dark")
        found += [f"{language} dark {line}" for line in tab.axe(only=("color-contrast",))]
    assert found == []
    refused = [line for line in tab.complaints if not any(word in line for word in NOT_SERVED_HERE)]
    assert refused == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [320, 390, 1024])
def test_no_page_of_the_desk_scrolls_sideways(name, width, tab, site, desk):
    address, who = address_of(site, desk, name)
    tab.page.set_viewport_size({"width": width, "height": 800})
    tab.page.context.add_cookies([site.signed_in(who)])
    tab.page.goto(f"{address}{'&' if '?' in address else '?'}language=de")
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_ticket_is_opened_answered_and_left_with_the_keyboard_alone(tab, site, desk):
    page = opened(tab, site, who="bruno", path="/desk/lists/mine/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/desk/tickets/.*list=mine"))
    page.wait_for_selector("#ticket[data-number]")
    assert page.locator("#list").is_visible()

    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.id") == "reply"
    page.keyboard.type("Guten Tag, 1 2 3 jk?")
    page.keyboard.press("Escape")
    page.keyboard.press("i")
    assert page.evaluate("document.activeElement.id") == "note"
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.wait_for_selector("#act [name=next_action]")
    assert page.evaluate("document.activeElement.name") == "next_action"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    page.go_back()
    page.wait_for_url(re.compile(r"/desk/lists/mine/"))


def test_single_keys_can_be_switched_off(tab, site, desk):
    page = opened(tab, site, who="bruno", path="/desk/lists/new/")
    page.keyboard.press("?")
    page.locator("#keys-off").check()
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    assert page.url.endswith("/desk/lists/new/")


def test_a_draft_survives_the_browser_and_goes_when_it_was_sent(tab, site, desk):
    path = f"/desk/tickets/{desk.full.number}/?list=mine"
    page = opened(tab, site, who="bruno", path=path)
    page.keyboard.press("i")
    page.keyboard.type("Halb geschrieben")
    page.goto(f"{site.address}/desk/lists/new/")
    page.goto(f"{site.address}{path}")
    assert page.locator("#note").input_value() == "Halb geschrieben"
    page.locator("#note-box .send button").click()
    page.locator("#timeline").get_by_text("Halb geschrieben").wait_for()
    assert page.locator("#note").input_value() == ""
    page.reload()
    assert page.locator("#note").input_value() == ""


def test_older_tickets_are_added_below(tab, site, desk):
    page = opened(tab, site, who="bruno", path="/desk/lists/new/")
    before = page.locator("#rows a[data-number]").count()
    page.locator("#more").click()
    page.locator("#rows a[data-number]").nth(before).wait_for(state="attached")


def test_a_changed_list_never_moves_what_is_under_the_cursor(tab, site, desk):
    page = opened(tab, site, who="bruno", path="/desk/lists/new/")
    page.locator("#rows a[data-number]").nth(3).hover()
    page.evaluate("document.querySelector('#rows li').remove()")
    first = page.locator("#rows a[data-number]").first.get_attribute("data-number")
    page.evaluate("document.body.dispatchEvent(new CustomEvent('live', {detail: {}}))")
    page.locator("#list .fresh button").wait_for()
    assert page.locator("#rows a[data-number]").first.get_attribute("data-number") == first
    page.locator("#list .fresh button").click()
    assert page.locator("#rows a[data-number]").first.get_attribute("data-number") != first


def test_a_live_change_never_touches_the_composer(tab, site, desk):
    page = opened(tab, site, who="bruno", path=f"/desk/tickets/{desk.full.number}/")
    page.locator("#reply").fill("Mitten im Satz")
    with page.expect_response(re.compile("/timeline/")) as answer:
        page.evaluate("document.body.dispatchEvent(new CustomEvent('live', {detail: {}}))")
    assert answer.value.status == 204
    assert page.locator("#reply").input_value() == "Mitten im Satz"


def test_a_call_is_stored_with_the_keyboard_alone(tab, site, desk):
    page = opened(tab, site, who="bruno", path="/desk/lists/new/")
    page.keyboard.press("c")
    page.wait_for_url(re.compile("calls/new"))
    assert page.evaluate("document.activeElement.id") == "id_q"
    page.keyboard.type("pieter")
    page.wait_for_selector("#found [aria-selected=true]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#card[data-language=nl]")
    assert page.locator("#id_language").input_value() == "nl"
    assert page.evaluate("document.activeElement.id") == "id_text"
    page.keyboard.type("Sleutel geblokkeerd aan het loket.")
    page.keyboard.press("Alt+1")
    page.locator("#id_answer:focus").wait_for()
    page.keyboard.type("Gedeblokkeerd.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/desk/tickets/"))
    page.goto(f"{site.address}/desk/calls/new/")
    assert page.locator("#id_text").input_value() == ""


def test_the_desk_works_without_scripts(chromium, site, desk):
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies([site.signed_in("carla")])
    page = context.new_page()
    page.goto(f"{site.address}/desk/lists/new/")
    page.locator("#rows a[data-number]").first.click()
    page.wait_for_url(re.compile("/desk/tickets/"))
    page.locator("form[action$='/own/'] button").click()
    page.wait_for_url(re.compile(r"/desk/tickets/[0-9-]+/$"))
    page.locator("a[href$='/follow-up/']").click()
    page.locator("[name=next_action]").fill("Navragen")
    page.locator("#act .buttons button").click()
    assert "Navragen" in page.locator(".side").inner_text()
    context.close()


def test_an_ended_session_loses_no_word(tab, site, desk):
    page = opened(tab, site, who="carla", path=f"/desk/tickets/{desk.full.number}/")
    page.keyboard.press("i")
    page.keyboard.type("Nicht verlieren")
    page.context.clear_cookies(name="sessionid")
    page.locator("#note-box .send button").click()
    page.wait_for_url(re.compile("/account/login/"))
    page.context.add_cookies([site.signed_in("carla")])
    page.goto(f"{site.address}/desk/tickets/{desk.full.number}/")
    assert page.locator("#note").input_value() == "Nicht verlieren"


def test_a_reply_that_could_not_be_sent_says_so_and_stays(tab, site, desk):
    page = opened(tab, site, who="bruno", path=f"/desk/tickets/{desk.full.number}/")
    page.locator("#reply").fill("Guten Tag")
    page.route("**/replies/", lambda route: route.abort())
    page.locator("#reply-box button[value=send]").click()
    page.locator("#trouble").wait_for()
    assert page.locator("#reply").input_value() == "Guten Tag"
