"""The other side: a mail server, or the local sink of a development machine."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings

from vitrine.correspondence.actions import take_into_sink

SINK = "sink"
TIMEOUT = 60.0
"""Seconds to wait for a connection or an answer."""


class Refused(Exception):
    """The other side does not take the message; `temporary` tells whether later it may."""

    def __init__(self, words: str, *, temporary: bool) -> None:
        super().__init__(words)
        self.temporary = temporary


class Uncertain(Exception):
    """The connection broke after the message was handed over: nobody knows."""


@dataclass(frozen=True)
class Server:
    """A mail server as in VITRINE_SMTP_URL."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    is_encrypted: bool = False
    starts_tls: bool = True
    """STARTTLS when the server offers it; `?tls=never` in the address switches it off."""


def server_of(url: str) -> Server:
    """`smtp://user:password@host:port` or `smtps://...`; ports 25 and 465 by default."""
    parts = urlsplit(url)
    is_encrypted = parts.scheme == "smtps"
    return Server(
        host=unquote(parts.hostname or "localhost"),
        port=parts.port or (465 if is_encrypted else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_encrypted=is_encrypted,
        starts_tls=parse_qs(parts.query).get("tls") != ["never"],
    )


def uses_sink() -> bool:
    """Whether mail goes to the local sink."""
    return str(settings.SMTP_URL) == SINK


def hand_over(message: EmailMessage, *, to: str) -> str:
    """Give the message away and return what the other side said.

    Raises Refused, or Uncertain when the connection broke after the last byte.
    """
    if uses_sink():
        message_id = str(message["Message-ID"])
        is_new = take_into_sink(message_id, to=to, raw=message.as_bytes())
        return "taken by the local sink" if is_new else "the local sink had it already"
    server = server_of(settings.SMTP_URL)
    try:
        client = _connected(server)
    except smtplib.SMTPResponseException as error:
        raise Refused(_words(error), temporary=error.smtp_code < 500) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Refused(f"{server.host} cannot be reached: {error}", temporary=True) from error
    try:
        return _sent(client, message=message, to=to)
    finally:
        client.close()


def _connected(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    client: smtplib.SMTP
    if server.is_encrypted:
        client = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
    else:
        client = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
        client.ehlo()
        if server.starts_tls and client.has_extn("starttls"):
            client.starttls(context=context)
            client.ehlo()
    if server.user:
        client.login(server.user, server.password)
    return client


def _sent(client: smtplib.SMTP, *, message: EmailMessage, to: str) -> str:
    """MAIL, RCPT and DATA by hand: before the last dot a failure is certain, after it is not."""
    envelope_from = settings.DESK_ADDRESS
    if message["Auto-Submitted"]:
        envelope_from = ""
    try:
        client.ehlo_or_helo_if_needed()
        options = ["SMTPUTF8"] if not to.isascii() and client.has_extn("smtputf8") else []
        _expect(client.mail(envelope_from, options), ok=(250,))
        _expect(client.rcpt(to), ok=(250, 251))
    except (OSError, smtplib.SMTPServerDisconnected) as error:
        raise Refused(f"the connection broke: {error}", temporary=True) from error
    except UnicodeError as error:
        raise Refused(f"the address cannot be written to: {error}", temporary=False) from error
    try:
        code, answer = client.data(message.as_bytes())
    except smtplib.SMTPDataError as error:
        raise Refused(_words(error), temporary=error.smtp_code < 500) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Uncertain(str(error)) from error
    _expect((code, answer), ok=(250,))
    with suppress(OSError, smtplib.SMTPException):
        client.quit()  # it has been taken; how the server says good-bye does not matter
    return f"{code} {answer.decode('utf-8', 'replace')}"


def _expect(reply: tuple[int, bytes], *, ok: tuple[int, ...]) -> None:
    code, words = reply
    if code not in ok:
        said = words.decode("utf-8", "replace")
        raise Refused(f"{code} {said}", temporary=not 500 <= code < 600)


def _words(error: smtplib.SMTPResponseException) -> str:
    said = error.smtp_error
    return (
        f"{error.smtp_code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"
    )
