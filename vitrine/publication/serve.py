"""Serves what is published, as a raw ASGI application: no framework, no database, no cookie.

    granian --interface asgi vitrine.publication.serve:application

The public version is held in memory. Where `current` points is looked up at most every few
milliseconds, when somebody asks; so a new version is served at once and an idle server sleeps.
"""

import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from vitrine.publication import negotiation, versions
from vitrine.publication.not_found import missing_page, nothing_yet
from vitrine.publication.shelf import FOR_EVER, FRESH, Answer, Headers, Shelf
from vitrine.publication.site import Site, site_from
from vitrine.publication.words import LANGUAGES

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

LOOK_EVERY = 0.005
"""Seconds between two looks at the symbolic link."""
HEARTBEAT = "heartbeat.json"
MOST_SHELVES = 4
"""Old versions held in memory."""
MOST_ENCODINGS = 64
"""Different Accept-Encoding headers that are remembered."""
READ_ONLY: Headers = [(b"allow", b"GET, HEAD, OPTIONS"), (b"content-length", b"0")]
PREFLIGHT: Headers = [
    (b"allow", b"GET, HEAD, OPTIONS"),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, HEAD"),
    (b"access-control-allow-headers", b"If-None-Match"),
    (b"access-control-max-age", b"86400"),
]


class Server:
    """What is served of one publication directory."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.link = str(site.directory / versions.CURRENT)
        self.target = ""
        self.shelf: Shelf | None = None
        self.old: dict[str, Shelf] = {}
        self.looked_at = 0.0
        self.accepted: dict[bytes, tuple[bytes, ...]] = {}

    def public(self) -> Shelf | None:
        """The shelf of the public version; None before the first publication."""
        now = time.monotonic()
        if now - self.looked_at >= LOOK_EVERY:
            self.looked_at = now
            try:
                target = os.readlink(self.link)  # noqa: PTH115 - Path takes ten times as long
            except OSError:
                target = ""
            # A link that is gone for an instant changes nothing: what was public stays.
            if target and target != self.target:
                self.target = target
                self.shelf = Shelf(self.site.directory / target, site=self.site)
        return self.shelf

    def encodings(self, header: bytes) -> tuple[bytes, ...]:
        """As `negotiation.encodings`, remembered."""
        found = self.accepted.get(header)
        if found is None:
            if len(self.accepted) >= MOST_ENCODINGS:
                self.accepted.clear()
            found = self.accepted[header] = negotiation.encodings(header)
        return found

    def find(self, path: str, *, encodings: tuple[bytes, ...]) -> Answer | None:
        """The answer for a path without its first slash."""
        shelf = self.shelf
        if path.startswith("v/"):
            _v, name, rest = (*path.split("/", 2), "", "")[:3]
            return self.old_version(name, rest, encodings=encodings)
        if path == HEARTBEAT:
            fresh = Shelf(self.site.directory, site=self.site, cache_control=FRESH)
            return fresh.read(path, encoding=b"identity")
        if not path or path.endswith("/"):
            path += "index.html"
        return shelf.answer(path, accepted=encodings) if shelf else None

    def old_version(self, name: str, path: str, *, encodings: tuple[bytes, ...]) -> Answer | None:
        """A file of the version that is called `name`, for ever the same."""
        if versions.read_name(name) is None:
            return None
        if name not in self.old:
            place = self.site.directory / versions.VERSIONS / name
            if not place.is_dir():
                return None
            while len(self.old) >= MOST_SHELVES:
                del self.old[next(iter(self.old))]
            self.old[name] = Shelf(place, site=self.site, cache_control=FOR_EVER)
        if not path or path.endswith("/"):
            path += "index.html"
        return self.old[name].answer(path, accepted=encodings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "lifespan":
            await lifespan(receive, send)
            return
        method = scope["method"]
        if method not in ("GET", "HEAD"):
            await reply(send, status=204 if method == "OPTIONS" else 405,
                        headers=PREFLIGHT if method == "OPTIONS" else READ_ONLY)  # fmt: skip
            return
        encoding, known, language = b"", b"", b""
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                encoding = value
            elif name == b"if-none-match":
                known = value
            elif name == b"accept-language":
                language = value
        await self.answer(
            scope["path"], send, method=method, encoding=encoding, known=known, language=language
        )

    async def answer(
        self, path: str, send: Send, *, method: str, encoding: bytes, known: bytes, language: bytes
    ) -> None:
        """Send the file at `path`, that it has not changed, where it is, or that there is none."""
        shelf = self.public()
        if path == "/" or path[1:] in LANGUAGES:
            await self.lead(path, send, language=language.decode("latin-1"))
            return
        found = self.find(path[1:], encodings=self.encodings(encoding))
        if found is None:
            status, body, more = (404, missing_page(), ()) if shelf else (503, nothing_yet(), RETRY)
            headers = [*ERROR, *more, (b"content-length", str(len(body)).encode())]
            await reply(send, status=status, headers=headers, body=with_body(method, body))
        elif known and is_known(found.etag, known):
            await reply(send, status=304, headers=found.not_modified)
        else:
            body = found.body if method == "GET" else b""
            await reply(send, status=200, headers=found.headers, body=body)

    async def lead(self, path: str, send: Send, *, language: str) -> None:
        """From the root to the language that the reader prefers."""
        code = path[1:] or negotiation.language_of(language, otherwise=self.site.language)
        headers: Headers = [
            (b"location", f"/{code}/".encode()),
            (b"vary", b"Accept-Language"),
            (b"cache-control", b"no-cache"),
            (b"content-length", b"0"),
            (b"link", b'</status.json>; rel="status"'),
        ]
        await reply(send, status=302, headers=headers)


ERROR: Headers = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]
RETRY: Headers = [(b"retry-after", b"10")]


def with_body(method: str, body: bytes) -> bytes:
    """Nothing for HEAD."""
    return body if method == "GET" else b""


def is_known(etag: bytes, header: bytes) -> bool:
    """Whether an If-None-Match names `etag`; a proxy may have made it weak."""
    if header == etag:
        return True
    given = (each.strip().removeprefix(b"W/") for each in header.split(b","))
    return any(each in (etag, b"*") for each in given)


async def reply(send: Send, *, status: int, headers: Headers, body: bytes = b"") -> None:
    """Send an answer."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def lifespan(receive: Receive, send: Send) -> None:
    """Begin and end, as ASGI servers want to be told."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def application_for(directory: Path) -> Server:
    """A server of another directory than the environment names."""
    return Server(Site(directory=directory))


application = Server(site_from())
