"""What Outlook hides in `winmail.dat` (MS-OXTNEF): the files and the body of a message.

A reader of our own: linear, bounded, and it gives up without an exception. (The libraries
of the field copy the rest of the file at each attribute and believe its counters, so that a
file of a few bytes can keep them busy for hours.)
"""

import struct
from contextlib import suppress
from dataclasses import dataclass, field

from vitrine.channels.mail.parse.charsets import decoded
from vitrine.channels.mail.parse.packed_rtf import unpacked_rtf

MAX_SIZE = 64 * 2**20
MAX_ATTRIBUTES = 5000
MAX_PROPERTIES = 2000
_SIGNATURE = b"\x78\x9f\x3e\x22"
_ATTACHMENT, _RENDERING, _TITLE, _CONTENT, _PROPERTIES = 2, 0x9002, 0x8010, 0x800F, 0x9005
_MESSAGE_BODY, _MESSAGE_PROPERTIES, _CODE_PAGE = 0x800C, 0x9003, 0x9007
_HTML, _PLAIN, _RTF, _PAGE = 0x1013, 0x1000, 0x1009, 0x3FDE
_NAMES = (0x3707, 0x3704, 0x3001)
_KIND, _CID, _INNER = 0x370E, 0x3712, 0x3701
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x0A: 4, 0x0B: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x14: 8}
_FIXED |= {0x40: 8, 0x48: 16, 0x00: 4, 0x01: 4}
_VARIABLE = (0x0D, 0x1E, 0x1F, 0x102)
_INNER_MESSAGE = bytes.fromhex("0703020000000000c000000000000046")


@dataclass
class InnerFile:
    """A file inside; `name` and `content_type` as written there, blank when missing."""

    name: str = ""
    content_type: str = ""
    content_id: str = ""
    content: bytes = b""


@dataclass
class Opened:
    """A `winmail.dat` that was opened; `rtf` is unpacked already."""

    text: str = ""
    html: str = ""
    rtf: bytes = b""
    files: list[InnerFile] = field(default_factory=list)
    code_page: str = "cp1252"


def opened(content: bytes) -> Opened | None:
    """The files and bodies in `content`; None when it is no such file or holds nothing."""
    if not content.startswith(_SIGNATURE) or len(content) > MAX_SIZE:
        return None
    found = Opened()
    with suppress(struct.error, ValueError, IndexError):  # cut off: what was read is good
        _read(content, found=found)
    found.files = [each for each in found.files if each.content]
    return found if found.files or found.text or found.html or found.rtf else None


def _read(content: bytes, *, found: Opened) -> None:
    position = 6
    for _number in range(MAX_ATTRIBUTES):
        if position + 11 > len(content):
            return
        level, name, _kind, length = struct.unpack_from("<BHHI", content, position)
        begin = position + 9
        value = content[begin : begin + length]
        position = begin + length + 2
        if level == _ATTACHMENT:
            _take_of_file(name, value=value, found=found)
        else:
            _take_of_message(name, value=value, found=found)


def _take_of_message(name: int, *, value: bytes, found: Opened) -> None:
    if name == _CODE_PAGE and len(value) >= 4:
        found.code_page = f"cp{struct.unpack_from('<I', value)[0]}"
    elif name == _MESSAGE_BODY:
        found.text = decoded(value.rstrip(b"\x00"), charset=found.code_page)
    elif name == _MESSAGE_PROPERTIES:
        properties = _properties(value)
        page = properties.get(_PAGE, b"")
        charset = "utf-8" if page[:2] == b"\xe9\xfd" else found.code_page
        found.html = _text(properties.get(_HTML, b""), charset=charset) or found.html
        found.text = _text(properties.get(_PLAIN, b""), charset=charset) or found.text
        packed = properties.get(_RTF, b"")
        found.rtf = unpacked_rtf(packed) if isinstance(packed, bytes) else b""


def _take_of_file(name: int, *, value: bytes, found: Opened) -> None:
    if name == _RENDERING:
        found.files.append(InnerFile())
        return
    if not found.files:
        return
    file = found.files[-1]
    if name == _TITLE:
        file.name = file.name or decoded(value.rstrip(b"\x00"), charset=found.code_page)
    elif name == _CONTENT:
        file.content = value
    elif name == _PROPERTIES:
        _take_of_properties(_properties(value), file=file, code_page=found.code_page)


def _take_of_properties(
    properties: dict[int, bytes | str], *, file: InnerFile, code_page: str
) -> None:
    names = (_text(properties.get(key, b""), charset=code_page) for key in _NAMES)
    file.name = next((name for name in names if name), file.name)
    file.content_type = _text(properties.get(_KIND, b""), charset="ascii").lower()
    file.content_id = _text(properties.get(_CID, b""), charset="ascii")
    inner = properties.get(_INNER, b"")
    if isinstance(inner, bytes) and inner and not file.content:
        is_message = inner.startswith(_INNER_MESSAGE)
        file.content = inner[16:] if is_message else inner
        file.name = f"{file.name or 'message'}.tnef" if is_message else file.name


def _text(value: bytes | str, *, charset: str) -> str:
    if isinstance(value, str):
        return value.rstrip("\x00")
    return decoded(value.rstrip(b"\x00"), charset=charset)


def _properties(value: bytes) -> dict[int, bytes | str]:
    """The MAPI properties by their number; texts as text, the others as bytes."""
    found: dict[int, bytes | str] = {}
    count = min(struct.unpack_from("<I", value)[0], MAX_PROPERTIES)
    position = 4
    for _number in range(count):
        if position + 4 > len(value):
            break
        kind, name = struct.unpack_from("<HH", value, position)
        position = _after_name(value, position=position + 4, is_named=name >= 0x8000)
        single, is_many = kind & 0x0FFF, bool(kind & 0x1000)
        values, position = _values(value, position=position, kind=single, is_many=is_many)
        if values and name < 0x8000:
            is_wide = single == 0x1F
            found[name] = decoded(values[0], charset="utf-16-le") if is_wide else values[0]
    return found


def _after_name(value: bytes, *, position: int, is_named: bool) -> int:
    if not is_named:
        return position
    (kind,) = struct.unpack_from("<I", value, position + 16)
    if kind == 0:
        return position + 24
    length: int = struct.unpack_from("<I", value, position + 20)[0]
    return position + 24 + length + -length % 4


def _values(value: bytes, *, position: int, kind: int, is_many: bool) -> tuple[list[bytes], int]:
    """The values of one property and where they end; an unknown kind ends the reading."""
    count = 1
    if is_many or kind in _VARIABLE:
        (count,) = struct.unpack_from("<I", value, position)
        position += 4
    if count > MAX_PROPERTIES:
        raise ValueError(count)
    values: list[bytes] = []
    for _number in range(count):
        if kind in _VARIABLE:
            (length,) = struct.unpack_from("<I", value, position)
            position += 4
        elif kind in _FIXED:
            length = _FIXED[kind]
        else:
            raise ValueError(kind)
        values.append(value[position : position + length])
        position += length + -length % 4
    return values, position
