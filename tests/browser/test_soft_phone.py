"""The soft phone in a real browser against a real Asterisk: who speaks is heard, on both sides.

Sound is proved by tones, not by counting packets: the browser's false microphone says 440 Hz, the
caller says 1 000 Hz, and each is looked for where the other listens.
"""

import json
from collections.abc import Iterator
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
    policy = json.loads(json.dumps(live_settings.CONTENT_SECURITY_POLICY, default=str))
    policy = {"DIRECTIVES": dict(live_settings.CONTENT_SECURITY_POLICY["DIRECTIVES"])}
    policy["DIRECTIVES"]["connect-src"] = ["'self'", *phone_sources(socket)]
    with override_settings(PHONE_SOCKET=socket, CONTENT_SECURITY_POLICY=policy):
        context = speaking.new_context(viewport={"width": 1440, "height": 900})
        context.add_cookies([site.signed_in("bruno")])
        on = Telephone(context.new_page(), site=site, exchange=exchange)
        on.turn_on()
        yield on
        context.close()
        for name in [one["id"] for one in exchange.ask("GET", "channels")]:
            exchange.ask("DELETE", f"channels/{name}")
        wait_until(lambda: not exchange.channels(), within=10)


class Telephone:
    """The soft phone of a page."""

    def __init__(self, page: Any, *, site: Any, exchange: Exchange) -> None:
        self.page, self.site, self.exchange = page, site, exchange
        page.set_default_timeout(10_000)
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
        account = self.site.world.bruno
        credential = wait_until(
            lambda: SipCredential.objects.filter(account=account, revoked_at=None).first()
        )
        self.exchange.agent = credential.user
        self.exchange.let_in(credential.user, ha1=credential.ha1)
        self.is_in("ready")

    def is_in(self, phase: str, *, within: float = 10) -> None:
        """Wait until the telephone says so."""
        now = self.element.get_attribute
        wait_until(
            lambda: now("data-phase") == phase,
            within=within,
            why=lambda: (
                f"not {phase}: {now('data-phase')} {now('data-says')} {self.tab.complaints}"
            ),
        )

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
    """The share of a tone in what the caller hears from now on."""
    caller.heard.clear()
    wait_until(lambda: len(caller.heard) > 4000, within=5, why="the caller hears nothing at all")
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
