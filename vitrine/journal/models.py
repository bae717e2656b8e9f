"""The journal: what happened, who did it, when, with which facts.

Append-only. The database seals each entry at commit: it gives it the next
`position` and `hash = sha256(previous hash || body)`, refuses any later change
or removal, and wakes the live stream (`NOTIFY journal, '<id>'`). See the
migration `0001_initial` for the trigger and `rules.py` for the verifier.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models


class Entry(models.Model):
    """One thing that happened. Written only by `journal.actions.record`."""

    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    """Dotted, in the past tense: `ticket.closed`."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    """None is the machine."""
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    facts = models.JSONField(default=dict)
    body = models.TextField()
    """The canonical text that the hash covers."""
    position = models.BigIntegerField(null=True, editable=False)
    hash = models.BinaryField(null=True, editable=False)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["position"], name="one_entry_per_position"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="journal_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type} {self.subject_id}"
