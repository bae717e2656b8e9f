"""Feeds, calendars and JSON, read by parsers that are not ours."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import feedparser
import icalendar
import pytest

from tests.bulletins import AT, a_bulletin, a_maintenance, an_interruption, in_all
from vitrine.publication.bulletin import MaintenanceState, Position, SubReason
from vitrine.publication.site import Site
from vitrine.publication.tree import files_of
from vitrine.publication.words import LANGUAGES

SITE = Site(directory=Path("/nowhere"), url="https://status.register.example/")
ADDRESS = re.compile(rb'(?:src|href|url)\s*[=(:]\s*"?(https?://[^"\s<)]+)')
HOSTILE = "A ; , \\ \" ' <b>&amp; ]]> \r\nBEGIN:VEVENT\n\x00\x1b é😀 " + "long " * 60
STATES = [
    a_bulletin(Position.WORKS),
    a_bulletin(Position.SLOWED, sub_reason=SubReason.SLOW),
    a_bulletin(Position.SLOWED, sub_reason=SubReason.PARTIAL),
    a_bulletin(Position.INTERRUPTED),
    replace(a_bulletin(), components=(), interruptions=(), maintenances=()),
    a_bulletin(
        Position.INTERRUPTED,
        interruptions=(replace(an_interruption(), meanwhile=in_all(HOSTILE)),),
        comments=in_all(HOSTILE),
        maintenances=(
            a_maintenance(titles=in_all(HOSTILE), texts=in_all(HOSTILE)),
            a_maintenance(uid="begun", state=MaintenanceState.BEGUN, began_at=AT, days=0),
            a_maintenance(uid="gone", state=MaintenanceState.CANCELLED, sequence=3),
        ),
    ),
]


def tree(bulletin, *, at=AT, site=SITE):
    return files_of(bulletin, event=None, at=at, edition=0, site=site)


@pytest.mark.parametrize("bulletin", STATES)
@pytest.mark.parametrize("name", ["feed.atom", "feed.rss"])
def test_a_feed_reader_finds_nothing_to_complain_about(bulletin, name):
    files = tree(bulletin)
    for language in LANGUAGES:
        read = feedparser.parse(files[f"{language}/{name}"])
        assert not read.bozo, read.get("bozo_exception")
        assert read.feed.language == language
        updates = [update for each in bulletin.interruptions for update in each.updates]
        assert len(read.entries) == len(updates) + len(bulletin.maintenances)
        identities = [entry.id for entry in read.entries]
        assert len(set(identities)) == len(identities)
        for entry in read.entries:
            assert entry.link.startswith(f"{SITE.url}{language}/")
            assert entry.title


def test_an_entry_keeps_its_identity_and_its_date_when_something_else_changes():
    before = feedparser.parse(tree(a_bulletin(Position.SLOWED))["de/feed.atom"])
    later = a_bulletin(Position.SLOWED, version=9, published_at=AT + timedelta(hours=1))
    after = feedparser.parse(tree(later, at=AT + timedelta(hours=1))["de/feed.atom"])

    assert [(e.id, e.updated) for e in before.entries] == [(e.id, e.updated) for e in after.entries]
    assert before.feed.updated == after.feed.updated


def test_atom_is_what_rfc_4287_asks_for():
    root = ET.fromstring(tree(a_bulletin(Position.SLOWED))["nl/feed.atom"])
    name = "{http://www.w3.org/2005/Atom}"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "nl"
    for each in (root, *root.iter(f"{name}entry")):
        for child in ("id", "title", "updated"):
            assert len(each.findall(f"{name}{child}")) == 1
    alternates = [link.get("hreflang") for link in root.findall(f"{name}link[@rel='alternate']")]
    assert sorted(alternates) == sorted(LANGUAGES)
    assert [link.get("href") for link in root.findall(f"{name}link[@rel='self']")] == [
        f"{SITE.url}nl/feed.atom"
    ]


@pytest.mark.parametrize("bulletin", STATES)
def test_a_calendar_program_finds_every_maintenance(bulletin):
    files = tree(bulletin)
    for language in LANGUAGES:
        text = files[f"{language}/maintenance.ics"]
        assert b"\n" not in text.replace(b"\r\n", b"")
        assert all(len(line) <= 75 for line in text.split(b"\r\n"))
        for line in text.split(b"\r\n"):
            line.decode()  # no character is cut in two
        read = icalendar.Calendar.from_ical(text)
        assert not read.errors
        assert read["METHOD"] == "PUBLISH"
        assert read["X-PUBLISHED-TTL"] == "PT1H"
        events = read.walk("VEVENT")
        assert [str(e["UID"]) for e in events] == [each.uid for each in bulletin.maintenances]
        for event, maintenance in zip(events, bulletin.maintenances, strict=True):
            assert not event.errors
            assert event["SEQUENCE"] == maintenance.sequence
            assert event["SUMMARY"].params["LANGUAGE"] == language
            starts = maintenance.began_at or maintenance.starts_at
            assert event["DTSTART"].dt == starts.astimezone(ZoneInfo("Europe/Brussels"))
            assert event["DTSTART"].params["TZID"] == "Europe/Brussels"
            is_cancelled = maintenance.state is MaintenanceState.CANCELLED
            assert event["STATUS"] == ("CANCELLED" if is_cancelled else "CONFIRMED")


def test_our_time_zone_is_that_of_brussels_summer_and_winter():
    text = tree(a_bulletin())["fr/maintenance.ics"]
    [zone] = icalendar.Calendar.from_ical(text).walk("VTIMEZONE")
    ours, real = zone.to_tz(), ZoneInfo("Europe/Brussels")
    for day in range(0, 730, 5):
        at = datetime(2026, 1, 1, 12) + timedelta(days=day)
        assert at.replace(tzinfo=ours).utcoffset() == at.replace(tzinfo=real).utcoffset()


def test_hostile_text_stays_text_in_a_calendar():
    text = tree(STATES[-1])["en/maintenance.ics"]
    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert len(events) == 3
    assert "BEGIN:VEVENT\n" in str(events[0]["DESCRIPTION"]) + "\n"


def test_one_maintenance_can_be_put_into_a_calendar_alone():
    files = tree(a_bulletin())
    [event] = icalendar.Calendar.from_ical(
        files["de/maintenance/cards-1-register.example.ics"]
    ).walk("VEVENT")
    assert event["UID"] == "cards-1@register.example"
    assert event["DTEND"].dt == datetime(2026, 11, 28, 21, tzinfo=UTC)


NAMES = [
    "summary", "status", "components", "incidents", "incidents/unresolved",
    "scheduled-maintenances", "scheduled-maintenances/upcoming", "scheduled-maintenances/active",
]  # fmt: skip


@pytest.mark.parametrize(
    ("bulletin", "indicator", "component", "health"),
    [
        (STATES[0], "none", "operational", "UP"),
        (STATES[1], "minor", "degraded_performance", "DEGRADED"),
        (STATES[2], "minor", "partial_outage", "DEGRADED"),
        (STATES[3], "critical", "major_outage", "DOWN"),
    ],
)
def test_the_positions_are_told_in_the_words_of_statuspage_and_belgif(
    bulletin, indicator, component, health
):
    files = tree(bulletin)
    for prefix in ("", "nl/", "de/"):
        for name in NAMES:
            page = json.loads(files[f"{prefix}api/v2/{name}.json"])["page"]
            assert page["x_lang"] == (prefix.strip("/") or "fr")
        summary = json.loads(files[f"{prefix}api/v2/summary.json"])
        assert summary["status"]["indicator"] == indicator
        assert summary["components"][0]["status"] == component
        assert len(summary["incidents"]) == (indicator != "none")
        assert [each["status"] for each in summary["scheduled_maintenances"]] == ["scheduled"]
    assert json.loads(files["health"])["status"] == health
    shield = json.loads(files["de/shields.json"])
    assert (shield["schemaVersion"], shield["isError"]) == (1, health == "DOWN")


def test_maintenance_under_way_is_active_and_shown_on_its_component():
    summary = json.loads(tree(STATES[-1])["en/api/v2/summary.json"])
    assert [each["id"] for each in summary["scheduled_maintenances"]] == [
        "begun", "cards-1@register.example",
    ]  # fmt: skip
    states = {each["id"]: each["status"] for each in summary["components"]}
    assert states["cards"] == "under_maintenance"


def test_status_json_is_small_and_tells_all_languages():
    for bulletin in STATES[:4]:
        text = tree(bulletin)["status.json"]
        assert len(text) < 1000
        value = json.loads(text)
        assert value["state"] == bulletin.position.value
        assert set(value["text"]) == set(LANGUAGES)


def test_a_badge_says_in_words_what_its_colour_says():
    for bulletin, word in ((STATES[0], "störungsfrei"), (STATES[3], "unterbrochen")):
        badge = ET.fromstring(tree(bulletin)["de/badge.svg"])
        texts = "".join(each.text or "" for each in badge.iter("{http://www.w3.org/2000/svg}text"))
        assert word in texts
        assert word in badge.get("aria-label")


def test_every_file_is_well_formed_and_names_no_other_host():
    for bulletin in STATES:
        for path, content in tree(bulletin).items():
            if path.endswith(".json") or path == "health":
                json.loads(content)
            elif path.endswith((".svg", ".atom", ".rss")):
                ET.fromstring(content)
            for address in ADDRESS.findall(content):
                assert address.startswith(
                    (SITE.url.encode(), b"https://helpdesk.register.example/", b"http://www.w3")
                ), (path, address)
