"""What the manager decides about messages before anybody reads them."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.models import Account
from vitrine.directory.models import Service
from vitrine.kernel.languages import Language
from vitrine.tickets.choices import Impact, Urgency
from vitrine.tickets.models.question_types import QuestionType


class SortingRule(models.Model):
    """What is done with a new message that meets the conditions. Its history is journaled."""

    name = models.CharField(_("name"), max_length=100)
    position = models.PositiveIntegerField()
    """From 1 without gaps; the upper rule decides first."""
    is_on = models.BooleanField(_("switched on"), default=True)
    any_suffices = models.BooleanField(default=False)
    """One condition is enough; else all must be met."""
    stops = models.BooleanField(_("no further rule after this one"), default=False)
    conditions = models.JSONField(default=list)
    """A list of [field, operator, [values]]."""
    question_type = models.ForeignKey(
        QuestionType, models.PROTECT, null=True, blank=True, related_name="+"
    )
    service = models.ForeignKey(Service, models.PROTECT, null=True, blank=True, related_name="+")
    """Suggested to whoever hands the ticket over."""
    owner = models.ForeignKey(Account, models.PROTECT, null=True, blank=True, related_name="+")
    impact = models.PositiveSmallIntegerField(choices=Impact.choices, null=True, blank=True)
    urgency = models.PositiveSmallIntegerField(choices=Urgency.choices, null=True, blank=True)
    language = models.CharField(max_length=2, choices=Language.choices, blank=True)
    next_action = models.CharField(max_length=300, blank=True)
    is_spam = models.BooleanField(_("spam"), default=False)
    no_acknowledgement = models.BooleanField(_("without acknowledgement"), default=False)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Account, models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["position"],
                name="one_sorting_rule_per_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=~Q(conditions=[]), name="a_sorting_rule_has_conditions"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BlockedSender(models.Model):
    """An address or a domain whose messages go to the spam; ended, never deleted."""

    pattern = models.CharField(_("address or domain"), max_length=254)
    """In lower case; without @ it is a domain with its sub-domains."""
    reason = models.CharField(_("reason"), max_length=300)
    blocked_at = models.DateTimeField()
    blocked_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(null=True)
    """None: until somebody lifts it."""
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["pattern"],
                condition=Q(lifted_at__isnull=True),
                name="a_sender_is_blocked_once",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_block_has_a_reason"),
        ]

    def __str__(self) -> str:
        return self.pattern


class IntakePolicy(models.Model):
    """The one row that says how messages are looked at; `token` changes with every change.

    Also of a rule or of a blocked sender: whoever keeps them in memory compares the token.
    """

    token = models.UUIDField(default=uuid.uuid4)
    trusted_hops = models.JSONField(default=list)
    """Host names of our own mail servers; without one no spam header counts."""
    spam_points = models.FloatField(null=True)
    """From how many points on; None: the verdict of the filter itself."""
    keep_spam_days = models.PositiveSmallIntegerField(default=30)
    takes_fax = models.BooleanField(default=True)
    fax_gateways = models.JSONField(default=list)
    """Addresses that send us faxes, or at which we receive nothing else."""
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(id=1), name="there_is_one_intake_policy"),
            models.CheckConstraint(
                condition=Q(keep_spam_days__gte=1), name="spam_is_kept_a_day_at_least"
            ),
        ]

    def __str__(self) -> str:
        return str(self.token)
