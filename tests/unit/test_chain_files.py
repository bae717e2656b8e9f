"""The chain of public changes as files: whole, in order, and never in the way of a position."""

import json
from datetime import timedelta

from tests.keys import a_change
from tests.public_state import BEGIN, first_event
from vitrine.publication import publish
from vitrine.publication.chain import chain_files, last_version, told_events
from vitrine.publication.replay import apply, next_event

KINDS = [{"position": "interrupted", "sub_reason": ""}, {"position": "works", "sub_reason": ""}]


def history(length):
    """Events 1 to `length`, each with the bulletin that it makes."""
    event = first_event()
    state = apply(None, event)
    told = [(event, state)]
    for number in range(1, length):
        at = BEGIN + timedelta(minutes=number)
        body = {"components": {"core": KINDS[(number + 1) % 2]}}
        event = next_event(state, a_change("position", body, after=state, at=at), at=at)
        state = apply(state, event)
        told.append((event, state))
    return told


def write(files, place):
    for path, content in files.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(content)


def test_a_full_file_never_changes_again(tmp_path):
    events = [event for event, _state in history(102)]
    write(chain_files(events[99], earlier=events[:99], before=None), tmp_path)
    full = (tmp_path / "chain/0.jsonl").read_bytes()

    files = chain_files(events[101], earlier=[events[100]], before=tmp_path)

    assert files["chain/0.jsonl"] == full
    assert len(full.splitlines()) == 100
    assert json.loads(files["chain/1.jsonl"].splitlines()[0])["version"] == 101
    assert json.loads(files["chain/index.json"]) == {
        "files": ["chain/0.jsonl", "chain/1.jsonl"],
        "per_file": 100,
        "versions": 102,
    }
    write(files, tmp_path)
    assert told_events(tmp_path) == events
    assert told_events(tmp_path, after=100) == events[100:]


def test_an_event_is_told_once(tmp_path):
    events = [event for event, _state in history(3)]
    write(chain_files(events[2], earlier=events[:2], before=None), tmp_path)
    again = chain_files(events[2], earlier=events, before=tmp_path)
    assert again["chain/0.jsonl"] == (tmp_path / "chain/0.jsonl").read_bytes()


def test_a_broken_file_of_the_past_holds_no_position_back(tmp_path):
    events = [event for event, _state in history(2)]
    write({"chain/0.jsonl": b"\xff not json"}, tmp_path)
    assert last_version(tmp_path) == 0
    files = chain_files(events[1], before=tmp_path)
    assert json.loads(files["chain/0.jsonl"])["version"] == 2


def test_publishing_tells_the_chain_and_what_was_skipped(tmp_path):
    told = history(4)
    for number in (0, 1, 3):
        event, state = told[number]
        missed = [told[2][0]] if number == 3 else []
        publish(state, at=state.published_at, event=event, earlier=missed, directory=tmp_path)
    assert told_events(tmp_path / "current") == [event for event, _state in told]
