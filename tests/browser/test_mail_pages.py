"""The cleaner's pages in a real browser: no script, request, dialog, form or navigation."""

import pytest

from tests.inertness import ATTACKS, ATTRIBUTES, ELEMENTS
from vitrine.channels.mail.clean import clean_html

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
