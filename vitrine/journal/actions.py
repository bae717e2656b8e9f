"""The one way to write the journal."""

import json

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model

from vitrine.journal.models import Entry
from vitrine.journal.rules import canonical_body
from vitrine.kernel.clock import now


def record(verb: str, *, subject: Model, by: AbstractBaseUser | None, **facts: object) -> Entry:
    """Add what happened to the journal, in the transaction of the change itself.

    verb   dotted, in the past tense: `ticket.closed`
    by     None is the machine
    facts  anything JSON can hold; other values are kept as their text

    The database seals the entry at commit and wakes the live stream.
    """
    at = now()
    subject_type = subject._meta.label_lower
    kept = json.loads(json.dumps(facts, default=str))
    body = canonical_body(
        verb,
        at=at,
        by=by.pk if by else None,
        subject=(subject_type, subject.pk),
        facts=kept,
    )
    return Entry.objects.create(
        at=at,
        verb=verb,
        by_id=by.pk if by else None,
        subject_type=subject_type,
        subject_id=subject.pk,
        facts=kept,
        body=body,
    )
