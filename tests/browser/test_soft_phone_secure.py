"""The soft phone as in service: https and wss through nginx, one origin, one certificate."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from django.conf import settings as live_settings
from django.test.utils import override_settings

from tests.browser.conftest import PASSWORD
from tests.browser.exchange import wait_until
from tests.browser.product import ARGUMENTS, CHROMIUM
from tests.browser.secure_site import HOST, NGINX, running_proxy
from tests.browser.soft_phone import AGENT_HZ, SOUND, Telephone, outside, they_talk
from tests.tones import write_wave

pytest_plugins = ["tests.browser.soft_phone"]

STATUS_OF = "(path) => fetch(path).then((answer) => answer.status)"
IN_SERVICE = {
    "PHONE_SOCKET": "/ws",
    "ALLOWED_HOSTS": [HOST],
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
}
"""What VITRINE_PRODUCTION and VITRINE_PHONE_SOCKET make of the settings."""


@pytest.fixture
def browser(chromium, exchange, site, static_root, tmp_path, tmp_path_factory):
    """A browser that finds the desk under its name, with a microphone that says a tone."""
    if NGINX is None:
        pytest.skip("no nginx on this machine: tools/install_servers")
    place = tmp_path_factory.mktemp("nginx")
    wave = write_wave(tmp_path / "agent.wav", frequency=AGENT_HZ)
    port = exchange.instance.http_port
    with (
        override_settings(**IN_SERVICE),
        running_proxy(place, site=site, static=static_root, phone_port=port) as told,
    ):
        running = chromium.browser_type.launch(
            executable_path=CHROMIUM,
            args=[*ARGUMENTS, *SOUND, f"--use-file-for-fake-audio-capture={wave}", *told],
        )
        yield running
        running.close()


def test_one_signs_in_registers_and_talks_over_one_certificate(browser, site, exchange):
    policy = live_settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["connect-src"]
    assert not any("ws" in str(source) for source in policy), "the policy is wider than it need be"
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    sockets = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.goto(f"https://{HOST}/account/login/")
    page.fill("input[name=login]", site.world.bruno.email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: urlsplit(url).path.startswith("/desk/"))
    telephone = Telephone(page, site=replace(site, address=f"https://{HOST}"), exchange=exchange)
    exchange.forget()

    telephone.turn_on()

    assert sockets == [f"wss://{HOST}/ws"]
    with outside(exchange) as caller:
        caller.call("1000")
        telephone.is_in("ringing")
        telephone.press("Answer")
        telephone.is_in("talking")
        they_talk(telephone, caller)
        telephone.press("Hang up")
        telephone.is_in("ready")
        assert caller.over.wait(5)
    assert telephone.complaints == []
    # What commands every call is beside /ws, and nobody comes there.
    for path in ("/ari/asterisk/ping", "/ws/../ari/asterisk/info", "/ws/ari", "/httpstatus"):
        assert page.evaluate(STATUS_OF, path) == 404, path
    cookies = {one["name"]: one for one in page.context.cookies()}
    assert cookies[live_settings.SESSION_COOKIE_NAME]["secure"]
    page.context.close()
    exchange.hang_up_all()
    wait_until(lambda: not exchange.channels())
