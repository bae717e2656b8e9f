"""The chain of public changes as files of the tree, so that an outsider can check all of it.

    chain/index.json   {"versions": 1234, "per_file": 100, "files": ["chain/0.jsonl", ...]}
    chain/0.jsonl      the events of versions 1 to 100, one canonical JSON a line
    chain/1.jsonl      101 to 200, and so on; a full file never changes again

What was told once is taken over from the version before. Events that never became public alone,
because a later one was published first, are handed over as `earlier`.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from vitrine.publication.encoding import event_bytes, event_from
from vitrine.publication.errors import Unreadable
from vitrine.publication.events import Event, canonical

PER_FILE = 100
INDEX = "chain/index.json"


def chain_files(
    event: Event | None, *, earlier: Iterable[Event] = (), before: Path | None
) -> dict[str, bytes]:
    """The files of the chain up to `event`: path -> bytes.

    before  the directory of the version before; None: there is none
    """
    files = told_files(before) if before else {}
    lines: dict[str, list[bytes]] = {}
    try:
        told = last_told(files)
    except Unreadable:
        # A broken file of the past holds no position back: the desk tells the chain anew.
        files, told = {}, 0
    for each in (*sorted(earlier, key=lambda event: event.version), *([event] if event else [])):
        if each.version > told:
            lines.setdefault(path_of(each.version), []).append(event_bytes(each) + b"\n")
            told = each.version
    for path, more in lines.items():
        files[path] = files.get(path, b"") + b"".join(more)
    if not files:
        return {}
    names = sorted(files, key=number_of)
    index = {"versions": told, "per_file": PER_FILE, "files": names}
    return {**files, INDEX: canonical(index)}


def path_of(version: int) -> str:
    """The file in which the event of `version` stands."""
    return f"chain/{(version - 1) // PER_FILE}.jsonl"


def number_of(path: str) -> int:
    """The number of a file of the chain, for its place in the order."""
    return int(path.removeprefix("chain/").removesuffix(".jsonl"))


def told_files(place: Path) -> dict[str, bytes]:
    """The files of the chain that a version holds."""
    return {
        f"chain/{each.name}": each.read_bytes()
        for each in (place / "chain").glob("*.jsonl")
        if each.stem.isdecimal()
    }


def last_told(files: dict[str, bytes]) -> int:
    """The version of the last event in `files`; 0 when there is none."""
    if not files:
        return 0
    lines = files[max(files, key=number_of)].splitlines()
    try:
        return int(json.loads(lines[-1])["version"])
    except (IndexError, KeyError, TypeError, ValueError):
        raise Unreadable("The last line of the chain is no event.") from None


def last_version(place: Path) -> int:
    """Up to which event the version in `place` tells the chain; 0: nothing readable of it."""
    try:
        return last_told(told_files(place))
    except Unreadable:
        return 0


def told_events(place: Path, *, after: int = 0) -> list[Event]:
    """The events that the version in `place` tells, those later than version `after`."""
    files = told_files(place)
    wanted = [path for path in files if (number_of(path) + 1) * PER_FILE > after]
    events = [
        event_from(line)
        for path in sorted(wanted, key=number_of)
        for line in files[path].splitlines()
    ]
    return [event for event in events if event.version > after]
