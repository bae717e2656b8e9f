"""Files that people send, stored once per content under their SHA-256."""

import hashlib
from typing import BinaryIO, cast

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage


def keep(content: bytes) -> str:
    """Store `content` and return its SHA-256 in hexadecimal; the same bytes are stored once.

    A file cut short by a crash is written again. Raises OSError when the store is full.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    place = _place(sha256)
    if default_storage.exists(place):
        if default_storage.size(place) == len(content):
            return sha256
        default_storage.delete(place)
    stored = default_storage.save(place, ContentFile(content))
    if stored != place:  # another process was faster: its file has the same bytes
        default_storage.delete(stored)
    return sha256


def opened(sha256: str) -> BinaryIO:
    """The stored bytes, open for reading. Raises FileNotFoundError when there are none."""
    return cast(BinaryIO, default_storage.open(_place(sha256), "rb"))


def _place(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def erase(sha256: str) -> None:
    """Remove the stored bytes; none there is no fault. Whoever calls knows that nobody needs them.

    The same bytes kept by somebody else at this very instant may be lost with them.
    """
    default_storage.delete(_place(sha256))
