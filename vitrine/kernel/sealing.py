"""Secrets of others that we must be able to use again: sealed in the database.

AES-256-GCM under a key derived (HKDF-SHA256) from the secret key of the house and the
purpose; what was sealed for one purpose or thing opens for no other. A key that was
replaced still opens as long as it stands in SECRET_KEY_FALLBACKS.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_VERSION = b"\x01"
_NONCE_BYTES = 12


class SealBroken(Exception):
    """It was sealed under a key that we no longer have, for another purpose, or was changed."""


def seal(text: str, *, purpose: str) -> bytes:
    """`text`, to be read only with our secret key and the same `purpose`."""
    nonce = os.urandom(_NONCE_BYTES)
    box = AESGCM(_key(settings.SECRET_KEY, purpose=purpose))
    return _VERSION + nonce + box.encrypt(nonce, text.encode(), purpose.encode())


def unseal(sealed: bytes, *, purpose: str) -> str:
    """What was sealed. Raises SealBroken."""
    sealed = bytes(sealed)
    nonce, content = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    if sealed[:1] != _VERSION or len(nonce) < _NONCE_BYTES:
        raise SealBroken
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            opened = AESGCM(_key(key, purpose=purpose)).decrypt(nonce, content, purpose.encode())
        except InvalidTag:
            continue
        return opened.decode()
    raise SealBroken


def _key(secret: str | bytes, *, purpose: str) -> bytes:
    material = secret.encode() if isinstance(secret, str) else secret
    derived = HKDF(SHA256(), length=32, salt=None, info=f"vitrine.seal.{purpose}".encode())
    return derived.derive(material)
