"""Tickets that an interruption of the register has caused, and the one answer to all of them."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from vitrine.accounts.models import Account
from vitrine.status.models import Interruption
from vitrine.tickets.models.tickets import Ticket


class TicketInterruption(models.Model):
    """A ticket that belongs to an interruption; answered with the others when it ends."""

    ticket = models.OneToOneField(Ticket, models.PROTECT, related_name="interruption_link")
    interruption = models.ForeignKey(Interruption, models.PROTECT, related_name="ticket_links")
    joined_at = models.DateTimeField()
    joined_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    """When the answer to all answered it."""
    failure = models.TextField(blank=True)
    """Why the answer to all could not answer it: a sentence in the language of who sent it."""

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(failure=""),
                name="an_answered_ticket_did_not_fail",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["interruption", "id"], name="tickets_of_interruption"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} in {self.interruption_id}"


class InterruptionAnswer(models.Model):
    """One text per language to all requesters whose tickets belong to an interruption."""

    interruption = models.ForeignKey(Interruption, models.PROTECT, related_name="answers")
    texts = models.JSONField()
    """Language -> text, as it was read before it was sent."""
    closes = models.BooleanField(default=True)
    """Whether the tickets are closed with it; else they stay open."""
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["interruption"],
                condition=Q(finished_at__isnull=True),
                name="one_answer_to_all_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk} of {self.interruption_id}"
