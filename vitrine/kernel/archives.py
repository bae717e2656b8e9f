"""What an archive (ZIP, also a document of an office program) would unpack to, unpacked nowhere.

Only the directory of the archive is read; of archives inside it a bounded number of bytes.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

MOST_ENTRIES = 10_000
MOST_UNPACKED = 2**30
"""Bytes of a whole archive."""
MOST_AT_HIGH_RATIO = 100 * 2**20
HIGH_RATIO = 100
DEEPEST = 3
"""Archives inside archives; nobody packs a request more often."""
MOST_INSIDE = 20
READ_INSIDE = 8 * 2**20
"""Bytes read of an archive inside an archive."""

_END = b"PK\x05\x06"
_ENTRY = b"PK\x01\x02"
_ENTRY_FIELDS = struct.Struct("<4s6H3L5H2L")
_LOCKED_BIT = 0x1
_PACKED = (".zip", ".jar", ".docx", ".xlsx", ".pptx", ".docm", ".xlsm", ".odt", ".ods")


@dataclass(frozen=True)
class Entry:
    """A file in an archive, sizes in bytes as the archive claims them."""

    name: str
    packed: int
    unpacked: int
    method: int
    offset: int
    is_locked: bool


@dataclass(frozen=True)
class Archive:
    """What is in an archive and in those inside it.

    unpacked  bytes, as claimed
    is_bomb   whether it unpacks to more than anybody sends in good faith
    """

    names: tuple[str, ...] = ()
    unpacked: int = 0
    is_locked: bool = False
    is_bomb: bool = False


def examined(content: bytes, *, depth: int = 0) -> Archive | None:
    """What the archive `content` holds; None: it is no ZIP archive, or a broken one."""
    end = content.rfind(_END, max(0, len(content) - 70_000)) if content[:2] == b"PK" else -1
    if end < 0 or len(content) < end + 20:
        return None
    entries: list[Entry] = []
    for entry in _entries(content, end=end):
        if len(entries) == MOST_ENTRIES:
            return Archive(is_bomb=True)
        entries.append(entry)
    unpacked = sum(entry.unpacked for entry in entries)
    inside = [
        found
        for entry in [one for one in entries if one.name.lower().endswith(_PACKED)][:MOST_INSIDE]
        if (found := _inside(content, entry=entry, depth=depth))
    ]
    unpacked += sum(one.unpacked for one in inside)
    is_dense = unpacked > MOST_AT_HIGH_RATIO and unpacked > HIGH_RATIO * len(content)
    return Archive(
        names=(*(entry.name for entry in entries), *(name for one in inside for name in one.names)),
        unpacked=unpacked,
        is_locked=any(entry.is_locked for entry in entries) or any(one.is_locked for one in inside),
        is_bomb=unpacked > MOST_UNPACKED or is_dense or any(one.is_bomb for one in inside),
    )


def _entries(content: bytes, *, end: int) -> Iterator[Entry]:
    """The directory, which ends where its end record begins."""
    [length] = struct.unpack_from("<L", content, end + 12)
    position = max(0, end - length)
    while content.startswith(_ENTRY, position) and position + _ENTRY_FIELDS.size <= end:
        fields = _ENTRY_FIELDS.unpack_from(content, position)
        name_from = position + _ENTRY_FIELDS.size
        name = content[name_from : name_from + fields[10]]
        yield Entry(
            name=name.decode("utf-8", "replace"),
            packed=fields[8],
            unpacked=fields[9],
            method=fields[4],
            offset=fields[16],
            is_locked=bool(fields[3] & _LOCKED_BIT),
        )
        position = name_from + fields[10] + fields[11] + fields[12]


def _inside(content: bytes, *, entry: Entry, depth: int) -> Archive | None:
    """An archive in an archive; too deep is as bad as too large."""
    if depth + 1 > DEEPEST:
        return Archive(is_bomb=True)
    if entry.is_locked or len(content) < entry.offset + 30:
        return None
    name_length, extra_length = struct.unpack_from("<2H", content, entry.offset + 26)
    start = entry.offset + 30 + name_length + extra_length
    packed = content[start : start + min(entry.packed, READ_INSIDE)]
    if entry.method == 0:
        return examined(packed, depth=depth + 1)
    if entry.method != 8:
        return None
    try:
        return examined(zlib.decompressobj(-15).decompress(packed, READ_INSIDE), depth=depth + 1)
    except zlib.error:
        return None
