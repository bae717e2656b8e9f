"""Reading the journal."""

from collections.abc import Iterator

from django.db.models import Model, QuerySet

from vitrine.journal.models import Entry
from vitrine.journal.rules import Link, verify


def entries_about(subject: Model) -> QuerySet[Entry]:
    """What happened to `subject`, oldest first, with who did it."""
    return (
        Entry.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)
        .select_related("by")
        .order_by("id")
    )


def sealed_links() -> Iterator[Link]:
    """The whole chain, in order, in a constant amount of memory."""
    rows = Entry.objects.filter(position__isnull=False).order_by("position")
    for position, body, digest in rows.values_list("position", "body", "hash").iterator():
        yield Link(position=position or 0, body=body, hash=bytes(digest or b""))


def verified_length() -> int:
    """How many entries the chain has, after verifying every one.

    Raises BrokenChain at the first that does not follow.
    """
    last = verify(sealed_links())
    return last.position if last else 0
