"""Who watches: proposals of machines, and the persons to be called."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.models import Account
from vitrine.status.choices import ProposalSource


class Proposal(models.Model):
    """A machine thinks that something changed; only a person makes it so."""

    source = models.CharField(max_length=12, choices=ProposalSource.choices)
    subject = models.CharField(max_length=120)
    """What it is about: one open proposal per source and subject."""
    components = models.JSONField(default=list)
    """Codes of the components."""
    position = models.CharField(max_length=16)
    sub_reason = models.CharField(max_length=8, blank=True)
    facts = models.JSONField(default=dict)
    """What was seen, as numbers and names; the sentence is made when it is read."""
    proposed_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    """When it was last seen again."""
    accepted_at = models.DateTimeField(null=True)
    dismissed_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    """What was seen is over, and nobody had decided."""

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["source", "subject"],
                condition=Q(
                    accepted_at__isnull=True, dismissed_at__isnull=True, withdrawn_at__isnull=True
                ),
                name="one_open_proposal_per_subject",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(dismissed_at__isnull=True),
                name="a_proposal_is_accepted_or_dismissed",
            ),
            models.CheckConstraint(
                condition=Q(dismissed_at__isnull=True) | ~Q(reason=""),
                name="a_dismissed_proposal_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.subject}"


class Duty(models.Model):
    """Who is to be called about the state of the register, and when."""

    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    phone = models.CharField(_("telephone"), max_length=32)
    begins_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    order = models.PositiveSmallIntegerField(_("called as number"), default=1)

    class Meta:
        ordering: ClassVar[list[str]] = ["begins_at", "order", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begins_at")), name="a_duty_has_a_length"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SurgeThreshold(models.Model):
    """How many similar tickets, from how many organisations, in how many minutes: one row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    tickets = models.PositiveSmallIntegerField(_("similar tickets"), default=5)
    organisations = models.PositiveSmallIntegerField(_("from different organisations"), default=3)
    minutes = models.PositiveSmallIntegerField(_("within minutes"), default=10)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(id=1), name="there_is_one_surge_threshold"),
            models.CheckConstraint(
                condition=Q(tickets__gte=1, organisations__gte=1, minutes__gte=1),
                name="a_surge_is_of_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tickets} / {self.organisations} / {self.minutes}"
