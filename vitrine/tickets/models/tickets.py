"""The ticket itself and how two belong together."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.models import Account
from vitrine.correspondence.choices import Channel
from vitrine.directory.choices import LanguageReason
from vitrine.directory.models import Organisation, Person, Service
from vitrine.kernel.languages import Language
from vitrine.tickets.choices import Impact, LinkKind, Outcome, Priority, State, Urgency
from vitrine.tickets.models.question_types import QuestionType

LIVE = Q(state__in=["new", "open", "waiting", "second_line"])


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
    suggested_service = models.ForeignKey(
        Service, models.PROTECT, null=True, related_name="+", db_index=False
    )
    """What a sorting rule proposes to whoever hands it over."""
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
                fields=["remind_at"], condition=Q(remind_at__isnull=False), name="tickets_to_remind"
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
