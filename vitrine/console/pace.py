"""How often somebody may try, read from the attempts that are written down anyway."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from vitrine.publication.events import Json, read_instant

WITHIN = timedelta(minutes=5)
OF_PERSON_HERE = 5
"""Failures of one person from one address."""
OF_ADDRESS = 15
OF_PERSON = 30
"""Failures of one person from anywhere: high, so that nobody locks a technician out at night."""
HARMLESS = frozenset({"", "too-often", "stale-version", "nothing-changes", "not-public"})


def is_too_often(attempts: Iterable[Json], *, actor: str, address: str, at: datetime) -> bool:
    """Whether `actor` at `address` has failed so often that he must wait."""
    person = actor.strip().casefold()
    here = from_here = everywhere = 0
    for each in attempts:
        if each.get("refusal", "") in HARMLESS or not is_late(each, at=at):
            continue
        is_person = str(each.get("actor", "")).casefold() == person
        is_here = each.get("address") == address
        everywhere += is_person
        from_here += is_here
        here += is_person and is_here
    return here >= OF_PERSON_HERE or from_here >= OF_ADDRESS or everywhere >= OF_PERSON


def is_late(attempt: Json, *, at: datetime) -> bool:
    """Whether an attempt was made so late that it counts."""
    try:
        made = read_instant(str(attempt["at"]))
    except (KeyError, ValueError):
        return False
    return abs(at - made) < WITHIN
