"""Signing in as people do it: by keyboard, with a security key, under our own policy."""

from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD


def give_name_and_password(page, *, site, account):
    page.goto(f"{site.address}/account/login/?language=en")
    page.get_by_label("Email").fill(account.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")


def test_a_security_key_is_added_and_then_opens_the_account(tab, site):
    page = tab.page
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "usb",
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    give_name_and_password(page, site=site, account=site.world.bruno)
    page.wait_for_url("**/desk/**")

    page.goto(f"{site.address}/account/2fa/webauthn/add/?language=en")
    page.get_by_label("Password").fill(PASSWORD)  # is it still you?
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("Blue key")
    page.get_by_role("button", name="Add this key").click()
    expect(page.get_by_role("main")).to_contain_text("Recovery codes")
    page.goto(f"{site.address}/account/2fa/webauthn/")
    expect(page.get_by_text("Blue key").first).to_be_visible()
    page.goto(f"{site.address}/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()

    give_name_and_password(page, site=site, account=site.world.bruno)
    page.locator("#mfa_webauthn_authenticate").click()
    page.wait_for_url("**/desk/**")

    refused = [line for line in tab.complaints if "Content Security Policy" in line]
    assert refused == []


def test_a_change_of_language_keeps_the_address_that_was_typed(tab, site):
    tab.page.goto(f"{site.address}/account/login/?language=fr")
    tab.page.locator("#id_login").fill("bruno@desk.example")
    tab.page.locator("#id_password").fill("geheim")
    tab.page.get_by_role("link", name="DE", exact=True).click()

    expect(tab.page.locator("html")).to_have_attribute("lang", "de")
    expect(tab.page.locator("#id_login")).to_have_value("bruno@desk.example")
    expect(tab.page.locator("#id_password")).to_have_value("")


def test_the_chosen_theme_stays_and_comes_without_a_flash(tab, site):
    tab.page.goto(f"{site.address}/?language=en")
    tab.page.get_by_role("button", name="Appearance: as the system").click()
    tab.page.get_by_role("button", name="Appearance: light").click()

    answer = tab.page.reload()

    assert 'data-theme="dark"' in answer.text()  # written by the server, before any script
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    assert tab.page.evaluate(paper) == "rgb(16, 23, 29)"


def test_the_home_page_reflows_at_320_pixels_and_weighs_little(tab, site):
    weights = []
    tab.page.on(
        "response",
        lambda answer: weights.append(
            (len(answer.body()), answer.request.sizes()["responseBodySize"], answer.url)
        ),
    )
    tab.page.set_viewport_size({"width": 320, "height": 640})
    tab.page.goto(f"{site.address}/?language=de", wait_until="networkidle")

    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 320
    compressed = sum(on_the_wire for _plain, on_the_wire, _url in weights)
    assert compressed < 90_000, weights
