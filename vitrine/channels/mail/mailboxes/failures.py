"""Why a mailbox gives nothing: every error of network, TLS and IMAP in one of a few words."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error
from imapclient.exceptions import CapabilityError, IMAPClientAbortError, IMAPClientError, LoginError

from vitrine.correspondence.choices import MailboxFailure

_KINDS: tuple[tuple[type[BaseException], MailboxFailure], ...] = (
    (Error, MailboxFailure.STORE),
    (socket.gaierror, MailboxFailure.NO_HOST),
    (ssl.SSLCertVerificationError, MailboxFailure.CERTIFICATE),
    (ssl.SSLError, MailboxFailure.NO_TLS),
    (TimeoutError, MailboxFailure.SILENT),
    (ConnectionRefusedError, MailboxFailure.UNREACHABLE),
    (ConnectionError, MailboxFailure.CLOSED),
    (OSError, MailboxFailure.UNREACHABLE),
    (LoginError, MailboxFailure.SIGN_IN),
    (CapabilityError, MailboxFailure.NO_TLS),
    (IMAPClientAbortError, MailboxFailure.CLOSED),
    (IMAPClientError, MailboxFailure.STRANGE),
    (ValueError, MailboxFailure.STRANGE),
    (AssertionError, MailboxFailure.STRANGE),
    (LookupError, MailboxFailure.STRANGE),
)
"""The first that fits; imaplib raises the last ones on answers that are none."""
_EXPECTED = tuple(kind for kind, _failure in _KINDS)


class Failed(Exception):
    """What we wanted from a mail server did not happen. `words` are what was said."""

    def __init__(self, failure: MailboxFailure, words: str = "") -> None:
        super().__init__(f"{failure.value}: {words}")
        self.failure = failure
        self.words = words


@contextmanager
def told(otherwise: MailboxFailure | None = None) -> Iterator[None]:
    """Turn whatever the block raises into Failed.

    otherwise  what it means when the server plainly says no
    """
    try:
        yield
    except Failed:
        raise
    except _EXPECTED as error:
        failure = next(failure for kind, failure in _KINDS if isinstance(error, kind))
        if otherwise is not None and failure == MailboxFailure.STRANGE:
            failure = otherwise
        raise Failed(failure, words_of(error)) from error


def words_of(error: BaseException) -> str:
    """What the other side said, readable: without Python's b'' around it."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message.rstrip(".")
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    text = str(error.args[0]) if error.args else type(error).__name__
    if text[:2] in ("b'", 'b"'):
        text = text[2:-1]
    return text.strip() or type(error).__name__
