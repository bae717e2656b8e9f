"""The journal of calls, and each call as it is told from it."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from vitrine.accounts.models import Account
from vitrine.directory.models import Person
from vitrine.kernel.languages import Language
from vitrine.telephony.choices import CallOutcome, MenuExit
from vitrine.telephony.models.call_backs import CallBack
from vitrine.tickets.models import Message, Ticket


class CallEntry(models.Model):
    """What went into the brain of the telephone or came out of it; see `rules.entries.Entry`.

    Append-only: the database refuses changes, but for the erasure of numbers (L-12).
    """

    epoch = models.CharField(max_length=40, db_collation="C")
    """Sorts by time: collated by its bytes."""
    sequence = models.BigIntegerField()
    at = models.DateTimeField()
    seconds = models.FloatField()
    kind = models.CharField(max_length=40)
    call = models.CharField(max_length=64, blank=True)
    agent = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["epoch", "sequence"], name="one_entry_per_sequence"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["call", "epoch", "sequence"],
                condition=~Q(call=""),
                name="call_entries_of_call",
            ),
            models.Index(
                fields=["at"], condition=Q(kind="agent-changed"), name="agent_changes_by_time"
            ),
            models.Index(
                fields=["epoch", "sequence"],
                condition=Q(kind__in=["engine-lost", "line-back"]),
                name="call_entries_of_the_line",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.epoch}/{self.sequence} {self.kind}"


class Call(models.Model):
    """A call as its journal tells it: replaying the journal gives the same row.

    Beside that, what people and the product made of it: ticket, call-back, person.
    """

    name = models.CharField(max_length=64, unique=True)
    """As the line and the core name it."""
    number = models.CharField(max_length=32, blank=True)
    """Of the caller, E.164; blank: withheld, or erased."""
    dialled = models.CharField(max_length=32, blank=True)
    diverted_from = models.CharField(max_length=32, blank=True)
    for_colleague = models.CharField(max_length=64, blank=True)
    """The public name of the absent colleague who was called."""
    language = models.CharField(max_length=2, choices=Language.choices, blank=True)
    """Chosen in the menu; blank: none."""
    service = models.CharField(max_length=20, blank=True)
    priority = models.SmallIntegerField(default=0)
    is_outgoing = models.BooleanField(default=False)
    """An agent has dialled the number: it was never offered to anybody."""
    arrived_at = models.DateTimeField(null=True)
    offered_at = models.DateTimeField(null=True)
    """When he began to wait for a person; None: he never did."""
    rang_at = models.DateTimeField(null=True)
    """When a telephone first rang for him."""
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=24, choices=CallOutcome.choices, blank=True)
    """Blank: not offered, or still present."""
    menu_exit = models.CharField(max_length=12, choices=MenuExit.choices, blank=True)
    answered_by = models.CharField(max_length=64, blank=True)
    """The public name of the agent who answered first."""
    last_agent = models.CharField(max_length=64, blank=True)
    """Who talked to him last."""
    ring_seconds = models.FloatField(default=0)
    """For how long telephones rang for him before somebody answered."""
    talk_seconds = models.FloatField(default=0)
    """Without hold; of a call-back, too."""
    hold_seconds = models.FloatField(default=0)
    rung = models.PositiveSmallIntegerField(default=0)
    """Telephones that rang for him."""
    missed = models.PositiveSmallIntegerField(default=0)
    """Of those, how many were not picked up."""
    transfers = models.PositiveSmallIntegerField(default=0)
    was_cut = models.BooleanField(default=False)
    """Whether a breakdown ended the conversation."""
    announced_seconds = models.FloatField(null=True)
    """The first waiting time that he was told; None: none."""
    call_back_number = models.CharField(max_length=32, blank=True)
    """Where he asked to be called; blank: at the number from which he called."""
    called_back_at = models.DateTimeField(null=True)
    """When the call-back that he asked for connected him."""
    dialled_back = models.PositiveSmallIntegerField(default=0)
    """How often the telephone called him back in vain."""
    given_up_at = models.DateTimeField(null=True)
    """When the telephone stopped trying to call him back by itself."""

    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="calls")
    """Who has this number; None: nobody, or several."""
    answered_account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="calls")
    colleague = models.ForeignKey(Account, models.PROTECT, null=True, related_name="diverted_calls")
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, related_name="calls")
    message = models.ForeignKey(Message, models.PROTECT, null=True, related_name="+")
    """Its place in the timeline of the ticket."""
    call_back = models.ForeignKey(CallBack, models.PROTECT, null=True, related_name="calls")
    is_simulated = models.BooleanField(default=False)
    """Nobody called: the simulated line, or the demonstration, has made it up."""
    number_erased_at = models.DateTimeField(null=True)
    is_stale = models.BooleanField(default=True)
    """Whether the journal holds entries that are not told here yet."""
    projected_at = models.DateTimeField(null=True)
    failed = models.PositiveSmallIntegerField(default=0)
    """How often telling it has failed since it last went well."""
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=~Q(outcome="answered")
                | (Q(answered_at__isnull=False) & ~Q(answered_by="")),
                name="answered_means_when_and_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(offered_at__isnull=False),
                name="only_offered_calls_have_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | ~Q(outcome="") | Q(offered_at__isnull=True),
                name="an_offered_call_ends_with_an_outcome",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-arrived_at", "-id"], name="calls_by_arrival"),
            models.Index(fields=["number", "-id"], name="calls_by_number"),
            models.Index(fields=["offered_at"], name="calls_by_offer"),
            models.Index(fields=["id"], condition=Q(is_stale=True), name="calls_not_told_yet"),
            models.Index(fields=["ticket"], name="calls_of_ticket"),
        ]

    def __str__(self) -> str:
        return self.name
