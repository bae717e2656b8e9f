"""Reading back what was published, as a reader would: the proof that it is public."""

import json
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from vitrine.publication.versions import CURRENT, VersionName

PATIENCE = 2.0
"""Seconds that a web server has to show a new version."""
STATUS = "status.json"


@dataclass(frozen=True, kw_only=True)
class Sight:
    """Whether and where a version was seen."""

    place: str
    """The address, or the path of the file."""
    is_seen: bool
    problem: str = ""


def read_back(name: VersionName, *, directory: Path, url: str) -> Sight:
    """Read the version through `url` when there is one, else from the file that is served."""
    if not url:
        path = directory / CURRENT / STATUS
        try:
            found = name_in(path.read_bytes())
        except (OSError, ValueError) as error:
            return Sight(place=str(path), is_seen=False, problem=str(error))
        return Sight(place=str(path), is_seen=found >= name)
    return seen_at(url + STATUS, name=name)


def seen_at(address: str, *, name: VersionName, patience: float = PATIENCE) -> Sight:
    """Ask `address` until it answers with the version or a later one, `patience` seconds."""
    deadline = time.monotonic() + patience
    problem = ""
    while True:
        try:
            # The reader of this page: no cache between.
            asked = urllib.request.Request(address, headers={"Cache-Control": "no-cache"})  # noqa: S310
            with urllib.request.urlopen(asked, timeout=patience) as answer:  # noqa: S310
                found = name_in(answer.read(65536))
            if found >= name:
                return Sight(place=address, is_seen=True)
            problem = f"still version {found}"
        except (OSError, ValueError) as error:
            problem = str(error)
            if isinstance(getattr(error, "reason", error), ConnectionRefusedError):
                # Nobody listens: waiting for a new version would be waiting for nothing.
                return Sight(place=address, is_seen=False, problem=problem)
        if time.monotonic() > deadline:
            return Sight(place=address, is_seen=False, problem=problem)
        time.sleep(0.005)


def name_in(text: bytes) -> VersionName:
    """The version that a `status.json` tells. Raises ValueError."""
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError("no status.json")
    try:
        return VersionName(int(value["version"]), int(value.get("edition", 0)))
    except (KeyError, TypeError) as error:
        raise ValueError("a status.json without a version") from error
