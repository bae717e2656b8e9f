"""Whether a key has confirmed exactly this change: every way in which it may not have."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from fido2 import cbor
from fido2.cose import RS256
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.keys import BE, BS, UP, UV, SoftKey, a_change, as_json
from vitrine.publication.proof import VIRTUAL_MODEL, check_proof, decode_bytes, encode_bytes
from vitrine.publication.refusals import Refused

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BODY = {"components": {"core": {"position": "interrupted", "sub_reason": ""}}}
SITE = {"rp_id": "localhost", "origins": ["http://localhost"]}


def change(**other):
    return as_json(a_change("position", BODY, at=AT, **other))


def checked(soft, wanted, proof, **other):
    return check_proof(
        wanted, proof, **({"key": soft.enrolled(), "at": AT + timedelta(seconds=3)} | SITE | other)
    )


def refusal(*args, **kwargs):
    with pytest.raises(Refused) as refused:
        checked(*args, **kwargs)
    return refused.value.code


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA"])
def test_a_key_with_its_pin_confirms_the_change_that_it_was_shown(algorithm):
    key, wanted = SoftKey(algorithm=algorithm), change()

    proven = checked(key, wanted, key.sign(wanted), models={VIRTUAL_MODEL})

    assert proven.counter == 1
    assert proven.proof["public_key"] == key.enrolled().public_key
    assert proven.proof["origin"] == "http://localhost"


def test_a_proof_of_one_change_confirms_no_other():
    key, wanted = SoftKey(), change()
    other = wanted | {
        "body": {"components": {"core": {"position": "slowed", "sub_reason": "slow"}}}
    }

    assert refusal(key, other, key.sign(wanted)) == "other-change"


@pytest.mark.parametrize(
    ("misbehaving", "code"),
    [
        ({"flags": UP}, "not-verified"),
        ({"flags": UV}, "not-present"),
        ({"flags": UP | UV | BE}, "copied-key"),
        ({"flags": UP | UV | BE | BS}, "copied-key"),
        ({"origin": "http://localhost.example"}, "wrong-origin"),
        ({"origin": "https://localhost"}, "wrong-origin"),
        ({"origin": None}, "wrong-origin"),
        ({"cross": True}, "wrong-origin"),
        ({"rp_id": "elsewhere.example"}, "wrong-origin"),
        ({"challenge": b"\0" * 32}, "other-change"),
        ({"challenge": b""}, "other-change"),
        ({"kind": "webauthn.create"}, "malformed-proof"),
    ],
)
def test_a_key_that_was_not_used_as_it_must_be_is_refused(misbehaving, code):
    key, wanted = SoftKey(), change()

    assert refusal(key, wanted, key.sign(wanted, **misbehaving)) == code


def test_a_key_that_counts_backwards_is_refused():
    key, wanted = SoftKey(), change()

    assert (
        refusal(key, wanted, key.sign(wanted, counter=7), key=key.enrolled(counter=7))
        == "counter-went-back"
    )
    assert (
        refusal(key, wanted, key.sign(wanted, counter=0), key=key.enrolled(counter=7))
        == "counter-went-back"
    )
    assert checked(key, wanted, key.sign(wanted, counter=0)).counter == 0  # it does not count
    assert checked(key, wanted, key.sign(wanted, counter=8), key=key.enrolled(counter=7))


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"revoked": True}, "revoked-key"),
        ({"owner": "editor-2"}, "other-persons-key"),
        ({"credential_id": encode_bytes(b"another")}, "unknown-key"),
        ({"public_key": "AAAA"}, "unknown-key"),
        ({"public_key": "not base64!"}, "unknown-key"),
        ({"public_key": SoftKey().enrolled().public_key}, "wrong-signature"),
    ],
)
def test_a_key_that_may_not_speak_is_refused(facts, code):
    key, wanted = SoftKey(), change()

    assert refusal(key, wanted, key.sign(wanted), key=key.enrolled(**facts)) == code


def test_no_key_and_a_model_that_is_not_allowed_are_refused():
    key, wanted = SoftKey(), change()

    assert refusal(key, wanted, key.sign(wanted), key=None) == "unknown-key"
    assert refusal(key, wanted, key.sign(wanted), models=set()) == "key-model"


def test_a_way_to_sign_that_the_verifier_does_not_know_is_refused():
    public = RS256.from_cryptography_key(rsa.generate_private_key(65537, 2048).public_key())
    key, wanted = SoftKey(), change()
    enrolled = key.enrolled(public_key=encode_bytes(cbor.encode(dict(public))))

    assert refusal(key, wanted, key.sign(wanted), key=enrolled) == "key-algorithm"


def test_a_change_is_confirmed_within_two_minutes():
    key, wanted = SoftKey(), change()

    assert refusal(key, wanted, key.sign(wanted), at=AT + timedelta(seconds=121)) == "too-old"
    assert refusal(key, wanted, key.sign(wanted), at=AT - timedelta(seconds=6)) == "from-the-future"
    assert checked(key, wanted, key.sign(wanted), at=AT + timedelta(seconds=119))


def test_each_changed_byte_of_a_proof_is_noticed():
    key, wanted = SoftKey(), change()
    proof = key.sign(wanted)
    for part, text in proof.items():
        value = decode_bytes(text)
        for place in range(len(value)):
            other = bytes([*value[:place], value[place] ^ 1, *value[place + 1 :]])
            with pytest.raises(Refused):
                checked(key, wanted, proof | {part: encode_bytes(other)})


@settings(max_examples=200, deadline=None)
@given(
    some.one_of(
        some.none(),
        some.text(),
        some.dictionaries(
            some.sampled_from(
                ["credential_id", "client_data", "authenticator_data", "signature", "x"]
            ),
            some.one_of(some.none(), some.text(), some.binary().map(encode_bytes), some.integers()),
        ),
    )
)
def test_nonsense_is_refused_and_never_an_error(nonsense):
    key = SoftKey()

    with pytest.raises(Refused):
        checked(key, change(), nonsense)
