"""What came in, exactly as it arrived."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from vitrine.correspondence.choices import ArrivalOutcome, Channel, Intake
from vitrine.correspondence.models.mailboxes import Mailbox


class Arrival(models.Model):
    """A message exactly as it arrived, stored before the sender is told "taken"."""

    reception = models.UUIDField(unique=True, default=uuid.uuid4)
    """Given once at the door; makes storing idempotent, also from the spool."""
    channel = models.CharField(max_length=8, choices=Channel.choices)
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, null=True, db_index=False)
    """Where it was fetched; None: it came by itself."""
    intake = models.CharField(max_length=8, choices=Intake.choices, default=Intake.LIVE)
    """Imported mail gets no automatic answer; history is archived at once."""
    received_at = models.DateTimeField()
    envelope_from = models.CharField(max_length=320, blank=True)
    envelope_to = models.JSONField(default=list)
    raw = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    message_id = models.CharField(max_length=998, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    """How often handling has begun: what never ends is put in quarantine."""
    handled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=ArrivalOutcome.choices, blank=True)
    reason = models.TextField(blank=True)
    """Why it is in quarantine, or was not answered: a sentence in English."""
    believed_at = models.DateTimeField(null=True)
    """When somebody said that it is no spam: it is not judged again."""

    authenticity = models.JSONField(default=dict)
    """What examining it found: whether it comes from whom it says, its seal, its invitations;
    empty: nothing, or it was not examined."""

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True, outcome="")
                | (Q(handled_at__isnull=False) & ~Q(outcome="")),
                name="a_handled_arrival_has_an_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="quarantined") | ~Q(reason=""), name="quarantine_has_a_reason"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["id"], condition=Q(handled_at__isnull=True), name="arrivals_to_handle"
            ),
            models.Index(fields=["sha256"], name="arrivals_by_content"),
            models.Index(
                fields=["message_id"], condition=~Q(message_id=""), name="arrivals_by_message_id"
            ),
            models.Index(
                fields=["-id"], condition=Q(outcome="quarantined"), name="arrivals_in_quarantine"
            ),
            models.Index(fields=["-id"], condition=Q(outcome="spam"), name="arrivals_in_spam"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.received_at:%Y-%m-%d %H:%M} {self.outcome}"
