"""Who else takes part in a ticket beside the requester."""

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Lower

from vitrine.directory.models import Person
from vitrine.tickets.models.tickets import Ticket


class Participant(models.Model):
    """An address that stood in copy, or from which somebody joined the conversation."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="participants")
    address = models.CharField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    """As it stood beside the address."""
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    """None: never wrote to us."""
    since = models.DateTimeField()
    wrote_at = models.DateTimeField(null=True)
    """When a message of his first joined; None: only in copy."""

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                "ticket", Lower("address"), name="an_address_takes_part_in_a_ticket_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address
