"""Interruptions and maintenances as rows: mirrors of the bulletin to link and search by."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Interruption(models.Model):
    """A time in which something did not work as it should. Its texts stand in the bulletin."""

    code = models.CharField(max_length=40, unique=True)
    components = ArrayField(models.CharField(max_length=40))
    worst = models.CharField(max_length=16)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    content = models.JSONField()
    """As the bulletin last told it, for when it no longer does."""

    class Meta:
        ordering: ClassVar[list[str]] = ["-began_at", "-pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")),
                name="an_interruption_ends_after_it_began",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["began_at"], condition=Q(ended_at__isnull=True), name="open_interruptions"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Maintenance(models.Model):
    """A planned window."""

    uid = models.CharField(max_length=120, unique=True)
    sequence = models.PositiveIntegerField(default=0)
    components = ArrayField(models.CharField(max_length=40))
    state = models.CharField(max_length=12)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    announced_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    """When the reminder of the day before was due and prepared."""
    content = models.JSONField()
    """As the bulletin last told it, for when it no longer does."""

    class Meta:
        ordering: ClassVar[list[str]] = ["starts_at", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="a_maintenance_window_has_a_length"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "starts_at"], name="maintenances_by_state"),
        ]

    def __str__(self) -> str:
        return self.uid
