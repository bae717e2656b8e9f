"""Handing a message over: to a mail server, or to the local sink of a development machine.

Before the last dot a failure is certain: nothing was taken. After it, it is not (RFC 1047).
"""

import smtplib
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage

from django.conf import settings

from vitrine.channels.mail.deliver.connections import (
    Connection,
    Refused,
    borrowed,
    given_back,
    has_spoken,
    limited,
    opened,
    refusal,
    server_of,
    unreachable,
)
from vitrine.channels.mail.deliver.refusals import Meaning
from vitrine.correspondence.actions import take_into_sink
from vitrine.correspondence.choices import FailureClass

SINK = "sink"
_TAKEN = 250
_FOR_NOW = (250, 251, 252)
_XTEXT = {ord(sign): f"+{ord(sign):02X}" for sign in "+= "}


class Uncertain(Exception):
    """The connection broke after the message was handed over: nobody knows."""


@dataclass(frozen=True)
class Letter:
    """A message with its envelope.

    sender   where reports go; blank: nowhere, an automatic answer is never answered
    copies   further recipients; when one of them is refused, the message leaves all the same
    """

    message_id: str
    raw: bytes
    sender: str
    to: str
    copies: tuple[str, ...] = ()
    envelope_id: str = ""

    @property
    def needs_utf8(self) -> bool:
        """Whether an address or a header can only go to a server that speaks SMTPUTF8."""
        names = (self.sender, self.to, *self.copies)
        return not all(each.isascii() for each in names) or not _head(self.raw).isascii()


@dataclass(frozen=True)
class Taken:
    """What the other side said when it took the message, and the copies that it refused."""

    proof: str
    refused_copies: dict[str, str] = field(default_factory=dict)


def uses_sink() -> bool:
    """Whether mail goes to the local sink."""
    return str(settings.SMTP_URL) == SINK


def letter_of(message: EmailMessage, *, to: str, sender: str = "") -> Letter:
    """A plain message to one recipient."""
    return Letter(str(message["Message-ID"]), message.as_bytes(), sender, in_ascii(to))


def in_ascii(address: str) -> str:
    """`address` with its domain as DNS knows it (IDNA); the part before the @ stays."""
    local, _at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address


def hand_over(letter: Letter) -> Taken:
    """Give the letter away. Raises Refused, or Uncertain when nobody can know."""
    if uses_sink():
        is_new = take_into_sink(letter.message_id, to=letter.to, raw=letter.raw)
        return Taken("taken by the local sink" if is_new else "the local sink had it already")
    server = server_of(settings.SMTP_URL)
    connection = borrowed(server)
    try:
        if not connection.is_fresh:
            with suppress(_Gone):
                return _sent(connection, letter)
            connection = opened(server)  # it had gone while it was idle: nothing was begun
        return _sent(connection, letter)
    except _Gone as gone:
        raise unreachable(f"the connection broke: {gone}") from gone


class _Gone(Exception):
    """The connection broke before anything was handed over."""


def _sent(connection: Connection, letter: Letter) -> Taken:
    client = connection.client
    try:
        with limited(client):
            refused = _addressed(client, letter)
            taken = _dictated(client, letter, server=connection.server.host)
    except BaseException:
        connection.close()
        raise
    given_back(connection)
    return Taken(taken, refused)


def _addressed(client: smtplib.SMTP, letter: Letter) -> dict[str, str]:
    """MAIL and RCPT; the refused copies. Raises Refused or _Gone: nothing was handed over."""
    try:
        _check_abilities(client, letter)
        _expect(client.mail(letter.sender, _mail_options(client, letter)))
        _expect(client.rcpt(letter.to, _recipient_options(client, letter, address=letter.to)))
        refused = {}
        for copy in letter.copies:
            code, words = client.rcpt(copy, _recipient_options(client, letter, address=copy))
            if code not in _FOR_NOW:
                refused[copy] = str(refusal(code, words))
        code, words = client.docmd("DATA")
        if code != 354:
            raise refusal(code, words)
    except Refused as refused_by_server:
        if refused_by_server.meaning.kind != FailureClass.UNWRITABLE:
            with suppress(OSError, smtplib.SMTPException):
                client.quit()
        raise
    except (OSError, smtplib.SMTPException) as error:
        raise _Gone(str(error)) from error
    except UnicodeError as error:
        meaning = Meaning(FailureClass.UNWRITABLE, is_temporary=False)
        raise Refused(f"the address cannot be written to: {error}", meaning=meaning) from error
    return refused


def _check_abilities(client: smtplib.SMTP, letter: Letter) -> None:
    """What the server has told about itself. Raises Refused without asking it."""
    if letter.needs_utf8 and not client.has_extn("smtputf8"):
        meaning = Meaning(FailureClass.UNWRITABLE, is_temporary=False)
        raise Refused("the server takes no address with such letters (SMTPUTF8)", meaning=meaning)
    limit = client.esmtp_features.get("size", "")
    if limit.isdigit() and 0 < int(limit) < len(letter.raw):
        meaning = Meaning(FailureClass.TOO_LARGE, is_temporary=False)
        raise Refused(f"the server takes at most {limit} bytes", meaning=meaning)


def _mail_options(client: smtplib.SMTP, letter: Letter) -> list[str]:
    options = []
    if client.has_extn("size"):
        options.append(f"SIZE={len(letter.raw)}")
    if letter.needs_utf8:
        options += ["BODY=8BITMIME", "SMTPUTF8"]
    if client.has_extn("dsn") and letter.sender:
        options.append("RET=HDRS")
        if letter.envelope_id:
            options.append(f"ENVID={letter.envelope_id.translate(_XTEXT)}")
    return options


def _recipient_options(client: smtplib.SMTP, letter: Letter, *, address: str) -> list[str]:
    if not client.has_extn("dsn"):
        return []
    if not letter.sender:
        return ["NOTIFY=NEVER"]
    known = [f"ORCPT=rfc822;{address.translate(_XTEXT)}"] if address.isascii() else []
    return ["NOTIFY=FAILURE,DELAY", *known]


def _dictated(client: smtplib.SMTP, letter: Letter, *, server: str) -> str:
    """The message itself, up to the answer. Raises Refused, _Gone or Uncertain."""
    body = letter.raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    body = body.replace(b"\r\n.", b"\r\n..")
    body = b"." + body if body.startswith(b".") else body
    try:
        client.send(body if body.endswith(b"\r\n") else body + b"\r\n")
        if has_spoken(client.sock):
            raise _Gone("the server spoke or hung up before the end")
    except (OSError, smtplib.SMTPException) as error:
        raise _Gone(str(error)) from error
    try:
        client.send(b".\r\n")
        code, words = client.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise Uncertain(f"{server}: {error}") from error
    if 400 <= code < 600:
        raise refusal(code, words)
    if code != _TAKEN:  # half an answer: it may have been the beginning of any
        raise Uncertain(f"{server}: it answered {code}")
    return f"{server}: {code} {words.decode('utf-8', 'replace')}"


def _expect(reply: tuple[int, bytes]) -> None:
    code, words = reply
    if code not in _FOR_NOW:
        raise refusal(code, words)


def _head(raw: bytes) -> bytes:
    return raw.partition(b"\r\n\r\n")[0]
