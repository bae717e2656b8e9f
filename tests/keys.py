"""A hardware key made of software, that can also misbehave, and changes to sign with it."""

from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from json import dumps
from secrets import token_bytes, token_hex

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256, EdDSA

from vitrine.publication.events import Change, challenge_of, instant
from vitrine.publication.proof import VIRTUAL_MODEL, EnrolledKey, encode_bytes

UP, UV, BE, BS = 0x01, 0x04, 0x08, 0x10


class SoftKey:
    """One key of one person."""

    def __init__(self, *, owner="editor-1", algorithm="ES256", aaguid=VIRTUAL_MODEL):
        self.owner, self.aaguid, self.counter = owner, aaguid, 0
        self.credential = token_bytes(32)
        self.algorithm = algorithm
        if algorithm == "ES256":
            self.private = ec.generate_private_key(ec.SECP256R1())
            self.public = ES256.from_cryptography_key(self.private.public_key())
        else:
            self.private = ed25519.Ed25519PrivateKey.generate()
            self.public = EdDSA.from_cryptography_key(self.private.public_key())

    def enrolled(self, **other):
        facts = {
            "credential_id": encode_bytes(self.credential),
            "public_key": encode_bytes(cbor.encode(dict(self.public))),
            "owner": self.owner,
            "aaguid": self.aaguid,
        }
        return EnrolledKey(**(facts | other))

    def sign(
        self,
        change,
        *,
        rp_id="localhost",
        origin="http://localhost",
        flags=UP | UV,
        challenge=None,
        counter=None,
        kind="webauthn.get",
        cross=False,
    ):
        """What the browser would post for `change`."""
        self.counter = self.counter + 1 if counter is None else counter
        wanted = challenge_of(change) if challenge is None else challenge
        client = dumps(
            {
                "type": kind,
                "challenge": encode_bytes(wanted),
                "origin": origin,
                "crossOrigin": cross,
            }
        ).encode()
        data = sha256(rp_id.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")
        message = data + sha256(client).digest()
        if self.algorithm == "ES256":
            signature = self.private.sign(message, ec.ECDSA(SHA256()))
        else:
            signature = self.private.sign(message)
        return {
            "credential_id": encode_bytes(self.credential),
            "client_data": encode_bytes(client),
            "authenticator_data": encode_bytes(data),
            "signature": encode_bytes(signature),
        }


def a_change(kind, body, *, after=None, at=None, actor="editor-1"):
    """A change that follows the bulletin `after` (None: the first one)."""
    return Change(
        from_version=0 if after is None else after.version,
        kind=kind,
        actor=actor,
        nonce=token_hex(16),
        issued_at=instant(at or datetime.now(UTC)),
        body=body,
    )


def as_json(change):
    """`change` as it stands in an event."""
    return asdict(change)
