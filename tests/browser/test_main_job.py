"""The main job: a real request comes in by mail, becomes a ticket, and leaves as an answer."""

import re
import time
from collections.abc import Iterator
from email import message_from_string
from email.message import EmailMessage, Message
from typing import Any

import pytest

from tests.browser.product import Product, running_product

DORA = "applications@desk.example"
SUBJECT = "Übermittlungscode für Straßennamen wird abgelehnt"
ANSWER = "Der Straßencode wurde im Verzeichnis berichtigt; bitte übermitteln Sie die Mutation neu."


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    directory = tmp_path_factory.mktemp("product")
    directory.chmod(0o755)
    with running_product(directory / "state") as running:
        yield running


def german_request() -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Jürgen Größer-Beispiel <meldeamt@musterbach.example>"
    mail["To"] = "helpdesk@register.example"
    mail["Subject"] = SUBJECT
    mail["Message-ID"] = "<reise-1@musterbach.example>"
    mail.set_content(
        "Guten Tag,\n\nbeim Übermitteln einer Adressänderung wird der Straßencode abgelehnt.\n"
        "Was können wir tun?\n\nMit freundlichen Grüßen\nJürgen Größer-Beispiel\n"
    )
    mail.add_attachment(
        b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n",
        maintype="application",
        subtype="pdf",
        filename="Fehlermeldung Übermittlung.pdf",
    )
    return mail


def mailbox(product: Product, browser: Any, address: str, *, at_least: int) -> list[Message]:
    """What the sink took for an address, waiting until so many are there."""
    deadline = time.monotonic() + 20
    while True:
        found = product.mailbox(browser, address)
        if len(found) >= at_least or time.monotonic() > deadline:
            return [message_from_string(source) for source in found]
        time.sleep(0.3)


def test_a_mail_becomes_a_ticket_goes_to_the_second_line_and_leaves_as_an_answer(
    product: Product, chromium: Any
) -> None:
    first = product.sign_in(chromium, "agent1@desk.example")
    second = product.sign_in(chromium, "agent3@desk.example")
    for page in (first, second):
        page.goto(f"{product.address}/desk/lists/new/")
        page.wait_for_selector("live-stream[data-state=connected]", state="attached")

    product.send(german_request())

    for page in (first, second):  # nobody reloads
        page.get_by_role("link", name=SUBJECT).wait_for()

    first.get_by_role("link", name=SUBJECT).click()
    first.wait_for_url(re.compile(r"/desk/tickets/"))
    number = re.search(r"tickets/(\d{4}-\d+)", first.url)[1]
    timeline = first.locator("#timeline")
    timeline.get_by_text("Größer-Beispiel").first.wait_for()
    assert timeline.get_by_text("Fehlermeldung Übermittlung.pdf").count() == 1

    first.locator(f"form[action$='{number}/own/'] button").click()
    first.locator(f"form[action$='{number}/own/']").wait_for(state="detached")
    first.keyboard.press("3")
    service = first.locator("#act select[name=service]")
    choice = service.locator("option", has_text=re.compile("^Applications")).get_attribute("value")
    service.select_option(choice)
    first.locator("#act textarea[name=motive]").fill("Straßencode im Verzeichnis prüfen")
    first.locator("#act form .buttons button").click()
    first.locator("#chips").get_by_text(re.compile("deuxième ligne")).first.wait_for()

    expert = product.sign_in(chromium, DORA)
    expert.get_by_role("link", name=SUBJECT).click()
    expert.wait_for_url(re.compile(number))
    expert.goto(f"{product.address}/desk/tickets/{number}/delegation/answer/")
    expert.locator("textarea[name=answer]").fill(ANSWER)
    expert.locator("input[name=to_requester][value=yes]").check()
    expert.locator(".buttons button").click()
    expert.locator("#timeline").get_by_text(ANSWER).wait_for()

    acknowledgement, answer = mailbox(product, chromium, "meldeamt@musterbach.example", at_least=2)
    for mail in (acknowledgement, answer):
        assert mail["Content-Language"] == "de"
        assert f"[RN-{number}]" in str(mail["Subject"])
        assert "<reise-1@musterbach.example>" in mail["References"]
    assert acknowledgement["Auto-Submitted"] == "auto-replied"
    assert answer["Auto-Submitted"] is None

    product.command("tickets", "archive", "--days", "0")
    first.goto(f"{product.address}/desk/search/?q=Straßencode berichtigt")
    found = first.locator("main").get_by_role("link", name=SUBJECT)
    found.wait_for()
    found.click()
    first.locator("#chips, .chips").get_by_text("archivé").first.wait_for()
    assert first.locator("textarea[name=text]").count() == 0


def new_call(page: Any, *, caller: str, text: str) -> None:
    """Take a call with the keyboard: caller, what is asked."""
    page.keyboard.press("c")
    page.wait_for_url(re.compile("/desk/calls/new/"))
    page.locator("#id_q").press_sequentially(caller)
    page.locator("#found [role=option]").first.wait_for()
    page.keyboard.press("Enter")
    page.locator("#card h2").first.wait_for()
    page.locator("#id_text").fill(text)
    page.locator("#id_text").press("Escape")


def test_a_call_is_answered_at_once_with_the_keyboard(product: Product, chromium: Any) -> None:
    page = product.sign_in(chromium, "agent2@desk.example")
    new_call(page, caller="Voorbeeldegem", text="Sleutel geblokkeerd na vijf pogingen.")
    page.keyboard.press("1")
    page.locator("#id_answer").fill("Toegang gedeblokkeerd, opnieuw aangemeld.")
    page.locator(".inside[data-for='1'] button").click()
    page.wait_for_url(re.compile(r"/desk/(tickets|calls)/"))

    page.goto(f"{product.address}/desk/lists/closed/")
    page.get_by_role("link", name=re.compile("Sleutel geblokkeerd")).first.wait_for()


def test_a_call_is_kept_open_with_a_next_action(product: Product, chromium: Any) -> None:
    page = product.sign_in(chromium, "agent2@desk.example")
    new_call(page, caller="Exempleville", text="Historique d’adresse d’une personne radiée.")
    page.keyboard.press("2")
    page.locator("#id_next_action").fill("Demander l’extrait au service Registre")
    page.locator(".inside[data-for='2'] button").click()
    page.wait_for_url(re.compile(r"/desk/(tickets|calls)/"))

    page.goto(f"{product.address}/desk/lists/mine/")
    page.get_by_role("link", name=re.compile("Historique d’adresse")).first.wait_for()
