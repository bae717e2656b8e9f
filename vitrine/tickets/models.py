"""The tables of a ticket. Written only by `tickets.actions`."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.models import Account
from vitrine.correspondence.choices import Channel
from vitrine.correspondence.models import Arrival, Promise
from vitrine.directory.choices import LanguageReason
from vitrine.directory.models import Organisation, Person, Service
from vitrine.kernel.languages import Language, NamedInLanguages
from vitrine.tickets.choices import (
    Impact,
    LinkKind,
    MessageKind,
    Outcome,
    Priority,
    State,
    Urgency,
)

LIVE = Q(state__in=["new", "open", "waiting", "second_line"])


class QuestionType(NamedInLanguages):
    """What a request is about, two levels (domain section 1.3); editable, never deleted."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    is_key_request = models.BooleanField(_("key request"), default=False)
    """Excluded from charts 2 and 3 by default."""
    default_service = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="no_question_type_is_its_own_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Ticket(models.Model):
    """One request and everything done about it."""

    number = models.CharField(max_length=16, unique=True)
    """`2026-000418`: said as year, then two groups of three digits."""
    subject = models.CharField(_("subject"), max_length=300)
    requester = models.ForeignKey(Person, models.PROTECT, null=True, related_name="tickets")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="tickets"
    )
    channel = models.CharField(max_length=8, choices=Channel.choices)
    question_type = models.ForeignKey(
        QuestionType, models.PROTECT, null=True, related_name="tickets"
    )
    language = models.CharField(max_length=2, choices=Language.choices)
    """The language in which the request was written or said."""
    reply_language = models.CharField(max_length=2, choices=Language.choices)
    reply_language_reason = models.CharField(max_length=16, choices=LanguageReason.choices)
    impact = models.PositiveSmallIntegerField(choices=Impact.choices, default=Impact.USER)
    urgency = models.PositiveSmallIntegerField(choices=Urgency.choices, default=Urgency.QUESTION)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.P3)
    state = models.CharField(max_length=12, choices=State.choices, default=State.NEW)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    owner = models.ForeignKey(Account, models.PROTECT, null=True, related_name="owned_tickets")
    """The desk's guardian of the ticket, also while the second line has it."""
    service = models.ForeignKey(Service, models.PROTECT, null=True, related_name="tickets")
    """The service whose second line has it now."""
    next_action = models.CharField(_("next action"), max_length=300, blank=True)
    promised_for = models.DateField(_("date told to the requester"), null=True)
    remind_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    """In opening hours by priority; None while the clock is paused."""
    paused_at = models.DateTimeField(null=True)
    """Since when the clock stands still: the ticket waits for the requester."""
    time_left = models.DurationField(null=True)
    """Working time that was left when the clock stopped."""
    opened_at = models.DateTimeField()
    last_activity_at = models.DateTimeField()
    first_answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    reopened_count = models.PositiveSmallIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="merged_tickets"
    )
    deadline_order = models.GeneratedField(
        expression=Coalesce("due_at", models.Value(datetime(9999, 12, 31, tzinfo=UTC))),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    """The deadline for sorting: what has none comes last."""
    excerpt = models.CharField(max_length=200, blank=True)
    """First words of the request, for lists."""

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=~Q(state__in=["closed", "archived"])
                | (Q(closed_at__isnull=False) & (~Q(outcome="") | Q(merged_into__isnull=False))),
                name="closed_means_outcome_and_time",
            ),
            models.CheckConstraint(
                condition=Q(state="archived", archived_at__isnull=False)
                | (~Q(state="archived") & Q(archived_at__isnull=True)),
                name="archived_means_archived_at",
            ),
            models.CheckConstraint(
                condition=~Q(state="second_line") | Q(service__isnull=False),
                name="second_line_means_a_service",
            ),
            models.CheckConstraint(
                condition=(Q(paused_at__isnull=True) & Q(time_left__isnull=True))
                | (Q(paused_at__isnull=False) & Q(due_at__isnull=True)),
                name="a_paused_clock_has_no_deadline",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="no_ticket_merges_into_itself",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "-id"], name="tickets_by_state"),
            models.Index(
                fields=["owner", "deadline_order", "id"],
                condition=LIVE,
                name="live_tickets_by_owner",
            ),
            models.Index(
                fields=["deadline_order", "id"], condition=LIVE, name="live_tickets_by_deadline"
            ),
            models.Index(
                fields=["service", "-id"],
                condition=Q(state="second_line"),
                name="tickets_in_second_line",
            ),
            models.Index(
                fields=["remind_at"],
                condition=Q(remind_at__isnull=False),
                name="tickets_to_remind",
            ),
            models.Index(
                fields=["promised_for"],
                condition=Q(promised_for__isnull=False),
                name="tickets_promised",
            ),
            models.Index(
                fields=["closed_at"], condition=Q(state="closed"), name="tickets_to_archive"
            ),
            models.Index(fields=["requester", "-id"], name="tickets_of_requester"),
            models.Index(fields=["organisation", "-id"], name="tickets_of_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def is_closed(self) -> bool:
        """Whether nobody owes anything any more."""
        return self.state in (State.CLOSED, State.ARCHIVED)

    @property
    def spoken_number(self) -> str:
        """`2026-000 418`: the number in the groups in which one says it."""
        year, _dash, serial = self.number.partition("-")
        return f"{year}-{serial[:-3]} {serial[-3:]}"


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

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["sha256"], name="attachments_by_content")
        ]

    def __str__(self) -> str:
        return self.name


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


class TicketLink(models.Model):
    """Two tickets that belong together; stored once, the smaller id first."""

    first = models.ForeignKey(Ticket, models.PROTECT, related_name="links_as_first")
    second = models.ForeignKey(Ticket, models.PROTECT, related_name="links_as_second")
    kind = models.CharField(max_length=12, choices=LinkKind.choices, default=LinkKind.RELATED)
    at = models.DateTimeField()
    by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["first", "second"], name="two_tickets_link_once"),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="a_link_names_the_older_ticket_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} - {self.second}"


class SearchDocument(models.Model):
    """What is found of a ticket: each text in the dictionary of its own language.

    Apart from `Ticket`, so that a change of state does not touch the large index.
    """

    ticket = models.OneToOneField(
        Ticket, models.CASCADE, primary_key=True, related_name="search_document"
    )
    document = SearchVectorField()
    """Weights: A number and subject, B names, C messages, D notes and file names.

    Holds also the lexeme `~N` with N = ticket id / 1024: the newest hits of a common
    word are found through the same index, without reading all the others.
    """

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(fields=["document"], name="search_documents_by_word"),
        ]

    def __str__(self) -> str:
        return str(self.ticket_id)


class SearchWord(models.Model):
    """A lexeme that occurs in a document: a word with a typing error is compared with these."""

    word = models.CharField(max_length=24, primary_key=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="search_words_by_likeness"),
        ]

    def __str__(self) -> str:
        return self.word
