"""The separate verifier: what it finds whole, and every way of tampering that it must find."""

import ast
import json
import shutil
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from tests.keys import SoftKey
from tests.public_state import signed_event, signed_history
from vitrine.publication import publish, verify_chain
from vitrine.publication.encoding import event_bytes, event_from
from vitrine.publication.events import canonical, hash_of, sealed
from vitrine.publication.proof import encode_bytes

FILE = Path(verify_chain.__file__)
LENGTH = 6


@pytest.fixture(scope="module")
def story():
    """Six events, five of them signed with one key."""
    key = SoftKey()
    told = signed_history(LENGTH, key=key)
    return key, [event for event, _state in told], told[-1][1]


def faults(events, *, present=None, **expected):
    """What the verifier says of `events` (Event, dictionaries, or bytes)."""
    lines = [line if isinstance(line, bytes) else line_of(line) for line in events]
    found = verify_chain.verify(
        iter(lines), expected=verify_chain.Expected(**expected), present=present
    )
    return " / ".join(found.faults)


def line_of(event):
    return canonical(event) if isinstance(event, dict) else event_bytes(event)


def chained(events):
    """`events` with versions, hashes and links that fit: what a forger with the database makes."""
    made = []
    for event in events:
        previous = made[-1].hash if made else verify_chain.FIRST
        made.append(sealed(replace(event, version=len(made) + 1, prev_hash=previous)))
    return made


def test_an_untouched_chain_is_whole(story):
    key, events, state = story
    present = {"version": state.version, "hash": state.hash}
    known = {key.enrolled().credential_id: key.enrolled().public_key}
    anchor = (3, events[2].hash)
    assert not faults(events, present=present, rp_id="localhost", keys=known, anchor=anchor)


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA"])
def test_both_ways_to_sign_are_known(algorithm):
    told = signed_history(3, key=SoftKey(algorithm=algorithm))
    assert not faults([event for event, _state in told])


def test_each_changed_byte_is_found(story):
    _key, events, _state = story
    line = event_bytes(events[2])
    for place in range(len(line)):
        other = line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :]
        assert faults([*events[:2], other, *events[3:]]), line[max(0, place - 30) : place + 30]


def test_a_removed_a_swapped_an_inserted_and_a_repeated_event_are_found(story):
    _key, events, state = story
    present = {"version": state.version, "hash": state.hash}
    for number in range(LENGTH):
        gone = [*events[:number], *events[number + 1 :]]
        assert faults(gone, present=present)
    assert faults([events[0], events[2], events[1], *events[3:]])
    assert faults([*events[:3], events[2], *events[3:]])
    assert faults(events, present={"version": LENGTH, "hash": "0" * 64})


def test_a_forger_who_makes_the_hashes_fit_is_found_by_the_signatures(story):
    key, events, _state = story
    altered = json.loads(json.dumps(asdict(events[2])))
    altered["change"]["body"]["components"]["core"]["position"] = "interrupted"
    forged = chained([*events[:2], event_from(altered | {"hash": ""}), *events[3:]])
    assert "signed another change" in faults(forged)

    unsigned = chained([*events[:2], replace(events[2], proof=None), *events[3:]])
    assert "nobody has signed it" in faults(unsigned)

    removed = chained([*events[:2], *events[3:]])
    assert "made for another version" in faults(removed)

    stranger = SoftKey(owner=key.owner)
    told = signed_history(LENGTH, key=stranger)
    known = {key.enrolled().credential_id: key.enrolled().public_key}
    assert "not one of the register's" in faults([event for event, _s in told], keys=known)


def test_a_replayed_assertion_is_found(story):
    _key, events, _state = story
    stolen = replace(events[4], proof=events[2].proof)
    assert "signed another change" in faults(chained([*events[:4], stolen, *events[5:]]))
    repeated = replace(events[4], proof=events[2].proof, change=events[2].change)
    said = faults(chained([*events[:4], repeated, *events[5:]]))
    assert "made before" in said
    assert "another version" in said
    assert "counted backwards" in said


def test_a_forged_signature_is_found(story):
    _key, events, _state = story
    other = SoftKey()
    proof = events[2].proof | {"signature": encode_bytes(b"\x30\x06\x02\x01\x01\x02\x01\x01")}
    assert "signature of the key is wrong" in faults(
        chained([*events[:2], replace(events[2], proof=proof), *events[3:]])
    )
    proof = events[2].proof | {"public_key": other.enrolled().public_key}
    said = faults(chained([*events[:2], replace(events[2], proof=proof), *events[3:]]))
    assert "signature of the key is wrong" in said
    assert "the key has changed" in said


@pytest.mark.parametrize(
    ("misbehaving", "fault"),
    [
        ({"flags": 0x01}, "did not ask for its PIN"),
        ({"flags": 0x04}, "not touched"),
        ({"flags": 0x0D}, "can be copied"),
        ({"rp_id": "elsewhere.example"}, "another site"),
        ({"kind": "webauthn.create"}, "something else"),
        ({"origin": "http://elsewhere.example"}, "another site"),
    ],
)
def test_a_key_that_misbehaved_is_found(story, misbehaving, fault):
    key, events, _state = story
    change = events[2].change
    proof = events[2].proof | SoftKey.sign(key, change, **misbehaving)
    assert fault in faults(
        chained([*events[:2], replace(events[2], proof=proof), *events[3:]]), rp_id="localhost"
    )


def test_a_whole_chain_that_was_written_anew_is_found_with_a_hash_noted_earlier(story):
    _key, events, _state = story
    anew = [event for event, _state in signed_history(LENGTH, key=SoftKey())]
    assert not faults(anew)
    assert "noted earlier" in faults(anew, anchor=(3, events[2].hash))
    assert "noted earlier, is missing" in faults(events[:2], anchor=(3, events[2].hash))


def test_nonsense_is_a_fault_and_never_an_error():
    for line in (b"", b"[]", b"null", b"{}", b'{"version":1}', b"\xff", b'{"version":NaN}'):
        assert faults([line])


def run(*words, isolated=("-I",)):
    return subprocess.run(
        [sys.executable, *isolated, *words], capture_output=True, text=True, check=False
    )


def test_an_outsider_runs_one_file_that_needs_nothing_of_ours(story, tmp_path):
    for node in ast.walk(ast.parse(FILE.read_text())):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [each.name for each in node.names] if isinstance(node, ast.Import) else []
        assert not any(name.startswith(("vitrine", "fido2", "django")) for name in names)
    alone = shutil.copy(FILE, tmp_path / "verify.py")
    public = tmp_path / "public"
    key = SoftKey()
    for event, state in signed_history(LENGTH, key=key):
        publish(state, at=state.published_at, event=event, directory=public)

    whole = run(alone, str(public), "--rp-id", "localhost")
    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert "6 events, 5 signed, 1 by the machine." in whole.stdout

    without = run(alone, str(public), isolated=("-I", "-S"))
    assert without.returncode == 0
    assert "NOT checked" in without.stdout

    chain = public / "current" / "chain" / "0.jsonl"
    chain.write_bytes(chain.read_bytes().replace(b'"works"', b'"WORKS"', 1))
    assert run(alone, str(public)).returncode == 1
    assert run(alone, str(tmp_path / "nowhere")).returncode == 2


def test_the_verifier_and_the_product_agree_on_the_canonical_form(story):
    _key, events, _state = story
    for event in events:
        values = asdict(event)
        assert verify_chain.canonical(values) == canonical(values)
        assert hash_of(values) == event.hash


def test_a_later_change_without_its_event_is_found(story):
    key, events, state = story
    body = {"components": {"photos": {"position": "works", "sub_reason": ""}}}
    later = signed_event(state, body, key=key, at=state.published_at.replace(hour=12))
    assert faults(events, present={"version": later.version, "hash": later.hash})
