"""Access tokens (OAuth 2.0): fetched with a refresh token or as the application itself.

Microsoft 365 and Google give tokens for an hour. One is asked for two minutes before the
end of the last, and when a server refuses it. Some token servers give a new refresh
token each time: it is kept at once, because the old one may stop working.
"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from vitrine.channels.mail.mailboxes.failures import Failed, words_of
from vitrine.channels.mail.mailboxes.target import Target
from vitrine.correspondence.choices import MailboxFailure

PATIENCE = 20.0
"""Seconds."""
AHEAD = 120.0
"""Seconds before its end at which a token is replaced."""
_LARGEST = 2**16
_HERE = ("localhost", "127.0.0.1", "::1")
_NO_REFRESH_TOKEN = "No refresh token and no client secret were given."  # noqa: S105 - a sentence


@dataclass(frozen=True)
class Token:
    """An access token, good until `ends_at` on the monotonic clock."""

    access: str
    ends_at: float
    refresh: str
    """The refresh token to use next; blank: none."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Our secrets go to the address that was given, to no other."""

    def redirect_request(self, *_args: Any, **_options: Any) -> None:
        """Refuse."""
        return


class Tokens:
    """The token of one mailbox, as long as its process lives."""

    def __init__(self, *, keep: Callable[[str], None] = lambda _token: None) -> None:
        self._keep = keep
        self._token: Token | None = None
        self._refresh = ""

    def current(self, target: Target) -> str:
        """An access token that is good for two minutes at least. Raises Failed."""
        if self._token is None or time.monotonic() > self._token.ends_at - AHEAD:
            self._token = ask(target, refresh_token=self._refresh or target.refresh_token)
            if self._token.refresh not in ("", self._refresh or target.refresh_token):
                self._refresh = self._token.refresh
                self._keep(self._refresh)
        return self._token.access

    def forget(self) -> bool:
        """The server refuses the token; whether there was one to be replaced."""
        had = self._token is not None
        self._token = None
        return had


def ask(target: Target, *, refresh_token: str) -> Token:
    """A new token from the token server. Raises Failed with what it said."""
    fields = {"client_id": target.client_id, "scope": target.scope}
    if refresh_token:
        fields |= {"grant_type": "refresh_token", "refresh_token": refresh_token}
    elif target.client_secret:
        fields |= {"grant_type": "client_credentials"}
    else:
        raise Failed(MailboxFailure.TOKEN, _NO_REFRESH_TOKEN)
    if target.client_secret:
        fields["client_secret"] = target.client_secret
    answer = _posted(target.token_url, fields={name: text for name, text in fields.items() if text})
    try:
        seconds = float(answer.get("expires_in") or 3600)
        return Token(
            access=str(answer["access_token"]),
            ends_at=time.monotonic() + seconds,
            refresh=str(answer.get("refresh_token") or ""),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Failed(MailboxFailure.TOKEN, f"no token in the answer ({error})") from error


def _posted(url: str, *, fields: dict[str, str]) -> dict[str, Any]:
    """The JSON object that the token server answers. Raises Failed."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
        raise Failed(MailboxFailure.TOKEN, f"{url}: https is needed")
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked
        url, data=urlencode(fields).encode(), headers={"Accept": "application/json"}
    )
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=PATIENCE) as response:
            answer = json.loads(response.read(_LARGEST))
    except urllib.error.HTTPError as error:
        raise Failed(MailboxFailure.TOKEN, _refusal(error)) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        words = words_of(reason) if isinstance(reason, BaseException) else str(reason)
        raise Failed(MailboxFailure.TOKEN, words) from error
    if not isinstance(answer, dict):
        raise Failed(MailboxFailure.TOKEN, "the answer is no JSON object")
    return answer


def _refusal(error: urllib.error.HTTPError) -> str:
    """`invalid_grant: the refresh token has expired`, as RFC 6749 has it; else the status."""
    try:
        told = json.loads(error.read(_LARGEST))
    except (OSError, ValueError):
        told = None
    names = ("error", "error_description")
    words = [str(told[name]) for name in names if name in told] if isinstance(told, dict) else []
    return ": ".join(words) or f"{error.code} {error.reason}"
