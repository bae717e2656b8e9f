"""Bulletins and events as JSON and back."""

import json
from dataclasses import replace

import pytest

from tests.bulletins import AT, a_bulletin
from vitrine.publication.bulletin import Bulletin, Position
from vitrine.publication.encoding import (
    bulletin_bytes,
    bulletin_from,
    encoded,
    event_bytes,
    event_from,
)
from vitrine.publication.errors import Unreadable
from vitrine.publication.events import Event, hash_of


@pytest.mark.parametrize("position", Position)
def test_a_bulletin_comes_back_as_it_was(position):
    bulletin = a_bulletin(position)

    assert bulletin_from(bulletin_bytes(bulletin)) == bulletin


def test_equal_bulletins_have_equal_bytes_whatever_the_order_of_their_texts():
    bulletin = a_bulletin()
    turned = replace(bulletin, register_names=dict(reversed(bulletin.register_names.items())))

    assert bulletin_bytes(turned) == bulletin_bytes(bulletin)


def test_an_event_comes_back_with_the_same_hash():
    event = Event(version=3, at="2026-11-23T09:41:00.000000Z", change={"kind": "position"})
    again = event_from(event_bytes(event))

    assert again == event
    assert hash_of(encoded(again)) == hash_of(encoded(event))


def test_keys_of_a_newer_desk_are_left_alone():
    value = encoded(a_bulletin())
    value["mood"] = "calm"
    value["components"][0]["colour"] = ["blue"]

    assert bulletin_from(json.dumps(value).encode()) == a_bulletin()


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("version", "1"),
        ("version", True),
        ("version", None),
        ("published_at", "yesterday"),
        ("published_at", "2026-11-23T09:41:00"),
        ("components", {"a": 1}),
        ("components", [{"code": "a"}]),
        ("comments", ["fr"]),
        ("comments", {"fr": 3}),
        ("sentences", None),
        ("expected_end", 5),
    ],
)
def test_what_is_of_another_kind_is_refused(key, wrong):
    value = encoded(a_bulletin()) | {key: wrong}

    with pytest.raises(Unreadable):
        bulletin_from(value)


@pytest.mark.parametrize("text", [b"", b"null", b"[]", b"{", b"\xff\xfe", b'{"version": 1}'])
def test_what_is_no_bulletin_is_refused(text):
    with pytest.raises(Unreadable):
        bulletin_from(text)


def test_a_naive_instant_cannot_be_written():
    with pytest.raises(ValueError, match="zone"):
        bulletin_bytes(replace(a_bulletin(), published_at=AT.replace(tzinfo=None)))


def test_an_empty_register_is_one_that_works():
    bulletin = replace(a_bulletin(), components=(), interruptions=(), maintenances=())

    assert isinstance(bulletin_from(bulletin_bytes(bulletin)), Bulletin)
    assert bulletin.position is Position.WORKS
