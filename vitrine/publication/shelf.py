"""The public version in memory: each file with its headers, ready to be handed out.

A shelf belongs to one version directory, which never changes; so all that it answers is of one
version. Files are read when they are first asked for.
"""

import re
from dataclasses import dataclass
from email.utils import formatdate
from hashlib import sha256
from pathlib import Path

from vitrine.publication.site import Site

Headers = list[tuple[str, str]]

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8; method=PUBLISH",
}
HEALTH_TYPE = "application/health+json"
FRESH = "public, max-age=5, stale-while-revalidate=15, stale-if-error=86400"
FOR_EVER = "public, max-age=31536000, immutable"
PLAIN = re.compile(r"(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*(?:[A-Za-z0-9_-][A-Za-z0-9._-]*)?")
"""A path without tricks: no empty or hidden part, nothing escaped, nothing that leads upwards."""
NOT_FOR_READERS = (".gz", ".br", ".tmp", "event.json")
"""Compressed forms are asked for by encoding; events name who made them."""
SUFFIXES = {b"br": ".br", b"gzip": ".gz", b"identity": ""}
EMBEDDED = "embed.html"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A file in one encoding, with everything that is sent before it."""

    etag: str
    headers: Headers
    body: bytes
    not_modified: Headers
    """The headers of a 304."""


class Shelf:
    """The files of one version directory."""

    def __init__(self, place: Path, *, site: Site, cache_control: str = FRESH) -> None:
        self.place = place
        self.site = site
        self.cache_control = cache_control
        self.ready: dict[tuple[str, bytes], Answer] = {}

    def answer(self, path: str, *, accepted: tuple[bytes, ...]) -> Answer | None:
        """The file at `path` in the first of these encodings that it has; None: there is none."""
        for encoding in accepted:
            key = (path, encoding)
            found = self.ready.get(key) or self.read(path, encoding=encoding)
            if found:
                # What is not there is not remembered: there is no end of it.
                self.ready[key] = found
                return found
        return None

    def read(self, path: str, *, encoding: bytes) -> Answer | None:
        """The file from the disk."""
        if not PLAIN.fullmatch(path) or path.endswith(NOT_FOR_READERS):
            return None
        file = self.place / path
        packed = file.with_name(file.name + SUFFIXES[encoding])
        try:
            body = packed.read_bytes()
            modified = file.stat().st_mtime
        except (OSError, ValueError):
            return None
        has_others = encoding != b"identity" or file.with_name(f"{file.name}.gz").exists()
        etag = f'"{sha256(body).hexdigest()[:24]}"'
        repeated: Headers = [
            ("etag", etag),
            ("cache-control", self.cache_control),
            ("access-control-allow-origin", "*"),
            ("access-control-expose-headers", "Date, ETag"),
        ]
        if has_others:
            repeated.append(("vary", "Accept-Encoding"))
        headers = [
            ("content-type", type_of(file.name)),
            ("content-length", str(len(body))),
            ("last-modified", formatdate(modified, usegmt=True)),
            *repeated,
            *self.safety(file.name),
        ]
        if encoding != b"identity":
            headers.append(("content-encoding", encoding.decode()))
        return Answer(etag=etag, headers=headers, body=body, not_modified=repeated)

    def safety(self, name: str) -> Headers:
        """What a browser may do with it; the rest of the policy stands in the page itself."""
        headers: Headers = [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("link", '</status.json>; rel="status"'),
        ]
        if name.endswith((".html", ".svg")):
            framed = self.site.framed_by if name == EMBEDDED else "'none'"
            headers.append(("content-security-policy", f"frame-ancestors {framed}"))
        if self.cache_control is FOR_EVER:
            headers.append(("x-robots-tag", "noindex"))
        return headers


def type_of(name: str) -> str:
    """The media type of a file."""
    return HEALTH_TYPE if name == "health" else TYPES.get(Path(name).suffix, "text/plain")
