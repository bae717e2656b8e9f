"""What was received, sent, noted or said, with its files."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from vitrine.accounts.models import Account
from vitrine.correspondence.choices import Channel
from vitrine.correspondence.models import Arrival, Promise
from vitrine.directory.models import Person
from vitrine.kernel.languages import Language
from vitrine.tickets.choices import FileDanger, MessageKind
from vitrine.tickets.models.tickets import Ticket


class Message(models.Model):
    """A text in the timeline: received, sent, noted or said."""

    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=12, choices=MessageKind.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices, blank=True)
    """Blank for a note."""
    at = models.DateTimeField()
    by_person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    by_account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=2, choices=Language.choices)
    text = models.TextField()
    quoted = models.TextField(blank=True)
    """What the message repeats of earlier ones: folded, never lost."""
    message_id = models.CharField(max_length=998, blank=True)
    forwarded_from = models.CharField(max_length=460, blank=True)
    """Who wrote it first when a colleague passed it on: `Name <address>`."""
    arrival = models.ForeignKey(Arrival, models.PROTECT, null=True, related_name="messages")
    promise = models.ForeignKey(Promise, models.PROTECT, null=True, related_name="messages")
    call_began_at = models.DateTimeField(null=True)
    call_ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["ticket", "at", "id"], name="messages_of_ticket"),
            models.Index(
                fields=["message_id"], condition=~Q(message_id=""), name="messages_by_message_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class Attachment(models.Model):
    """A file of a message. The bytes are stored once per content, by their hash."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    """Sniffed from the bytes, not believed from the sender."""
    size = models.PositiveBigIntegerField()
    """Bytes."""
    sha256 = models.CharField(max_length=64, blank=True)
    """Blank: refused (too large); the reason stands in `refused`."""
    refused = models.CharField(max_length=200, blank=True)
    content_id = models.CharField(max_length=200, blank=True)
    """The name by which the page of the message shows this picture; blank: it does not."""
    danger = models.CharField(max_length=12, choices=FileDanger.choices, blank=True)
    """Blank: nothing is known against the file."""
    scanned_at = models.DateTimeField(null=True)
    """When the virus scanner gave its verdict; None: it has not, or there is none."""
    infection = models.CharField(max_length=200, blank=True)
    """What the scanner found; blank: nothing. An infected file is kept and never given out."""

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sha256"], name="attachments_by_content"),
            models.Index(
                fields=["id"],
                condition=Q(scanned_at=None) & ~Q(sha256=""),
                name="attachments_not_scanned",
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(infection="") | Q(scanned_at__isnull=False),
                name="infected_means_scanned",
            ),
        ]

    def __str__(self) -> str:
        return self.name
