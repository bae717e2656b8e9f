"""ClamAV's clamd over its socket: a file goes in (INSTREAM), a verdict comes out."""

import socket
import struct
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

CHUNK = 256 * 1024
"""Bytes sent at once."""
PATIENCE = 60.0
"""Seconds without a sign of life from the scanner."""
_LONGEST_REPLY = 4096


class ScannerAway(Exception):
    """Nobody can say whether the file is clean: no scanner answers, or it refuses the file."""


class NotScanned(ScannerAway):
    """The scanner is there and gives no verdict on this file; the next may get one."""


@dataclass(frozen=True)
class Verdict:
    """What the scanner says; `infection` is the name of what it found, blank for a clean file."""

    infection: str = ""


def scan(content: BinaryIO, *, at: str, patience: float = PATIENCE) -> Verdict:
    """Have `content` looked through by the scanner at `at`, a socket path or `host:port`.

    Raises ScannerAway, never a verdict that was not given.
    """
    try:
        with _connected(at, patience=patience) as connection:
            connection.sendall(b"zINSTREAM\0")
            while chunk := content.read(CHUNK):
                connection.sendall(struct.pack("!L", len(chunk)) + chunk)
            connection.sendall(struct.pack("!L", 0))
            reply = _reply(connection)
    except OSError as error:
        raise ScannerAway(str(error)) from error
    return _verdict(reply)


def is_there(at: str) -> bool:
    """Whether a scanner answers at `at`."""
    try:
        with _connected(at, patience=5) as connection:
            connection.sendall(b"zPING\0")
            return _reply(connection) == "PONG"
    except OSError:
        return False


def _connected(at: str, *, patience: float) -> socket.socket:
    if at.startswith(("/", "unix:")):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(patience)
        try:
            connection.connect(at.removeprefix("unix:"))
        except OSError:
            connection.close()
            raise
        return connection
    parts = urlsplit(at if "//" in at else f"//{at}")
    return socket.create_connection((parts.hostname or "", parts.port or 3310), timeout=patience)


def _reply(connection: socket.socket) -> str:
    reply = b""
    while not reply.endswith(b"\0") and len(reply) < _LONGEST_REPLY:
        received = connection.recv(_LONGEST_REPLY)
        if not received:
            break
        reply += received
    return reply.rstrip(b"\0\n").decode("utf-8", "replace")


def _verdict(reply: str) -> Verdict:
    """`stream: OK`, `stream: Eicar-Test-Signature FOUND`; anything else is no verdict."""
    words = reply.partition(": ")[2]
    if words == "OK":
        return Verdict()
    if words.endswith(" FOUND"):
        return Verdict(infection=words.removesuffix(" FOUND")[:200] or "?")
    if reply:
        raise NotScanned(reply)
    raise ScannerAway("The scanner hung up without a word.")
