"""The public state is changed in a real browser: password, key with PIN and touch; else refused."""

import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, Tab
from tests.feature.status_scene import second_administrator, usual_texts
from vitrine.status.actions import begin_chain, revoke_key
from vitrine.status.actions.chain import append_event, machine_change
from vitrine.status.models import Attempt, Event, SecurityKey, Standing

KEY = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "usb",
    "hasResidentKey": False,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
LANGUAGES = ("fr", "nl", "de", "en")


def apart(act):
    """`act` on a connection of its own, committed: what the running site sees."""

    def run():
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()


class Ring:
    """The virtual keys that are plugged into one page."""

    def __init__(self, page):
        self.devtools = page.context.new_cdp_session(page)
        self.devtools.send("WebAuthn.enable", {"enableUI": False})
        self.plugged = []

    def plug(self, **options):
        answer = self.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY | options})
        self.plugged.append(answer["authenticatorId"])
        return self.plugged[-1]

    def unplug(self, key):
        self.devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})
        self.plugged.remove(key)

    def set(self, what, **values):
        for key in self.plugged:
            self.devtools.send(f"WebAuthn.set{what}", {"authenticatorId": key, **values})

    def credentials(self, key):
        answer = self.devtools.send("WebAuthn.getCredentials", {"authenticatorId": key})
        return answer["credentials"]


def impatient(route):
    """A browser that waits a second and a half for a key instead of a minute."""
    if "challenge" not in (route.request.post_data or ""):
        route.continue_()
        return
    answer = route.fetch()
    said = answer.json()
    if "publicKey" in said:
        said["publicKey"]["timeout"] = 1500
    route.fulfill(response=answer, body=json.dumps(said))


@pytest.fixture(scope="module")
def scene(site, tmp_path_factory):
    """The first version is public, there are two administrators, Stan has a password."""
    known = os.environ.get("VITRINE_STATUS_DIRECTORY")
    os.environ["VITRINE_STATUS_DIRECTORY"] = str(tmp_path_factory.mktemp("status"))
    usual_texts()
    begin_chain()
    site.world.ada = second_administrator()
    site.world.stan.set_password(PASSWORD)
    site.world.stan.save()
    yield site
    del os.environ["VITRINE_STATUS_DIRECTORY"]
    if known:
        os.environ["VITRINE_STATUS_DIRECTORY"] = known


@pytest.fixture(scope="module")
def stan(scene, chromium):
    """Stan's browser, signed in, with two keys that two administrators allowed him."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    context.add_cookies([scene.signed_in("stan")])
    tab = Tab(context.new_page())
    tab.listen()
    tab.page.set_default_timeout(40_000)
    expect.set_options(timeout=40_000)
    tab.page.route("**/desk/state/**", impatient)
    tab.ring = Ring(tab.page)
    tab.keys = []
    for name in ("Blue key", "Red key"):
        allow_a_key(scene, chromium)
        tab.ring.set("AutomaticPresenceSimulation", enabled=False)
        key = tab.ring.plug()
        add_key(tab.page, scene, name=name)
        expect(tab.page.get_by_text(name).first).to_be_visible()
        tab.keys.append(key)
        tab.ring.set("AutomaticPresenceSimulation", enabled=True)
    yield tab
    context.close()


def allow_a_key(scene, chromium):
    """Otto begins, Ada confirms."""
    for who, button in (("otto", "Allow one more key Stan Demo"), ("ada", "Confirm Stan Demo")):
        context = chromium.new_context()
        context.add_cookies([scene.signed_in(who)])
        page = context.new_page()
        page.goto(f"{scene.address}/desk/state/keys/?language=en")
        page.get_by_role("button", name=button).click()
        expect(page.get_by_text("begun by")).to_be_visible()
        context.close()


def add_key(page, scene, *, name):
    page.goto(f"{scene.address}/desk/state/keys/?language=en")
    page.get_by_label("Name of the key").fill(name)
    page.get_by_role("button", name="Add this key").click()


def review(page, scene, *, position="interrupted"):
    """Two actions: the position, and on to the review."""
    page.goto(f"{scene.address}/desk/state/change/?language=en")
    page.locator(f"label:has(input[name=position][value={position}])").click()
    page.get_by_role("button", name="Read what will be public").click()
    expect(page.get_by_role("heading", name="This will be public")).to_be_visible()


def confirm(page, *, password=PASSWORD):
    """The third action."""
    page.get_by_label("Your password").fill(password)
    page.get_by_role("button", name="Publish with password and key").click()


def refused(page, *, code, versions):
    """The page says so, it is written down, nothing has become public."""
    expect(page.locator("#refused")).to_be_visible()
    assert apart(lambda: Attempt.objects.first().refusal) == code
    assert apart(Event.objects.count) == versions


def test_three_actions_on_a_telephone_make_it_public(stan, scene):
    page = stan.page
    before = apart(Event.objects.count)
    review(page, scene)
    confirm(page)
    expect(page.get_by_text("is public, read back in")).to_be_visible()
    last = apart(lambda: Event.objects.latest("version").content)
    assert last["version"] == before + 1
    assert last["proof"]["origin"] == scene.address
    assert last["change"]["body"]["components"]["register"]["position"] == "interrupted"
    expect(page.locator("#state-banner")).to_contain_text("currently unavailable")


def test_what_is_not_password_key_pin_and_touch_is_refused(stan, scene):
    page, ring = stan.page, stan.ring
    versions = apart(Event.objects.count)

    review(page, scene, position="works")
    confirm(page, password="guessed")
    refused(page, code="wrong-password", versions=versions)

    ring.set("UserVerified", isUserVerified=False)
    review(page, scene, position="works")
    confirm(page)
    refused(page, code="no-key", versions=versions)
    ring.set("UserVerified", isUserVerified=True)

    ring.set("AutomaticPresenceSimulation", enabled=False)
    review(page, scene, position="works")
    confirm(page)
    refused(page, code="no-key", versions=versions)
    ring.set("AutomaticPresenceSimulation", enabled=True)


def test_what_was_sent_is_not_taken_twice(stan, scene):
    page = stan.page
    sent = []
    page.on(
        "request",
        lambda one: sent.append(one) if "credential_id" in (one.post_data or "") else None,
    )
    review(page, scene, position="slowed")
    confirm(page)
    expect(page.get_by_text("is public, read back in")).to_be_visible()
    versions = apart(Event.objects.count)
    again = page.request.post(
        sent[-1].url,
        data=sent[-1].post_data,
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Referer": scene.address,
        },
    )
    assert again.status in (409, 422)
    assert apart(lambda: Attempt.objects.first().refusal) == "used-before"
    assert apart(Event.objects.count) == versions


def test_who_was_overtaken_reads_what_a_colleague_made_public(stan, scene):
    page = stan.page
    review(page, scene, position="interrupted")

    def colleague():
        version = Standing.objects.get().version
        body = {"comments": {"fr": "Entre-temps.", "nl": "Intussen.", "de": "Inzwischen."}}
        append_event(
            machine_change("comment", body=body, version=version), place="machine", by=None
        )

    apart(colleague)
    confirm(page)
    expect(
        page.get_by_text("nothing has changed", exact=False).or_(page.locator("[data-says]")).first
    ).to_be_visible()
    page.reload()
    expect(page.locator("#refused")).to_contain_text("Comment")
    page.get_by_role("button", name="Look at it again").click()
    confirm(page)
    expect(page.get_by_text("is public, read back in")).to_be_visible()


def test_a_key_that_is_copied_between_devices_is_not_enrolled(stan, scene, chromium):
    page, ring = stan.page, stan.ring
    allow_a_key(scene, chromium)
    ring.set("AutomaticPresenceSimulation", enabled=False)
    synced = ring.plug(defaultBackupEligibility=True, defaultBackupState=True)
    add_key(page, scene, name="Telephone")
    refused(page, code="copied-key", versions=apart(Event.objects.count))
    ring.unplug(synced)
    ring.set("AutomaticPresenceSimulation", enabled=True)


def test_every_page_about_the_state_is_accessible(stan, scene):
    page = stan.page
    stan.complaints.clear()
    page.goto(f"{scene.address}/desk/state/change/?language=en")
    review(page, scene, position="works")
    paths = [
        "/desk/state/", "/desk/state/change/", page.url.removeprefix(scene.address),
        "/desk/state/interruptions/", "/desk/state/maintenances/", "/desk/state/maintenances/new/",
        "/desk/state/changes/", "/desk/state/duties/", "/desk/state/duties/threshold/",
        "/desk/state/texts/", "/desk/state/keys/",
    ]  # fmt: skip
    found = []
    for path in paths:
        for language in LANGUAGES:
            page.emulate_media(color_scheme="light")
            separator = "&" if "?" in path else "?"
            page.goto(f"{scene.address}{path}{separator}language={language}")
            found += [f"{path} {language} light {line}" for line in stan.axe()]
            page.emulate_media(color_scheme="dark")
            found += [
                f"{path} {language} dark {line}" for line in stan.axe(only=("color-contrast",))
            ]
    assert found == []
    assert [line for line in stan.complaints if "Content Security" in line] == []


def test_an_editor_signs_in_with_password_and_key(stan, scene):
    page = stan.page
    page.context.clear_cookies()
    page.goto(f"{scene.address}/account/login/?language=en")
    page.get_by_label("Email").fill(scene.world.stan.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/state/sign-in/")
    page.goto(f"{scene.address}/desk/state/")
    page.wait_for_url("**/account/login/**")  # the password alone opens nothing
    page.goto(f"{scene.address}/desk/state/sign-in/?language=en")
    page.get_by_role("button", name="Sign in with my key").click()
    page.wait_for_url("**/desk/**")
    page.goto(f"{scene.address}/desk/state/")
    assert page.url.endswith("/desk/state/")


def test_a_revoked_key_opens_nothing_any_more(stan, scene):
    page = stan.page
    number = apart(lambda: SecurityKey.objects.latest("pk").pk)
    apart(lambda: revoke_key(SecurityKey.objects.get(pk=number), by=scene.world.otto))
    page.goto(f"{scene.address}/desk/state/change/?language=en")
    page.locator("label:has(input[name=position][value=works])").click()
    page.get_by_role("button", name="Read what will be public").click()
    expect(page.get_by_text("Two keys are needed").first).to_be_visible()
    assert apart(lambda: Attempt.objects.first().refusal) == "too-few-keys"
