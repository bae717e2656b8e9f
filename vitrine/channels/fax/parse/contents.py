"""What a fax consists of: which file is the document, and when two are the same fax."""

import hashlib
import re
import struct
from collections.abc import Iterator

from vitrine.channels.mail.parse import ParsedFile

TIFF_MARKS = (b"II*\x00", b"MM\x00*")
PDF_MARK = b"%PDF-"
MOST_PAGES = 1000
MOST_STRIPS = 100_000

_STRIP_OFFSETS, _STRIP_LENGTHS = 273, 279
_PACKED_AT = re.compile(
    rb"/(?:CreationDate|ModDate|Producer|Creator)\s*\([^)]{0,200}\)"
    rb"|/ID\s*\[[^\]]{0,200}\]|<xmp:(?:Create|Modify|Metadata)Date>[^<]{0,60}<"
)
_NAMES = re.compile(r"\.(?:tiff?|g3|g4|pdf)$", re.IGNORECASE)
_TYPES = ("image/tiff", "image/tiff-fx", "image/x-tiff", "application/pdf", "image/g3fax")


def is_document(file: ParsedFile) -> bool:
    """Whether the file is the fax: by its bytes, else by what the gateway calls it."""
    head = file.content[:1024]
    if head.startswith(TIFF_MARKS) or PDF_MARK in head:
        return True
    return file.content_type.lower() in _TYPES or _NAMES.search(file.name) is not None


def content_digest(content: bytes) -> str:
    """A word that is the same for the same pages, also when the gateway packed them again.

    The strips of a TIFF without its tags; a PDF without the times at which it was written.
    """
    digest = hashlib.sha256()
    strips = list(_strips(content)) if content.startswith(TIFF_MARKS) else []
    if strips:
        for begin, length in strips:
            digest.update(content[begin : begin + length])
    else:
        digest.update(_PACKED_AT.sub(b"", content) if PDF_MARK in content[:1024] else content)
    return digest.hexdigest()


def _strips(content: bytes) -> Iterator[tuple[int, int]]:
    """Where the pictures of a TIFF lie; stops at the first thing that cannot be."""
    order = "<" if content.startswith(b"II") else ">"
    seen: set[int] = set()
    try:
        [place] = struct.unpack_from(f"{order}I", content, 4)
        while place and place not in seen and len(seen) < MOST_PAGES:
            seen.add(place)
            tags, place = _directory(content, place=place, order=order)
            offsets, lengths = tags.get(_STRIP_OFFSETS, []), tags.get(_STRIP_LENGTHS, [])
            yield from zip(offsets, lengths, strict=False)
    except struct.error:
        return


def _directory(content: bytes, *, place: int, order: str) -> tuple[dict[int, list[int]], int]:
    """The numbers of the strip tags of one page, and where the next page is described."""
    tags: dict[int, list[int]] = {}
    [count] = struct.unpack_from(f"{order}H", content, place)
    for entry in range(count):
        begin = place + 2 + 12 * entry
        tag, kind, length = struct.unpack_from(f"{order}HHI", content, begin)
        if (
            tag not in (_STRIP_OFFSETS, _STRIP_LENGTHS)
            or length > MOST_STRIPS
            or kind not in (3, 4)
        ):
            continue
        size, sign = (2, "H") if kind == 3 else (4, "I")
        at = begin + 8
        if size * length > 4:
            [at] = struct.unpack_from(f"{order}I", content, at)
        tags[tag] = list(struct.unpack_from(f"{order}{length}{sign}", content, at))
    [following] = struct.unpack_from(f"{order}I", content, place + 2 + 12 * count)
    return tags, following
