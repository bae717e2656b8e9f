"""The lists of the desk: what stands in them, in which order, how many.

Each list has an index that matches its filter and its order. Pages are cut by key,
never by offset; counts stop at 1 000, so that a look costs the same at any size.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import IntegerField, Q, QuerySet, Subquery
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.models import Account
from vitrine.kernel.clock import BRUSSELS, now, today
from vitrine.kernel.text import initials
from vitrine.tickets.access import delegated_tickets_for, tickets_for
from vitrine.tickets.choices import LIVE_STATES, State
from vitrine.tickets.models import Ticket

COUNT_LIMIT = 1000
"""Counts are exact below this; at it they mean "this many or more"."""

PAGE_SIZE = 50


def end_of_today() -> datetime:
    """The midnight in Brussels that ends this day, in UTC."""
    return datetime.combine(today() + timedelta(days=1), time(), BRUSSELS).astimezone(UTC)


@dataclass(frozen=True)
class TicketList:
    """One list of the rail.

    order      `deadline` (nearest first) or `newest`
    is_urgent  its count is shown as late
    """

    name: str
    title: "LazyText | str"
    empty: "LazyText | str"
    rows: Callable[[Account], QuerySet[Ticket]]
    order: str = "newest"
    is_urgent: bool = False


def _in_state(state: State) -> Callable[[Account], QuerySet[Ticket]]:
    return lambda account: tickets_for(account).filter(state=state)


def _live(account: Account) -> QuerySet[Ticket]:
    return tickets_for(account).filter(state__in=LIVE_STATES)


DESK_LISTS = (
    TicketList(
        "mine",
        _("Mine"),
        _("Nothing waits for you. New requests stand in the list “New”."),
        lambda account: _live(account).filter(owner=account),
        order="deadline",
    ),
    TicketList(
        "new",
        _("New"),
        _("No new request. They appear here by themselves."),
        _in_state(State.NEW),
    ),
    TicketList(
        "due",
        _("Due today"),
        _("Nothing more is due today."),
        lambda account: _live(account).filter(deadline_order__lt=end_of_today()),
        order="deadline",
        is_urgent=True,
    ),
    TicketList(
        "promised",
        _("Promised for today"),
        _("No reminder and no promised date for today."),
        lambda account: _live(account).filter(
            Q(remind_at__lt=end_of_today()) | Q(promised_for__lte=today())
        ),
        order="deadline",
    ),
    TicketList(
        "second-line",
        _("With the second line"),
        _("No ticket is with the second line."),
        _in_state(State.SECOND_LINE),
    ),
    TicketList(
        "waiting",
        _("Waiting for requester"),
        _("No ticket waits for its requester."),
        _in_state(State.WAITING),
    ),
    TicketList("open", _("All open"), _("No ticket is open."), _live, order="deadline"),
    TicketList("closed", _("Closed"), _("No closed ticket yet."), _in_state(State.CLOSED)),
    TicketList(
        "archived",
        _("Archive"),
        _("The archive is empty. Closed tickets come here by themselves."),
        _in_state(State.ARCHIVED),
    ),
)

SECOND_LINE_LISTS = (
    TicketList(
        "delegated",
        _("Delegated to me"),
        _("No ticket waits for your answer."),
        delegated_tickets_for,
        order="deadline",
    ),
    TicketList(
        "answered",
        _("Earlier"),
        _("You have not answered a ticket yet."),
        lambda account: tickets_for(account).exclude(
            pk__in=delegated_tickets_for(account).values("pk")
        ),
    ),
)


def lists_of(account: Account) -> tuple[TicketList, ...]:
    """The lists that `account` works with; the first is where he begins."""
    if account.works_at_desk:
        return DESK_LISTS
    if account.has_role("auditor"):
        return tuple(one for one in DESK_LISTS if one.name in ("open", "closed", "archived"))
    if account.has_role("second_line"):
        return SECOND_LINE_LISTS
    return ()


@dataclass(frozen=True, slots=True)
class TicketRow:
    """What a list shows of a ticket: one row of one statement, no model behind it."""

    id: int
    number: str
    subject: str
    excerpt: str
    channel: str
    language: str
    state: str
    outcome: str
    priority: int
    due_at: datetime | None
    opened_at: datetime
    last_activity_at: datetime
    deadline_order: datetime
    requester: str | None
    organisation_fr: str | None
    organisation_nl: str | None
    organisation_de: str | None
    organisation_en: str | None
    owner_id: int | None
    owner: str | None
    service: str | None

    def organisation_in(self, language: str) -> str:
        """The organisation's name in `language`; blank for a private person."""
        return getattr(self, f"organisation_{language}") or self.organisation_fr or ""

    @property
    def owner_initials(self) -> str:
        """At most two letters of the owner; blank when nobody has it."""
        return initials(self.owner or "")

    @property
    def is_late(self) -> bool:
        """Whether the deadline has passed."""
        return self.due_at is not None and self.due_at < now()


ROW_FIELDS = (
    "id",
    "number",
    "subject",
    "excerpt",
    "channel",
    "language",
    "state",
    "outcome",
    "priority",
    "due_at",
    "opened_at",
    "last_activity_at",
    "deadline_order",
    "requester__name",
    "organisation__name_fr",
    "organisation__name_nl",
    "organisation__name_de",
    "organisation__name_en",
    "owner_id",
    "owner__name",
    "service__code",
)


def rows_of(tickets: QuerySet[Ticket]) -> list[TicketRow]:
    """The rows of a query, in its order, with one statement."""
    return [TicketRow(*values) for values in tickets.values_list(*ROW_FIELDS)]


@dataclass(frozen=True)
class Page:
    """A page of a list; `after` fetches the next one and is None on the last."""

    rows: list[TicketRow]
    after: str | None


def page_of(
    ticket_list: TicketList, *, account: Account, after: str | None = None, size: int = PAGE_SIZE
) -> Page:
    """The rows of a list that follow the key `after`; at most `size`.

    after  as given by the page before; a key that makes no sense gives the first page
    """
    tickets = ticket_list.rows(account)
    by_deadline = ticket_list.order == "deadline"
    tickets = tickets.order_by(*(("deadline_order", "id") if by_deadline else ("-id",)))
    key = read_key(after)
    if key is not None and by_deadline:
        moment, serial = key
        # The row comparison, written so that the index serves it.
        tickets = tickets.filter(deadline_order__gte=moment).exclude(
            deadline_order=moment, id__lte=serial
        )
    elif key is not None:
        tickets = tickets.filter(id__lt=key[1])
    rows = rows_of(tickets[: size + 1])
    more = rows[size - 1] if len(rows) > size else None
    return Page(rows=rows[:size], after=write_key(more) if more else None)


def write_key(row: TicketRow) -> str:
    """The place of a row in its list: `<microseconds since 1970>.<id>`."""
    moment = row.deadline_order - datetime(1970, 1, 1, tzinfo=UTC)
    return f"{moment // timedelta(microseconds=1)}.{row.id}"


def read_key(text: str | None) -> tuple[datetime, int] | None:
    """The key that `write_key` wrote; None for anything else."""
    try:
        microseconds, serial = (int(part) for part in (text or "").split("."))
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds), serial
    except (ValueError, OverflowError):
        return None


class BoundedCount(Subquery):
    """How many rows a query has, looking at no more than it is sliced to."""

    template = "(SELECT count(*) FROM (%(subquery)s) bounded)"
    output_field = IntegerField()


LIVE_SQL = "state IN ('new', 'open', 'waiting', 'second_line')"
DESK_CONDITIONS = {
    "mine": f"{LIVE_SQL} AND owner_id = %(account)s",
    "new": "state = 'new'",
    "due": f"{LIVE_SQL} AND deadline_order < %(end_of_today)s",
    "promised": f"{LIVE_SQL} AND (remind_at < %(end_of_today)s OR promised_for <= %(today)s)",
    "second-line": "state = 'second_line'",
    "waiting": "state = 'waiting'",
    "open": LIVE_SQL,
    "closed": "state = 'closed'",
    "archived": "state = 'archived'",
}
"""The lists of the desk once more, for counting: every page counts, and composing these
nine queries anew cost a third of its time. A test holds them against DESK_LISTS."""

BOUNDED = "(SELECT count(*) FROM (SELECT FROM tickets_ticket WHERE {} LIMIT {}) AS bounded)"
COUNT_DESK_LISTS = "SELECT " + ", ".join(
    BOUNDED.format(condition, COUNT_LIMIT) for condition in DESK_CONDITIONS.values()
)


def counts(account: Account) -> dict[str, int]:
    """How many tickets stand in each list of `account`, at most COUNT_LIMIT; one statement."""
    if account.works_at_desk:
        return _counts_of_desk(account)
    lists = lists_of(account)
    if not lists:
        return {}
    columns: dict[str, Any] = {
        one.name: BoundedCount(one.rows(account).order_by().values("pk")[:COUNT_LIMIT])
        for one in lists
    }
    return dict(Account.objects.filter(pk=account.pk).annotate(**columns).values(*columns).get())


def _counts_of_desk(account: Account) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            COUNT_DESK_LISTS,
            {"account": account.pk, "end_of_today": end_of_today(), "today": today()},
        )
        [row] = cursor.fetchall()
    return dict(zip(DESK_CONDITIONS, row, strict=True))
