"""The scene of the soft phone: a real browser, a real Asterisk, and who speaks is heard.

Sound is proved by tones, not by counting packets: the browser's false microphone says 440 Hz, the
caller says 1 000 Hz, and each is looked for where the other listens.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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

PICTURES = os.environ.get("VITRINE_PICTURES", "")
AGENT_HZ, CALLER_HZ = 440, 1000
NUMBER = "+32470000001"
SOUND = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--no-proxy-server",
]
"""A browser with a microphone that asks nobody, and speaks with this machine alone."""
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
            *SOUND,
            f"--use-file-for-fake-audio-capture={wave}",
        ],
    )
    yield browser
    browser.close()


@pytest.fixture
def asking(chromium: Any) -> Iterator[Any]:
    """A page of a browser with a microphone that asks whether it may be used."""
    browser = chromium.browser_type.launch(
        executable_path=CHROMIUM, args=[*ARGUMENTS, "--use-fake-device-for-media-stream"]
    )
    yield browser.new_context(viewport={"width": 1440, "height": 900})
    browser.close()


@contextmanager
def telephone_server(exchange: Exchange) -> Iterator[None]:
    """The desk knows of the exchange, and its policy lets pages connect to it."""
    socket = f":{exchange.instance.http_port}/ws"
    policy = {"DIRECTIVES": dict(live_settings.CONTENT_SECURITY_POLICY["DIRECTIVES"])}
    policy["DIRECTIVES"]["connect-src"] = ["'self'", *phone_sources(socket)]
    with override_settings(PHONE_SOCKET=socket, CONTENT_SECURITY_POLICY=policy):
        yield


@pytest.fixture
def telephone(speaking: Any, site: Any, exchange: Exchange) -> Iterator["Telephone"]:
    """Bruno at the desk, whose telephone is on."""
    with telephone_server(exchange):
        context = speaking.new_context(
            viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
        )
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
