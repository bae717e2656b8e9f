"""Probes: machines that look whether a component answers, and may only propose."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vitrine.status.choices import ProbeKind
from vitrine.status.models.components import Component


class Probe(models.Model):
    """What is asked, how often, and from when on a failure is proposed as a change."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    component = models.ForeignKey(
        Component, models.PROTECT, related_name="probes", verbose_name=_("component")
    )
    kind = models.CharField(_("what is asked"), max_length=12, choices=ProbeKind.choices)
    target = models.CharField(_("address"), max_length=300)
    """An address for HTTP, host:port for the others."""
    every_minutes = models.PositiveSmallIntegerField(
        _("every so many minutes"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(1440)],
    )
    timeout_seconds = models.PositiveSmallIntegerField(
        _("seconds for an answer"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )
    failures_in_a_row = models.PositiveSmallIntegerField(
        _("failures in a row before a proposal"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )
    days_left = models.PositiveSmallIntegerField(
        _("days that a certificate must still be valid"), default=14
    )
    expected_text = models.CharField(_("text in the answer"), max_length=120, blank=True)
    position = models.CharField(max_length=16, default="interrupted")
    """What is proposed: `interrupted`, or `slowed` (partly disturbed)."""
    is_on = models.BooleanField(_("switched on"), default=False)
    due_at = models.DateTimeField(null=True)
    """When it is next asked; null: at once."""

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(every_minutes__gte=1, timeout_seconds__gte=1, failures_in_a_row__gte=1),
                name="a_probe_asks_and_waits",
            ),
            models.CheckConstraint(
                condition=Q(position__in=["slowed", "interrupted"]),
                name="a_probe_proposes_trouble",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProbeResult(models.Model):
    """One look, kept for two days."""

    probe = models.ForeignKey(Probe, models.CASCADE, related_name="results")
    at = models.DateTimeField()
    place = models.CharField(max_length=80)
    """The machine that looked: failures count in a row from the same place."""
    milliseconds = models.FloatField()
    fault = models.CharField(max_length=20, blank=True)
    """A code of `rules.probing`; blank: it answered as it should."""
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-at", "-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["probe", "place", "-at"], name="results_of_probe"),
            models.Index(fields=["at"], name="results_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.probe} {self.fault or 'good'}"
