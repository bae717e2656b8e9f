"""The soft phone to look at: accessible in every state, and clear about what is wrong."""

from dataclasses import replace
from typing import Any

import pytest

from tests.browser.conftest import apart
from tests.browser.exchange import wait_until
from tests.browser.soft_phone import PICTURES, Telephone, outside, telephone_server
from tests.floors import agent, call
from vitrine.kernel.clock import now
from vitrine.telephony.actions import answer_instruction, show_floor
from vitrine.telephony.models import Instruction
from vitrine.telephony.rules.floor import Floor
from vitrine.telephony.rules.names import agent_name

pytest_plugins = ["tests.browser.soft_phone"]
OUTSIDE = "+3281223344"
NO_MICROPHONE = """navigator.mediaDevices.getUserMedia = () =>
  Promise.reject(new DOMException("Requested device not found", "NotFoundError"));"""


class Handing:
    """Bruno hands his caller over; the test says what the telephone's process would say."""

    def __init__(self, telephone: Telephone) -> None:
        self.page = telephone.page
        self.form = telephone.element.locator("form.hand-over")
        bruno, carla = (
            agent_name(one.pk) for one in (world(telephone).bruno, world(telephone).carla)
        )
        self.mine, self.carla = bruno, carla

    def press(self, name: str) -> None:
        """A button of the form."""
        self.form.get_by_role("button", name=name).click()

    def told(self, kind: str, *, why_not: str = "") -> dict[str, Any]:
        """The facts of the order that the page gives, which is then carried out or refused."""
        waiting = Instruction.objects.filter(kind=kind, answered_at=None)
        order = wait_until(waiting.first, why=f"nobody was told to {kind}")
        apart(lambda: answer_instruction(order.pk, is_done=not why_not, reason=why_not))
        return dict(order.facts)

    def stands(self, *, asked: str = "", is_there: bool = False, is_held: bool = True) -> None:
        """The picture of the telephone."""
        at = now()
        talk = call(
            "c1", "held" if is_held else "talking", "fr", ago=60, at=at, agents=(self.mine,)
        )
        floor = Floor(
            at=at,
            agents=(
                agent(self.mine, "talking", "fr", at=at, call="c1"),
                agent(self.carla, "ready", "fr", at=at),
            ),
            calls=(replace(talk, colleague=asked, colleague_is_there=is_there),),
        )
        apart(lambda: show_floor(floor))

    def says(self, words: str) -> None:
        """Wait for a sentence in the form."""
        self.form.get_by_text(words).wait_for()

    @property
    def buttons(self) -> list[str]:
        """What one can do now."""
        return [one.inner_text() for one in self.form.get_by_role("button").all()]


def world(telephone: Telephone) -> Any:
    """The cast."""
    return telephone.site.world


@pytest.fixture
def handing(telephone: Telephone, talking: Any) -> Handing:
    """The form, open; the picture says that Bruno talks and Carla is free."""
    form = Handing(telephone)
    form.stands(is_held=False)
    telephone.page.keyboard.press("F9")
    form.form.locator("optgroup").first.wait_for(state="attached")
    return form


def test_handing_over_says_to_whom_and_what_became_of_it(handing, telephone, talking):
    handing.press("Hand over at once")
    handing.says("Say to whom")
    handing.form.get_by_label("or a number outside").fill("081 22 33 44")
    handing.press("Ask first")
    assert handing.told("consult") == {"number": OUTSIDE}
    handing.says("The telephone dials")
    handing.stands(asked=OUTSIDE)
    handing.says("It rings; the caller hears music.")
    assert handing.buttons == ["Back to the caller"]

    handing.stands(asked=OUTSIDE, is_there=True)

    handing.says("has picked up")
    assert handing.buttons == ["Hand over now", "All three together", "Back to the caller"]
    handing.press("Hand over now")
    handing.told("complete-transfer")
    handing.form.wait_for(state="hidden")
    telephone.exchange.hang_up_all()
    telephone.element.locator("[data-part=end]", has_text="Handed over.").wait_for()


def test_a_colleague_who_does_not_pick_up_leaves_a_way_back_to_the_caller(handing):
    handing.form.get_by_label("To whom").select_option(handing.carla)
    handing.press("Ask first")
    assert handing.told("consult") == {"to": handing.carla}
    handing.stands(asked=handing.carla)
    handing.says("It rings")

    handing.stands()

    handing.says("is not on the line. The caller still hears music")
    assert handing.buttons == ["Ask first", "Hand over at once", "Back to the caller"]
    handing.press("Back to the caller")
    handing.told("resume")
    handing.form.wait_for(state="hidden")


def test_a_colleague_who_is_not_free_is_said_at_once(handing):
    handing.form.get_by_label("To whom").select_option(handing.carla)
    handing.press("Ask first")
    handing.told("consult", why_not="busy")

    handing.says("Not free just now")
    assert handing.buttons == ["Ask first", "Hand over at once"]


def test_a_page_loaded_again_knows_who_is_asked(handing, telephone):
    handing.stands(asked=handing.carla, is_there=True)
    telephone.page.reload()
    telephone.is_in("talking")
    telephone.page.keyboard.press("F9")

    handing.says("has picked up")
    handing.press("All three together")
    handing.told("conference")
    handing.stands(asked=handing.carla, is_there=True, is_held=False)
    handing.says("talks with you and the caller")
    assert handing.buttons == ["Hand over now", "Back to the caller"]


def test_a_refused_microphone_is_said_with_a_way_out(asking, site, exchange):
    asking.add_cookies([site.signed_in("bruno")])
    with telephone_server(exchange):
        telephone = Telephone(asking.new_page(), site=site, exchange=exchange)
        asking.grant_permissions([])  # what is not granted is refused
        telephone.page.goto(f"{site.address}/desk/search/?q=zzz&language=en")
        telephone.press("Turn the telephone on")

        telephone.says("microphone-refused")
        assert "allow the microphone, then try again" in telephone.element.inner_text()
        asking.grant_permissions(["microphone"])
        telephone.press("Try again")
        telephone.is_in("ready")
        assert telephone.complaints == []


def test_who_has_no_microphone_is_told_to_plug_one_in_and_can_leave_it(asking, site, exchange):
    asking.add_cookies([site.signed_in("bruno")])
    with telephone_server(exchange):
        telephone = Telephone(asking.new_page(), site=site, exchange=exchange)
        telephone.page.add_init_script(NO_MICROPHONE)
        telephone.page.goto(f"{site.address}/desk/search/?q=zzz&language=en")
        telephone.press("Turn the telephone on")

        telephone.says("microphone-missing")
        telephone.press("Turn off")
        telephone.says("off")


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
