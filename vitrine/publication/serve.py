"""Serves what is published, as a bare WSGI application: no framework, no database, no cookie.

    granian --interface wsgi --blocking-threads 1 vitrine.publication.serve:application

The public version is held in memory. Where `current` points is looked up at most every few
milliseconds, when somebody asks; so a new version is served at once and an idle server sleeps.

Nothing here waits for anything but the disk, so an event loop would only cost: half as much again
for each request, measured. One thread answers; granian reads and writes the connections in others.
"""

import os
import time
from wsgiref.types import StartResponse, WSGIEnvironment

from vitrine.publication import negotiation, versions
from vitrine.publication.not_found import missing_page, nothing_yet
from vitrine.publication.shelf import FOR_EVER, FRESH, Answer, Headers, Shelf
from vitrine.publication.site import Site, site_from
from vitrine.publication.words import LANGUAGES

LOOK_EVERY = 0.005
"""Seconds between two looks at the symbolic link."""
HEARTBEAT = "heartbeat.json"
MOST_SHELVES = 4
"""Old versions held in memory."""
MOST_REMEMBERED = 2048
"""Pairs of path and Accept-Encoding whose answer is found at the first look."""
OK, NOT_MODIFIED = "200 OK", "304 Not Modified"
READ_ONLY: Headers = [("allow", "GET, HEAD, OPTIONS"), ("content-length", "0")]
PREFLIGHT: Headers = [
    ("allow", "GET, HEAD, OPTIONS"),
    ("access-control-allow-origin", "*"),
    ("access-control-allow-methods", "GET, HEAD"),
    ("access-control-allow-headers", "If-None-Match"),
    ("access-control-max-age", "86400"),
]
ERROR: Headers = [
    ("content-type", "text/html; charset=utf-8"),
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
]
RETRY: Headers = [("retry-after", "10")]

LEADING = frozenset({"/", *(f"/{language}" for language in LANGUAGES)})
"""The root, and each language without its slash: they lead to the page."""

Reply = tuple[str, Headers, bytes]
"""Status, headers, body."""


class Server:
    """What is served of one publication directory."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.link = str(site.directory / versions.CURRENT)
        self.target = ""
        self.shelf: Shelf | None = None
        self.old: dict[str, Shelf] = {}
        self.looked_at = 0.0
        self.remembered: dict[tuple[str, str], Answer] = {}

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> list[bytes]:
        """One request."""
        self.look()
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if method not in ("GET", "HEAD"):
            write = ("204 No Content", PREFLIGHT), ("405 Method Not Allowed", READ_ONLY)
            start(*write[method != "OPTIONS"])
            return []
        encoding = environ.get("HTTP_ACCEPT_ENCODING", "")
        found = self.remembered.get((path, encoding)) or self.find(path, encoding=encoding)
        if found is None:
            status, headers, body = self.without_file(
                path, language=environ.get("HTTP_ACCEPT_LANGUAGE", "")
            )
            start(status, headers)
            return [body] if method == "GET" else []
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known and is_known(found.etag, known):
            start(NOT_MODIFIED, found.not_modified)
            return []
        start(OK, found.headers)
        return [found.body] if method == "GET" else []

    def look(self) -> None:
        """Take the shelf of the public version, when the last look is long enough ago."""
        now = time.monotonic()
        if now - self.looked_at < LOOK_EVERY:
            return
        self.looked_at = now
        try:
            target = os.readlink(self.link)  # noqa: PTH115 - Path takes ten times as long
        except OSError:
            target = ""
        # A link that is gone for an instant changes nothing: what was public stays.
        if target and target != self.target:
            self.target = target
            self.shelf = Shelf(self.site.directory / target, site=self.site)
            self.remembered = {}

    def find(self, path: str, *, encoding: str) -> Answer | None:
        """The file at a path, which begins with a slash; None: there is none, or it leads."""
        if path in LEADING or not path.startswith("/"):
            return None
        if path == f"/{HEARTBEAT}":
            fresh = Shelf(self.site.directory, site=self.site, cache_control=FRESH)
            return fresh.read(HEARTBEAT, encoding=b"identity")
        encodings = negotiation.encodings(encoding.encode("latin-1", "replace"))
        if path.startswith("/v/"):
            _v, name, rest = (*path[1:].split("/", 2), "", "")[:3]
            return self.old_version(name, rest, encodings=encodings)
        if self.shelf is None:
            return None
        found = self.shelf.answer(file_at(path[1:]), accepted=encodings)
        if found:
            # Readers send few different headers; who sends many only makes us negotiate again.
            if len(self.remembered) >= MOST_REMEMBERED:
                self.remembered.clear()
            self.remembered[path, encoding] = found
        return found

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
        return self.old[name].answer(file_at(path), accepted=encodings)

    def without_file(self, path: str, *, language: str) -> Reply:
        """Where it is, that there is no such page, or that nothing was published yet."""
        if path in LEADING:
            code = path[1:] or negotiation.language_of(language, otherwise=self.site.language)
            return "302 Found", leading_to(code), b""
        if self.shelf:
            return "404 Not Found", error(missing_page()), missing_page()
        return "503 Service Unavailable", [*error(nothing_yet()), *RETRY], nothing_yet()


def leading_to(language: str) -> Headers:
    """From the root to the language that the reader prefers."""
    return [
        ("location", f"/{language}/"),
        ("vary", "Accept-Language"),
        ("cache-control", "no-cache"),
        ("content-length", "0"),
        ("link", '</status.json>; rel="status"'),
    ]


def file_at(path: str) -> str:
    """The file that a path without its first slash names."""
    return f"{path}index.html" if not path or path.endswith("/") else path


def error(page: bytes) -> Headers:
    """The headers of a page that says what is not there."""
    return [*ERROR, ("content-length", str(len(page)))]


def is_known(etag: str, header: str) -> bool:
    """Whether an If-None-Match names `etag`; a proxy may have made it weak."""
    if header == etag:
        return True
    given = (each.strip().removeprefix("W/") for each in header.split(","))
    return any(each in (etag, "*") for each in given)


application = Server(site_from())
