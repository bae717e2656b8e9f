"""The soft phone to look at: accessible in every state, and clear about what is wrong."""

import os

import pytest

from tests.browser.exchange import wait_until
from tests.browser.soft_phone import PICTURES, Telephone, outside
from vitrine.telephony.actions import answer_instruction
from vitrine.telephony.models import Instruction

pytest_plugins = ["tests.browser.soft_phone"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.skipif(
    not os.environ.get("VITRINE_TEST_HANDING_OVER"),
    reason="the page does not show yet that a colleague was asked; the server's side is tested",
)
def test_handing_over_says_to_whom_and_what_became_of_it(telephone, talking):
    telephone.page.keyboard.press("F9")
    form = telephone.element.locator("form.hand-over")
    form.locator("optgroup").first.wait_for(state="attached")
    form.get_by_role("button", name="Hand over at once").click()

    wait_until(lambda: "Say to whom" in form.inner_text())
    form.get_by_label("or a number outside").fill("081 22 33 44")
    form.get_by_role("button", name="Ask first").click()
    order = wait_until(lambda: Instruction.objects.filter(kind="consult", answered_at=None).first())
    assert order.facts == {"number": "+3281223344"}
    answer_instruction(order.pk, is_done=True)
    together = form.get_by_role("button", name="All three together")
    wait_until(together.is_visible, why=lambda: f"{form.inner_html()} {telephone.complaints}")


@pytest.mark.parametrize("language", ["de", "fr", "nl", "en"])
def test_the_telephone_is_accessible_in_every_state(telephone, exchange, language):
    page = telephone.page
    page.goto(f"{telephone.site.address}/desk/search/?q=zzz&language={language}")
    telephone.is_in("ready")
    found = look(telephone, "ready", language=language)
    page.locator("[data-act=devices]").click()
    found += look(telephone, "devices", language=language)
    page.keyboard.press("Escape")
    with outside(exchange) as caller:
        caller.call("1000")
        telephone.is_in("ringing")
        found += look(telephone, "ringing", language=language)
        page.keyboard.press("F2")
        telephone.is_in("talking")
        found += look(telephone, "talking", language=language)
        page.keyboard.press("F9")
        page.locator("form.hand-over").wait_for()
        found += look(telephone, "handing-over", language=language)
        page.keyboard.press("Escape")
        page.locator("[popovertarget=phone-keypad]").click()
        found += look(telephone, "keypad", language=language)

    assert found == []
    assert telephone.complaints == []


def look(telephone: Telephone, name: str, *, language: str) -> list[str]:
    """What axe finds, light and dark; keeps pictures where they are wanted."""
    page, found = telephone.page, []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += [f"{name} {scheme}: {line}" for line in telephone.tab.axe()]
        for width, height in ((1440, 900), (390, 844)) if PICTURES and language == "de" else ():
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=f"{PICTURES}/soft-phone-{name}-{width}-{scheme}.png")
    page.set_viewport_size({"width": 1440, "height": 900})
    return found
