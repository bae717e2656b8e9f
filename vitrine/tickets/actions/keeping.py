"""Kept open: somebody investigates, and the requester knows until when (S-15)."""

from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import override

from vitrine.accounts.models import Account
from vitrine.calendars.queries import working_calendar
from vitrine.correspondence.choices import PromiseKind
from vitrine.correspondence.queries import fill, text_in
from vitrine.journal.actions import record
from vitrine.kernel.clock import now, today
from vitrine.tickets.actions.letters import write_to_requester
from vitrine.tickets.actions.steps import locked, start_clock
from vitrine.tickets.choices import Outcome, State
from vitrine.tickets.errors import DateInPast, NextActionMissing
from vitrine.tickets.models import Ticket
from vitrine.tickets.rules import check_live


@transaction.atomic
def keep_open(
    ticket: Ticket,
    *,
    next_action: str,
    promised_for: date | None = None,
    remind_at: datetime | None = None,
    owner: Account | None = None,
    tell: bool = True,
    by: Account,
) -> Ticket:
    """Keep a ticket open with an owner, a next action and a reminder in opening hours.

    promised_for  the date told to the requester, today or later
    remind_at     moved on to the next opening when it falls outside opening hours
    tell          write the date to the requester in the reply language
    Raises Archived, NotOpen, NextActionMissing or DateInPast.
    """
    row = locked(ticket)
    check_live(row.state)
    if not next_action.strip():
        raise NextActionMissing
    if promised_for is not None and promised_for < today():
        raise DateInPast

    at = now()
    row.state = State.OPEN
    row.outcome = row.outcome or Outcome.OPEN
    row.owner = owner or row.owner or by
    row.next_action = next_action.strip()[:300]
    row.promised_for = promised_for
    row.remind_at = in_opening_hours(remind_at) if remind_at else None
    start_clock(row, at=at)
    row.last_activity_at = at
    row.save()

    told = None
    if tell and promised_for is not None:
        with override(row.reply_language):
            day = date_format(promised_for, "j. F Y" if row.reply_language == "de" else "j F Y")
        sentence = fill(text_in("promised_date", row.reply_language).body, date=day)
        told = write_to_requester(row, kind=PromiseKind.PROGRESS, text=sentence, by=by)
    record(
        "ticket.kept_open",
        subject=row,
        by=by,
        owner=row.owner.name,
        next_action=row.next_action,
        promised_for=promised_for,
        remind_at=row.remind_at,
        told=told.to_address if told else "",
    )
    return row


def in_opening_hours(at: datetime) -> datetime:
    """`at` itself when the desk is open then, else the next opening."""
    calendar = working_calendar()
    return at if calendar.is_open(at) else calendar.next_opening(at)


@transaction.atomic
def remind_due(*, at: datetime, at_most: int = 200) -> int:
    """Bring reminders that have come due back into view; how many.

    Only in opening hours; a ticket that waits for its requester counts on again.
    """
    if not working_calendar().is_open(at):
        return 0
    rows = list(
        Ticket.objects.select_for_update(skip_locked=True)
        .filter(remind_at__lte=at)
        .order_by("remind_at")[:at_most]
    )
    for row in rows:
        row.remind_at = None
        if row.state == State.WAITING:
            row.state = State.OPEN
            start_clock(row, at=at)
        row.last_activity_at = at
        row.save()
        record("ticket.reminded", subject=row, by=None, next_action=row.next_action)
    return len(rows)
