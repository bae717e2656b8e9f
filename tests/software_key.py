"""A hardware key in software, for tests: it signs whatever it is told, well or badly."""

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256

VIRTUAL = "01020304-0506-0708-0102-030405060708"
ORIGIN = "http://localhost:8000"
UP, UV, BE, BS, AT = 0x01, 0x04, 0x08, 0x10, 0x40


def encoded(value: bytes) -> str:
    """base64url without padding."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


@dataclass
class SoftwareKey:
    """One key pair with a counter."""

    rp_id: str = "localhost"
    aaguid: str = VIRTUAL
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential_id: bytes = field(default_factory=lambda: token_bytes(32))
    counter: int = 0

    @property
    def public_key(self) -> bytes:
        """COSE key in CBOR."""
        return cbor.encode(dict(ES256.from_cryptography_key(self.private.public_key())))

    def _said_by_browser(self, kind, *, challenge, origin):
        return json.dumps(
            {
                "type": kind,
                "challenge": encoded(challenge),
                "origin": origin,
                "crossOrigin": False,
            }
        ).encode()

    def _said_by_key(self, *, flags, attested=b"", rp_id=None, count=None):
        if count is None:
            self.counter += 1
            count = self.counter
        name = sha256((rp_id or self.rp_id).encode()).digest()
        return name + bytes([flags]) + count.to_bytes(4, "big") + attested

    def registered(self, challenge, *, origin=ORIGIN, flags=UP | UV, rp_id=None, signs=True):
        """What a browser sends after a touch that makes a new key (self attestation)."""
        attested = (
            UUID(self.aaguid).bytes
            + len(self.credential_id).to_bytes(2, "big")
            + self.credential_id
            + self.public_key
        )
        told = self._said_by_key(flags=flags | AT, attested=attested, rp_id=rp_id)
        client_data = self._said_by_browser("webauthn.create", challenge=challenge, origin=origin)
        message = told + sha256(client_data).digest()
        signature = self.private.sign(message if signs else b"else", ec.ECDSA(SHA256()))
        answer = cbor.encode(
            {"fmt": "packed", "attStmt": {"alg": -7, "sig": signature}, "authData": told}
        )
        return {"client_data": encoded(client_data), "attestation": encoded(answer)}

    def signed(self, challenge, *, origin=ORIGIN, flags=UP | UV, rp_id=None, count=None):
        """What a browser sends after a touch that confirms `challenge`."""
        told = self._said_by_key(flags=flags, rp_id=rp_id, count=count)
        client_data = self._said_by_browser("webauthn.get", challenge=challenge, origin=origin)
        signature = self.private.sign(told + sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return {
            "credential_id": encoded(self.credential_id),
            "client_data": encoded(client_data),
            "authenticator_data": encoded(told),
            "signature": encoded(signature),
        }
