"""Changes that were decided and never became public, because another one stands in their place."""

from typing import Any, ClassVar

from django.db import models


class SetAside(models.Model):
    """An event that is kept and shown, but is no part of the chain; never changed."""

    hash = models.CharField(max_length=64, unique=True)
    version = models.BigIntegerField()
    """Which it would have been."""
    at = models.DateTimeField()
    kind = models.CharField(max_length=16)
    place = models.CharField(max_length=16)
    body = models.TextField()
    """Canonical JSON, as `Event.body`."""
    set_aside_at = models.DateTimeField()
    public_hash = models.CharField(max_length=64)
    """Of the event that is public in its place."""

    class Meta:
        ordering: ClassVar[list[str]] = ["-set_aside_at", "-version"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=~models.Q(hash=models.F("public_hash")),
                name="what_is_public_is_not_set_aside",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.hash[:8]}"
