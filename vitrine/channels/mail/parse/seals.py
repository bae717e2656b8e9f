"""Signed and encrypted messages (S/MIME, OpenPGP): told apart, and read as far as is possible.

Nothing is verified here: that a message carries a signature does not say that it is good.
"""

import re
from enum import StrEnum

from vitrine.channels.mail.parse.structure import Part

MAX_PIECES = 100_000
"""Of one envelope's content."""
_ENCRYPTED_TYPES = ("application/pgp-encrypted",)
_SIGNATURE_TYPES = (
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
)
_CMS_TYPES = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_SIGNATURE_END = "-----END PGP SIGNATURE-----"
_ARMOUR_FIELDS = re.compile(r"[ \t]*\n(?:[A-Za-z-]{1,40}:[^\n]*\n){0,20}\n?")
_DASHED = re.compile(r"^- ", re.MULTILINE)
_PLAIN_CONTENT = bytes.fromhex("06092a864886f70d010701")
"""The object identifier of plain content in a CMS envelope, as it is written in DER."""


class Seal(StrEnum):
    """How a message is protected."""

    NONE = ""
    SIGNED = "signed"
    ENCRYPTED = "encrypted"


def seal_of(parts: list[Part]) -> Seal:
    """Whether a message is signed or encrypted, by its parts and the armour in its text."""
    text = b"".join(
        part.content()[:20_000] for part in parts[:20] if part.content_type == "text/plain"
    )
    for part in parts:
        if part.content_type in _ENCRYPTED_TYPES or _is_enveloped(part):
            return Seal.ENCRYPTED
    if b"-----BEGIN PGP MESSAGE-----" in text:
        return Seal.ENCRYPTED
    is_signed = any(part.content_type in (*_SIGNATURE_TYPES, *_CMS_TYPES) for part in parts)
    if is_signed or b"-----BEGIN PGP SIGNED MESSAGE-----" in text:
        return Seal.SIGNED
    return Seal.NONE


def _is_enveloped(part: Part) -> bool:
    if part.content_type not in _CMS_TYPES:
        return False
    kind = part.parameters.get("smime-type", "").lower()
    return "enveloped" in kind or (not kind and sealed_content(part.content()) is None)


def without_armour(text: str) -> str:
    """`text` without the lines of an inline OpenPGP signature; its dash escapes undone."""
    begin = text.find(_SIGNED, 0, 20_000)
    end = text.find(_SIGNATURE, begin) if begin >= 0 else -1
    fields = _ARMOUR_FIELDS.match(text, begin + len(_SIGNED)) if end >= 0 else None
    if fields is None or fields.end() > end:
        return text
    last = text.find(_SIGNATURE_END, end)
    after = text[last + len(_SIGNATURE_END) :].lstrip("\n") if last >= 0 else ""
    return text[:begin] + _DASHED.sub("", text[fields.end() : end]) + after


def is_opaque(part: Part) -> bool:
    """Whether the message itself may be inside a signed envelope."""
    return part.content_type in _CMS_TYPES


def sealed_content(envelope: bytes) -> bytes | None:
    """The MIME message in a signed S/MIME envelope (RFC 5652); None: encrypted or damaged."""
    at = envelope.find(_PLAIN_CONTENT)
    if at < 0:
        return None
    content = _inside(envelope, position=at + len(_PLAIN_CONTENT), wanted=0xA0)
    return _octets(envelope, span=content) if content else None


def _inside(raw: bytes, *, position: int, wanted: int) -> tuple[int, int] | None:
    """Where the content of the element at `position` begins and ends, if its tag is `wanted`."""
    if position + 2 > len(raw) or raw[position] != wanted:
        return None
    length = raw[position + 1]
    if length < 0x80:
        return position + 2, min(len(raw), position + 2 + length)
    count = length & 0x7F
    begin = position + 2 + count
    if not count:
        return begin, len(raw)  # of indefinite length
    size = int.from_bytes(raw[position + 2 : begin], "big") if count <= 8 else len(raw)
    return begin, min(len(raw), begin + size)


def _octets(raw: bytes, *, span: tuple[int, int]) -> bytes | None:
    """The octet strings in `span`, one after the other."""
    found: list[bytes] = []
    position, end = span[0], min(len(raw), span[1])
    for _number in range(MAX_PIECES):
        if position >= end or raw[position] not in (0x04, 0x24):
            break
        inner = _inside(raw, position=position, wanted=raw[position])
        if inner is None:
            break
        if raw[position] == 0x24:
            position = inner[0]  # made of several: go on inside
            continue
        found.append(raw[inner[0] : inner[1]])
        position = inner[1]
    return b"".join(found) or None
