"""Sorting, mailboxes, spam and fax in a browser: axe, narrow windows, the keyboard."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tests.feature.faxes import page, tiff
from vitrine.channels.fax.reading import read_document
from vitrine.correspondence.actions import create_mailbox, note_failure
from vitrine.correspondence.choices import MailboxFailure
from vitrine.correspondence.models import Arrival, Mailbox
from vitrine.kernel.clock import now
from vitrine.tickets.actions import (
    FaxPicture,
    ReadyFax,
    block_sender,
    close_by_letter,
    create_sorting_rule,
    make_fax_ready,
    note_fax,
)
from vitrine.tickets.models import Message, SortingRule, Ticket

LANGUAGES = ("fr", "nl", "de", "en")
NOT_SERVED_HERE = ("/live/", "EventSource", "404")
RULES = "/desk/settings/sorting-rules/"
PAGES = {
    "rules": (RULES, "marc"),
    "new rule": (f"{RULES}new/", "marc"),
    "rule": (f"{RULES}{{rule}}/", "marc"),
    "blocked senders": ("/desk/settings/blocked-senders/", "marc"),
    "reception": ("/desk/settings/reception/", "marc"),
    "mailboxes": ("/desk/settings/mailboxes/", "marc"),
    "new mailbox": ("/desk/settings/mailboxes/new/", "marc"),
    "mailbox": ("/desk/settings/mailboxes/{mailbox}/", "marc"),
    "spam": ("/desk/spam/", "bruno"),
    "fax": ("/desk/tickets/{number}/", "bruno"),
    "letter": ("/desk/messages/{letter}/letter/", "bruno"),
}


@dataclass
class Scene:
    """Three rules, spam, a mailbox in trouble, a fax of nobody known and an answer on paper."""

    rules: list[SortingRule]
    fax: Ticket
    letter: Message
    mailbox: Mailbox

    def path(self, name: str) -> str:
        """The address of a page."""
        path, _who = PAGES[name]
        return path.format(
            rule=self.rules[0].pk,
            number=self.fax.number,
            letter=self.letter.pk,
            mailbox=self.mailbox.pk,
        )


@pytest.fixture(scope="module")
def scene(site: Any) -> Scene:
    world = site.world
    rules = [
        create_sorting_rule(
            name=name,
            conditions=[("subject", "contains", ["Schlüssel"]), ("language", "is", ["de"])],
            question_type=world.access,
            service=world.applications,
            by=world.marc,
        )
        for name in ("Zugangsschlüssel", "Wahlen", "Adressen")
    ]
    block_sender("offers.example", reason="Werbung", by=world.marc)
    Arrival.objects.create(
        channel="mail",
        received_at=now(),
        raw=b"From: Eve <eve@offers.example>\nSubject: Sonderangebot\n\nx",
        sha256="0",
        handled_at=now(),
        outcome="spam",
        reason="The sender eve@offers.example is blocked: Werbung",
    )
    fax = world.ticket(channel="fax", requester=None, organisation=None, text="", message_id="")
    made = read_document(tiff(page("Guten Tag"), page("2")), with_words=False)
    make_fax_ready(
        note_fax(fax.messages.get(), number="+3287555012", sent_as="", digest="0"),
        ready=ReadyFax(
            page_count=made.page_count,
            pictures=[
                FaxPicture(one.picture, one.thumbnail, one.width, one.height) for one in made.pages
            ],
            pdf=made.pdf,
            text="Guten Tag, bitte rufen Sie uns zurück.",
            is_read_by_machine=True,
        ),
    )
    answered = world.ticket(message_id="<letter@x.example>")
    letter = close_by_letter(answered, answer="Der Schlüssel folgt.", by=world.bruno)
    mailbox = create_mailbox("Helpdesk", host="imap.register.example", user="desk", by=world.marc)
    note_failure(
        mailbox,
        failure=MailboxFailure.SIGN_IN,
        words="NO [AUTHENTICATIONFAILED]",
        retry_at=now() + timedelta(minutes=5),
    )
    return Scene(rules, fax, letter, mailbox)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_accessible_in_four_languages_light_and_dark(name, tab, site, scene):
    tab.page.context.add_cookies([site.signed_in(PAGES[name][1])])
    found = []
    for language in LANGUAGES:
        tab.page.emulate_media(color_scheme="light")
        answer = tab.page.goto(f"{site.address}{scene.path(name)}?language={language}")
        assert answer.status == 200
        found += [f"{language} light {line}" for line in tab.axe()]
        tab.page.emulate_media(color_scheme="dark")
        found += [f"{language} dark {line}" for line in tab.axe(only=("color-contrast",))]
    assert found == []
    refused = [line for line in tab.complaints if not any(word in line for word in NOT_SERVED_HERE)]
    assert refused == []


@pytest.mark.parametrize("width", [320, 1024])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_its_window(name, width, tab, site, scene):
    tab.page.context.add_cookies([site.signed_in(PAGES[name][1])])
    tab.page.set_viewport_size({"width": width, "height": 800})

    tab.page.goto(f"{site.address}{scene.path(name)}?language=de")

    wide = tab.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0


def test_rules_move_from_the_keyboard_and_the_focus_stays(tab, site, scene):
    tab.page.context.add_cookies([site.signed_in("marc")])
    tab.page.goto(f"{site.address}{RULES}")
    names = tab.page.locator(".sorting-rules h2 a")
    down = f"#down-{scene.rules[0].pk}"

    for expected in (["Wahlen", "Zugangsschlüssel"], ["Wahlen", "Adressen", "Zugangsschlüssel"]):
        if tab.page.evaluate("document.activeElement.id") != down[1:]:
            tab.page.locator(down).focus()
        with tab.page.expect_navigation():
            tab.page.keyboard.press("Enter")
        assert names.all_inner_texts()[: len(expected)] == expected
        tab.page.locator(f"{down}:focus").wait_for()


def test_a_rule_is_tried_and_saved_from_the_keyboard(tab, site, scene):
    tab.page.context.add_cookies([site.signed_in("marc")])
    tab.page.goto(f"{site.address}{RULES}new/?language=en")
    tab.page.get_by_label("name").first.fill("Keys")
    line = tab.page.locator(".condition").first
    line.locator("select").first.select_option("language")
    allowed = line.locator("select").nth(1).locator("option:not([disabled])")
    assert allowed.all_inner_texts() == ["is", "is not"]
    assert line.locator("input").get_attribute("list") == "values-language"
    line.locator("input").fill("German")
    tab.page.get_by_label("Next action").fill("Look")
    tab.page.keyboard.press("Enter")
    tab.page.locator("#trial:focus").wait_for()

    with tab.page.expect_navigation():
        tab.page.get_by_role("button", name="Save the rule").press("Enter")

    assert "Keys" in tab.page.locator(".sorting-rules").inner_text()


KEYBOARD = ("mailboxes", "new mailbox", "mailbox", "spam", "blocked senders", "reception")
REACHABLE = """() => [...document.querySelectorAll(
  '#main :is(a[href], button, input:not([type=hidden]), select, textarea, summary)'
)].filter((one) => !one.disabled && one.checkVisibility({ checkVisibilityCSS: true }))
  .map((one, at) => (one.dataset.stop = at))"""
RADIOS = "() => [...document.querySelectorAll('#main [type=radio]')].map((o) => o.dataset.stop)"
FOCUSED = "() => document.activeElement.dataset.stop ?? ''"


@pytest.mark.parametrize("name", KEYBOARD)
def test_everything_on_a_page_is_reached_by_the_tab_key(name, tab, site, scene):
    tab.page.context.add_cookies([site.signed_in(PAGES[name][1])])
    tab.page.goto(f"{site.address}{scene.path(name)}?language=de")
    wanted = {str(stop) for stop in tab.page.evaluate(REACHABLE)}
    radios = set(tab.page.evaluate(RADIOS))
    tab.page.locator("#main").focus()
    seen = set()
    for _press in range(len(wanted) + 5):
        tab.page.keyboard.press("Tab")
        seen.add(tab.page.evaluate(FOCUSED))

    assert wanted - radios <= seen
    assert not radios or seen & radios  # one of a group takes the focus
