"""What the console writes down: events before they are public, and every attempt.

    journal.jsonl    {"event": {...}} or {"set_aside": hash, "why": code}, one a line
    attempts.jsonl   {"at", "actor", "address", "refusal", "version", ...}, one a line

A line is on the disk before anything follows from it. A line that a power cut left unfinished is
passed over; the next one begins anew.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vitrine.console.refusals import ConsoleRefused
from vitrine.publication.disk import sync_directory
from vitrine.publication.encoding import encoded, event_from
from vitrine.publication.errors import Unreadable
from vitrine.publication.events import Event, Json, canonical

EVENTS = "journal.jsonl"
ATTEMPTS = "attempts.jsonl"
PATIENCE = 10.0
TAIL = 256 * 1024
"""Bytes of attempts that are looked at for the pace: many more than fit in a few minutes."""


@contextmanager
def alone(directory: Path, *, patience: float = PATIENCE) -> Iterator[None]:
    """The only one who decides here, for as long as the block lasts; the lock dies with us."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    deadline = time.monotonic() + patience
    handle = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise ConsoleRefused("too-often", why="another change is under way") from None
                time.sleep(0.01)
        yield
    finally:
        os.close(handle)


def write_line(path: Path, value: Json) -> None:
    """Append a line, on the disk when this returns; what was unfinished is closed first."""
    is_new = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        size = os.fstat(handle).st_size
        broken = size and os.pread(handle, 1, size - 1) != b"\n"
        line = (b"\n" if broken else b"") + canonical(value) + b"\n"
        if os.write(handle, line) != len(line):
            raise OSError(f"{path} did not take a whole line")
        os.fsync(handle)
    finally:
        os.close(handle)
    if is_new:
        sync_directory(path.parent)


def lines(path: Path, *, tail: int | None = None) -> list[Json]:
    """The readable lines, the oldest first; only those of the last `tail` bytes when given."""
    try:
        with path.open("rb") as file:
            if tail is not None:
                file.seek(0, os.SEEK_END)
                file.seek(max(0, file.tell() - tail))
            text = file.read()
    except FileNotFoundError:
        return []
    found = []
    for line in text.splitlines():
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            found.append(value)
    return found


def keep_event(event: Event, *, directory: Path) -> None:
    """Write an event down; it is durable before it may become public."""
    write_line(directory / EVENTS, {"event": encoded(event)})


def set_aside(event: Event, *, directory: Path, why: str) -> None:
    """Write down that an event will never be public: another one stands in its place."""
    write_line(directory / EVENTS, {"set_aside": event.hash, "why": why})


def kept_events(path: Path) -> list[Event]:
    """The events of a journal that were not set aside, in order."""
    gone = {each["set_aside"] for each in lines(path) if "set_aside" in each}
    return [event for event in every_event(path) if event.hash not in gone]


def events_set_aside(path: Path) -> list[Event]:
    """The events of a journal that never became public: kept, and shown, but not in the chain."""
    kept = {event.hash for event in kept_events(path)}
    return [event for event in every_event(path) if event.hash not in kept]


def every_event(path: Path) -> list[Event]:
    """The events of a journal, those that were set aside too."""
    events = []
    for each in lines(path):
        try:
            events.append(event_from(each["event"]))
        except (KeyError, Unreadable):
            continue
    return events


def note_attempt(directory: Path, **facts: object) -> None:
    """Write an attempt down, whatever became of it; never a password."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_line(directory / ATTEMPTS, dict(facts))


def late_attempts(directory: Path) -> list[Json]:
    """The last attempts, the oldest first."""
    return lines(directory / ATTEMPTS, tail=TAIL)
