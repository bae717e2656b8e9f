"""Whether what a browser sends is a new hardware key that we may trust."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from uuid import UUID

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from fido2 import cbor
from fido2.attestation.base import (
    Attestation,
    AttestationResult,
    InvalidAttestation,
    verify_x509_chain,
)
from fido2.webauthn import AttestationObject, AuthenticatorData, CollectedClientData

from vitrine.publication.events import Json
from vitrine.publication.proof import ALGORITHMS, decode_bytes
from vitrine.publication.refusals import Refused

FLAG = AuthenticatorData.FLAG


@dataclass(frozen=True, kw_only=True)
class NewKey:
    """A key as it answered."""

    credential_id: bytes
    public_key: bytes
    """COSE key in CBOR."""
    aaguid: UUID
    counter: int
    attestation: bytes
    """The whole answer, to be checked again."""


def new_key(
    answer: Json,
    *,
    challenge: bytes,
    rp_id: str,
    origins: Collection[str],
    models: Collection[str] | None,
    roots: Sequence[Certificate] = (),
    at: datetime,
) -> NewKey:
    """The key in `answer`, once everything is checked. Raises Refused with the first fault.

    answer   `client_data` and `attestation`, base64url
    models   AAGUIDs that are allowed, proven by a certificate of the maker; None: any
    roots    of the makers; empty: the certificate is checked against itself only
    """
    try:
        client = CollectedClientData(decode_bytes(answer.get("client_data")))
        told = AttestationObject(decode_bytes(answer.get("attestation")))
        credential = told.auth_data.credential_data
        assert credential is not None
        public_key = cbor.encode(dict(credential.public_key))
    except Exception as error:
        # Bytes of a stranger in a parser of others: whatever it raises, it could not read them.
        raise Refused("malformed-proof") from error
    _check_client(client, challenge=challenge, origins=origins)
    _check_flags(told.auth_data, rp_id=rp_id)
    if credential.public_key.ALGORITHM not in ALGORITHMS:
        raise Refused("key-algorithm")
    result = _attested(told, client=client)
    if models is not None:
        _check_model(str(UUID(bytes=bytes(credential.aaguid))), models=models, result=result)
    if roots:
        _check_maker(result, roots=roots, at=at)
    return NewKey(
        credential_id=credential.credential_id,
        public_key=public_key,
        aaguid=UUID(bytes=bytes(credential.aaguid)),
        counter=told.auth_data.counter,
        attestation=bytes(told),
    )


def _check_client(
    client: CollectedClientData, *, challenge: bytes, origins: Collection[str]
) -> None:
    if client.type != CollectedClientData.TYPE.CREATE:
        raise Refused("malformed-proof")
    if not compare_digest(client.challenge, challenge):
        raise Refused("other-change")
    if client.origin not in origins or client.cross_origin:
        raise Refused("wrong-origin")


def _check_flags(told: AuthenticatorData, *, rp_id: str) -> None:
    if not compare_digest(told.rp_id_hash, sha256(rp_id.encode()).digest()):
        raise Refused("wrong-origin")
    if not told.flags & FLAG.UP:
        raise Refused("not-present")
    if not told.flags & FLAG.UV:
        raise Refused("not-verified")
    if told.flags & (FLAG.BE | FLAG.BS):
        raise Refused("copied-key")


def _attested(told: AttestationObject, *, client: CollectedClientData) -> AttestationResult | None:
    """What the key says of its maker, checked; None: it says nothing."""
    if told.fmt == "none":
        return None
    try:
        return Attestation.for_type(told.fmt)().verify(told.att_stmt, told.auth_data, client.hash)
    except (InvalidAttestation, ValueError, KeyError, TypeError) as error:
        raise Refused("wrong-signature") from error


def _check_model(aaguid: str, *, models: Collection[str], result: AttestationResult | None) -> None:
    """Only a certificate proves a model: what a key merely says of itself does not."""
    if aaguid not in models or result is None or not result.trust_path:
        raise Refused("key-model")


def _check_maker(
    result: AttestationResult | None, *, roots: Sequence[Certificate], at: datetime
) -> None:
    if result is None or not result.trust_path:
        raise Refused("key-model")
    for root in roots:
        if not root.not_valid_before_utc <= at <= root.not_valid_after_utc:
            continue
        own = root.public_bytes(Encoding.DER)
        path = result.trust_path if result.trust_path[-1] == own else [*result.trust_path, own]
        try:
            verify_x509_chain(path)
        except (InvalidAttestation, ValueError):
            continue
        return
    raise Refused("key-model")
