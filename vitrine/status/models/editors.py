"""Who may change the state: keys, their enrolment, what was prepared and what was tried."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.models import Account
from vitrine.status.choices import AttemptPurpose


class KeyEnrolment(models.Model):
    """The permission of two administrators that one person adds one key."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="key_enrolments")
    begun_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    challenge = models.BinaryField(null=True)
    """What the key is asked to sign; made when the person opens the page."""
    challenged_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | (~Q(confirmed_by=F("begun_by")) & ~Q(confirmed_by=F("account"))),
                name="two_administrators_enrol_a_key",
            ),
            models.CheckConstraint(
                condition=~Q(begun_by=F("account")), name="nobody_enrols_his_own_key"
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(confirmed_at__isnull=False),
                name="a_used_enrolment_was_confirmed",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(used_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_enrolment_per_person",
            ),
        ]

    def __str__(self) -> str:
        return f"enrolment {self.pk}"


class SecurityKey(models.Model):
    """A hardware key of a status editor; revoked, never deleted."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="status_keys")
    name = models.CharField(_("name of the key"), max_length=60)
    credential_id = models.BinaryField(unique=True)
    public_key = models.BinaryField()
    """COSE."""
    aaguid = models.UUIDField()
    sign_count = models.BigIntegerField(default=0)
    is_backup_eligible = models.BooleanField(default=False)
    attestation = models.BinaryField()
    """The whole registration as the key answered, to be checked again."""
    enrolment = models.OneToOneField(KeyEnrolment, models.PROTECT, related_name="key")
    enrolled_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(is_backup_eligible=False), name="a_status_key_is_never_synced"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_by__isnull=False),
                name="a_revoked_key_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PreparedChange(models.Model):
    """A change that somebody has been shown and may sign, once, within two minutes."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    nonce = models.CharField(max_length=32, unique=True)
    purpose = models.CharField(max_length=12, choices=AttemptPurpose.choices)
    kind = models.CharField(max_length=16, blank=True)
    change = models.JSONField()
    """What is signed: `publication.events.Change` as a dictionary."""
    prepared_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return self.nonce


class Attempt(models.Model):
    """Somebody tried to use his key; written whatever became of it, never changed."""

    at = models.DateTimeField()
    purpose = models.CharField(max_length=12, choices=AttemptPurpose.choices)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    address = models.GenericIPAddressField(null=True)
    key = models.ForeignKey(SecurityKey, models.PROTECT, null=True, related_name="+")
    refusal = models.CharField(max_length=24, blank=True)
    """Why it was refused, a code of `errors.sentence_of`; blank: it was accepted."""
    version = models.BigIntegerField(null=True)
    """Of the event that it made."""
    kind = models.CharField(max_length=16, blank=True)
    facts = models.JSONField(default=dict)
    """What was wanted, and what the key answered wrongly."""

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account", "-at"], name="attempts_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.refusal or 'accepted'}"
