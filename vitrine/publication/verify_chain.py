"""Check the chain of public changes of a register's state, without trusting who publishes it.

    python verify_chain.py https://status.register.example/
    python verify_chain.py DIRECTORY [--rp-id NAME] [--keys FILE] [--expect VERSION:HASH]

This one file needs Python 3.11 and nothing of the product. With the package `cryptography` it
also checks the signatures of the hardware keys; without, it says that it did not.
How to write your own: docs/reference/verify-the-chain.md.

Exit status: 0 the chain is whole, 1 something is wrong with it, 2 it could not be read.
"""

import argparse
import json
import sys
import urllib.request
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import (
        ECDSA,
        SECP256R1,
        EllipticCurvePublicNumbers,
    )
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.hashes import SHA256

    HAS_CRYPTOGRAPHY = True
except ImportError:  # pragma: no cover - a test runs the file without it
    HAS_CRYPTOGRAPHY = False

FIRST = "0" * 64
PRESENT, VERIFIED, COPYABLE = 0x01, 0x04, 0x18
"""Flags of the key: touched; PIN asked; may be, or was, copied to other devices."""
SIGNED_KINDS = frozenset({"position", "comment", "maintenance", "review"})
"""What only a person may publish; the rest the machine may, and that is counted."""
CONFIRMED_WITHIN = timedelta(seconds=130)
MOST_BYTES = 64 * 2**20


class Unreadable(Exception):
    """There is no chain where one was looked for."""


@dataclass
class Findings:
    """What was found: faults, and what was counted."""

    faults: list[str] = field(default_factory=list)
    events: int = 0
    signed: int = 0
    unsigned: int = 0
    last: str = FIRST
    keys: dict[str, str] = field(default_factory=dict)
    """Credential id -> public key: one key never changes."""
    counters: dict[str, int] = field(default_factory=dict)
    nonces: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Expected:
    """What the person who checks knows from elsewhere; None: nothing."""

    rp_id: str | None = None
    keys: dict[str, str] | None = None
    """Credential id -> public key, as the register made them known."""
    anchor: tuple[int, str] | None = None
    """A version and its hash, noted earlier: nobody can have rewritten what was before it."""
    signs_all: bool = True
    """Whether a change that only a person may publish must be signed."""


def canonical(value: object) -> bytes:
    """The one way to write JSON here."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def decoded(text: str) -> bytes:
    """The bytes in base64url without padding."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def instant(text: str) -> datetime:
    """An instant such as 2026-11-23T15:04:05.123456Z."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")


# ------------------------------------------------------------------ reading


def fetch(place: str, path: str) -> bytes:
    """A file of what is published: of a directory, or of an address. Raises Unreadable."""
    try:
        if place.startswith(("https://", "http://")):
            address = place.rstrip("/") + "/" + path
            with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310
                return bytes(answer.read(MOST_BYTES))
        root = Path(place)
        return ((root / "current" if (root / "current").exists() else root) / path).read_bytes()
    except OSError as error:
        raise Unreadable(f"{path}: {error}") from error


def lines_of(place: str) -> Iterator[bytes]:
    """Each line of the chain, the first event first. Raises Unreadable."""
    try:
        index = json.loads(fetch(place, "chain/index.json"))
        names = [str(name) for name in index["files"]]
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"chain/index.json: {error}") from error
    for name in names:
        if not name.startswith("chain/") or ".." in name:
            raise Unreadable(f"chain/index.json names {name}")
        yield from fetch(place, name).splitlines()


# ------------------------------------------------------------------ checking


def verify(
    lines: Iterator[bytes], *, expected: Expected, present: dict[str, Any] | None = None
) -> Findings:
    """Check every event. `present`: what the public reads now (`bulletin.json`), if known."""
    found = Findings()
    previous: dict[str, Any] | None = None
    for number, line in enumerate(lines, start=1):
        found.events = number
        try:
            event = json.loads(line)
            check_place(found, event, line=line, number=number, previous=previous)
            check_signature(found, event, expected=expected)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            found.faults.append(f"line {number}: cannot be read: {error!r}")
            event = None
        anchor = expected.anchor
        if anchor and event and event.get("version") == anchor[0] and event["hash"] != anchor[1]:
            found.faults.append(f"version {anchor[0]}: another hash than the one noted earlier")
        previous = event or previous
    found.last = previous["hash"] if previous else FIRST
    check_end(found, previous=previous, present=present, anchor=expected.anchor)
    return found


def check_place(
    found: Findings,
    event: dict[str, Any],
    *,
    line: bytes,
    number: int,
    previous: dict[str, Any] | None,
) -> None:
    """Check that `event` stands where it was written, unchanged."""
    name = f"version {event['version']}"
    if line != canonical(event):
        found.faults.append(f"{name}: not written canonically")
    if event["version"] != number:
        found.faults.append(f"{name}: stands as number {number}: one is missing or too many")
    body = {key: value for key, value in event.items() if key != "hash"}
    if event["hash"] != sha256(canonical(body)).hexdigest():
        found.faults.append(f"{name}: its hash is not that of its content")
    if event["prev_hash"] != (previous["hash"] if previous else FIRST):
        found.faults.append(f"{name}: does not name the hash of the event before it")
    if event["change"]["from_version"] != event["version"] - 1:
        found.faults.append(f"{name}: was made for another version")
    if previous and instant(event["at"]) <= instant(previous["at"]):
        found.faults.append(f"{name}: is not later than the event before it")
    if event["change"]["nonce"] in found.nonces:
        found.faults.append(f"{name}: a change that was made before")
    found.nonces.add(event["change"]["nonce"])


def check_signature(found: Findings, event: dict[str, Any], *, expected: Expected) -> None:
    """Check that a hardware key, touched and with its PIN, has signed exactly this change."""
    name, change, proof = f"version {event['version']}", event["change"], event["proof"]
    if proof is None:
        found.unsigned += 1
        if expected.signs_all and change["kind"] in SIGNED_KINDS:
            found.faults.append(f"{name}: nobody has signed it")
        return
    found.signed += 1
    say = [
        f"{name}: {fault}"
        for fault in (
            *faults_of_client(change, proof, at=event["at"]),
            *faults_of_key(found, proof, expected=expected),
        )
    ]
    found.faults.extend(say)
    if HAS_CRYPTOGRAPHY and not is_signed(proof):
        found.faults.append(f"{name}: the signature of the key is wrong")


def faults_of_client(change: dict[str, Any], proof: dict[str, Any], *, at: str) -> Iterator[str]:
    """What the browser said was signed: this change, on that site, just then."""
    client = json.loads(decoded(proof["client_data"]))
    if client["type"] != "webauthn.get":
        yield "the key was asked for something else"
    if decoded(client["challenge"]) != sha256(canonical(change)).digest():
        yield "the key has signed another change"
    if client["origin"] != proof["origin"]:
        yield "the key was used on another site"
    age = instant(at) - instant(change["issued_at"])
    if age > CONFIRMED_WITHIN:
        yield "it was confirmed too late"


def faults_of_key(found: Findings, proof: dict[str, Any], *, expected: Expected) -> Iterator[str]:
    """What the key said: for whom, touched, PIN asked, not copied, counting forwards."""
    name, data = proof["credential_id"], decoded(proof["authenticator_data"])
    flags, counter = data[32], int.from_bytes(data[33:37], "big")
    if expected.rp_id is not None and data[:32] != sha256(expected.rp_id.encode()).digest():
        yield "the key signed for another site"
    if not flags & PRESENT or not flags & VERIFIED:
        yield "the key was not touched, or did not ask for its PIN"
    if flags & COPYABLE:
        yield "the key can be copied"
    if found.keys.setdefault(name, proof["public_key"]) != proof["public_key"]:
        yield "the key has changed"
    if expected.keys is not None and expected.keys.get(name) != proof["public_key"]:
        yield "the key is not one of the register's"
    if counter and counter <= found.counters.get(name, 0):
        yield "the key counted backwards"
    found.counters[name] = counter


def check_end(
    found: Findings,
    *,
    previous: dict[str, Any] | None,
    present: dict[str, Any] | None,
    anchor: tuple[int, str] | None,
) -> None:
    """Check that nothing is missing at the end."""
    if anchor and found.events < anchor[0]:
        found.faults.append(f"version {anchor[0]}, noted earlier, is missing")
    if present is None:
        return
    stands = (previous["version"], previous["hash"]) if previous else (0, FIRST)
    if stands != (present.get("version"), present.get("hash")):
        found.faults.append(
            f"the public reads version {present.get('version')}, the chain ends at {stands[0]}"
        )


def is_signed(proof: dict[str, Any]) -> bool:
    """Whether the public key in `proof` signed authenticatorData || SHA-256(clientData)."""
    key = cose_key(decoded(proof["public_key"]))
    client = sha256(decoded(proof["client_data"])).digest()
    message, signature = decoded(proof["authenticator_data"]) + client, decoded(proof["signature"])
    try:
        match key.get(3), key.get(-1):
            case -7, 1:
                x, y = (int.from_bytes(key[name], "big") for name in (-2, -3))
                numbers = EllipticCurvePublicNumbers(x, y, SECP256R1())
                numbers.public_key().verify(signature, message, ECDSA(SHA256()))
            case -8, 6:
                Ed25519PublicKey.from_public_bytes(key[-2]).verify(signature, message)
            case _:
                return False
    except (InvalidSignature, ValueError):
        return False
    return True


def cose_key(data: bytes) -> dict[int, Any]:
    """A COSE key: a CBOR map of small integers to integers and byte strings."""
    values = list(cbor_items(data))
    if not values or values[0] != ("map", len(values) // 2):
        raise ValueError("no COSE key")
    flat = [value for _kind, value in values[1:]]
    return dict(zip(flat[::2], flat[1::2], strict=True))


def cbor_items(data: bytes) -> Iterator[tuple[str, Any]]:
    """The items of a flat CBOR map, one after the other. Raises ValueError for others."""
    at = 0
    while at < len(data):
        kind, size = data[at] >> 5, data[at] & 31
        at += 1
        if size > 25:
            raise ValueError("too long for a key")
        if size >= 24:
            width = size - 23
            size, at = int.from_bytes(data[at : at + width], "big"), at + width
        if kind == 0:
            yield "number", size
        elif kind == 1:
            yield "number", -1 - size
        elif kind == 2:
            yield "bytes", data[at : at + size]
            at += size
        elif kind == 5:
            yield "map", size
        else:
            raise ValueError("not in a key")


# ------------------------------------------------------------------ the command


def main(words: list[str] | None = None) -> int:
    """Check what the command line names; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("place", help="address of the page, or directory of what is published")
    parser.add_argument("--rp-id", help="the host name for which the keys are enrolled")
    parser.add_argument("--keys", help="JSON: credential id -> public key, known from elsewhere")
    parser.add_argument("--expect", metavar="VERSION:HASH", help="noted at an earlier check")
    parser.add_argument("--allow-unsigned", action="store_true", help="for demonstrations")
    wanted = parser.parse_args(words)
    try:
        anchor = None
        if wanted.expect:
            version, _, value = wanted.expect.partition(":")
            anchor = (int(version), value)
        expected = Expected(
            rp_id=wanted.rp_id,
            keys=json.loads(Path(wanted.keys).read_bytes()) if wanted.keys else None,
            anchor=anchor,
            signs_all=not wanted.allow_unsigned,
        )
        present = json.loads(fetch(wanted.place, "bulletin.json"))
        found = verify(lines_of(wanted.place), expected=expected, present=present)
    except (Unreadable, OSError, ValueError) as error:
        print(f"The chain cannot be read: {error}", file=sys.stderr)  # noqa: T201
        return 2
    print(report(found))  # noqa: T201
    return 1 if found.faults else 0


def report(found: Findings) -> str:
    """What was found, for a person."""
    lines = [f"{found.events} events, {found.signed} signed, {found.unsigned} by the machine."]
    if not HAS_CRYPTOGRAPHY:
        lines.append("The signatures were NOT checked: `pip install cryptography` for that.")
    lines += found.faults
    lines.append("NOT WHOLE." if found.faults else "The chain is whole.")
    lines.append(f"To note for the next check: --expect {found.events}:{found.last}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
