"""From parts to files: safe names, and what is packed inside a text or an Outlook file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from vitrine.channels.mail.parse.headers import Headers, split_headers, words
from vitrine.channels.mail.parse.parsed import ParsedFile
from vitrine.channels.mail.parse.seals import is_opaque, sealed_content
from vitrine.channels.mail.parse.structure import Part, parts_of
from vitrine.channels.mail.parse.tnef import InnerFile, Opened, opened
from vitrine.channels.mail.parse.transfer import uuencoded_files

MAX_ENVELOPES = 3
"""Signed envelopes, one in the other, that are opened."""
_UNSAFE = re.compile(r"[\\/:*?\"<>|\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_TNEF_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")
_EXTENSIONS = {
    "text/plain": "txt",
    "text/html": "html",
    "text/calendar": "ics",
    "text/rfc822-headers": "txt",
    "message/rfc822": "eml",
    "message/partial": "eml",
    "message/delivery-status": "txt",
    "message/disposition-notification": "txt",
    "image/jpeg": "jpg",
    "image/tiff": "tif",
    "image/svg+xml": "svg",
    "application/ms-tnef": "dat",
    "application/pgp-signature": "asc",
    "application/pgp-encrypted": "txt",
    "application/pkcs7-signature": "p7s",
    "application/pkcs7-mime": "p7m",
    "application/x-pkcs7-mime": "p7m",
    "application/octet-stream": "bin",
    "application/msword": "doc",
    "application/rtf": "rtf",
}


@dataclass
class Unpacked:
    """The parts without what was packed in them, and what was."""

    parts: list[Part]
    files: list[ParsedFile] = field(default_factory=list)
    outlook: Opened | None = None
    """The bodies of an Outlook file, which count when the message has no other text."""


def unpacked(parts: list[Part]) -> Unpacked:
    """`parts` with signed envelopes, Outlook files and uuencoded files taken apart."""
    found = Unpacked([])
    for part in _without_envelopes(parts):
        if _is_outlook(part) and (inside := opened(part.content())):
            found.outlook = found.outlook or inside
            found.files += _outlook_files(inside)
        elif part.content_type == "text/plain" and b"begin" in part.content():
            found.parts.append(_without_uuencoded(part, files=found.files))
        else:
            found.parts.append(part)
    return found


def _without_envelopes(parts: list[Part]) -> list[Part]:
    for _level in range(MAX_ENVELOPES):
        if not any(is_opaque(part) for part in parts):
            break
        opened_parts: list[Part] = []
        for part in parts:
            inner = sealed_content(part.content()) if is_opaque(part) else None
            opened_parts += parts_of(inner)[1] if inner else [part]
        parts = opened_parts
    return parts


def _is_outlook(part: Part) -> bool:
    return part.content_type in _TNEF_TYPES or part.name.lower() == "winmail.dat"


def _outlook_files(inside: Opened) -> Iterator[ParsedFile]:
    for number, file in enumerate(inside.files, start=1):
        yield ParsedFile(
            name=safe_name(file.name) or f"attachment-{number}.bin",
            content_type=_type_of(file),
            content=file.content,
            content_id=file.content_id.strip("<>")[:200],
            is_inline=bool(file.content_id),
        )
    if inside.rtf and not inside.text and not inside.html:
        yield ParsedFile("message.rtf", "application/rtf", inside.rtf)


def _type_of(file: InnerFile) -> str:
    is_type = re.fullmatch(r"[\w.+-]{1,100}/[\w.+-]{1,100}", file.content_type)
    return file.content_type if is_type else "application/octet-stream"


def _without_uuencoded(part: Part, *, files: list[ParsedFile]) -> Part:
    """`part` without its uuencoded files, which are added to `files`."""
    content = part.content()
    found = uuencoded_files(content)
    if not found:
        return part
    kept, shown = [], 0
    for name, inner, (begin, end) in found:
        files.append(ParsedFile(safe_name(name) or "file", "application/octet-stream", inner))
        kept.append(content[shown:begin])
        shown = end
    return replace(part, headers=Headers(()), raw=b"".join([*kept, content[shown:]]))


def files_of(parts: list[Part]) -> Iterator[ParsedFile]:
    """Every part that is not read, as a file with a safe name."""
    for number, part in enumerate(parts, start=1):
        content_id = part.headers.first("content-id")
        yield ParsedFile(
            name=_name_of(part, number=number),
            content_type=part.content_type,
            content=part.content(),
            content_id=words(content_id).strip("<>")[:200] if content_id else "",
            is_inline=part.disposition == "inline" or bool(content_id),
        )


def _name_of(part: Part, *, number: int) -> str:
    if name := safe_name(part.name):
        return name
    if part.content_type == "message/rfc822":
        headers, _body = split_headers(part.content()[: 64 * 1024])
        if subject := safe_name(words(headers.first("subject")))[:80]:
            return f"{subject}.eml"
    kind = part.content_type
    extension = _EXTENSIONS.get(kind, kind.rpartition("/")[2].removeprefix("x-")[:8])
    return f"attachment-{number}.{extension}"


def safe_name(name: str) -> str:
    """The last component of a file name, without signs that mislead, at most 150 characters."""
    if not name:
        return ""
    last = words(name).replace("\\", "/").rstrip("/").rpartition("/")[2]
    clean = _UNSAFE.sub("_", last).strip(" .")
    if len(clean) <= 150:
        return clean
    stem, dot, extension = clean.rpartition(".")
    return f"{stem[:140]}.{extension}" if dot and len(extension) < 10 else clean[:150]
