"""Was it taken after all? The log of our own mail server knows, by Message-ID.

Postfix writes the Message-ID before it says "taken" (cleanup), and `queue active` once it
has the whole message (qmgr): one without the other is a message that was cut off. Only a
log that reaches from before the hand-over until a while after it proves that nothing came.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from django.conf import settings

SETTLED_AFTER = timedelta(seconds=60)
"""A killed connection is closed and written down by then."""
LOOKED_AT = 64 * 2**20
"""Bytes of the end of each log."""
_QUEUE_ID = re.compile(r"postfix[\w/-]*/cleanup\[\d+\]: (\w+): (?:resent-)?message-id=")


class Finding(StrEnum):
    """What the log says."""

    TAKEN = "taken"
    NOT_TAKEN = "not_taken"
    NOT_YET = "not_yet"
    """Too early to ask."""
    UNKNOWN = "unknown"
    """There is no log, or it does not cover the time."""


@dataclass(frozen=True)
class Evidence:
    """The finding, and the line that proves it."""

    finding: Finding
    proof: str = ""


def evidence_of(message_id: str, *, handed_over_at: datetime, at: datetime) -> Evidence:
    """What the logs of the settings say about a message whose hand-over was cut."""
    logs = [Path(each) for each in settings.MTA_LOGS]
    if not logs:
        return Evidence(Finding.UNKNOWN)
    if at < handed_over_at + SETTLED_AFTER:
        return Evidence(Finding.NOT_YET)
    lines: list[str] = []
    covers = False
    for log in logs:
        read, log_covers = _read(log, since=handed_over_at)
        lines += read
        covers = covers or log_covers
    if taken := _taken(lines, message_id=message_id):
        return Evidence(Finding.TAKEN, taken)
    return Evidence(Finding.NOT_TAKEN if covers else Finding.UNKNOWN)


def _read(log: Path, *, since: datetime) -> tuple[list[str], bool]:
    """The lines of `log` and of the one before it, and whether they cover `since` until now."""
    lines: list[str] = []
    is_whole, newest = False, 0.0
    for path in (log.with_name(f"{log.name}.1"), log):
        try:
            size = path.stat().st_size
            newest = max(newest, path.stat().st_mtime)
            with path.open("rb") as opened:
                opened.seek(max(0, size - LOOKED_AT))
                content = opened.read(LOOKED_AT)
        except OSError:
            continue
        is_whole = is_whole or path == log
        lines += content.decode("utf-8", "replace").splitlines()
    # Our broken connection itself is written down: a log without a younger line is not the one.
    return lines, is_whole and newest >= since.timestamp()


def _taken(lines: list[str], *, message_id: str) -> str:
    """The line that says the queue has the message; blank when there is none."""
    queue_ids = set(_queue_ids(lines, message_id=message_id))
    if not queue_ids:
        return ""
    for line in lines:
        _head, _colon, rest = line.partition("/qmgr[")
        words = rest.partition("]: ")[2]
        queue_id = words.partition(":")[0]
        if queue_id in queue_ids and "(queue active)" in words:
            return f"found in the log of the mail server: queued as {queue_id}"
    return ""


def _queue_ids(lines: list[str], *, message_id: str) -> Iterator[str]:
    wanted = f"message-id={message_id}"
    for line in lines:
        if wanted in line and (match := _QUEUE_ID.search(line)):
            yield match[1]
