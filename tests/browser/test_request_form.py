"""The web form in a browser: with mistakes, with another language, and to its end."""

from playwright.sync_api import expect

from tests.browser.test_accessibility import PICTURES, keep_pictures


def open_form(tab, *, site):
    tab.page.goto(f"{site.address}/request/?language=de")


def fill_in(page):
    page.locator("#id_question_type").select_option("T-ACC")
    page.locator("#id_subject").fill("Kein Zugang mehr seit heute Morgen")
    page.locator("#id_text").fill("Zwei Rechner, derselbe Schlüssel, Fehler 140.")
    page.locator("#id_name").fill("Ana Beispiel")
    page.locator("#id_organisation").fill("Musterbach")
    page.locator("#id_email").fill("ana@musterbach.example")


def send(page):
    page.locator("#request-form .actions button").click()


def axe_in_both_schemes(tab, *, name):
    found = []
    for scheme in ("light", "dark"):
        tab.page.emulate_media(color_scheme=scheme)
        found += tab.axe()
    if PICTURES:
        keep_pictures(tab, name=name)
    return found


def test_mistakes_are_read_first_and_lead_to_their_fields(tab, site):
    open_form(tab, site=site)
    tab.page.locator("#id_text").fill("Es geht um 85.07.30-033.28.")
    send(tab.page)

    expect(tab.page.locator("[data-focus]")).to_be_focused()
    tab.page.locator("[data-focus] a").first.click()
    expect(tab.page.locator("#id_question_type")).to_be_focused()
    expect(tab.page.locator("#id_numbers_belong")).to_be_visible()
    expect(tab.page.locator("#id_text")).to_have_value("Es geht um 85.07.30-033.28.")
    assert axe_in_both_schemes(tab, name="request-mistakes") == []


def test_another_language_keeps_the_form_without_scripts_too(chromium, site):
    context = chromium.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto(f"{site.address}/request/?language=de")
    fill_in(page)
    page.get_by_role("button", name="NL", exact=True).click()

    expect(page.locator("html")).to_have_attribute("lang", "nl")
    expect(page.locator("#id_subject")).to_have_value("Kein Zugang mehr seit heute Morgen")
    send(page)
    expect(page.locator(".big-number")).to_be_visible()
    context.close()


def test_the_number_stands_large_and_can_be_said(tab, site):
    open_form(tab, site=site)
    fill_in(tab.page)
    tab.page.locator("#id_attachments").set_input_files(
        {"name": "bildschirm.txt", "mimeType": "text/plain", "buffer": b"Fehler 140"}
    )
    send(tab.page)

    number = tab.page.locator(".big-number").inner_text()
    year, serial = number.split("-")
    assert year.isdigit()
    assert [len(group) for group in serial.split()] == [3, 3]
    assert axe_in_both_schemes(tab, name="received") == []
