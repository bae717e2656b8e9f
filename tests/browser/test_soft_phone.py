"""The soft phone in a real browser against a real Asterisk: who speaks is heard, on both sides.

Sound is proved by tones, not by counting packets: the browser's false microphone says 440 Hz, the
caller says 1 000 Hz, and each is looked for where the other listens.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.conf import settings as live_settings
from django.test.utils import override_settings

from tests.browser.conftest import Tab
from tests.browser.exchange import OUTSIDE, Exchange, engine, running_exchange, wait_until
from tests.browser.product import ARGUMENTS, CHROMIUM
from tests.sip_caller import Caller
from tests.tones import share_of, write_wave
from vitrine.config.settings import phone_sources
from vitrine.telephony.models import SipCredential
from vitrine.voice.call_flow import (
    AgentHungUp,
    AgentPaused,
    CallerHeld,
    CallerResumed,
    LegFailed,
    Transferred,
)

pytestmark = pytest.mark.django_db(transaction=True)

AGENT_HZ, CALLER_HZ = 440, 1000
NUMBER = "+32470000001"
LISTEN = """async (seconds) => {
  const voice = document.querySelector("soft-phone audio");
  const context = new AudioContext();
  const ear = new AnalyserNode(context, { fftSize: 32768 });
  new MediaStreamAudioSourceNode(context, { mediaStream: voice.srcObject }).connect(ear);
  await new Promise((done) => setTimeout(done, seconds * 1000));
  const samples = new Float32Array(ear.fftSize);
  ear.getFloatTimeDomainData(samples);
  const rate = context.sampleRate;
  await context.close();
  return { rate, samples: [...samples].slice(-Math.floor(rate / 2)) };
}"""
CONNECTIONS = """{
  const Made = RTCPeerConnection;
  window.connections = [];
  window.RTCPeerConnection = class extends Made {
    constructor(...all) { super(...all); window.connections.push(this); }
  };
}"""
WAYS = """() => window.connections.at(-1).localDescription.sdp.match(/ice-ufrag:(.*)/)[1]"""
SAY_FAILED = """() => {
  const connection = window.connections.at(-1);
  const before = connection.localDescription.sdp.match(/ice-ufrag:(.*)/)[1];
  Object.defineProperty(connection, "connectionState", { value: "failed", configurable: true });
  connection.dispatchEvent(new Event("connectionstatechange"));
  delete connection.connectionState;
  return before;
}"""


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exchange]:
    found = engine()
    if found is None:
        pytest.skip("there is no Asterisk here: tools/install_asterisk says why")
    with running_exchange(tmp_path_factory.mktemp("asterisk"), found=found) as running:
        yield running


@pytest.fixture(scope="module")
def speaking(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser whose microphone says a tone all the time."""
    wave = write_wave(tmp_path_factory.mktemp("wave") / "agent.wav", frequency=AGENT_HZ)
    browser = chromium.browser_type.launch(
        executable_path=CHROMIUM,
        args=[
            *ARGUMENTS,
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-audio-capture={wave}",
            "--allow-loopback-in-peer-connection",
            "--disable-features=WebRtcHideLocalIpsWithMdns",
            "--no-proxy-server",
        ],
    )
    yield browser
    browser.close()


@pytest.fixture
def telephone(speaking: Any, site: Any, exchange: Exchange) -> Iterator["Telephone"]:
    """Bruno at the desk, whose telephone is on."""
    socket = f":{exchange.instance.http_port}/ws"
    policy = {"DIRECTIVES": dict(live_settings.CONTENT_SECURITY_POLICY["DIRECTIVES"])}
    policy["DIRECTIVES"]["connect-src"] = ["'self'", *phone_sources(socket)]
    with override_settings(PHONE_SOCKET=socket, CONTENT_SECURITY_POLICY=policy):
        context = speaking.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([site.signed_in("bruno")])
        on = Telephone(context.new_page(), site=site, exchange=exchange)
        exchange.forget()
        on.turn_on()
        yield on
        context.close()
        exchange.hang_up_all()
        wait_until(lambda: not exchange.channels(), within=10)


class Telephone:
    """The soft phone of a page."""

    def __init__(self, page: Any, *, site: Any, exchange: Exchange) -> None:
        self.page, self.site, self.exchange = page, site, exchange
        page.set_default_timeout(10_000)
        page.add_init_script(CONNECTIONS)
        self.tab = Tab(page)
        self.tab.listen()
        self.element = page.locator("soft-phone")

    @property
    def complaints(self) -> list[str]:
        """What the browser did not like; the live stream is a process of its own."""
        return [one for one in self.tab.complaints if "404" not in one and "/live/" not in one]

    def turn_on(self) -> None:
        """Go to the desk, turn the telephone on, be let in by the exchange."""
        self.page.goto(f"{self.site.address}/desk/search/?q=zzz&language=en")
        # Filters would take a steady tone for noise of the room, as they should.
        self.page.evaluate("localStorage.setItem('phone devices', '{\"isFiltered\": false}')")
        self.page.get_by_role("button", name="Turn the telephone on").click()
        self.is_in("ready")

    def is_let_in(self) -> None:
        """What the desk's brain does: tell Asterisk of the newest credential."""
        mine = SipCredential.objects.filter(account=self.site.world.bruno, revoked_at=None)
        newest = mine.order_by("-pk").first()
        if newest and newest.ha1 != self.exchange.known:
            self.exchange.known = newest.ha1
            self.exchange.let_in(newest.user, ha1=newest.ha1)

    def is_in(self, phase: str, *, within: float = 10) -> None:
        """Wait until the telephone says so."""
        now = self.element.get_attribute
        wait_until(
            lambda: self.is_let_in() or now("data-phase") == phase,
            within=within,
            why=lambda: (
                f"not {phase}: {now('data-phase')} {now('data-says')} {self.tab.complaints}"
            ),
        )

    def says(self, sentence: str, *, within: float = 10) -> None:
        """Wait until it says so, by the name of the sentence."""
        self.page.locator(f"soft-phone[data-says={sentence}]").wait_for(timeout=within * 1000)

    def press(self, name: str) -> None:
        """A button of the telephone."""
        self.element.get_by_role("button", name=name).click()

    def hears(self, frequency: float) -> float:
        """The share of a tone in what comes out of the agent's headset."""
        heard = self.page.evaluate(LISTEN, 1)
        return share_of(frequency, heard["samples"], rate=heard["rate"])


def outside(exchange: Exchange, *, number: str = NUMBER) -> Caller:
    """Somebody with a telephone, who says a tone."""
    server = ("127.0.0.1", exchange.instance.sip_port)
    return Caller(server, number=number, address=OUTSIDE, tone_hz=CALLER_HZ)


def caller_hears(caller: Caller, frequency: float) -> float:
    """The share of a tone in what the caller hears from now on; 0 when it is silent."""
    caller.heard.clear()
    with suppress(AssertionError):
        wait_until(lambda: len(caller.heard) > 4000, within=2)
    return share_of(frequency, list(caller.heard))


def they_talk(telephone: Telephone, caller: Caller) -> None:
    """Each hears the other's tone."""
    wait_until(lambda: caller_hears(caller, AGENT_HZ) > 0.8, why="the caller hears no agent")
    wait_until(lambda: telephone.hears(CALLER_HZ) > 0.8, why="the agent hears no caller")


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


@pytest.fixture
def talking(telephone: Telephone, exchange: Exchange) -> Iterator[Caller]:
    """A caller whom Bruno has answered."""
    with outside(exchange) as caller:
        caller.call("1000")
        telephone.is_in("ringing")
        telephone.press("Answer")
        telephone.is_in("talking")
        they_talk(telephone, caller)
        yield caller


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
