"""Short signatures that stand in addresses and Message-IDs: made by us, guessed by nobody.

80 bits of HMAC-SHA256 with the secret key of the house, in lower case letters and
figures, because mail systems change the case of addresses. A key that was replaced
stays valid for reading as long as it stands in SECRET_KEY_FALLBACKS.
"""

import base64
import hashlib
import hmac

from django.conf import settings

LENGTH = 16
"""Characters of a token."""
_PURPOSE = b"vitrine.token\x00"


def token_for(*parts: str) -> str:
    """The signature under `parts`, whose first names what it is for: 16 of a-z, 2-7."""
    return _signed(parts, key=settings.SECRET_KEY)


def is_token_for(token: str, *parts: str) -> bool:
    """Whether `token` is our signature under `parts`, with this key or an earlier one."""
    given = token.lower().encode("utf-8", "replace")
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(hmac.compare_digest(given, _signed(parts, key=key).encode()) for key in keys)


def _signed(parts: tuple[str, ...], *, key: str | bytes) -> str:
    secret = key.encode() if isinstance(key, str) else key
    text = "\x00".join(parts).encode("utf-8", "replace")
    digest = hmac.new(secret, _PURPOSE + text, hashlib.sha256).digest()
    return base64.b32encode(digest)[:LENGTH].decode("ascii").lower()
