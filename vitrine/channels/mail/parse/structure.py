"""The parts of a message as a flat list, found without recursion.

Bodies are cut at their boundaries by one search per level; the bytes searched are
bounded, so that a hostile nesting costs no more than a large ordinary mail.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

from vitrine.channels.mail.parse.headers import Headers, split_headers, value_and_parameters
from vitrine.channels.mail.parse.transfer import transfer_decoded

MAX_PARTS = 2000
MAX_DEPTH = 60
SEARCHES_ALLOWED = 10
"""How often each byte may be searched for boundaries, on average."""

_CONTENT_TYPE = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}")
_LIKE_A_BOUNDARY = re.compile(
    rb"^(--[^\r\n]{4,200}?)[ \t]*\r?\n(?=content-)", re.MULTILINE | re.IGNORECASE
)
_LAST_BOUNDARY = re.compile(rb"^(--[^\r\n]{1,70}?)--[ \t]*\s*\Z", re.MULTILINE)
_REST_OF_BOUNDARY = re.compile(rb"(--)?[ \t]*(?:\r?\n|$)")


@dataclass(frozen=True)
class Part:
    """A part without children, or the message itself."""

    headers: Headers
    content_type: str
    parameters: dict[str, str]
    disposition: str
    name: str
    """As the sender wrote it; blank when it has none."""
    raw: bytes
    """The body still in its transfer encoding."""
    ancestors: tuple[tuple[int, str], ...] = ()
    """The multiparts around it, outermost first: an own number and the subtype."""

    @property
    def is_attached(self) -> bool:
        """Whether the sender wants it to be a file."""
        return self.disposition == "attachment"

    def content(self) -> bytes:
        """The body with its transfer encoding undone, as far as that is possible."""
        return self._content

    @cached_property
    def _content(self) -> bytes:
        return transfer_decoded(
            self.raw,
            encoding=self.headers.first("content-transfer-encoding"),
            is_text=self.content_type.startswith("text/"),
        )


@dataclass
class _Walk:
    raw: bytes
    parts: list[Part] = field(default_factory=list)
    stack: list[tuple[int, int, tuple[tuple[int, str], ...], str]] = field(default_factory=list)
    budget: int = 0
    multiparts: int = 0


def parts_of(raw: bytes) -> tuple[Headers, list[Part]]:
    """The headers of the message and its leaves in order; nothing is raised."""
    headers, _body = split_headers(raw)
    walk = _Walk(raw, budget=len(raw) * SEARCHES_ALLOWED + 2**20)
    walk.stack.append((0, len(raw), (), "text/plain"))
    while walk.stack and len(walk.parts) < MAX_PARTS:
        start, end, ancestors, default = walk.stack.pop()
        _visit(walk, start=start, end=end, ancestors=ancestors, default=default)
    if walk.stack:
        walk.parts.append(_rest(raw, start=walk.stack[-1][0]))
    return headers, walk.parts


def _rest(raw: bytes, *, start: int) -> Part:
    """Everything behind the parts that are read, as one file: nothing is lost."""
    return Part(Headers(()), "application/octet-stream", {}, "attachment", "rest.eml", raw[start:])


def _visit(
    walk: _Walk, *, start: int, end: int, ancestors: tuple[tuple[int, str], ...], default: str
) -> None:
    headers, body = split_headers(walk.raw, start=start, end=end)
    content_type, parameters = value_and_parameters(headers.first("content-type"))
    if not _CONTENT_TYPE.fullmatch(content_type):
        content_type = default
    if content_type.startswith("multipart/") and len(ancestors) < MAX_DEPTH:
        walk.multiparts += 1
        subtype = content_type.partition("/")[2]
        inner = "message/rfc822" if subtype == "digest" else "text/plain"
        inside = (*ancestors, (walk.multiparts, subtype))
        spans = _spans(walk, body=body, end=end, boundary=parameters.get("boundary", ""))
        if spans:
            walk.stack += [(first, last, inside, inner) for first, last in reversed(spans)]
            return
        content_type = "text/plain"  # without a usable boundary it is read as it stands
    disposition, details = value_and_parameters(headers.first("content-disposition"))
    walk.parts.append(
        Part(
            headers=headers,
            content_type=content_type,
            parameters=parameters,
            disposition=disposition,
            name=details.get("filename") or parameters.get("name", ""),
            raw=walk.raw[body:end],
            ancestors=ancestors,
        )
    )


def _spans(walk: _Walk, *, body: int, end: int, boundary: str) -> list[tuple[int, int]]:
    """Where the children of a multipart begin and end; a missing end is the end of the body."""
    walk.budget -= end - body
    boundary = boundary.rstrip()
    if walk.budget < 0:
        return []
    if not boundary:
        return _spans_of(walk.raw, body=body, end=end, line=_guessed(walk.raw, body=body, end=end))
    line = b"--" + boundary.encode("utf-8", "replace")
    spans = _spans_of(walk.raw, body=body, end=end, line=line)
    return spans or _spans_of(
        walk.raw, body=body, end=end, line=_guessed(walk.raw, body=body, end=end)
    )


def _guessed(raw: bytes, *, body: int, end: int) -> bytes:
    """The first line of the body that looks like a boundary and is followed by a part header."""
    match = _LIKE_A_BOUNDARY.search(raw, body, min(end, body + 65536))
    if match is None:
        match = _LAST_BOUNDARY.search(raw, max(body, end - 2000), end)
    return match[1] if match else b""


def _spans_of(raw: bytes, *, body: int, end: int, line: bytes) -> list[tuple[int, int]]:
    """The children between lines that are exactly `line`, or `line--` for the last."""
    spans: list[tuple[int, int]] = []
    begin: int | None = None
    position = raw.find(line, body, end) if line else -1
    while position >= 0 and len(spans) <= MAX_PARTS:
        after = position + len(line)
        match = _REST_OF_BOUNDARY.match(raw, after, end)
        if match and (position == body or raw[position - 1 : position] == b"\n"):
            if begin is not None:
                spans.append((begin, _without_line_end(raw, begin=begin, end=position)))
            begin = None if match[1] else match.end()
            if match[1]:
                break
        position = raw.find(line, after, end)
    if begin is not None and begin < end:
        spans.append((begin, end))
    return spans


def _without_line_end(raw: bytes, *, begin: int, end: int) -> int:
    """The line end before a boundary belongs to the boundary."""
    for ending in (b"\r\n", b"\n"):
        if raw.endswith(ending, begin, end):
            return end - len(ending)
    return end
