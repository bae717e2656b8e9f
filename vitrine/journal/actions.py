"""The one way to write the journal."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model

from vitrine.journal.models import Entry
from vitrine.journal.rules import canonical_body
from vitrine.kernel.clock import now


@dataclass(frozen=True, kw_only=True)
class Happening:
    """Something that happened, before it is written."""

    verb: str
    """Dotted, in the past tense: `ticket.closed`."""
    subject: Model
    by: AbstractBaseUser | None
    """None is the machine."""
    facts: Mapping[str, object] = field(default_factory=dict)
    """Anything JSON can hold; other values are kept as their text."""


def record(verb: str, *, subject: Model, by: AbstractBaseUser | None, **facts: object) -> Entry:
    """Add what happened to the journal, in the transaction of the change itself.

    See `Happening`. The database seals the entry at commit and wakes the live stream.
    """
    [entry] = record_all([Happening(verb=verb, subject=subject, by=by, facts=facts)])
    return entry


def record_all(happenings: Iterable[Happening]) -> list[Entry]:
    """Add several at once, in their order, in one statement."""
    at = now()
    return Entry.objects.bulk_create([_entry(each, at=at) for each in happenings])


def _entry(happening: Happening, *, at: datetime) -> Entry:
    by = happening.by.pk if happening.by else None
    subject = (happening.subject._meta.label_lower, happening.subject.pk)
    kept = json.loads(json.dumps(happening.facts, default=str))
    body = canonical_body(happening.verb, at=at, by=by, subject=subject, facts=kept)
    return Entry(
        at=at,
        verb=happening.verb,
        by_id=by,
        subject_type=subject[0],
        subject_id=subject[1],
        facts=kept,
        body=body,
    )
