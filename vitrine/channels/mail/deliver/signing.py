"""Our own DKIM signature (RFC 6376): optional, with the key that the settings name."""

from functools import lru_cache
from pathlib import Path

import dkim
from django.conf import settings

_SIGNED = (
    *(b"from", b"to", b"cc", b"reply-to", b"subject", b"date", b"message-id", b"in-reply-to"),
    *(b"references", b"mime-version", b"content-type", b"content-transfer-encoding"),
    *(b"content-language", b"auto-submitted", b"list-unsubscribe", b"list-unsubscribe-post"),
)
_OVERSIGNED = (b"from", b"to", b"cc", b"subject", b"reply-to", b"date", b"message-id")
"""Signed once more than they stand there: a second one added on the way breaks the signature."""


def signs() -> bool:
    """Whether our messages are signed."""
    return bool(settings.DKIM_DOMAIN and settings.DKIM_SELECTOR and settings.DKIM_KEY_FILE)


def signed(raw: bytes) -> bytes:
    """`raw` (line ends CR LF) with our signature in front, when the settings ask for one.

    Raises OSError when the key cannot be read, ValueError when it is none.
    """
    if not signs():
        return raw
    key = _key(settings.DKIM_KEY_FILE)
    there = [name.lower() for name, _value in dkim.rfc822_parse(raw)[0]]
    covered = [name for name in _SIGNED for _each in range(there.count(name))]
    try:
        signature = dkim.sign(
            raw,
            settings.DKIM_SELECTOR.encode("idna"),
            settings.DKIM_DOMAIN.encode("idna"),
            key,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[*covered, *_OVERSIGNED],
        )
    except dkim.DKIMException as error:
        raise ValueError(f"The DKIM key cannot be used: {error}") from error
    return bytes(signature) + raw


@lru_cache(maxsize=4)
def _key(path: str) -> bytes:
    """The private RSA key of a file in PEM."""
    content = Path(path).read_bytes()
    if b"-----BEGIN" not in content:
        raise ValueError("The DKIM key is no RSA key in PEM.")
    return content
