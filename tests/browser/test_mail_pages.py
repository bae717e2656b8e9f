"""Mail in a real browser: no script, request, dialog, form or navigation; shown as it was sent."""

import pytest

from tests.feature.test_looking_at_mail import arrived, letter
from tests.inertness import ATTACKS, ATTRIBUTES, ELEMENTS
from vitrine.channels.mail.clean import CleanPage, clean_html

PROVOKE = """() => {
  for (const one of document.querySelectorAll('*')) {
    for (const name of ['mouseover', 'focus', 'load', 'error', 'toggle', 'pointerenter', 'click'])
      if (!(name === 'click' && one.closest('a'))) one.dispatchEvent(new Event(name));
  }
}"""
SEEN = """() => [...document.body.querySelectorAll('*')].map((one) => [
  one.localName, one.namespaceURI, one.getAttributeNames(),
  (({x, y, width, height, ...rest}) => [x, y, width, height])(one.getBoundingClientRect()),
  getComputedStyle(one).position, getComputedStyle(one).backgroundImage,
])"""
HTML = "http://www.w3.org/1999/xhtml"


@pytest.fixture
def watched(chromium):
    """An empty page that notes whatever it should not do."""
    context = chromium.new_context(viewport={"width": 800, "height": 600})
    page = context.new_page()
    page.noted = []
    context.route("**/*", lambda route: (page.noted.append(route.request.url), route.abort()))
    page.on("dialog", lambda dialog: (page.noted.append(dialog.message), dialog.dismiss()))
    page.on("popup", lambda popup: page.noted.append(popup.url))
    page.on("framenavigated", lambda frame: page.noted.append(frame.url))
    page.on("pageerror", lambda error: page.noted.append(str(error)))
    yield page
    context.close()


def test_no_attack_does_anything_in_a_browser(watched):
    for attack in [*ATTACKS, "\n".join(ATTACKS)]:
        watched.set_content(f"<!doctype html><body>{clean_html(attack)}")
        watched.evaluate(PROVOKE)
        wrong = [
            seen
            for seen in watched.evaluate(SEEN)
            if seen[0] not in ELEMENTS
            or seen[1] != HTML
            or not ATTRIBUTES.issuperset(seen[2])
            or min(seen[3][:2]) < -1
            or seen[3][2] > 2100
            or seen[4] != "static"
            or seen[5] != "none"
        ]
        noted = [url for url in watched.noted if url != "about:blank"]
        assert (noted, wrong) == ([], []), attack


def test_a_browser_reads_what_was_written(watched):
    for attack in ATTACKS:
        cleaned = clean_html(attack)
        watched.set_content(f"<!doctype html><body>{cleaned}")
        again = watched.evaluate("() => document.body.innerHTML")
        watched.set_content(f"<!doctype html><body>{again}")

        assert watched.evaluate("() => document.body.innerHTML") == again, attack
        assert clean_html(again) == cleaned, attack


PAGE = """<style>p.MsoNormal{margin:0;color:#1f497d}</style>
<p class=MsoNormal>Guten <b>Tag</b></p><table border=1><tr><td>Standesamt<td>08:14</table>
<img src="cid:photo@x" alt="Foto"><img src="https://pictures.example/logo.png" alt="Logo">
<a href="https://musterbach.example/">mehr</a>
<script>document.title = "run"</script><img src=x onerror="document.title = 'run'">
<p style="position:fixed;top:0">Sitzung beendet</p><div style="height:700px">lang</div>"""
NOT_SERVED_HERE = ("/live/", "EventSource", "404")


@pytest.fixture(scope="module")
def message(site):
    return arrived(letter(PAGE, rechnung_exe=b"MZ"))


def opened(tab, site, path):
    tab.page.context.add_cookies([site.signed_in("bruno")])
    tab.page.goto(f"{site.address}{path}")
    return tab.page


def test_the_page_opens_below_its_text_at_its_own_height(tab, site, message):
    page = opened(tab, site, f"/desk/tickets/{message.ticket.number}/?language=de")
    page.locator(f"#as-sent-{message.pk} > summary").focus()
    page.keyboard.press("Enter")

    frame = page.locator("iframe.sent-page")
    frame.wait_for()
    inside = page.frame_locator("iframe.sent-page")
    inside.get_by_text("Standesamt").wait_for()

    assert inside.get_by_alt_text("Foto").evaluate("(one) => one.decode().then(() => true)")
    assert inside.locator("p").first.evaluate("(one) => getComputedStyle(one).color") == (
        "rgb(31, 73, 125)"
    )
    assert inside.locator("script, [onerror], [style*=position]").count() == 0
    page.locator(
        "iframe.sent-page[style*='block-size: 8'], iframe.sent-page[style*='block-size: 9']"
    ).wait_for()
    assert page.title() != "run"
    assert "1 Bild von außen wird nicht gezeigt" in page.locator(".outside").inner_text()
    assert [line for line in tab.complaints if not any(x in line for x in NOT_SERVED_HERE)] == []


def test_a_frame_runs_no_script_even_if_one_came_through(tab, site, message, monkeypatch):
    attack = "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"
    monkeypatch.setattr(
        "vitrine.desk.rendering.message_pages.clean_page",
        lambda html, **more: CleanPage(html=f"<p>angekommen</p>{attack}"),
    )
    page = opened(tab, site, f"/desk/messages/{message.pk}/original/")

    inside = page.frame_locator("iframe.sent-page")
    inside.get_by_text("angekommen").wait_for()
    assert inside.locator("html").evaluate("() => document.title") == "Zugang <b>gesperrt</b>"

    tab.page.goto(f"{site.address}/desk/messages/{message.pk}/page/")
    assert tab.page.title() == "Zugang <b>gesperrt</b>"
    assert any("script" in line for line in tab.complaints)


def test_a_link_opens_a_page_that_knows_nothing_of_us(tab, site, message):
    page = opened(tab, site, f"/desk/messages/{message.pk}/original/")
    page.context.route(
        "https://musterbach.example/**",
        lambda route: route.fulfill(body="<title>there</title>", content_type="text/html"),
    )

    with page.expect_popup() as opening:
        page.frame_locator("iframe.sent-page").get_by_text("mehr").click()
    there = opening.value
    there.wait_for_load_state()

    assert there.evaluate("() => [window.opener, document.referrer]") == [None, ""]
    assert "/original/" in page.url


@pytest.mark.parametrize("path", ["/desk/messages/{pk}/original/", "/desk/tickets/{number}/"])
def test_a_message_is_accessible_in_four_languages_light_and_dark(tab, site, message, path):
    path = path.format(pk=message.pk, number=message.ticket.number)
    found = []
    for language in ("fr", "nl", "de", "en"):
        page = opened(tab, site, f"{path}?language={language}")
        if "tickets" in path:
            page.locator(".tongue > summary").first.click()
            page.locator("details.sent > summary").first.click()
        page.locator("iframe.sent-page").first.wait_for()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found += [f"{language} {scheme} {line}" for line in tab.axe()]
    assert found == []


def test_the_language_is_corrected_by_keyboard(tab, site, message):
    page = opened(tab, site, f"/desk/tickets/{message.ticket.number}/?language=en")
    page.locator(".tongue > summary").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Dutch").focus()
    page.keyboard.press("Enter")

    page.locator(".message.incoming .letters", has_text="NL").wait_for()
    assert page.locator(".message.incoming .words").first.get_attribute("lang") == "nl"
