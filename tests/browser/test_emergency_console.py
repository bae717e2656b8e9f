"""The emergency console in Chromium, with the browser's own virtual hardware key."""

import os
import subprocess
import sys
from base64 import b64encode, urlsafe_b64decode
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.browser.conftest import AXE
from tests.console_rooms import PASSWORD, Room
from tests.servers.house import ROOT, answers, ending, free_port, wait_until
from vitrine.console.journal import late_attempts
from vitrine.publication import current

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def room(tmp_path):
    room = Room(tmp_path)
    room.export(at=datetime.now(UTC))
    return room


@contextmanager
def running_console(room):
    port = free_port()
    options = ["--interface", "wsgi", "--port", str(port), "--workers", "1", "--no-ws"]
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", "vitrine.console.wsgi:application", *options,
         "--log-level", "error"],
        env=os.environ | room.environment,
        cwd=ROOT,
    )  # fmt: skip
    with ending(process):
        wait_until(lambda: answers(port), within=60)
        yield f"http://localhost:{port}"


def plug_in(page, key, *, verified=True):
    """The virtual key of the browser, holding Ana's credential."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable", {"enableUI": False})
    options = {
        "protocol": "ctap2",
        "ctap2Version": "ctap2_1",
        "transport": "usb",
        "hasResidentKey": False,
        "hasUserVerification": True,
        "isUserVerified": verified,
        "automaticPresenceSimulation": True,
    }
    number = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    secret = key.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    name = key.enrolled().credential_id
    credential = {
        "credentialId": b64encode(urlsafe_b64decode(name + "=" * (-len(name) % 4))).decode(),
        "isResidentCredential": False,
        "rpId": "localhost",
        "privateKey": b64encode(secret).decode(),
        "signCount": 1,
    }
    cdp.send("WebAuthn.addCredential", {"authenticatorId": number, "credential": credential})


def test_a_technician_changes_the_position_on_a_phone(chromium, room):
    with running_console(room) as address:
        page = chromium.new_context(viewport=PHONE, locale="de-BE").new_page()
        complaints = []
        page.on("console", lambda said: complaints.append(said.text))
        plug_in(page, room.ana)
        page.goto(address)
        assert page.url.endswith("/de/")
        assert faults(page) == []
        page.locator("fieldset").first.get_by_text("unterbrochen").click()
        page.locator("select[name=template]").select_option("back")
        page.locator("input[name=expected_end]").fill("2099-11-23T14:30")
        page.locator("input[name=email]").fill("ana@centre.example")
        page.locator("main form button").last.click()
        page.locator("input[name=password]").fill(PASSWORD)
        assert faults(page) == []
        page.keyboard.press("Enter")
        page.locator(".notice[role=status]").wait_for()
        assert " ms" in page.locator(".notice").inner_text()
        assert faults(page) == []
        assert complaints == []
    public = current(room.options.site.directory)
    assert public.position == "interrupted"
    assert public.comments["de"].startswith("Back at 14.30")


def test_without_the_pin_nothing_becomes_public_and_it_is_written_down(chromium, room):
    with running_console(room) as address:
        page = chromium.new_context(viewport=PHONE).new_page()
        plug_in(page, room.ana, verified=False)
        page.goto(f"{address}/en/")
        page.locator("fieldset").first.get_by_text("interrupted").click()
        page.locator("input[name=email]").fill("ana@centre.example")
        page.locator("main form button").last.click()
        page.locator("input[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        with page.expect_response("**/publication") as told:
            page.get_by_text("The key has not answered").wait_for(timeout=70_000)
        assert told.value.status == 422
    last = late_attempts(room.options.directory)[-1]
    assert (last["refusal"], last["browser"]) == ("no-key", "NotAllowedError")
    assert PASSWORD not in str(last)
    assert current(room.options.site.directory).version == 1


def test_a_console_at_another_address_says_why_the_key_is_silent(chromium, room):
    with running_console(room) as address:
        page = chromium.new_context(viewport=PHONE).new_page()
        plug_in(page, room.ana)
        page.goto(address.replace("localhost", "127.0.0.1") + "/en/")
        page.locator("fieldset").first.get_by_text("interrupted").click()
        page.locator("input[name=email]").fill("ana@centre.example")
        page.locator("main form button").last.click()
        page.locator("input[name=password]").fill(PASSWORD)
        with page.expect_response("**/publication"):
            page.keyboard.press("Enter")
        page.get_by_text("The key works only at the address of the console").wait_for()
    last = late_attempts(room.options.directory)[-1]
    assert (last["refusal"], last["browser"]) == ("wrong-host", "SecurityError")
    assert current(room.options.site.directory).version == 1


def faults(page):
    """What axe finds, and whether the page is wider than the phone."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("() => axe.run()")["violations"]
    wide = page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth")
    return [each["id"] for each in found] + (["too wide"] if wide else [])
