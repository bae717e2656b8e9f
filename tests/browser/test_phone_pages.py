"""The pages of the telephone in a browser: axe, narrow windows, the keyboard."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.browser.conftest import PAINTED, apart
from tests.browser.exchange import wait_until
from tests.phone_scene import busy_morning
from tests.unit.test_loudness import file_of, good
from vitrine.kernel.clock import now
from vitrine.telephony.actions import (
    answer_instruction,
    ask_forecast,
    keep_forecast,
    show_floor,
    take_recording,
)
from vitrine.telephony.models import Call, CallBack, Forecast, Instruction, PhraseRecording
from vitrine.telephony.rules.names import agent_name
from vitrine.telephony.rules.what_if import Demand, WhatIf
from vitrine.voice.planning import Effort, foresee

LANGUAGES = ("fr", "nl", "de", "en")
NOT_SERVED_HERE = ("/live/", "EventSource", "404")
PAGES = {
    "now": ("/desk/phone/", "sofie"),
    "wallboard": ("/desk/phone/wallboard/", "bruno"),
    "call-backs": ("/desk/phone/call-backs/", "bruno"),
    "calls": ("/desk/phone/calls/", "iris"),
    "call": ("/desk/phone/calls/{call}/", "bruno"),
    "new call": ("/desk/calls/new/?call={call}", "bruno"),
    "what if": ("/desk/phone/what-if/", "marc"),
    "answer": ("/desk/phone/what-if/{forecast}/", "marc"),
    "rules": ("/desk/phone/set-up/", "marc"),
    "menu": ("/desk/phone/set-up/menu/", "marc"),
    "figures": ("/desk/phone/report/", "marc"),
    "recordings": ("/desk/phone/set-up/recordings/?in=de", "marc"),
    "recording": ("/desk/phone/set-up/recordings/de/welcome/", "otto"),
    "no recording": ("/desk/phone/set-up/recordings/fr/number-17/", "otto"),
    "script": ("/desk/phone/set-up/recordings/script/?in=de", "marc"),
    "telephones": ("/desk/phone/set-up/telephones/", "otto"),
    "numbers": ("/desk/phone/set-up/numbers/", "otto"),
}


@dataclass
class Scene:
    """A busy morning, a call for a colleague, somebody to call back, an answered what-if."""

    call: Call
    forecast: Forecast
    call_back: CallBack

    def path(self, name: str, *, language: str = "de") -> str:
        """The address of a page in a language."""
        path = PAGES[name][0].format(call=self.call.pk, forecast=self.forecast.pk)
        return f"{path}{'&' if '?' in path else '?'}language={language}"


@pytest.fixture(scope="module")
def scene(site: Any) -> Scene:
    world, at = site.world, now()
    busy_morning(world)
    call = Call.objects.create(
        name="c2", number="+3225550177", offered_at=at, colleague=world.paula, is_stale=False
    )
    owed = CallBack.objects.create(
        number="+3225550188",
        reason="abandoned",
        language="nl",
        first_called_at=at,
        last_called_at=at,
        due_at=at,
        taken_by=world.bruno,
        taken_at=at,
    )
    demand = tuple(
        Demand(begins=begins, calls={"fr": 6.0, "de": 1.0}) for begins in ("09:00", "09:30")
    )
    question = WhatIf(demand=demand, team=((("fr",), 2), (("fr", "de"), 1)), talk=120.0)
    forecast = ask_forecast(question, title="Montag", by=world.marc)
    answer = foresee(question, effort=Effort(for_a_look=200, for_figures=200))
    keep_forecast(forecast.pk, answer=answer.as_json())
    take_recording("welcome", language="de", content=file_of(good(0.6)), by=world.marc)
    take_recording("goodbye", language="de", content=file_of(good(0.6)), by=world.marc)
    PhraseRecording.objects.filter(key="goodbye").update(text="Bis zum nächsten Mal.")
    return Scene(call, forecast, owed)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_accessible_in_four_languages_light_and_dark(name, tab, site, scene):
    tab.page.context.add_cookies([site.signed_in(PAGES[name][1])])
    found = []
    for language in LANGUAGES:
        tab.page.emulate_media(color_scheme="light")
        answer = tab.page.goto(f"{site.address}{scene.path(name, language=language)}")
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

    tab.page.goto(f"{site.address}{scene.path(name)}")

    wide = tab.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0


def test_a_phrase_is_recorded_heard_and_removed_from_the_keyboard_alone(tab, site, scene, tmp_path):
    file = tmp_path / "next-de.wav"
    file.write_bytes(file_of(good(0.6)))
    tab.page.context.add_cookies([site.signed_in("marc")])
    tab.page.goto(f"{site.address}/desk/phone/set-up/recordings/de/next/?language=en")
    field = tab.page.locator("input[name=recording]")
    field.set_input_files(file)
    field.focus()
    tab.page.keyboard.press("Tab")
    with tab.page.expect_navigation():
        tab.page.keyboard.press("Enter")

    player = tab.page.locator("audio").first
    heard = player.evaluate(
        """async (one) => {
            one.muted = true;
            await one.play();
            await new Promise((done) => one.addEventListener("ended", done, { once: true }));
            return [one.error, Math.round(one.duration * 10)];
        }"""
    )
    assert heard == [None, 6]

    tab.page.locator("details.confirm summary").focus()
    tab.page.keyboard.press("Enter")
    tab.page.keyboard.press("Tab")
    with tab.page.expect_navigation():
        tab.page.keyboard.press("Enter")
    assert not PhraseRecording.objects.filter(key="next").exists()
    refused = [line for line in tab.complaints if not any(word in line for word in NOT_SERVED_HERE)]
    assert refused == []


def test_a_break_is_taken_from_the_keyboard_alone(tab, site, scene):
    apart(lambda: busy_morning(site.world))
    tab.page.context.add_cookies([site.signed_in("carla")])
    tab.page.goto(f"{site.address}{scene.path('call-backs')}")
    tab.page.locator("#phone-break").focus()
    tab.page.keyboard.press("Enter")
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("Tab")

    with tab.page.expect_response("**/desk/phone/mine/"):
        tab.page.keyboard.press("Enter")

    told = Instruction.objects.filter(kind="pause").latest("pk")
    assert told.agent == agent_name(site.world.carla.pk)
    assert told.facts == {"reason": "lunch"}


def test_one_key_opens_the_call_that_rings(tab, site, scene):
    apart(lambda: busy_morning(site.world))
    tab.page.context.add_cookies([site.signed_in("sofie")])
    tab.page.goto(f"{site.address}{scene.path('call-backs')}")

    tab.page.locator(".rail .call[href*='call=']").wait_for()
    with tab.page.expect_navigation():
        tab.page.keyboard.press("c")

    assert tab.page.url.endswith(f"/desk/calls/new/?call={scene.call.pk}")


def test_a_key_pressed_before_the_scripts_are_there_is_not_lost(tab, site, scene):
    apart(lambda: busy_morning(site.world))
    tab.page.context.add_cookies([site.signed_in("sofie")])
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    tab.page.route("**/keys*.js", hold, times=1)
    tab.page.goto(f"{site.address}{scene.path('call-backs')}", wait_until="commit")
    tab.page.locator(".rail .call[href*='call=']").wait_for()
    wait_until(lambda: tab.page.wait_for_timeout(20) or held, why="no script was asked for")
    tab.page.keyboard.press("c")

    with tab.page.expect_navigation(url="**/desk/calls/new/**"):
        held[0].continue_()


def refreshed(tab: Any, event: str, *, path: str) -> None:
    """Something has changed: the part is asked for and drawn again."""
    with tab.page.expect_response(f"**{path}"):
        tab.page.evaluate("(name) => document.body.dispatchEvent(new CustomEvent(name))", event)
    tab.page.evaluate(PAINTED)


def at_carla(site: Any, **change: Any) -> None:
    """The picture, in which something else is so at Carla."""
    drawn, carla = busy_morning(site.world), agent_name(site.world.carla.pk)
    agents = [replace(one, **change) if one.name == carla else one for one in drawn.agents]
    show_floor(replace(drawn, at=now(), agents=tuple(agents)))


def test_a_refresh_of_the_bar_leaves_the_menu_open_and_the_focus_in_it(tab, site, scene):
    apart(lambda: busy_morning(site.world))
    tab.page.context.add_cookies([site.signed_in("carla")])
    tab.page.goto(f"{site.address}{scene.path('call-backs')}")
    tab.page.locator("#phone-break").click()
    lunch = tab.page.locator("#phone-bar [value=lunch]")
    lunch.focus()

    apart(lambda: at_carla(site, state="paused", reason="training"))
    refreshed(tab, "phone-mine", path="/desk/phone/bar/")

    tab.page.locator("#phone-bar[data-state=paused] #phone-ready").wait_for()
    assert lunch.is_visible()
    assert lunch.evaluate("(one) => one === document.activeElement")
    with tab.page.expect_response("**/desk/phone/mine/"):
        tab.page.keyboard.press("Enter")
    lunch.wait_for(state="hidden")


def test_a_refresh_while_a_button_is_pressed_does_not_take_it_away(tab, site, scene):
    apart(lambda: busy_morning(site.world))
    tab.page.context.add_cookies([site.signed_in("carla")])
    tab.page.goto(f"{site.address}{scene.path('call-backs')}")
    tab.page.locator("#phone-break").click()
    tab.page.locator("#phone-bar [value=lunch]").hover()
    tab.page.mouse.down()

    apart(lambda: at_carla(site, state="paused", reason="training"))
    refreshed(tab, "phone-mine", path="/desk/phone/bar/")

    with tab.page.expect_response("**/desk/phone/mine/") as answer:
        tab.page.mouse.up()
    assert "pause=lunch" in answer.value.request.post_data
    tab.page.locator("#phone-bar[data-state=paused] #phone-ready").wait_for()


def test_a_refresh_of_the_floor_leaves_the_focus_at_the_same_colleague(tab, site, scene):
    apart(lambda: busy_morning(site.world))
    tab.page.context.add_cookies([site.signed_in("sofie")])
    tab.page.goto(f"{site.address}{scene.path('now')}")
    bruno = agent_name(site.world.bruno.pk)
    tab.page.locator(f"[id^=end-{bruno}] summary").click()
    end = tab.page.locator(f"[id^=end-{bruno}] button")
    end.focus()

    apart(lambda: at_carla(site, state="talking", call="c3"))
    refreshed(tab, "phone", path="/desk/phone/")

    tab.page.locator(f"#whisper-{agent_name(site.world.carla.pk)}").wait_for()
    assert end.is_visible()
    assert end.evaluate("(one) => one === document.activeElement")
    with tab.page.expect_response("**/desk/phone/oversight/"):
        tab.page.keyboard.press("Enter")
    order = Instruction.objects.filter(kind="end-call").latest("pk")
    apart(lambda: answer_instruction(order.pk, is_done=True))
    tab.page.locator("#phone-said p:not([hx-get])").wait_for()


def test_who_stands_on_a_button_that_vanishes_goes_on_beside_it(tab, site, scene):
    taken = CallBack.objects.filter(pk=scene.call_back.pk)
    apart(lambda: taken.update(taken_by=site.world.bruno))
    apart(lambda: busy_morning(site.world))
    tab.page.context.add_cookies([site.signed_in("bruno")])
    tab.page.goto(f"{site.address}{scene.path('call-backs')}")
    tab.page.locator(f"#back-{scene.call_back.pk}-put-back").focus()

    apart(lambda: taken.update(taken_by=site.world.carla))
    refreshed(tab, "call-backs-changed", path="/desk/phone/call-backs/")

    tab.page.locator("#call-backs li:not(.is-mine)").wait_for()
    assert tab.page.evaluate(
        "document.getElementById('call-backs').contains(document.activeElement)"
    )
