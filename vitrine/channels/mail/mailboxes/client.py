"""A connection to an IMAP server: protected, patient for so long and no longer, able to wait."""

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from select import POLLIN, poll
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, IMAPClientReadOnlyError

from vitrine.channels.mail.mailboxes.failures import Failed, told
from vitrine.channels.mail.mailboxes.target import Target
from vitrine.channels.mail.mailboxes.tokens import Tokens
from vitrine.correspondence.choices import MailboxFailure, MailboxSecurity, MailboxSignIn

CONNECTING = 20.0
READING = 60.0
"""Seconds without a byte, after which a connection counts as dead."""
_LITERAL8 = re.compile(rb"~(\{\d+\})$")
_KEEPALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPINTVL": 15, "TCP_KEEPCNT": 4}


class Client(IMAPClient):
    """imapclient's, with a wait that misses nothing and ends when we are asked to end.

    It also understands `~{12}` (literal8, RFC 3516), which imapclient takes for a word.
    """

    def _create_IMAP4(self) -> Any:  # noqa: N802 - imapclient's name
        imap = super()._create_IMAP4()
        append = imap._append_untagged

        def without_tilde(kind: str, record: Any) -> None:
            if isinstance(record, tuple):
                record = (_LITERAL8.sub(rb"\1", record[0]), *record[1:])
            append(kind, record)

        imap._append_untagged = without_tilde
        return imap

    def wait(self, *, wake: int, seconds: float) -> None:
        """IDLE until the server says something, `wake` can be read, or `seconds` are over.

        What the server said is not interpreted: the caller looks anew. Leaving IDLE asks
        for an answer, so a connection that is half open is found out here. Raises what
        imaplib raises when the connection is over.
        """
        imap = self._imap
        tag = imap._command("IDLE")
        told_already = False
        while imap._get_response() is not None:  # None: the server waits with us
            if imap.tagged_commands.get(tag):
                raise IMAPClientError(f"IDLE refused: {imap.tagged_commands.pop(tag)}")
            told_already = True
        if not told_already and not self._has_buffered():
            poller = poll()
            poller.register(self.socket().fileno(), POLLIN)
            poller.register(wake, POLLIN)
            poller.poll(seconds * 1000)
        imap.send(b"DONE\r\n")
        self._consume_until_tagged_response(tag, "IDLE")

    def _has_buffered(self) -> bool:
        """Whether bytes of the server lie in our buffers, where `poll` does not see them."""
        sock = self.socket()
        if isinstance(sock, ssl.SSLSocket) and sock.pending():
            return True
        sock.setblocking(False)
        try:
            return bool(self._imap.file.peek(1))
        except OSError:
            return False
        finally:
            sock.setblocking(True)
            self._set_read_timeout()


def select(client: Client, folder: str) -> tuple[dict[bytes, Any], bool]:
    """Open `folder`: what the server tells of it, and whether we may only read. Raises Failed."""
    with told(MailboxFailure.FOLDER):
        try:
            answer = client.select_folder(folder)
        except IMAPClientReadOnlyError:  # imaplib's way to say so
            answer = client.select_folder(folder, readonly=True)
            return answer, True
    return answer, b"READ-ONLY" in answer


@contextmanager
def opened(target: Target, *, tokens: Tokens) -> Iterator[Client]:
    """A client that is signed in; closed at the end, whatever happened.

    A token that was good and is refused now is replaced, once. Raises Failed.
    """
    client = connect(target)
    try:
        sign_in(client, target=target, tokens=tokens)
    except Failed as failed:
        close(client)
        if failed.failure != MailboxFailure.SIGN_IN or not tokens.forget():
            raise
        client = connect(target)
        sign_in_or_close(client, target=target, tokens=tokens)
    try:
        yield client
    finally:
        close(client)


def sign_in_or_close(client: Client, *, target: Target, tokens: Tokens) -> None:
    """Sign in; the connection is closed when that fails. Raises Failed."""
    try:
        sign_in(client, target=target, tokens=tokens)
    except Failed:
        close(client)
        raise


def close(client: Client) -> None:
    """Say good-bye when that is possible at once; never raises."""
    with suppress(Exception):
        client.socket().settimeout(3.0)
        client.logout()
    with suppress(Exception):
        client.shutdown()


def connect(target: Target, *, patience: float = CONNECTING) -> Client:
    """A protected connection, not signed in yet. Raises Failed."""
    with told():
        context = _context(target)
        client = Client(
            target.host,
            port=target.port,
            ssl=target.security == MailboxSecurity.TLS,
            ssl_context=context,
            timeout=SocketTimeout(connect=patience, read=min(READING, 3 * patience)),
        )
        client.normalise_times = False  # instants with their zone
        _keep_alive(client.socket())
        if target.security == MailboxSecurity.STARTTLS:
            try:
                client.starttls(context)
            except BaseException:
                client.shutdown()
                raise
    return client


def _context(target: Target) -> ssl.SSLContext | None:
    """Trusts the system's authorities, or only the one that was given; checks the name."""
    if target.security == MailboxSecurity.NONE:
        return None
    try:
        return ssl.create_default_context(cadata=target.authority or None)
    except ssl.SSLError as error:
        words = "the certificates of your own authority cannot be read"
        raise Failed(MailboxFailure.CERTIFICATE, words) from error


def _keep_alive(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE.items():
        if option := getattr(socket, name, None):  # not every system has them
            sock.setsockopt(socket.IPPROTO_TCP, option, value)


def sign_in(client: Client, *, target: Target, tokens: Tokens) -> None:
    """Show who we are. Raises Failed."""
    with told(MailboxFailure.SIGN_IN):
        if target.sign_in == MailboxSignIn.PASSWORD:
            _by_password(client, target=target)
        else:
            client.oauth2_login(target.user, tokens.current(target))


def _by_password(client: Client, *, target: Target) -> None:
    """PLAIN where it is offered: it takes letters of every language; else LOGIN."""
    if client.has_capability("AUTH=PLAIN"):
        client.plain_login(target.user, target.password)
    else:
        client._imap._encoding = "utf-8"  # else a letter with an accent is an error
        client.login(target.user, target.password)
