"""From a bulletin to the public: whole, in order, alone, and never half."""

import errno
import os
import threading
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.bulletins import AT, a_bulletin
from vitrine.publication import current, current_event, publish, refresh, versions
from vitrine.publication.bulletin import Position
from vitrine.publication.errors import Busy, NotWritten, OlderVersion, SentenceMissing
from vitrine.publication.events import Event
from vitrine.publication.site import Site
from vitrine.publication.versions import VersionName


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "status"


def say(directory, version=1, position=Position.WORKS, *, at=AT, **more):
    bulletin = a_bulletin(position, version=version, **more)
    return publish(bulletin, at=at, directory=directory, site=Site(directory=directory))


def mtimes(directory):
    place = directory / "current"
    return {path.relative_to(place).as_posix(): path.stat().st_mtime for path in place.rglob("*.*")}


def left_over(directory):
    return list(directory.rglob("*.tmp*"))


def test_a_version_is_written_with_all_languages_and_read_back(directory):
    done = say(directory)
    assert (done.version, done.edition, done.seen.is_seen) == (1, 0, True)
    assert 0 < done.milliseconds < 5000
    names = {path.relative_to(directory / "current").as_posix()
             for path in (directory / "current").rglob("*")}  # fmt: skip
    for language in ("fr", "nl", "de", "en"):
        for name in ("index.html", "index.html.gz", "index.html.br", "history.html",
                     "fragment.html", "embed.html", "feed.atom", "feed.rss", "maintenance.ics",
                     "badge.svg", "shields.json", "api/v2/summary.json"):  # fmt: skip
            assert f"{language}/{name}" in names
    assert {"status.json", "health", "index.html", "404.html", "system-status.js"} <= names
    assert not left_over(directory)
    assert current(directory) == a_bulletin()


def test_before_the_first_publication_there_is_nothing(directory):
    assert current(directory) is None
    assert current_event(directory) is None
    with pytest.raises(FileNotFoundError):
        refresh(at=AT, directory=directory)


def test_the_event_stays_beside_what_it_made(directory):
    event = Event(version=1, at="2026-11-23T09:41:00.000000Z", change={"kind": "position"})
    publish(a_bulletin(), at=AT, directory=directory, event=event)
    assert current_event(directory) == event
    refresh(at=AT, directory=directory)
    assert current_event(directory) == event


def test_publishing_the_same_again_is_harmless_and_writes_nothing(directory):
    say(directory)
    before = (directory / "current").readlink(), mtimes(directory)
    again = say(directory)
    assert again.version == 1
    assert ((directory / "current").readlink(), mtimes(directory)) == before


@pytest.mark.parametrize("version", [1, 2, 3])
def test_an_older_version_is_refused_and_nothing_changes(directory, version):
    say(directory, 3, Position.INTERRUPTED)
    with pytest.raises(OlderVersion):
        say(directory, version, Position.WORKS)
    assert current(directory).position is Position.INTERRUPTED


def test_a_missing_sentence_leaves_what_was_public(directory):
    say(directory)
    sentences = replace(a_bulletin().sentences, texts={})
    with pytest.raises(SentenceMissing):
        say(directory, 2, sentences=sentences)
    assert current(directory).version == 1


def test_mtimes_grow_by_a_second_at_least_however_quick_the_changes(directory):
    seen = []
    for version in range(1, 8):
        say(directory, version, [Position.WORKS, Position.SLOWED][version % 2])
        seen.append(mtimes(directory)["status.json"])
    assert all(later - earlier >= 1 for earlier, later in pairwise(seen))
    assert seen[0] == int(AT.timestamp())
    say(directory, 9, at=AT - timedelta(days=400))
    assert mtimes(directory)["status.json"] > seen[-1], "a clock that was set back changes nothing"


def test_a_file_has_a_new_mtime_exactly_when_it_has_new_bytes(directory):
    say(directory, 1, Position.WORKS)
    before = {path: (directory / "current" / path).read_bytes() for path in mtimes(directory)}
    stamps = mtimes(directory)
    say(directory, 2, Position.INTERRUPTED)
    for path, stamp in mtimes(directory).items():
        if path in before and path != "bulletin.json":
            is_same = before[path] == (directory / "current" / path).read_bytes()
            assert (stamp == stamps[path]) is is_same, path
    assert stamps["system-status.js"] == mtimes(directory)["system-status.js"]


def test_an_edition_tells_the_same_version_anew(directory):
    say(directory, 4, Position.SLOWED)
    later = refresh(at=AT + timedelta(hours=3), directory=directory)
    assert (later.version, later.edition) == (4, 1)
    assert "Schätzung folgt" in (directory / "current/de/index.html").read_text()
    assert current(directory).version == 4
    say(directory, 5)
    assert versions.current_name(directory) == VersionName(5)


def test_the_last_hundred_versions_keep_their_address(directory, monkeypatch):
    monkeypatch.setattr(versions.prune, "__kwdefaults__", {"kept": 5})
    for version in range(1, 9):
        say(directory, version, at=AT)
    assert [each.version for each in versions.kept_names(directory)] == [4, 5, 6, 7, 8]
    assert not left_over(directory)


def test_what_a_dead_publisher_left_is_removed(directory):
    say(directory)
    (directory / "v" / "2.tmp" / "de").mkdir(parents=True)
    (directory / "v" / "2.tmp" / "de" / "index.html").write_text("half")
    (directory / "v" / "1.old.tmp").mkdir()
    (directory / "current.tmp").symlink_to("v/2")
    (directory / "v" / "2").mkdir()  # complete or not: nobody ever read it
    assert current(directory).version == 1
    say(directory, 2, Position.SLOWED)
    assert current(directory).version == 2
    assert (directory / "current" / "nl" / "index.html").exists()
    assert not left_over(directory)


@pytest.mark.parametrize("after", [0, 3, 40, 150])
def test_a_full_disk_leaves_what_was_public_and_no_remains(directory, monkeypatch, after):
    say(directory)
    write, count = os.write, iter(range(10_000))

    def full(handle, content):
        if next(count) >= after:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(handle, content)

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(NotWritten, match="No space left"):
        say(directory, 2, Position.INTERRUPTED)
    monkeypatch.undo()
    assert current(directory).version == 1
    assert [str(each) for each in versions.kept_names(directory)] == ["1"]
    assert not left_over(directory)
    assert say(directory, 2, Position.INTERRUPTED).seen.is_seen


def test_a_disk_that_fails_to_flush_publishes_nothing(directory, monkeypatch):
    say(directory)

    def broken(_handle):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(NotWritten):
        say(directory, 2)
    monkeypatch.undo()
    assert current(directory).version == 1


def test_a_publisher_waits_for_another_one_but_not_for_ever(directory, monkeypatch):
    monkeypatch.setattr(versions.alone.__wrapped__, "__kwdefaults__", {"patience": 0.05})
    with versions.alone(directory):
        with pytest.raises(Busy):
            say(directory)
    assert say(directory).version == 1


def test_eight_publishers_at_once_end_with_the_newest(directory):
    refused, errors = [], []

    def one(version):
        try:
            say(directory, version, at=AT)
        except OlderVersion:
            refused.append(version)
        except Exception as error:  # noqa: BLE001 - told below
            errors.append(error)

    threads = [threading.Thread(target=one, args=(version,)) for version in range(1, 9)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not errors
    assert current(directory).version == 8
    assert 8 not in refused
    kept = {each.version for each in versions.kept_names(directory)}
    assert kept | set(refused) == set(range(1, 9))


def test_a_file_system_without_hard_links_is_enough(directory, monkeypatch):
    def no_links(*_arguments):
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    say(directory, 1)
    say(directory, 2)
    assert (directory / "current/system-status.js.br").exists()


def test_a_public_address_that_is_silent_is_told_as_not_seen(directory, monkeypatch):
    monkeypatch.setattr("vitrine.publication.reading_back.PATIENCE", 0.1)
    monkeypatch.setattr(
        "vitrine.publication.reading_back.seen_at.__kwdefaults__", {"patience": 0.1}
    )
    site = Site(directory=directory, url="http://127.0.0.1:9/")
    done = publish(a_bulletin(), at=AT, directory=directory, site=site)
    assert not done.seen.is_seen
    assert done.seen.problem
    assert current(directory).version == 1
