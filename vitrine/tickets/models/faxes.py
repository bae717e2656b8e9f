"""A message that came by fax, with its pages as pictures."""

from typing import Any, ClassVar

from django.db import models

from vitrine.tickets.models.messages import Attachment, Message


class Fax(models.Model):
    """What is known of a fax beside its message; its pages are made ready after it is stored."""

    message = models.OneToOneField(Message, models.PROTECT, related_name="fax")
    number = models.CharField(max_length=32, blank=True)
    """Of the sending machine in E.164; blank: withheld, or no number that can exist."""
    sent_as = models.CharField(max_length=200, blank=True)
    """What the gateway said of the sender."""
    digest = models.CharField(max_length=64)
    """Of the pictures or the file, without the time at which a gateway packed them."""
    attempts = models.PositiveSmallIntegerField(default=0)
    """How often making the pages ready has begun."""
    ready_at = models.DateTimeField(null=True)
    document = models.ForeignKey(Attachment, models.PROTECT, null=True, related_name="+")
    """The readable PDF; None: not ready yet, or `problem` says why there is none."""
    page_count = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)
    is_read_by_machine = models.BooleanField(default=False)
    """The words of the message were recognised in the pictures and may be wrong."""

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["digest"], name="faxes_by_content"),
            models.Index(
                fields=["id"],
                condition=models.Q(ready_at__isnull=True),
                name="faxes_to_make_ready",
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.sent_as


class FaxPage(models.Model):
    """A page of a fax as a picture and as a small picture, both PNG, in the store of files."""

    fax = models.ForeignKey(Fax, models.CASCADE, related_name="pages")
    position = models.PositiveIntegerField()
    """From 1."""
    picture = models.CharField(max_length=64)
    """sha256 of the bytes."""
    thumbnail = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    """Pixels of the picture."""
    height = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["fax", "position"], name="a_fax_has_each_page_once")
        ]

    def __str__(self) -> str:
        return f"{self.fax} {self.position}"
