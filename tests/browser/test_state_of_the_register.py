"""The public state is changed in a real browser: enrolment, three actions, the pages around it.

What is refused, and why: the folder `refused`.
"""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, Tab, apart
from tests.browser.virtual_keys import (
    Ring,
    becomes_public,
    confirm,
    first_version,
)
from vitrine.status.actions.chain import append_event, machine_change
from vitrine.status.models import Attempt, Event, SecurityKey, Standing

PATIENCE = 40_000
"""Milliseconds that a page may take on a busy machine."""
PATHS = (
    "/desk/state/",
    "/desk/state/change/",
    "/desk/state/interruptions/",
    "/desk/state/maintenances/",
    "/desk/state/maintenances/new/",
    "/desk/state/changes/",
    "/desk/state/duties/",
    "/desk/state/duties/threshold/",
    "/desk/state/texts/",
    "/desk/state/texts/sentences/",
    "/desk/state/components/",
    "/desk/state/keys/",
    "/desk/state/aside/",
)


@pytest.fixture(scope="module")
def scene(site, tmp_path_factory):
    with first_version(site, directory=tmp_path_factory.mktemp("status")) as ready:
        yield ready


@pytest.fixture(scope="module")
def stan(scene, chromium):
    """Stan's browser, signed in, with two keys that two administrators allowed him."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    context.add_cookies([scene.signed_in("stan")])
    tab = Tab(context.new_page())
    tab.listen()
    tab.page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
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
    expect.set_options(timeout=5_000)


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
    becomes_public(page)
    last = apart(lambda: Event.objects.latest("version").content)
    assert last["version"] == before + 1
    assert last["proof"]["origin"] == scene.address
    assert last["change"]["body"]["components"]["register"]["position"] == "interrupted"
    expect(page.locator("#state-banner")).to_contain_text("currently unavailable")


def tab_to(page, wanted, *, key="Tab"):
    """Press the key until the focus is on what the selector `wanted` finds."""
    for _each in range(120):
        page.keyboard.press(key)
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"the keyboard does not reach {wanted}")


def test_the_whole_page_is_read_and_the_state_changed_with_the_keyboard_alone(stan, scene):
    page = stan.page
    page.goto(f"{scene.address}/desk/state/change/?language=en")
    tab_to(page, "input[name=position]")
    for _each in range(3):
        page.keyboard.press("ArrowDown")
        if page.locator("input[name=position][value=slowed]").is_checked():
            break
    tab_to(page, ".change .foot button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="This will be public")).to_be_visible()
    tab_to(page, ".whole-page summary", key="Shift+Tab")
    page.keyboard.press("Enter")
    frame = page.frame_locator(".whole-page iframe")
    expect(frame.get_by_text("some functions are disrupted").first).to_be_visible()
    frame.get_by_role("link", name="Deutsch").press("Enter")
    expect(frame.get_by_text("einige Funktionen sind jedoch gestört").first).to_be_visible()
    page.get_by_label("Your password").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    becomes_public(page)


def test_who_was_overtaken_reads_what_a_colleague_made_public(stan, scene):
    page = stan.page
    stands = apart(lambda: Standing.objects.get().bulletin["components"][0]["position"])
    review(page, scene, position="interrupted" if stands == "works" else "works")

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
    becomes_public(page)


def test_a_key_that_is_copied_between_devices_is_not_enrolled(stan, scene, chromium):
    page, ring = stan.page, stan.ring
    allow_a_key(scene, chromium)
    ring.set("AutomaticPresenceSimulation", enabled=False)
    synced = ring.plug(defaultBackupEligibility=True, defaultBackupState=True)
    add_key(page, scene, name="Telephone")
    refused(page, code="copied-key", versions=apart(Event.objects.count))
    ring.unplug(synced)
    ring.set("AutomaticPresenceSimulation", enabled=True)


@pytest.mark.parametrize("language", ["fr", "nl", "de", "en"])
def test_every_page_about_the_state_is_accessible(stan, scene, language):
    page = stan.page
    stan.complaints.clear()
    review(page, scene, position="interrupted")
    found = []
    for path in (*PATHS, page.url.removeprefix(scene.address)):
        page.emulate_media(color_scheme="light")
        page.goto(f"{scene.address}{path}{'&' if '?' in path else '?'}language={language}")
        expect(page.locator("h1")).to_be_visible()
        found += [f"{path} light {line}" for line in stan.axe()]
        page.emulate_media(color_scheme="dark")
        found += [f"{path} dark {line}" for line in stan.axe(only=("color-contrast",))]
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
    assert page.url.endswith("/desk/state/sign-in/")  # the password alone opens nothing
    page.get_by_role("button", name="Sign in with my key").click()
    page.wait_for_url(lambda address: "sign-in" not in address and "/desk/" in address)
    page.goto(f"{scene.address}/desk/state/")
    assert page.url.endswith("/desk/state/")


def test_a_revoked_key_opens_nothing_any_more(stan, scene):
    """One is left, and one is not enough."""
    page = stan.page
    number = apart(lambda: SecurityKey.objects.latest("pk").pk)
    page.goto(f"{scene.address}/desk/state/keys/?language=en")
    page.get_by_role("button", name="Revoke Red key").click()
    expect(page.get_by_text("You need 1 more key")).to_be_visible()
    assert apart(lambda: SecurityKey.objects.get(pk=number).revoked_by) == scene.world.stan
    page.goto(f"{scene.address}/desk/state/change/?language=en")
    page.locator("label:has(input[name=position][value=works])").click()
    page.get_by_role("button", name="Read what will be public").click()
    expect(page.get_by_text("Two keys are needed").first).to_be_visible()
    assert apart(lambda: Attempt.objects.first().refusal) == "too-few-keys"
