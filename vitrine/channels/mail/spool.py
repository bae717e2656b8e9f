"""Where the door keeps messages while the database is away: one fsynced file each.

A file is written beside its name, flushed to the disk and renamed; then the directory
is flushed. So a name that exists is complete, also after a power cut. The reception in
the name makes moving it into the database exactly once.
"""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

SUFFIX = ".mail"
DRAFT = ".draft"


@dataclass(frozen=True)
class Received:
    """A message as the door took it."""

    reception: UUID
    envelope_from: str
    envelope_to: tuple[str, ...]
    received_at: datetime
    raw: bytes


def put_aside(received: Received) -> Path:
    """Keep `received` on the disk, for good when this returns. Raises OSError."""
    directory = Path(settings.SPOOL)
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    place = directory / f"{received.reception}{SUFFIX}"
    draft = place.with_suffix(DRAFT)
    envelope = {
        "envelope_from": received.envelope_from,
        "envelope_to": received.envelope_to,
        "received_at": received.received_at.isoformat(),
    }
    try:
        with draft.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(json.dumps(envelope).encode() + b"\n")
            file.write(received.raw)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(place)
        _flush(directory)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
    return place


def waiting() -> list[Path]:
    """The files that wait, the oldest first."""
    directory = Path(settings.SPOOL)
    files = directory.glob(f"*{SUFFIX}") if directory.is_dir() else ()
    return sorted(files, key=_age)


def read(place: Path) -> Received:
    """What stands in a file of the spool. Raises ValueError when it is none of ours."""
    with place.open("rb") as file:
        envelope = json.loads(file.readline())
        raw = file.read()
    return Received(
        reception=UUID(place.stem),
        envelope_from=envelope["envelope_from"],
        envelope_to=tuple(envelope["envelope_to"]),
        received_at=datetime.fromisoformat(envelope["received_at"]),
        raw=raw,
    )


def remove(place: Path) -> None:
    """Forget a file that the database has; one that is gone already is fine."""
    place.unlink(missing_ok=True)


def readable() -> Iterator[tuple[Path, Received]]:
    """Each file that waits, read; what cannot be read is put beside, never thrown away."""
    for place in waiting():
        try:
            yield place, read(place)
        except FileNotFoundError:
            continue
        except (ValueError, KeyError, TypeError):
            place.rename(place.with_suffix(".unreadable"))


def _age(place: Path) -> tuple[float, str]:
    try:
        return (place.stat().st_mtime, place.name)
    except OSError:
        return (0.0, place.name)


def _flush(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
