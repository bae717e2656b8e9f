"""Who is not to be read: blocked senders, and what our own spam filter said of a message.

A filter in front of us writes its opinion into the headers. Anybody can write such headers,
so they count only when the message came to us through a host that we trust, and of several
opinions the worst counts: whoever forges one can only harm his own message.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from vitrine.tickets.rules.sorting import domain_with_parents

Headers = Sequence[tuple[str, str]]
"""Names in lower case with their values, in the order of the message: the newest hop first."""

MICROSOFT_SPAM = 5
"""Spam confidence level (-1 to 9) from which Microsoft itself files a message as spam."""

_BY = re.compile(r"(?:^|[\s)])by\s+([\w.-]{1,255})", re.IGNORECASE)
_NUMBER = r"([-+]?\d{1,6}(?:[.,]\d{1,6})?)"
_POINTS: dict[str, re.Pattern[str]] = {
    "x-spam-status": re.compile(rf"\b(?:score|hits)=\s*{_NUMBER}", re.IGNORECASE),
    "x-spam-score": re.compile(rf"^\s*{_NUMBER}"),
    "x-rspamd-score": re.compile(rf"^\s*{_NUMBER}"),
    "x-spamd-result": re.compile(rf"\[\s*{_NUMBER}\s*/"),
}
_VERDICTS: dict[str, re.Pattern[str]] = {
    "x-spam-flag": re.compile(r"^\s*(yes|true)\b", re.IGNORECASE),
    "x-spam": re.compile(r"^\s*(yes|true)\b", re.IGNORECASE),
    "x-spam-status": re.compile(r"^\s*(yes|true)\b", re.IGNORECASE),
    "x-spamd-result": re.compile(r":\s*(true)\b", re.IGNORECASE),
    "x-rspamd-action": re.compile(r"^\s*(reject|add header|rewrite subject)\b", re.IGNORECASE),
}
_LEVELS: dict[str, re.Pattern[str]] = {
    "x-ms-exchange-organization-scl": re.compile(r"^\s*(-?\d{1,2})\b"),
    "x-forefront-antispam-report": re.compile(r"(?:^|;)\s*SCL:(-?\d{1,2})\b", re.IGNORECASE),
}
_STARS = "x-spam-level"
_STARS_ONLY = re.compile(r"^\s*([*+sx]{1,200})")


@dataclass(frozen=True)
class Opinion:
    """What a filter said.

    points    on its own scale, more is worse; None: it gave none
    is_spam   its own verdict
    header    the header that says it
    """

    points: float | None = None
    is_spam: bool = False
    header: str = ""


def opinion_of(headers: Headers, *, trusted: Iterable[str]) -> Opinion | None:
    """What a filter that we trust says of the message; None: nothing that counts.

    trusted   host names of our own servers, as they stand behind `by` in Received
    """
    hosts = tuple(host.strip().strip(".").lower() for host in trusted if host.strip())
    newest = next((value for name, value in headers if name == "received"), "")
    if not hosts or not _is_by(newest, hosts=hosts):
        return None
    own = headers[: _end_of_own(headers, hosts=hosts)]
    opinions = list(_opinions(own)) or list(_opinions(headers))
    if not opinions:
        return None
    points = [each.points for each in opinions if each.points is not None]
    worst = max(opinions, key=lambda each: (each.is_spam, each.points or -math.inf))
    return Opinion(max(points, default=None), any(each.is_spam for each in opinions), worst.header)


def spam_reason(opinion: Opinion | None, *, points: float | None) -> str:
    """Why the message is spam, as a sentence in English; blank when it is none.

    points   from how many on, where the filter counts; None: its own verdict
    """
    if opinion is None:
        return ""
    if points is not None and opinion.points is not None:
        if opinion.points < points:
            return ""
        return f"The spam filter gave it {opinion.points:g} points ({opinion.header})."
    return f"The spam filter says so ({opinion.header})." if opinion.is_spam else ""


def _is_by(received: str, *, hosts: tuple[str, ...]) -> bool:
    match = _BY.search(received[:2000])
    host = match[1].strip(".").lower() if match else ""
    return any(host == one or host.endswith(f".{one}") for one in hosts)


def _end_of_own(headers: Headers, *, hosts: tuple[str, ...]) -> int:
    """Where the lines end that our own servers put on top of what they received."""
    for place, (name, value) in enumerate(headers):
        if name == "received" and not _is_by(value, hosts=hosts):
            return place
    return len(headers)


def _opinions(headers: Headers) -> Iterable[Opinion]:
    for name, value in headers:
        value = value[:2000]
        if name == _STARS and (stars := _STARS_ONLY.match(value)):
            yield Opinion(float(len(stars[1])), header=name)
        if name in _LEVELS and (found := _LEVELS[name].search(value)):
            yield Opinion(None, int(found[1]) >= MICROSOFT_SPAM, name)
        if name in _POINTS or name in _VERDICTS:
            counted = _POINTS[name].search(value) if name in _POINTS else None
            judged = _VERDICTS[name].search(value) if name in _VERDICTS else None
            points = float(counted[1].replace(",", ".")) if counted else None
            yield Opinion(points, judged is not None, name)


@dataclass(frozen=True)
class Block:
    """A sender that is not read until `expires_at`; None: until somebody lifts it."""

    id: int
    reason: str = ""
    expires_at: datetime | None = None


def block_on(address: str, *, blocks: Mapping[str, Block], at: datetime) -> Block | None:
    """The block that `address` falls under at the instant `at`.

    blocks   by address or by domain, in lower case; a domain blocks its sub-domains too
    """
    wanted = address.strip().lower()
    for pattern in (wanted, *domain_with_parents(wanted)):
        block = blocks.get(pattern)
        if block is not None and (block.expires_at is None or block.expires_at > at):
            return block
    return None
