"""What a bulletin says, as questions: pure, the same answer on every page and in every feed."""

from datetime import datetime

from vitrine.publication.bulletin import (
    Bulletin,
    Component,
    Interruption,
    Maintenance,
    MaintenanceState,
    Position,
    SubReason,
)
from vitrine.publication.errors import SentenceMissing
from vitrine.publication.words import OFFICIAL, Said, said_in

SENTENCES = ("works", "slowed.slow", "slowed.partial", "interrupted", "overrun")
"""Without these, in the official languages, nothing is published."""


def check_sentences(bulletin: Bulletin) -> None:
    """Raises SentenceMissing when an official sentence has no text in an official language."""
    missing = [
        f"{key} ({language})"
        for key in SENTENCES
        for language in OFFICIAL
        if not bulletin.sentences.texts.get(key, {}).get(language, "").strip()
    ]
    if missing:
        raise SentenceMissing(", ".join(missing))


def worst_components(bulletin: Bulletin) -> list[Component]:
    """Those that make the whole as bad as it is."""
    return [each for each in bulletin.components if each.position is bulletin.position]


def sentence_key(bulletin: Bulletin) -> str:
    """Which official sentence holds; slow only when nothing is worse than slow."""
    position = bulletin.position
    if position is not Position.SLOWED:
        return position.value
    is_slow = all(each.sub_reason is SubReason.SLOW for each in worst_components(bulletin))
    return "slowed.slow" if is_slow else "slowed.partial"


def sentence(bulletin: Bulletin, *, language: str) -> Said:
    """The official sentence of the whole."""
    return said_in(bulletin.sentences.texts[sentence_key(bulletin)], language)


def since(bulletin: Bulletin) -> datetime:
    """Since when the whole is as it is."""
    times = [each.since for each in worst_components(bulletin)]
    if not times:
        return bulletin.published_at
    return max(times) if bulletin.position is Position.WORKS else min(times)


def is_overrun(bulletin: Bulletin, *, at: datetime) -> bool:
    """Whether the expected end has passed and it still does not work."""
    if bulletin.position is Position.WORKS or bulletin.expected_end is None:
        return False
    return bulletin.expected_end <= at


def open_interruptions(bulletin: Bulletin) -> list[Interruption]:
    """Those that last."""
    return [each for each in bulletin.interruptions if each.ended_at is None]


def begins_and_ends(maintenance: Maintenance) -> tuple[datetime, datetime]:
    """As it went where that is known, else as it is planned."""
    begin = maintenance.began_at or maintenance.starts_at
    return begin, maintenance.ended_at or maintenance.ends_at


def is_present(maintenance: Maintenance) -> bool:
    """Whether it is under way: begun, and not ended by anybody."""
    return maintenance.state is MaintenanceState.BEGUN


def is_to_come(maintenance: Maintenance, *, at: datetime) -> bool:
    """Announced, and its window is not over."""
    return maintenance.state is MaintenanceState.ANNOUNCED and maintenance.ends_at > at


def coming(bulletin: Bulletin, *, at: datetime) -> list[Maintenance]:
    """What the page shows as planned: under way, to come, or cancelled before its window ended."""
    return [
        each
        for each in bulletin.maintenances
        if is_present(each)
        or is_to_come(each, at=at)
        or (each.state is MaintenanceState.CANCELLED and each.ends_at > at)
    ]


def next_maintenance(bulletin: Bulletin, *, at: datetime) -> Maintenance | None:
    """The one under way, else the next to come."""
    found = [each for each in bulletin.maintenances if is_present(each)] or [
        each for each in bulletin.maintenances if is_to_come(each, at=at)
    ]
    return min(found, key=lambda each: each.starts_at, default=None)


def changes_after(bulletin: Bulletin, *, at: datetime) -> list[datetime]:
    """When time alone will make the page say something else, in order; all after `at`."""
    instants = [each.ends_at for each in bulletin.maintenances]
    instants += [each.starts_at for each in bulletin.maintenances]
    if bulletin.expected_end and bulletin.position is not Position.WORKS:
        instants.append(bulletin.expected_end)
    return sorted(each for each in instants if each > at)
