"""What we owe in writing, and the local sink that takes it in development."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, StrIndex, Substr, Upper

from vitrine.accounts.models import Account
from vitrine.correspondence.choices import Channel, FailureClass, PromiseKind
from vitrine.directory.models import Person
from vitrine.kernel.languages import Language


class Promise(models.Model):
    """Something we owe in writing. Made in the transaction, delivered after it.

    Exactly one of `sent_at`, `failed_at` ends it. `handing_over_at` is committed
    just before the message is given to the other side: a row that has it, but has
    no end, was cut in between and is never silently repeated.
    """

    kind = models.CharField(max_length=16, choices=PromiseKind.choices)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.MAIL)
    to_person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="promises")
    to_account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    to_address = models.CharField(max_length=254)
    cc = models.JSONField(default=list)
    """Addresses that get a copy; the same message, each delivered once."""
    language = models.CharField(max_length=2, choices=Language.choices)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    handler = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    """The person able to inform (law of 11 April 1994); None: the desk itself."""
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    message_id = models.CharField(max_length=250, unique=True)
    in_reply_to = models.CharField(max_length=998, blank=True)
    references = models.JSONField(default=list)
    is_automatic = models.BooleanField(default=False)
    """Carries `Auto-Submitted: auto-replied` and is never sent to an automatic message."""
    promised_at = models.DateTimeField()
    due_at = models.DateTimeField()
    """Not before this instant; moved on by the back-off after a temporary failure."""
    trying_since = models.DateTimeField(null=True)
    """When somebody had it sent again; None: since it was promised."""
    attempts = models.PositiveSmallIntegerField(default=0)
    last_refusal = models.TextField(blank=True)
    """What was said the last time, while it is still being tried."""
    has_turn = models.BooleanField(default=False)
    """Its place in the pace of its domain is taken: when it is due it asks for no other."""
    claimed_at = models.DateTimeField(null=True)
    handing_over_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    proof = models.CharField(max_length=300, blank=True)
    """What the other side said when it took the message."""
    failed_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)
    failure_class = models.CharField(max_length=12, choices=FailureClass.choices, blank=True)
    """What kind of failure, said to the agent in his language; blank: never classed."""

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(failed_at__isnull=True),
                name="a_promise_is_kept_or_failed_not_both",
            ),
            models.CheckConstraint(
                condition=Q(failed_at__isnull=True) | ~Q(failure=""),
                name="a_failed_promise_says_why",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["due_at"],
                condition=Q(sent_at__isnull=True, failed_at__isnull=True),
                name="promises_to_keep",
            ),
            models.Index(fields=["subject_type", "subject_id"], name="promises_of_subject"),
            models.Index(Upper("to_address"), F("promised_at").desc(), name="promises_by_address"),
            models.Index(
                Lower(Substr("to_address", StrIndex("to_address", models.Value("@")) + 1)),
                F("promised_at").desc(),
                condition=Q(is_automatic=True),
                name="automatic_promises_by_domain",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.to_address}"


class Pace(models.Model):
    """How fast we may write to one domain: a bucket of turns that fills with time."""

    domain = models.CharField(max_length=254, primary_key=True)
    turns = models.FloatField()
    """How many messages may leave at once; below 0 the places that are taken already."""
    counted_at = models.DateTimeField()
    closed_until = models.DateTimeField(null=True)
    """The other side asked us to slow down: nothing leaves before."""
    closings = models.PositiveSmallIntegerField(default=0)
    """How often in a row it asked: the pause doubles."""

    def __str__(self) -> str:
        return self.domain


class SinkMessage(models.Model):
    """A message that the local sink took instead of a mail server (development only).

    The sink refuses a Message-ID that it has already, as a receiver may.
    """

    message_id = models.CharField(max_length=250, unique=True)
    to_address = models.CharField(max_length=254)
    raw = models.BinaryField()
    taken_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(Upper("to_address"), F("id").desc(), name="sink_by_mailbox")
        ]

    def __str__(self) -> str:
        return f"{self.to_address} {self.message_id}"
