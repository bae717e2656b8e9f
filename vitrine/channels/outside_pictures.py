"""Pictures of mails fetched from outside, for a reader who asked: the sender learns nothing of him.

Nothing here runs by itself (S-03): the setting allows it, a person asks, the journal notes it.
The address must lead to the public internet, at each redirection anew; the connection goes to
the very address that was examined. What comes is written anew as a small WebP.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from vitrine.kernel.pictures import small

MOST_BYTES = 8 * 2**20
MOST_REDIRECTIONS = 3
PATIENCE = 6.0
"""Seconds for everything, from the first question to the last byte."""
LONGEST_SIDE = 1600
"""Pixels."""
AT_ONCE = 2
"""Fetches of one process; a slow sender must not occupy every thread of the pages."""
PORTS = {"http": 80, "https": 443}

_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
_HEADERS = {"Accept": "image/png,image/jpeg,image/gif,image/webp", "User-Agent": "Mozilla/5.0"}
_REDIRECTIONS = (301, 302, 303, 307, 308)
_places = threading.BoundedSemaphore(AT_ONCE)

Resolve = Callable[[str, int], list[str]]


class Connect(Protocol):
    """Makes a connection to an address that was examined. Raises OSError."""

    def __call__(self, address: str, port: int, *, seconds: float) -> socket.socket:
        """Wait at most `seconds`."""


class NoPicture(Exception):
    """The picture is not fetched; the reason is for the log, never for the reader's browser."""


@dataclass(frozen=True)
class Ways:
    """How names are resolved and connections made; tests put their own in."""

    resolve: Resolve
    connect: Connect


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a host. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def connected(address: str, port: int, *, seconds: float) -> socket.socket:
    """A connection to an address that was examined. Raises OSError."""
    return socket.create_connection((address, port), timeout=seconds)


OUTSIDE = Ways(resolve=resolved, connect=connected)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, whatever it is wrapped in."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip.sixtofour is not None or ip.teredo is not None or ip in _TRANSLATED:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def fetch_picture(address: str, *, ways: Ways = OUTSIDE) -> bytes:
    """The picture at `address` as a WebP. Raises NoPicture, and nothing else."""
    if not _places.acquire(timeout=1):
        raise NoPicture("too many fetches at once")
    try:
        content = _fetched(address, ways=ways, until=time.monotonic() + PATIENCE)
    except (OSError, ValueError, http.client.HTTPException) as problem:
        raise NoPicture(f"{type(problem).__name__}: {problem}") from problem
    finally:
        _places.release()
    picture = small(content, longest=LONGEST_SIDE)
    if picture is None:
        raise NoPicture("what came is no picture")
    return picture


def _fetched(address: str, *, ways: Ways, until: float) -> bytes:
    for _redirection in range(MOST_REDIRECTIONS + 1):
        with _asked(address, ways=ways, until=until) as answer:
            if answer.status == 200:
                return _body(answer, until=until)
            if answer.status not in _REDIRECTIONS or not answer.headers.get("Location"):
                raise NoPicture(f"status {answer.status}")
            address = urljoin(address, answer.headers["Location"])
    raise NoPicture("too many redirections")


@contextmanager
def _asked(address: str, *, ways: Ways, until: float) -> Iterator[http.client.HTTPResponse]:
    """The answer to one request; whatever is open when the time is over is cut."""
    parts, port = _examined(address)
    host = (parts.hostname or "").encode("idna").decode("ascii")
    plain = ways.connect(_public_address(host, port=port, ways=ways), port, seconds=_left(until))
    alarm = threading.Timer(_left(until), _cut, [plain])
    alarm.daemon = True
    alarm.start()
    client = http.client.HTTPConnection(host, port, timeout=_left(until))
    try:
        client.sock = _secured(plain, host=host) if parts.scheme == "https" else plain
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
        query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
        client.request("GET", f"{path}?{query}" if query else path, headers=_HEADERS)
        yield client.getresponse()
    finally:
        alarm.cancel()
        client.close()
        plain.close()


def _examined(address: str) -> tuple[SplitResult, int]:
    parts = urlsplit(address)
    port = PORTS.get(parts.scheme)
    if port is None or parts.username is not None or not parts.hostname:
        raise NoPicture("not a plain web address")
    if parts.port not in (None, port):
        raise NoPicture("an unusual port")
    return parts, port


def _public_address(host: str, *, port: int, ways: Ways) -> str:
    """The first address of `host`, when every one of them is public."""
    addresses = ways.resolve(host, port)
    if not addresses or not all(is_public(one) for one in addresses):
        raise NoPicture(f"{host} is not in the public internet")
    return addresses[0]


def _secured(plain: socket.socket, *, host: str) -> socket.socket:
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def _left(until: float) -> float:
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise NoPicture("it takes too long")
    return seconds


def _cut(connection: Any) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _body(answer: http.client.HTTPResponse, *, until: float) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while piece := answer.read1(64 * 1024):
        _left(until)
        size += len(piece)
        if size > MOST_BYTES:
            raise NoPicture("it is too large")
        pieces.append(piece)
    return b"".join(pieces)
