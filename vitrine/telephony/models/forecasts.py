"""What somebody asked about a day at the telephone, and what the simulator answered."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.models import Account


class Forecast(models.Model):
    """A question (`rules.what_if.WhatIf`) and its answer (`Foreseen`), both as JSON."""

    title = models.CharField(_("title"), max_length=120, blank=True)
    question = models.JSONField()
    answer = models.JSONField(null=True)
    failure = models.CharField(max_length=200, blank=True)
    """Why there is no answer; blank: there is one, or it is being played."""
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="forecasts")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer__isnull=True, failure="")
                | Q(answered_at__isnull=False, answer__isnull=False, failure="")
                | (Q(answered_at__isnull=False, answer__isnull=True) & ~Q(failure="")),
                name="a_forecast_is_answered_or_says_why_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.title}"
