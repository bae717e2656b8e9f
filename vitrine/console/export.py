"""The export: all that the emergency console knows, written by the application while it lives.

    {"format": 1, "content": {...}, "signature": base64url}

Signed with Ed25519 over the canonical JSON of `content`. A signature and no shared secret, because
the console only reads: with the public key alone nobody who takes over the console, or the copy of
its directory on a second host, can write himself into the list of editors. The private key lies
beside the export, for its owner only (0600); the console is given the public one.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from vitrine.console.refusals import ConsoleRefused
from vitrine.publication.bulletin import Bulletin, Texts
from vitrine.publication.disk import replace_durably, sync_directory
from vitrine.publication.encoding import decoded, encoded
from vitrine.publication.events import Event, canonical
from vitrine.publication.proof import EnrolledKey, decode_bytes, encode_bytes

FORMAT = 1
SKEW = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Editor:
    """A member of the technical centre who may change the state."""

    actor: str
    """How events name him: `editor-7`."""
    email: str
    name: str
    language: str
    password: str
    """As Django keeps it: `argon2$argon2id$...`."""
    keys: tuple[EnrolledKey, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Template:
    """A comment in four languages; `{time}` stands for the expected end."""

    code: str
    texts: Texts
    positions: tuple[str, ...] = ()
    """For which positions it is offered; none: for all."""


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """What an export holds."""

    written_at: datetime
    editors: tuple[Editor, ...] = ()
    templates: tuple[Template, ...] = ()
    bulletin: Bulletin | None = None
    events: tuple[Event, ...] = ()
    """The last ones, in order: what the application decided and may not have published."""

    def called(self, actor: str) -> Editor | None:
        """Whom events name `actor`; None: nobody."""
        return next((each for each in self.editors if each.actor == actor), None)

    def editor(self, email: str) -> Editor | None:
        """Who signs in as `email`; None: nobody."""
        wanted = email.strip().casefold()
        return next((each for each in self.editors if each.email.casefold() == wanted), None)


def write_export(
    path: Path,
    *,
    editors: Sequence[Editor],
    bulletin: Bulletin | None,
    at: datetime,
    key: Path,
    templates: Sequence[Template] = (),
    events: Sequence[Event] = (),
) -> None:
    """Write the export, whole or not at all, readable for its owner only.

    key  of the signature; it is made when there is none, with its public half as `<key>.pub`
    Raises OSError when the disk does not take it: then the old one stands.
    """
    knowledge = Knowledge(
        written_at=at,
        editors=tuple(editors),
        templates=tuple(templates),
        bulletin=bulletin,
        events=tuple(events),
    )
    content = encoded(knowledge)
    signature = signing_key(key).sign(canonical(content))
    text = canonical({"format": FORMAT, "content": content, "signature": encode_bytes(signature)})
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    private(path, text)


def read_export(path: Path, *, key: Path, at: datetime, oldest: timedelta) -> Knowledge:
    """What the export says. Raises ConsoleRefused: missing, altered, or older than `oldest`.

    key  the public one
    """
    try:
        text, public = path.read_bytes(), Ed25519PublicKey.from_public_bytes(key.read_bytes())
    except (OSError, ValueError):
        raise ConsoleRefused("export-missing") from None
    try:
        whole = json.loads(text)
        content, signature = whole["content"], decode_bytes(whole["signature"])
        public.verify(signature, canonical(content))
        knowledge = decoded(Knowledge, content)
    except (InvalidSignature, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ConsoleRefused("export-altered") from None
    if knowledge.written_at > at + SKEW:
        raise ConsoleRefused("export-future")
    if at - knowledge.written_at > oldest:
        raise ConsoleRefused("export-stale")
    return knowledge


def signing_key(path: Path) -> Ed25519PrivateKey:
    """The private key in `path`; a new one when there is none."""
    try:
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    except FileNotFoundError:
        made = Ed25519PrivateKey.generate()
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return signing_key(path)  # somebody else was quicker
        with os.fdopen(handle, "wb") as file:
            file.write(made.private_bytes_raw())
        write_public(made, path=path)
        return made


def write_public(key: Ed25519PrivateKey, *, path: Path) -> None:
    """Write the public half beside the private one."""
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    replace_durably(path.with_name(path.name + ".pub"), raw)


def private(path: Path, content: bytes) -> None:
    """Write a file whole, for its owner only, at no moment for anybody else."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{token_hex(4)}.tmp")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sync_directory(path.parent)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
