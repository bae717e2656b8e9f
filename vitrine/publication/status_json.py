"""`status.json`: the state in a few hundred bytes, for the page, monitors and other sites."""

from datetime import datetime

from vitrine.publication import reading
from vitrine.publication.bulletin import Bulletin
from vitrine.publication.events import canonical, instant
from vitrine.publication.words import LANGUAGES


def short_instant(at: datetime) -> str:
    """To the second: `2026-11-23T15:04:05Z`."""
    return instant(at)[:19] + "Z"


def status_json(bulletin: Bulletin, *, at: datetime, edition: int) -> bytes:
    """The state of the whole, its sentence and comment in each language, what is next."""
    planned = reading.next_maintenance(bulletin, at=at)
    value: dict[str, object] = {
        "version": bulletin.version,
        "edition": edition,
        "published_at": short_instant(bulletin.published_at),
        "state": bulletin.position.value,
        "since": short_instant(reading.since(bulletin)),
        "expected_end": short_instant(bulletin.expected_end) if bulletin.expected_end else None,
        "overrun": reading.is_overrun(bulletin, at=at),
        "text": {
            language: reading.sentence(bulletin, language=language).text for language in LANGUAGES
        },
        "next_maintenance": short_instant(planned.starts_at) if planned else None,
    }
    if comments := {key: text for key, text in bulletin.comments.items() if text.strip()}:
        value["comment"] = comments
    return canonical(value)
