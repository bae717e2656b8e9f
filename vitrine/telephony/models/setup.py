"""How the telephone is set up: our numbers, the menu, the rules, everybody's telephone.

Menu and rules are versions: the newest counts, the earlier ones tell why a call went as it did.
"""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.models import Account
from vitrine.telephony.choices import EndpointKind, NumberPurpose


class DialledNumber(models.Model):
    """One of our numbers, and what a call to it is for."""

    number = models.CharField(_("telephone"), max_length=32, unique=True)
    """E.164, or the extension as the line gives it."""
    purpose = models.CharField(
        _("purpose"), max_length=12, choices=NumberPurpose.choices, default=NumberPurpose.DESK
    )
    colleague = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="direct_numbers"
    )
    """Whose direct number it is, which is diverted to the desk while he is away."""

    class Meta:
        ordering: ClassVar[list[str]] = ["purpose", "number"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(purpose="colleague", colleague__isnull=False)
                | (~Q(purpose="colleague") & Q(colleague__isnull=True)),
                name="a_direct_number_belongs_to_a_colleague",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class MenuVersion(models.Model):
    """What callers hear and key, as data; see `rules.menus`."""

    menu = models.JSONField()
    note = models.CharField(_("what changes"), max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.pk} {self.at:%Y-%m-%d %H:%M}"


class PolicyVersion(models.Model):
    """How calls are distributed, and how long the house keeps what they leave behind."""

    policy = models.JSONField()
    """The fields of `rules.routing.Policy`; see `rules.policies`."""
    short_abandon_seconds = models.PositiveSmallIntegerField(default=5)
    """Who hangs up earlier had not begun to wait: counted apart."""
    within_seconds = models.PositiveSmallIntegerField(default=20)
    """The waiting time of the service level."""
    keep_numbers_days = models.PositiveSmallIntegerField(default=365)
    """After so many days the number of a caller is erased from calls and journal (L-12)."""
    keep_messages_days = models.PositiveSmallIntegerField(default=90)
    """After so many days the sound of a message that somebody left is erased."""
    records_calls = models.BooleanField(default=False)
    """Whether conversations are recorded, after an announcement; off by default (L-12)."""
    recording_purpose = models.CharField(max_length=200, blank=True)
    """Said to everybody who is recorded, and written beside each recording."""
    keep_recordings_days = models.PositiveSmallIntegerField(default=30)
    most_calls_out = models.PositiveSmallIntegerField(default=200)
    """So many numbers are dialled on one day at most, by whomever (toll fraud); 0: none."""
    dial_prefixes = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    """`+32`: only numbers that begin so are dialled; empty: Europe, see `rules.dialling`."""
    note = models.CharField(_("what changes"), max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(records_calls=False) | ~Q(recording_purpose=""),
                name="recording_has_a_purpose",
            ),
            models.CheckConstraint(
                condition=Q(keep_recordings_days__gte=1, keep_recordings_days__lte=30),
                name="recordings_are_kept_a_month_at_most",
            ),
            models.CheckConstraint(
                condition=Q(keep_numbers_days__gte=1, keep_messages_days__gte=1),
                name="numbers_and_messages_are_kept_a_day_at_least",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.at:%Y-%m-%d %H:%M}"


class Endpoint(models.Model):
    """At which telephone an account takes calls, and which."""

    account = models.OneToOneField(Account, models.CASCADE, related_name="endpoint")
    kind = models.CharField(
        max_length=12, choices=EndpointKind.choices, default=EndpointKind.BROWSER
    )
    address = models.CharField(_("number"), max_length=120, blank=True)
    """The number or SIP address of a desk telephone or mobile; blank for the browser."""
    must_accept = models.BooleanField(_("press 1 to accept"), default=False)
    """Whether a key accepts the call, so that no voicemail swallows it."""
    services = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    """Codes of the services whose calls he takes; empty: all of them."""
    rank = models.PositiveSmallIntegerField(default=0)
    """Lower is asked first, with the strategy `rank`."""
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["account__name"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(kind="browser") | ~Q(address=""),
                name="a_telephone_has_an_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.kind}"
