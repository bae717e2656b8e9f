"""The public page of the state of the register in a real browser, served by serve.py.

Intervals are shortened by the page's own `statusPace`; what is measured is divided by it.
"""

import json
import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.browser.conftest import AXE, PAINTED
from tests.bulletins import SENTENCES, a_bulletin, a_maintenance, an_interruption
from tests.servers import status_hosts
from tests.servers.house import wait_until
from vitrine.publication import publish
from vitrine.publication.bulletin import MaintenanceState, Position
from vitrine.publication.site import Site
from vitrine.publication.words import LANGUAGES

PACE = "window.statusPace"


@pytest.fixture
def host(tmp_path):
    """A server of an empty publication directory."""
    directory = tmp_path / "a"
    directory.mkdir()
    with status_hosts.running_serve(directory) as server:
        server.directory = directory
        yield server


def now():
    return datetime.now(UTC)


def beat(directory, *, at=None):
    """The keeper's heartbeat."""
    text = json.dumps({"at": (at or now()).isoformat(), "version": 1, "edition": 0})
    (directory / "heartbeat.json").write_text(text)


def say(directory, position, *, version, others=(), **more):
    """Publish a bulletin whose expected end is still to come."""
    if position is not Position.WORKS:
        more.setdefault("expected_end", now() + timedelta(hours=2))
    bulletin = a_bulletin(position, version=version, **({"published_at": now()} | more))
    publish(bulletin, at=now(), directory=directory, site=Site(directory=directory, others=others))


def opened(browser, address, *, pace=0.02, **options):
    """A page whose intervals are `pace` times as long, with what it complained about."""
    context = browser.new_context(**options)
    if pace:
        context.add_init_script(f"{PACE} = {pace}")
    page = context.new_page()
    page.complaints = []
    page.on(
        "console",
        lambda line: (
            page.complaints.append(line.text)
            if line.type == "error" and "Failed to load resource" not in line.text
            else None
        ),
    )
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(address)
    return page


def wait_for_text(page, selector, text, *, within=10_000):
    page.locator(selector).filter(has_text=text).wait_for(timeout=within, state="attached")


def test_no_barrier_in_any_language_position_or_scheme(chromium, host):
    assert AXE.exists(), "axe-core is missing: run `make set-up`"
    beat(host.directory)
    rich = (
        a_maintenance(days=300),
        a_maintenance(uid="b", days=1, state=MaintenanceState.BEGUN, effect=Position.SLOWED),
        a_maintenance(uid="c", days=301, state=MaintenanceState.CANCELLED),
    )
    found = []
    for version, position in enumerate(Position, start=1):
        more = {"comments": {"fr": "Seulement en français."}} if version == 2 else {}
        say(host.directory, position, version=version, maintenances=rich, **more)
        for scheme in ("light", "dark", "forced"):
            options = {
                "color_scheme": "dark" if scheme == "dark" else "light",
                "forced_colors": "active" if scheme == "forced" else "none",
            }
            for language in LANGUAGES:
                pages = ["index.html"]
                if language == "de" and position is Position.SLOWED:
                    pages += ["history.html", "embed.html", "interruption/2026-0006.html"]
                context = chromium.new_context(bypass_csp=True, **options)
                page = context.new_page()
                for name in pages:
                    page.goto(f"{host.url}{language}/{name}")
                    page.evaluate(PAINTED)
                    page.evaluate(AXE.read_text())
                    result = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
                    found += [
                        f"{position} {scheme} {language} {name} {each['id']}: {node['html'][:140]}"
                        for each in result["violations"]
                        for node in each["nodes"]
                    ]
                context.close()
    assert not found, "\n".join(found[:20])


def test_a_change_mutates_the_region_and_is_said_once(chromium, host):
    say(host.directory, Position.WORKS, version=1)
    page = opened(chromium, f"{host.url}de/", locale="de")
    page.evaluate(
        """() => {
          const region = document.querySelector("[role=status]");
          window.kept = [region, ...region.children];
          window.said = [];
          new MutationObserver((changes) => {
            for (const each of changes) window.said.push(each.target.nodeName);
          }).observe(region, { childList: true, characterData: true, subtree: true });
          window.gone = 0;
          new MutationObserver((changes) => {
            for (const each of changes) for (const node of each.removedNodes)
              if (node === region || (node.contains && node.contains(region))) window.gone += 1;
          }).observe(document.body, { childList: true, subtree: true });
        }"""
    )
    say(host.directory, Position.SLOWED, version=2)
    wait_for_text(page, ".sentence", SENTENCES["slowed.partial"]["de"])
    wait_for_text(page, ".comment", "Abfragen nach Adresse sind langsam.")
    assert page.evaluate(
        """() => {
          const region = document.querySelector("[role=status]");
          const nodes = [region, ...region.children];
          return window.gone === 0 && window.kept.every((node, place) => node === nodes[place]);
        }"""
    )
    assert page.locator("[role=alert]").inner_text() == ""
    assert page.locator("[data-part=now]").get_attribute("class") == "now slowed"
    assert "gestört" in page.title()
    said = page.evaluate("() => window.said.length")
    assert 0 < said <= 4
    # Nothing more is said while nothing changes, however often the page asks.
    with page.expect_response(lambda answer: answer.url.endswith("status.json")):
        pass
    with page.expect_response(lambda answer: answer.url.endswith("status.json")):
        pass
    assert page.evaluate("() => window.said.length") == said
    assert not page.complaints


def test_only_an_interruption_raises_the_alarm(chromium, host):
    say(host.directory, Position.SLOWED, version=1)
    page = opened(chromium, f"{host.url}fr/")
    alarm = page.locator("[role=alert]")
    assert alarm.inner_text() == ""
    say(host.directory, Position.INTERRUPTED, version=2)
    wait_for_text(page, "[role=alert]", SENTENCES["interrupted"]["fr"])
    assert page.locator("[role=status]").get_attribute("aria-live") == "off"
    say(host.directory, Position.WORKS, version=3)
    wait_for_text(page, ".sentence", SENTENCES["works"]["fr"])
    assert page.locator("[role=status]").get_attribute("aria-live") == "polite"
    assert page.locator(".comment").inner_text() == ""
    assert not page.complaints


def test_everything_is_there_without_a_script(chromium, host):
    say(host.directory, Position.INTERRUPTED, version=1)
    page = opened(chromium, f"{host.url}nl/", pace=0, java_script_enabled=False)
    text = page.locator("body").inner_text()
    for expected in (SENTENCES["interrupted"]["nl"], "Opzoekingen op adres", "Gepland onderhoud",
                     "Identiteitskaarten", "Gepubliceerd op", "+32 2 555 01 00"):  # fmt: skip
        assert expected in text
    assert page.locator("button:visible").count() == 0


def test_a_page_asks_only_its_own_host_and_is_allowed_to_do_what_it_does(chromium, host):
    say(host.directory, Position.SLOWED, version=1)
    beat(host.directory)
    asked = []
    context = chromium.new_context()
    context.on("request", lambda request: asked.append(request.url))
    context.add_init_script(f"{PACE} = 0.02")
    page = context.new_page()
    complaints = []
    page.on("console", lambda line: complaints.append(line.text))
    page.goto(f"{host.url}de/")
    wait_for_text(page, ".confirmation", "Bestätigt um")
    assert all(url.startswith(host.url) for url in asked)
    assert not complaints
    assert context.cookies() == []


def test_updates_can_be_paused_and_stay_paused(chromium, host):
    say(host.directory, Position.WORKS, version=1)
    page = opened(chromium, f"{host.url}en/")
    page.get_by_role("button", name="Pause automatic updates").click()
    page.reload()
    button = page.get_by_role("button", name="Resume automatic updates")
    button.wait_for()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    say(host.directory, Position.INTERRUPTED, version=2)
    page.wait_for_timeout(1500)  # four of its shortened intervals: it must not ask
    assert not asked
    assert page.locator(".sentence").inner_text() == SENTENCES["works"]["en"]
    button.press("Enter")
    wait_for_text(page, ".sentence", SENTENCES["interrupted"]["en"])


def test_the_focus_stays_where_the_reader_is(chromium, host):
    say(host.directory, Position.WORKS, version=1)
    page = opened(chromium, f"{host.url}en/")
    page.locator("[data-part=maintenance] a[href$='.ics']").last.focus()
    focused = page.evaluate("() => document.activeElement.getAttribute('href')")
    maintenances = (a_maintenance(), a_maintenance(uid="second", days=400))
    say(host.directory, Position.SLOWED, version=2, maintenances=maintenances)
    wait_for_text(page, ".sentence", SENTENCES["slowed.partial"]["en"])
    assert page.evaluate("() => document.activeElement.getAttribute('href')") == focused


def test_an_expected_end_that_passes_is_told_by_the_clock_of_the_reader(chromium, host):
    end = now().replace(microsecond=0) + timedelta(seconds=20)
    say(host.directory, Position.SLOWED, version=1, expected_end=end)
    page = opened(chromium, f"{host.url}de/")
    assert "Behebung voraussichtlich" in page.locator("[data-expected]").inner_text()
    wait_for_text(page, "[data-expected]", SENTENCES["overrun"]["de"], within=60_000)
    assert now() >= end


def test_a_heartbeat_that_stops_is_told_within_six_minutes(chromium, host):
    """Goal S9, at a fiftieth of real time: 6 minutes are 7.2 seconds."""
    say(host.directory, Position.WORKS, version=1)
    beat(host.directory)
    page = opened(chromium, f"{host.url}en/", pace=0.02)
    wait_for_text(page, ".confirmation", "Confirmed at")
    began = time.monotonic()
    beat(host.directory)
    wait_for_text(page, ".confirmation", "Not confirmed since", within=20_000)
    minutes = (time.monotonic() - began) / 0.02 / 60
    assert 4 <= minutes <= 6.5, f"{minutes:.1f} minutes"
    assert "late" in page.locator(".confirmation").get_attribute("class")
    beat(host.directory)
    wait_for_text(page, ".confirmation", "Confirmed at")


def test_without_a_heartbeat_an_old_page_is_not_called_confirmed(chromium, host):
    say(host.directory, Position.WORKS, version=1, published_at=now() - timedelta(days=2))
    page = opened(chromium, f"{host.url}en/", pace=1)
    wait_for_text(page, ".confirmation", "Not confirmed since")


def test_open_pages_go_to_the_second_host_when_the_first_is_gone(chromium, tmp_path):
    """Goal S9: within 45 seconds; real seconds are counted by the pace."""
    pace = 0.1
    directories = [tmp_path / "a", tmp_path / "b"]
    for each in directories:
        each.mkdir()
    with ExitStack() as stack:
        second = stack.enter_context(status_hosts.running_serve(directories[1]))
        others = (second.url,)
        say(directories[0], Position.WORKS, version=1, others=others)
        say(directories[1], Position.WORKS, version=1, others=others)
        first = stack.enter_context(status_hosts.running_serve(directories[0]))
        page = opened(chromium, f"{first.url}de/", pace=pace)
        with page.expect_response(lambda answer: answer.url.startswith(first.url + "status")):
            pass
        first.process.terminate()
        first.process.wait(20)
        began = time.monotonic()
        say(directories[1], Position.INTERRUPTED, version=2, others=others)
        wait_for_text(page, ".sentence", SENTENCES["interrupted"]["de"], within=20_000)
        seconds = (time.monotonic() - began) / pace
        assert seconds <= 45, f"{seconds:.0f} s"
        assert not page.complaints
        # A copy that is behind never takes a newer page back.
        assert page.evaluate("() => document.body.dataset.version") == "2"


def test_a_page_of_an_old_version_says_that_it_is_old(chromium, host):
    say(host.directory, Position.INTERRUPTED, version=1)
    say(host.directory, Position.WORKS, version=2)
    page = opened(chromium, f"{host.url}v/1/de/index.html")
    notice = page.locator(".old")
    notice.wait_for(state="visible")
    assert "Dies ist die Seite, wie sie am" in notice.inner_text()
    notice.get_by_role("link").click()
    page.wait_for_url(f"{host.url}de/index.html")
    assert page.locator(".sentence").inner_text() == SENTENCES["works"]["de"]


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_cut_off_at_any_width(chromium, host, width):
    long = dict.fromkeys(
        LANGUAGES, "Bundesverwaltungsgerichtsentscheidungsveröffentlichungsstelle" * 2
    )
    say(host.directory, Position.SLOWED, version=1, comments=long,
        interruptions=(an_interruption(),))  # fmt: skip
    for name in ("index.html", "history.html", "interruption/2026-0007.html", "embed.html"):
        page = opened(chromium, f"{host.url}de/{name}", viewport={"width": width, "height": 800})
        overflow = page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, (name, overflow)
        page.context.close()


class Municipality(SimpleHTTPRequestHandler):
    """Another site, on a host of its own."""

    def log_message(self, *arguments):
        pass


def test_the_web_component_shows_the_state_on_another_site_and_falls_back(chromium, host, tmp_path):
    say(host.directory, Position.INTERRUPTED, version=1)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text(
        f"""<!doctype html><html lang="nl"><title>A municipality</title>
        <script src="{host.url}system-status.js" defer></script>
        <system-status lang="nl"><a href="{host.url}nl/">Toestand</a></system-status>
        <system-status id="broken" src="http://127.0.0.1:9/"><a href="/">Link</a></system-status>"""
    )
    handler = partial(Municipality, directory=str(tmp_path / "site"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        page = chromium.new_context().new_page()
        page.goto(f"http://127.0.0.1:{site.server_port}/")
        wait_for_text(page, "system-status a", SENTENCES["interrupted"]["nl"])
        link = page.locator("system-status a.interrupted")
        assert link.get_attribute("href") == f"{host.url}nl/index.html"
        assert page.locator("#broken").inner_text() == "Link"
        page.context.close()
        site.shutdown()


def test_an_embedded_frame_follows_the_state(chromium, host):
    say(host.directory, Position.WORKS, version=1)
    context = chromium.new_context()
    context.clock.install()
    page = context.new_page()
    page.goto(f"{host.url}fr/embed.html")
    say(host.directory, Position.INTERRUPTED, version=2)

    def changed():
        page.clock.run_for(5_000)
        return SENTENCES["interrupted"]["fr"] in page.locator("main").inner_text()

    wait_until(changed, within=20)
