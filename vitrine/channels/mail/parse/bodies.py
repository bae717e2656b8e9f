"""From parts to what a person reads, and to files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from vitrine.channels.mail.parse.charsets import decoded
from vitrine.channels.mail.parse.headers import Headers, split_headers, words
from vitrine.channels.mail.parse.page_text import PageText, read_page, text_of
from vitrine.channels.mail.parse.parsed import ParsedFile
from vitrine.channels.mail.parse.structure import Part, uuencoded_files
from vitrine.kernel.text import without_controls

_READ = {"text/plain", "text/html", "text/enriched", "text/richtext", "text/x-amp-html"}
_UNSAFE = re.compile(r"[\\/:*?\"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
_EXTENSIONS = {
    "text/plain": "txt",
    "text/html": "html",
    "text/calendar": "ics",
    "message/rfc822": "eml",
    "image/jpeg": "jpg",
    "image/tiff": "tif",
    "application/ms-tnef": "dat",
    "application/pgp-signature": "asc",
    "application/pkcs7-signature": "p7s",
    "application/octet-stream": "bin",
}
_NO_HTML_HERE = re.compile(r"\bhtml\b", re.IGNORECASE)


def is_read(part: Part) -> bool:
    """Whether `part` is read as the message itself, not kept as a file."""
    if part.content_type not in _READ or part.is_attached:
        return False
    return not part.name or (not part.disposition and part.content_type != "text/html")


@dataclass(frozen=True)
class Texts:
    """Text and HTML of a message; `new_until` as in `PageText`, when the text is of one page."""

    text: str
    html: str
    new_until: int | None = None


def texts_of(parts: list[Part]) -> Texts:
    """Text and HTML of the message: the best form of each alternative, in order."""
    slots: dict[int, dict[str, str]] = {}
    for number, part in enumerate(parts):
        if part.content_type == "text/x-amp-html":
            continue
        slot = next((own for own, kind in part.ancestors if kind == "alternative"), -number - 1)
        form = "html" if part.content_type == "text/html" else "plain"
        chosen = slots.setdefault(slot, {})
        read = _part_text(part)
        if read.strip():
            chosen[form] = f"{chosen[form]}\n{read}" if form in chosen else read
    texts = [text for slot in slots.values() if (text := _slot_text(slot)).text]
    pages = "\n".join(slot["html"] for slot in slots.values() if "html" in slot)
    if len(texts) == 1:
        return Texts(texts[0].text, pages, new_until=texts[0].new_until)
    return Texts("\n\n".join(each.text for each in texts), pages)


def _part_text(part: Part) -> str:
    text = without_controls(decoded(part.content(), charset=part.parameters.get("charset", "")))
    if part.content_type == "text/plain":
        if part.parameters.get("format", "").lower() == "flowed":
            return _flowed(text, deletes=part.parameters.get("delsp", "").lower() == "yes")
        if _looks_like_page(text):
            return text_of(text)
    return text


def _looks_like_page(text: str) -> bool:
    head = text[:200].lstrip().lower()
    return head.startswith(("<!doctype html", "<html"))


def _slot_text(slot: dict[str, str]) -> PageText:
    plain = slot.get("plain", "").strip("\n")
    if "html" not in slot:
        return PageText(plain)
    if plain and not (len(plain) < 200 and _NO_HTML_HERE.search(plain)):
        return PageText(plain)
    page = read_page(slot["html"])
    return page if page.text else PageText(plain)


def _flowed(text: str, *, deletes: bool) -> str:
    """RFC 3676: lines that end in a space go on in the next one of the same quote depth."""
    lines: list[str] = []
    depth_before, goes_on = -1, False
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        if goes_on and depth == depth_before and content != "-- ":
            lines[-1] = f"{lines[-1][:-1] if deletes else lines[-1]}{content}"
        else:
            lines.append(f"{'>' * depth} {content}" if depth else content)
        goes_on = content.endswith(" ") and content != "-- "
        depth_before = depth
    return "\n".join(lines)


def files_of(parts: list[Part]) -> Iterator[ParsedFile]:
    """Every part that is not read, as a file with a safe name."""
    for number, part in enumerate(parts, start=1):
        content = part.content()
        yield ParsedFile(
            name=_name_of(part, number=number),
            content_type=part.content_type,
            content=content,
            content_id=words(part.headers.first("content-id")).strip("<>")[:200],
            is_inline=part.disposition == "inline" or bool(part.headers.first("content-id")),
        )


def without_uuencoded(parts: list[Part]) -> tuple[list[Part], list[ParsedFile]]:
    """The parts with uuencoded files taken out of their text, and those files."""
    kept: list[Part] = []
    files: list[ParsedFile] = []
    for part in parts:
        content = part.content() if part.content_type == "text/plain" else b""
        found = uuencoded_files(content) if b"begin" in content else []
        for name, inner, (begin, end) in reversed(found):
            files.append(ParsedFile(safe_name(name) or "file", "application/octet-stream", inner))
            content = content[:begin] + content[end:]
        kept.append(replace(part, headers=Headers(()), raw=content) if found else part)
    return kept, files[::-1]


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
    last = words(name).replace("\\", "/").rpartition("/")[2]
    clean = _UNSAFE.sub("_", last).strip(" .")
    if len(clean) <= 150:
        return clean
    stem, dot, extension = clean.rpartition(".")
    return f"{stem[:140]}.{extension}" if dot and len(extension) < 10 else clean[:150]
