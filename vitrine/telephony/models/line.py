"""Between the pages and the process that routes calls: picture, instructions, credentials."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from vitrine.accounts.models import Account
from vitrine.telephony.choices import InstructionKind, InstructionResult


class FloorPicture(models.Model):
    """The newest picture of the telephone; one row. See `rules.floor.Floor`."""

    floor = models.JSONField()
    at = models.DateTimeField()
    epoch = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(id=1), name="there_is_one_picture_of_the_floor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"


class Instruction(models.Model):
    """What somebody at a page tells the telephone; carried out by its process, or expired."""

    kind = models.CharField(max_length=20, choices=InstructionKind.choices)
    agent = models.CharField(max_length=64, blank=True)
    """The public name of the agent it is about; blank: nobody."""
    call = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    given_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=8, choices=InstructionResult.choices, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    """Why it was not possible, as a code of the process."""

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, result="")
                | (Q(answered_at__isnull=False) & ~Q(result="")),
                name="an_answered_instruction_has_a_result",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["id"], condition=Q(taken_at__isnull=True), name="instructions_not_taken"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.agent}"


class SipCredential(models.Model):
    """With what a softphone registers, for hours; what the line needs of it, not the secret."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="sip_credentials")
    user = models.CharField(max_length=64)
    """Name at the line: the public name of the account."""
    realm = models.CharField(max_length=64)
    ha1 = models.CharField(max_length=32)
    """md5(user:realm:secret), as SIP digest authentication needs it."""
    session_key = models.CharField(max_length=40)
    """Of the sign-in for which it was issued: it ends with it."""
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(revoked_at__isnull=True),
                name="one_sip_credential_per_account",
            ),
        ]

    def __str__(self) -> str:
        return self.user
