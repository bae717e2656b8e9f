"""The chain of public changes: what is signed, hashed and replayed, with or without a database.

    change   what somebody wants to become true; its hash is the challenge that the key signs
    event    the change as it happened: version, instant, proof, and the hash of the one before

Canonical JSON: UTF-8, keys sorted, no spaces, instants as `2026-11-23T15:04:05.123456Z`. An
outsider needs nothing but this and SHA-256 to check the chain.
"""

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

FIRST = "0" * 64
"""What the first event names as the hash before it."""

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Change:
    """What an editor wants to become public; shown to the editor, then signed with the key."""

    from_version: int
    """The version that the editor looked at: when it is no longer the last, refused (409)."""
    kind: str
    """`position`, `comment`, `maintenance`, `review`, `sentences`, `components`, and `day`: the
    machine draws a new day in the history. `replay.py` says what each does to a bulletin."""
    actor: str
    """Who, by a name that says nothing to outsiders, as events are public: `editor-7`."""
    nonce: str
    """32 hex digits, used once."""
    issued_at: str
    """Canonical instant; older than 120 s is refused."""
    body: Json = field(default_factory=dict)
    """By kind; for `position`: {"components": {code: {"position", "sub_reason"}}, "comments":
    {language: text}, "expected_end": instant or null, "phase", "meanwhile": {language: text},
    "interruption": code or null}."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """A change as it happened."""

    version: int
    at: str
    """Canonical instant."""
    change: Json
    """`Change` as a dictionary."""
    proof: Json | None = None
    """{"credential_id", "client_data", "authenticator_data", "signature"} in base64url, the key's
    "public_key" (COSE, base64url), "aaguid" and "origin"; None: nobody signed (the machine)."""
    place: str = "desk"
    """`desk`, `console`, `machine-room`, `machine`."""
    prev_hash: str = FIRST
    hash: str = ""


def canonical(value: object) -> bytes:
    """The one way to write `value` as JSON. Raises TypeError or ValueError for what JSON lacks."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def challenge_of(change: Json) -> bytes:
    """What the key signs for `change`: 32 bytes."""
    return sha256(canonical(change)).digest()


def hash_of(event: Json) -> str:
    """Hex of SHA-256 of `event` without its own `hash`."""
    return sha256(canonical({k: v for k, v in event.items() if k != "hash"})).hexdigest()


def instant(at: datetime) -> str:
    """`at` as it stands in changes and events. Raises ValueError when it has no time zone."""
    if at.tzinfo is None:
        raise ValueError("An instant has a time zone.")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z"


def read_instant(text: str) -> datetime:
    """The instant, in UTC, that stands as `text`. Raises ValueError for any other form."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def sealed(event: Event) -> Event:
    """`event` with its own hash."""
    return replace(event, hash=hash_of(asdict(event)))
