"""Whether a key with its PIN has confirmed exactly this change: the check of desk and console.

The key signs authenticatorData || SHA-256(clientData); clientData holds the challenge, which is
SHA-256 of the canonical change. What is stored with the event is enough for anybody to check it
again. The password is checked by whoever calls: neither alone is ever enough.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from cryptography.exceptions import InvalidSignature
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.webauthn import AuthenticatorData, CollectedClientData

from vitrine.publication.events import Json, challenge_of
from vitrine.publication.meaning.asked import change_of, moment
from vitrine.publication.refusals import Refused

MAX_AGE = timedelta(seconds=120)
SKEW = timedelta(seconds=5)
"""How far in the future a change may be dated: the clocks of two of our machines."""
ALGORITHMS = {-7: "ES256", -8: "EdDSA"}
"""COSE numbers of the ways to sign that an outsider's verifier knows too."""
VIRTUAL_MODEL = "01020304-0506-0708-0102-030405060708"
"""The key that a browser plays for tests. Never allowed in production."""
FLAG = AuthenticatorData.FLAG


@dataclass(frozen=True, kw_only=True)
class EnrolledKey:
    """A hardware key of a member of the technical centre, as it was enrolled."""

    credential_id: str
    """base64url without padding, as everything binary here."""
    public_key: str
    """COSE key in CBOR."""
    owner: str
    """The `actor` of the changes that it may sign: `editor-7`."""
    counter: int = 0
    """The last that was seen; 0: the key does not count, or was never used."""
    aaguid: str = ""
    """Its model: a UUID."""
    revoked: bool = False


@dataclass(frozen=True, kw_only=True)
class Proven:
    """What is stored once a proof holds."""

    proof: Json
    """For `Event.proof`."""
    counter: int
    """For the key: the next proof must count higher, unless it is 0."""


def encode_bytes(value: bytes) -> str:
    """`value` in base64url without padding."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def decode_bytes(text: object) -> bytes:
    """The bytes in `text`, base64url with or without padding. Raises ValueError."""
    if not isinstance(text, str) or not text.isascii():
        raise ValueError("not base64url")
    bare = text.rstrip("=")
    value = urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    if encode_bytes(value) != bare:
        raise ValueError("not base64url")
    return value


def check_proof(
    change: Json,
    proof: object,
    *,
    key: EnrolledKey | None,
    rp_id: str,
    origins: Collection[str],
    at: datetime,
    max_age: timedelta = MAX_AGE,
    models: Collection[str] | None = None,
) -> Proven:
    """Check that `key` has signed `change` with touch and PIN, for us, just now.

    change   `Change` as a dictionary: what will stand in the event
    proof    {"credential_id", "client_data", "authenticator_data", "signature"} in base64url
    key      the enrolled key of that credential id; None: there is none
    origins  the exact origins that count, such as `https://status.example`
    at       when the answer arrived
    models   AAGUIDs that are allowed; None: any (tests only)

    Raises Refused with the code of the first thing that is wrong. A change is accepted once
    because its `from_version` is accepted once: `replay.apply` sees to that.
    """
    check_key(key, actor=change_of(change).actor, models=models)
    assert key is not None
    check_age(change, at=at, max_age=max_age)
    try:
        challenge = challenge_of(change)
        given = {name: decode_bytes(mapping_of(proof).get(name)) for name in PARTS}
        client = CollectedClientData(given["client_data"])
        authenticator = AuthenticatorData(given["authenticator_data"])
    except Exception as error:
        # Bytes of an attacker in a parser of others: whatever it raises, it could not read them.
        raise Refused("malformed-proof") from error
    if given["credential_id"] != decode_bytes(key.credential_id):
        raise Refused("unknown-key")
    check_client(client, challenge=challenge, origins=origins)
    check_authenticator(authenticator, rp_id=rp_id, counter=key.counter)
    check_signature(key, message=given["authenticator_data"] + client.hash, given=given)
    stored = {name: encode_bytes(value) for name, value in given.items()}
    facts = {"public_key": key.public_key, "aaguid": key.aaguid, "origin": client.origin}
    return Proven(proof=stored | facts, counter=authenticator.counter)


PARTS = ("credential_id", "client_data", "authenticator_data", "signature")


def mapping_of(proof: object) -> dict[str, Any]:
    """`proof` if it is an object of JSON. Raises ValueError."""
    if not isinstance(proof, dict):
        raise ValueError("not an object")
    return proof


def check_key(key: EnrolledKey | None, *, actor: str, models: Collection[str] | None) -> None:
    """Check that `key` may speak for `actor`. Raises Refused."""
    if key is None:
        raise Refused("unknown-key")
    if key.owner != actor:
        raise Refused("other-persons-key")
    if key.revoked:
        raise Refused("revoked-key")
    if models is not None and key.aaguid not in models:
        raise Refused("key-model")


def check_age(change: Json, *, at: datetime, max_age: timedelta) -> None:
    """Check that the change was shown just now. Raises Refused."""
    issued = moment(change["issued_at"], name="issued_at")
    if issued > at + SKEW:
        raise Refused("from-the-future")
    if at - issued > max_age:
        raise Refused("too-old")


def check_client(
    client: CollectedClientData, *, challenge: bytes, origins: Collection[str]
) -> None:
    """Check what the browser says: what was signed, and on which site. Raises Refused."""
    if client.type != CollectedClientData.TYPE.GET:
        raise Refused("malformed-proof")
    if not compare_digest(client.challenge, challenge):
        raise Refused("other-change")
    if client.origin not in origins or client.cross_origin:
        raise Refused("wrong-origin")


def check_authenticator(authenticator: AuthenticatorData, *, rp_id: str, counter: int) -> None:
    """Check what the key says: for whom, touched, with PIN, not a copy. Raises Refused."""
    if not compare_digest(authenticator.rp_id_hash, sha256(rp_id.encode()).digest()):
        raise Refused("wrong-origin")
    if not authenticator.flags & FLAG.UP:
        raise Refused("not-present")
    if not authenticator.flags & FLAG.UV:
        raise Refused("not-verified")
    if authenticator.flags & (FLAG.BE | FLAG.BS):
        raise Refused("copied-key")
    if (authenticator.counter or counter) and authenticator.counter <= counter:
        raise Refused("counter-went-back")


def check_signature(key: EnrolledKey, *, message: bytes, given: dict[str, bytes]) -> None:
    """Check the signature itself. Raises Refused."""
    try:
        public = CoseKey.parse(cbor.decode(decode_bytes(key.public_key)))  # type: ignore[arg-type]
    except Exception as error:
        raise Refused("unknown-key") from error
    if public.ALGORITHM not in ALGORITHMS:
        raise Refused("key-algorithm")
    try:
        public.verify(message, given["signature"])
    except (InvalidSignature, ValueError):
        raise Refused("wrong-signature") from None
