"""The chain of public changes as rows, and what it says now.

`Event` is append-only: triggers refuse any later change, any gap, a hash that does not follow
from the one before and a hash that is not that of the body. `Standing` is what the replay of
all events gives, kept so that a page needs one row.
"""

import json
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from vitrine.accounts.models import Account


class Event(models.Model):
    """One public change as it happened. Written only by `status.actions`."""

    version = models.BigIntegerField(primary_key=True)
    """1, 2, 3, ... without gaps."""
    at = models.DateTimeField()
    kind = models.CharField(max_length=16)
    actor = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    """None: the machine, or somebody at a console whose account is unknown here."""
    place = models.CharField(max_length=16)
    body = models.TextField()
    """Canonical JSON of the event without its own hash: what the hash covers."""
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    stored_at = models.DateTimeField()
    """Later than `at` for one that was imported from the emergency console."""

    class Meta:
        ordering: ClassVar[list[str]] = ["version"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(version__gte=1), name="the_first_version_is_one"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["kind", "-version"], name="events_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.kind}"

    @property
    def content(self) -> dict[str, Any]:
        """The event as `publication.events` has it, its hash included."""
        return {**json.loads(self.body), "hash": self.hash}


class Standing(models.Model):
    """What the replay of all events gives: one row, written with each event."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField()
    hash = models.CharField(max_length=64, default="")
    """Of the last event: names the content, also across databases."""
    bulletin = models.JSONField()
    """As `publication.encoding` writes it."""
    checked_version = models.BigIntegerField(default=0)
    """Up to where the chain was last checked against replay."""
    checked_at = models.DateTimeField(null=True)
    fault = models.TextField(blank=True)
    """What was wrong with the chain at the last check; blank: nothing."""

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(id=1), name="there_is_one_standing"),
        ]

    def __str__(self) -> str:
        return f"version {self.version}"


class PublishedTarget(models.Model):
    """How far one place of publication is: this machine, a second host, a bucket."""

    name = models.CharField(max_length=80, unique=True)
    version = models.BigIntegerField(default=0)
    """The last one that was read back there."""
    published_at = models.DateTimeField(null=True)
    milliseconds = models.FloatField(null=True)
    """From the change to the read-back."""
    error = models.TextField(blank=True)
    failing_since = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(failing_since__isnull=True, error="")
                | (Q(failing_since__isnull=False) & ~Q(error="")),
                name="a_failing_target_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name
