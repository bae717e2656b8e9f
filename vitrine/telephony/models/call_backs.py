"""Whom the desk calls back: one item per number, however often he called."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from vitrine.accounts.models import Account
from vitrine.directory.models import Person
from vitrine.kernel.languages import Language
from vitrine.telephony.choices import CallBackEnd, CallBackReason
from vitrine.tickets.models import Ticket


class CallBack(models.Model):
    """Somebody who called in vain; while it is open, further calls of the number join it."""

    number = models.CharField(max_length=32)
    """E.164; blank only when it was erased after the end."""
    reason = models.CharField(max_length=12, choices=CallBackReason.choices)
    """The strongest of those of its calls: asked, lost, closed, abandoned."""
    language = models.CharField(max_length=2, choices=Language.choices, blank=True)
    service = models.CharField(max_length=20, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="call_backs")
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, related_name="call_backs")
    first_called_at = models.DateTimeField()
    last_called_at = models.DateTimeField()
    times_called = models.PositiveSmallIntegerField(default=1)
    due_at = models.DateTimeField()
    """In opening hours."""
    is_automatic = models.BooleanField(default=False)
    """The telephone calls back by itself as soon as somebody is free."""
    taken_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="call_backs")
    taken_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    """How often he was called back in vain."""
    last_tried_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    """None: by itself."""
    end = models.CharField(max_length=12, choices=CallBackEnd.choices, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(ended_at__isnull=True),
                name="one_open_call_back_per_number",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end="")
                | (Q(ended_at__isnull=False) & ~Q(end="")),
                name="an_ended_call_back_says_how",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False) | ~Q(number=""),
                name="an_open_call_back_has_a_number",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(ended_at__isnull=True),
                name="open_call_backs_by_due_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.reason}"
