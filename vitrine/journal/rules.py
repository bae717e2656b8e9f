"""The chain as arithmetic: an outsider can redo it with the two columns `body` and `hash`."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from vitrine.journal.errors import BrokenChain


@dataclass(frozen=True)
class Link:
    """One sealed entry as the verifier sees it."""

    position: int
    body: str
    hash: bytes


def canonical_body(
    verb: str,
    *,
    at: datetime,
    by: int | None,
    subject: tuple[str, int],
    facts: Mapping[str, object],
) -> str:
    """The text that the hash covers: JSON with sorted keys, no spaces, `at` in UTC.

    by       number of the account, None for the machine
    subject  type and number
    """
    content = {
        "at": at.astimezone(UTC).isoformat(),
        "by": by,
        "facts": facts,
        "subject": list(subject),
        "verb": verb,
    }
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str
    )


def next_hash(previous: bytes, *, body: str) -> bytes:
    """sha256(previous || body as UTF-8); `previous` is empty for the first entry."""
    return sha256(previous + body.encode()).digest()


def verify(links: Iterable[Link], *, previous: Link | None = None) -> Link | None:
    """The last link of a whole chain; None if it is empty.

    links     in order of position, beginning after `previous`
    Raises BrokenChain at the first gap or wrong hash.
    """
    last = previous
    for link in links:
        expected = last.position + 1 if last else 1
        if link.position != expected:
            raise BrokenChain(position=expected, reason=f"found position {link.position}")
        if next_hash(last.hash if last else b"", body=link.body) != link.hash:
            raise BrokenChain(position=link.position, reason="the hash does not fit the body")
        last = link
    return last
