"""Hand-overs to the second line."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.models import Account
from vitrine.directory.models import Service
from vitrine.tickets.models.tickets import Ticket


class Delegation(models.Model):
    """One hand-over to the second line of a service, until it is answered or returned."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="delegations")
    service = models.ForeignKey(Service, models.PROTECT, related_name="delegations")
    to_account = models.ForeignKey(Account, models.PROTECT, related_name="delegations")
    is_deputy = models.BooleanField(default=False)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    motive = models.TextField(_("motive"))
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    return_motive = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["ticket"],
                condition=Q(answered_at__isnull=True, returned_at__isnull=True),
                name="one_open_delegation_per_ticket",
            ),
            models.CheckConstraint(condition=~Q(motive=""), name="every_hand_over_has_a_motive"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at"],
                condition=Q(answered_at__isnull=True, returned_at__isnull=True),
                name="open_delegations_by_deadline",
            ),
            models.Index(fields=["to_account", "ticket"], name="delegations_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} to {self.service}"
