"""The soft phone in a real browser against a real Asterisk: who speaks is heard, on both sides.

Sound is proved by tones, not by counting packets: the browser's false microphone says 440 Hz, the
caller says 1 000 Hz, and each is looked for where the other listens.
"""

from tests.browser.exchange import wait_until
from tests.browser.soft_phone import (
    AGENT_HZ,
    CALLER_HZ,
    NUMBER,
    SAY_FAILED,
    WAYS,
    Telephone,
    caller_hears,
    outside,
    they_talk,
)
from vitrine.voice.call_flow import (
    AgentHungUp,
    AgentPaused,
    CallerHeld,
    CallerResumed,
    LegFailed,
    Release,
    Transferred,
)

pytest_plugins = ["tests.browser.soft_phone"]


def test_caller_and_agent_hear_each_other(telephone, exchange):
    with outside(exchange) as caller:
        caller.call("1000")
        telephone.is_in("ringing")
        assert telephone.element.locator("[data-part=who]").inner_text() == NUMBER
        telephone.press("Answer")
        telephone.is_in("talking")

        they_talk(telephone, caller)

        telephone.press("Hang up")
        telephone.is_in("ready")
        assert caller.over.wait(5)
    assert telephone.complaints == []


def test_who_is_muted_is_not_heard_but_hears(telephone, talking):
    telephone.press("Mute")
    telephone.says("muted")

    wait_until(lambda: caller_hears(talking, AGENT_HZ) < 0.1, why="the caller still hears him")
    assert telephone.hears(CALLER_HZ) > 0.8

    telephone.press("Mute")
    telephone.says("talking")
    they_talk(telephone, talking)


def test_who_is_on_hold_hears_music_and_is_not_heard(telephone, talking, exchange):
    telephone.press("Hold")
    telephone.says("held")

    wait_until(lambda: exchange.told(CallerHeld), why="Asterisk was not told")
    wait_until(lambda: caller_hears(talking, AGENT_HZ) < 0.1, why="the caller still hears him")
    assert telephone.page.locator("soft-phone audio").evaluate("(voice) => voice.muted")

    telephone.press("Hold")
    telephone.says("talking")
    wait_until(lambda: exchange.told(CallerResumed), why="Asterisk was not told")
    they_talk(telephone, talking)


def test_the_call_goes_on_when_the_page_is_loaded_again(telephone, talking, exchange):
    telephone.page.reload()

    telephone.is_in("talking")
    they_talk(telephone, talking)
    assert telephone.element.locator("[data-part=who]").inner_text() == NUMBER
    assert [one for one in exchange.seen("StasisStart") if "replace_channel" in one]
    assert not exchange.told(AgentHungUp)
    assert not exchange.told(AgentPaused), "who loads a page is not away"
    assert not talking.over.is_set()

    telephone.press("Hang up")
    assert talking.over.wait(5)


def test_the_call_goes_on_through_ten_pages_and_stays_muted(telephone, talking, exchange):
    telephone.press("Mute")
    for _ in range(5):
        telephone.page.goto(f"{telephone.site.address}/desk/calls/new/")
        telephone.is_in("talking")
        telephone.page.goto(f"{telephone.site.address}/desk/search/?q=a")
        telephone.is_in("talking")

    telephone.says("muted")
    wait_until(lambda: caller_hears(talking, AGENT_HZ) < 0.1, why="the mute was lost")
    telephone.press("Mute")
    they_talk(telephone, talking)
    wait_until(lambda: len(exchange.channels()) == 2, why=str(exchange.channels()))
    assert talking.asked == [], "the provider noticed what went on in our house"


def test_a_telephone_that_rings_rings_on_when_the_page_is_loaded_again(telephone, exchange):
    with outside(exchange) as caller:
        caller.call("1000")
        telephone.is_in("ringing")
        telephone.page.reload()
        telephone.is_in("ringing")
        telephone.press("Answer")
        telephone.is_in("talking")

        they_talk(telephone, caller)


def test_who_closes_the_browser_in_a_call_loses_no_caller(telephone, talking, exchange):
    telephone.page.close()

    gone = wait_until(lambda: exchange.told(AgentPaused), within=8, why="nobody noticed")
    assert gone[0].unreachable
    back = wait_until(lambda: exchange.told(Transferred), within=20, why="the caller was forgotten")
    assert back[0].call == exchange.calls[-1]
    assert not talking.over.is_set()


def test_who_declines_is_free_again(telephone, exchange):
    with outside(exchange) as caller:
        caller.call("1000")
        telephone.is_in("ringing")
        telephone.press("Decline")

        telephone.is_in("ready")
        assert "Declined" in telephone.element.inner_text()
        wait_until(lambda: [one.failure for one in exchange.told(LegFailed)] == ["declined"])


def test_a_caller_who_gives_up_stops_the_bell(telephone, exchange):
    with outside(exchange) as caller:
        caller.call("1000")
        telephone.is_in("ringing")
        caller.hang_up()

        telephone.is_in("ready")
        assert "Missed" in telephone.element.inner_text()


def test_a_call_that_a_supervisor_ends_says_who_has_ended_it(telephone, talking, exchange):
    exchange.order(Release(call=exchange.calls[-1], is_cut=True))

    telephone.is_in("ready")
    assert "A supervisor has ended the call." in telephone.element.inner_text()
    assert talking.over.wait(5)


def test_a_call_that_the_caller_ends_says_so(telephone, talking):
    talking.hang_up()

    telephone.is_in("ready")
    assert "The caller has hung up." in telephone.element.inner_text()


def test_keys_work_while_one_types(telephone, exchange):
    field = telephone.page.locator("#find")
    field.fill("Gemeinde")
    with outside(exchange) as caller:
        caller.call("1000")
        telephone.is_in("ringing")
        assert telephone.page.title().startswith("☎ " + NUMBER)
        field.press("F2")
        telephone.is_in("talking")
        field.press("F8")
        telephone.says("muted")
        field.press("F8")
        they_talk(telephone, caller)
        field.press("F4")
        telephone.says("held")
        field.press("Shift+F2")
        telephone.is_in("ready")

    assert field.input_value() == "Gemeinde"
    assert field.evaluate("(field) => field === document.activeElement")


def test_keys_of_the_keypad_arrive(telephone, talking, exchange):
    telephone.press("Keypad")
    telephone.page.keyboard.press("4")
    telephone.element.get_by_role("button", name="#", exact=True).click()

    def digits() -> list[str]:
        told = {one["timestamp"]: one["digit"] for one in exchange.seen("ChannelDtmfReceived")}
        return [told[at] for at in sorted(told)]  # Asterisk tells each for channel and endpoint

    wait_until(lambda: digits() == ["4", "#"], why=lambda: f"heard {digits()}")


def test_a_second_tab_commands_the_first_and_inherits_its_call(telephone, talking):
    other = Telephone(
        telephone.page.context.new_page(), site=telephone.site, exchange=telephone.exchange
    )
    other.page.goto(f"{telephone.site.address}/desk/search/?q=a")
    other.is_in("talking")
    assert "another tab" in other.element.inner_text()
    other.press("Mute")
    telephone.says("muted")
    other.press("Mute")
    telephone.says("talking")

    telephone.page.close()

    wait_until(lambda: "another tab" not in other.element.inner_text())
    other.is_in("talking")
    they_talk(other, talking)


def test_a_tab_can_take_the_telephone_to_itself(telephone, talking):
    other = Telephone(
        telephone.page.context.new_page(), site=telephone.site, exchange=telephone.exchange
    )
    other.page.goto(f"{telephone.site.address}/desk/search/?q=a")
    other.is_in("talking")
    other.press("Take it here")

    wait_until(lambda: "another tab" in telephone.element.inner_text())
    other.is_in("talking")
    they_talk(other, talking)


def test_a_connection_that_breaks_comes_back_and_the_call_stays(telephone, talking, exchange):
    with telephone.page.expect_websocket():
        telephone.page.evaluate("dispatchEvent(new Event('online'))")  # another network

    telephone.is_in("talking")
    they_talk(telephone, talking)
    telephone.press("Hang up")
    assert talking.over.wait(5)


def test_sound_that_breaks_off_is_mended_in_the_same_call(telephone, talking, exchange):
    exchange.forget()
    first = telephone.page.evaluate(SAY_FAILED)

    telephone.is_in("talking")
    wait_until(lambda: telephone.page.evaluate(WAYS) != first, why="no new way was sought")
    they_talk(telephone, talking)
    assert not [one for one in exchange.seen("StasisStart") if "replace_channel" in one]
