"""Connections to the mail server: opened by the rules of its address, kept for the next message."""

import queue
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from urllib.parse import parse_qs, unquote, urlsplit

from vitrine.channels.mail.deliver.refusals import Meaning, meaning_of
from vitrine.correspondence.choices import FailureClass

TIMEOUT = 60.0
"""Seconds to wait for a connection or for a part of an answer."""
LONGEST = 300.0
"""Seconds for connecting, and for one message: a server that drips its answers is left."""
KEPT_FOR = 10.0
"""Seconds for which an idle connection waits for another message."""
MESSAGES_EACH = 50
"""Messages that one connection carries; then a fresh one shares the load again."""
KEPT_AT_MOST = 8


class Tls(StrEnum):
    """When a connection is encrypted (`?tls=` in VITRINE_SMTP_URL)."""

    OFFERED = "offered"
    """When the server offers it, whatever its certificate; verified when we sign in."""
    REQUIRE = "require"
    """Always and with a valid certificate, else nothing leaves."""
    NEVER = "never"


@dataclass(frozen=True)
class Server:
    """A mail server as in VITRINE_SMTP_URL."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    is_encrypted: bool = False
    tls: Tls = Tls.OFFERED
    authority: str = ""
    """File with the certificate that vouches for the server; blank: those of the machine."""

    @property
    def is_verified(self) -> bool:
        """Whether the certificate must be valid: a password goes to no stranger."""
        return self.is_encrypted or self.tls == Tls.REQUIRE or bool(self.user)


@cache
def server_of(url: str) -> Server:
    """`smtp://user:password@host:port?tls=require&ca=FILE` or `smtps://...`; ports 25 and 465.

    Raises ValueError for an unknown scheme or policy.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps"):
        raise ValueError(f"Not a mail server: {parts.scheme}://")
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    is_encrypted = parts.scheme == "smtps"
    return Server(
        host=unquote(parts.hostname or "localhost"),
        port=parts.port or (465 if is_encrypted else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_encrypted=is_encrypted,
        tls=Tls(asked.get("tls", Tls.OFFERED)),
        authority=asked.get("ca", ""),
    )


class Refused(Exception):
    """The other side does not take the message; `meaning` tells whether later it may."""

    def __init__(self, words: str, *, meaning: Meaning) -> None:
        super().__init__(words)
        self.meaning = meaning


def refusal(code: int, words: bytes | str) -> Refused:
    """A refusal in the words of the server."""
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    said = " ".join(f"{code} {said}".split())[:1000]
    return Refused(said, meaning=meaning_of(said, code=code))


def unreachable(words: str) -> Refused:
    """Nothing was handed over: the server could not be reached, or went away before the end."""
    return Refused(words, meaning=Meaning(FailureClass.AWAY, is_temporary=True))


@dataclass
class Connection:
    """A session with a server, ready for the next message."""

    server: Server
    client: smtplib.SMTP
    used_at: float = 0.0
    messages: int = 0

    @property
    def is_fresh(self) -> bool:
        """Whether no message has gone over it yet."""
        return self.messages == 0

    def close(self) -> None:
        """Hang up without a word."""
        self.client.close()


_idle: "queue.SimpleQueue[Connection]" = queue.SimpleQueue()


def borrowed(server: Server) -> Connection:
    """A session with `server`: one that stayed open, else a new one. Raises Refused."""
    while True:
        try:
            kept = _idle.get_nowait()
        except queue.Empty:
            return opened(server)
        is_young = time.monotonic() - kept.used_at < KEPT_FOR
        if kept.server == server and is_young and not has_spoken(kept.client.sock):
            return kept
        kept.close()


def given_back(connection: Connection) -> None:
    """Keep the session for the next message, unless it has carried enough."""
    connection.used_at = time.monotonic()
    connection.messages += 1
    if connection.messages >= MESSAGES_EACH or _idle.qsize() >= KEPT_AT_MOST:
        connection.close()
    else:
        _idle.put(connection)


def has_spoken(sock: socket.socket | None) -> bool:
    """Whether a server whose turn it is not has said something, such as good-bye, or hung up."""
    if sock is None:
        return True
    sock.setblocking(False)
    try:
        if isinstance(sock, ssl.SSLSocket):
            sock.read(1)
        else:
            sock.recv(1, socket.MSG_PEEK)
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    except OSError:
        return True
    finally:
        sock.settimeout(TIMEOUT)
    return True


def opened(server: Server) -> Connection:
    """A new session: connected, encrypted as the policy wants, signed in. Raises Refused."""
    try:
        return Connection(server, _client(server))
    except smtplib.SMTPResponseException as error:
        raise refusal(error.smtp_code, error.smtp_error) from error
    except ssl.SSLError as error:
        words = f"the encrypted connection to {server.host} failed: {error.reason or error}"
        raise unreachable(words) from error
    except (OSError, smtplib.SMTPException) as error:
        raise unreachable(f"{server.host} cannot be reached: {error}") from error


def _client(server: Server) -> smtplib.SMTP:
    context = _context(server)
    client: smtplib.SMTP
    if server.is_encrypted:
        client = smtplib.SMTP_SSL(timeout=TIMEOUT, context=context)
    else:
        client = smtplib.SMTP(timeout=TIMEOUT)
    # Not given to the constructor, which would connect before anybody can hang up.
    client._host = server.host  # type: ignore[attr-defined]  # the name that is verified
    try:
        with limited(client):
            code, words = client.connect(server.host, server.port)
            if code != 220:
                raise smtplib.SMTPConnectError(code, words)
            client.ehlo_or_helo_if_needed()
            if not server.is_encrypted and server.tls != Tls.NEVER:
                _encrypt(client, server=server, context=context)
            if server.user:
                client.login(server.user, server.password)
    except BaseException:
        client.close()
        raise
    return client


@contextmanager
def limited(client: smtplib.SMTP) -> Iterator[None]:
    """Hang up when it takes too long in all, however often the server says a little more."""
    watch = threading.Timer(LONGEST, _hang_up, [client])
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _hang_up(client: smtplib.SMTP) -> None:
    if client.sock is not None:
        with suppress(OSError):
            client.sock.shutdown(socket.SHUT_RDWR)


def _encrypt(client: smtplib.SMTP, *, server: Server, context: ssl.SSLContext) -> None:
    if client.has_extn("starttls"):
        code, words = client.starttls(context=context)
        if code != 220:
            raise smtplib.SMTPResponseException(code, words)
        client.ehlo()
    elif server.is_verified:
        raise smtplib.SMTPNotSupportedError("it offers no encryption, which our policy requires")


def _context(server: Server) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=server.authority or None)
    if not server.is_verified:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
