"""The journal of calls: kept first, told afterwards.

Entries are appended in one transaction; then each call they touch is told anew from all its
entries, in a transaction of its own. So a call whose story fails keeps nobody else's, entries may
come twice, late and in any order, and what was kept but not told (a killed process, a fault) is
told by the next sweep.
"""

import json
import logging
from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any

from django.db import DataError, IntegrityError, transaction

from vitrine.correspondence.actions.deferring import defer_task
from vitrine.telephony.actions.telling import tell_calls
from vitrine.telephony.actions.vanished import end_vanished_calls
from vitrine.telephony.models import Call, CallEntry
from vitrine.telephony.rules.entries import Entry

log = logging.getLogger(__name__)

TELL_CALLS = "vitrine.telephony.tell_calls"
"""The name of the task that tells calls when whoever keeps the entries has no time for it."""
TELLING = frozenset(
    {
        "call-offered",
        "outcome-decided",
        "bridge",
        "transferred",
        "number-dialled",
        "caller-gone",
        "give-up-call-back",
        "left-menu",
        "call-ended",
    }
)
"""After these a call is told at once; the others wait for the next of these, or for the sweep."""
MOST_AT_ONCE = 2_000
LONGEST = {"epoch": 40, "kind": 40, "call": 64, "agent": 64}
MOST_SEQUENCES = 2**63
UNREADABLE = "unreadable"
"""The kind of an entry that could not be kept as it was; its facts say what it was."""


def keep_events(entries: Sequence[Entry], *, tells: bool = True) -> int:
    """Keep what happened at the telephone; how many entries were given.

    tells  whether calls are told here, as soon as it matters; False: by the worker, a moment later

    When this returns, the entries are in the database and may be forgotten elsewhere; given
    again they change nothing. Raises OperationalError or InterfaceError, and keeps nothing of
    the present batch, when the database is away: give the same entries again later.
    """
    names = append_events(entries, defers=not tells)
    if tells:
        tell_calls(names)
    return len(entries)


def append_events(entries: Sequence[Entry], *, defers: bool = False) -> list[str]:
    """Keep entries and tell nobody; the calls that are to be told at once, by name.

    defers  whether the worker is asked to tell them
    Raises what `keep_events` raises.
    """
    urgent: dict[str, None] = {}
    for start in range(0, len(entries), MOST_AT_ONCE):
        batch = entries[start : start + MOST_AT_ONCE]
        _append(batch, defers=defers)
        lives = {entry.epoch for entry in batch if entry.kind == "line-back"}
        vanished = {name for epoch in sorted(lives) for name in end_vanished_calls(epoch=epoch)}
        named = {entry.call for entry in batch if entry.kind in TELLING and entry.call}
        urgent |= dict.fromkeys(sorted(named | vanished))
    return list(urgent)


def _append(entries: Sequence[Entry], *, defers: bool) -> None:
    """Append a batch and mark its calls; a bad entry is kept as unreadable."""
    rows = kept_rows(entries)
    names = sorted({row.call for row in rows if row.call})
    try:
        with transaction.atomic():
            CallEntry.objects.bulk_create(rows, ignore_conflicts=True)
            _need_telling(names, defers=defers)
    except (DataError, IntegrityError, ValueError):
        log.exception("A batch of %s entries could not be kept at once", len(rows))
        with transaction.atomic():
            for row in rows:
                _append_alone(row)
            _need_telling(names, defers=defers)


def kept_rows(entries: Sequence[Entry]) -> list[CallEntry]:
    """The entries as rows that the database takes, not stored yet."""
    kept = [entry for entry in entries if abs(entry.sequence) < MOST_SEQUENCES]
    if len(kept) < len(entries):
        log.error("%s entries with an impossible sequence dropped", len(entries) - len(kept))
    return [_row(entry) for entry in kept]


def _append_alone(row: CallEntry) -> None:
    try:
        with transaction.atomic():
            CallEntry.objects.bulk_create([row], ignore_conflicts=True)
    except (DataError, IntegrityError, ValueError) as error:
        log.error("Entry %s/%s could not be kept: %s", row.epoch, row.sequence, error)
        row.facts, row.kind = {"was": repr(row.facts)[:2000], "why": str(error)[:300]}, UNREADABLE
        with transaction.atomic():
            CallEntry.objects.bulk_create([row], ignore_conflicts=True)


def _need_telling(names: Iterable[str], *, defers: bool) -> None:
    """Mark the calls, in the order of their names: two batches never wait crosswise."""
    marked = [Call(name=name, is_stale=True) for name in names]
    if marked:
        Call.objects.bulk_create(
            marked,
            update_conflicts=True,
            unique_fields=["name"],
            update_fields=["is_stale"],
        )
        if defers:
            defer_task(TELL_CALLS, names=[call.name for call in marked])


def _row(entry: Entry) -> CallEntry:
    too_long = [name for name, most in LONGEST.items() if len(getattr(entry, name)) > most]
    at = entry.at if entry.at.tzinfo else entry.at.replace(tzinfo=UTC)
    facts: Any = _kept(dict(entry.facts))
    values = {name: _without_nul(getattr(entry, name))[:most] for name, most in LONGEST.items()}
    if too_long:
        was = {name: getattr(entry, name)[:300] for name in too_long}
        values |= {"kind": UNREADABLE, "call": "" if "call" in too_long else values["call"]}
        facts = {"was": _kept(was), "kind": entry.kind[:300], "why": "too long"}
    return CallEntry(
        sequence=entry.sequence, at=at, seconds=float(entry.seconds), facts=facts, **values
    )


def _kept(value: Any) -> Any:
    """`value` as PostgreSQL keeps JSON: no NUL, no infinity, anything strange as its text."""
    if isinstance(value, str):
        return _without_nul(value)
    if isinstance(value, dict):
        return {_without_nul(str(key)): _kept(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_kept(one) for one in value]
    if value is None or isinstance(value, bool | int):
        return value
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return _without_nul(str(value))
    return value


def _without_nul(text: str) -> str:
    """Without NUL and lone surrogates, which PostgreSQL refuses."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
