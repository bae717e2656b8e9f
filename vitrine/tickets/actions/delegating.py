"""Delegated to the second line of a service; the desk stays guardian (S-16, S-17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from vitrine.accounts.models import Account
from vitrine.calendars.queries import working_calendar
from vitrine.correspondence.actions import promise
from vitrine.correspondence.choices import PromiseKind
from vitrine.correspondence.models import Arrival
from vitrine.correspondence.queries import fill, text_in
from vitrine.directory.errors import NobodyInSecondLine
from vitrine.directory.models import Service
from vitrine.directory.queries import second_line_of
from vitrine.journal.actions import record
from vitrine.kernel.clock import now, today
from vitrine.tickets.actions.closing import add_reply, mark_closed
from vitrine.tickets.actions.search_documents import add_to_document
from vitrine.tickets.actions.steps import add_message, deadline, locked
from vitrine.tickets.choices import MessageKind, Outcome, State
from vitrine.tickets.errors import AnswerMissing, MotiveMissing, NobodyAvailable, NotDelegated
from vitrine.tickets.models import Delegation, Ticket
from vitrine.tickets.rules import ReceivedFile, check_live, subject_with_number


@dataclass(frozen=True)
class CameByMail:
    """What an answer of the second line by mail brings beside its words."""

    arrival: Arrival | None = None
    message_id: str = ""
    quoted: str = ""
    files: Sequence[ReceivedFile] = ()


@transaction.atomic
def delegate(ticket: Ticket, *, service: Service, motive: str, by: Account) -> Delegation:
    """Hand a ticket over to the designated person of `service`, else to the deputy.

    Raises NobodyAvailable with the reason when neither is there, MotiveMissing, NotOpen or
    Archived; then nothing has changed. An earlier open hand-over ends.
    """
    row = locked(ticket)
    check_live(row.state)
    if not motive.strip():
        raise MotiveMissing
    try:
        expert = second_line_of(service, on=today())
    except NobodyInSecondLine as nobody:
        raise NobodyAvailable(nobody.reason) from nobody

    at = now()
    _open_delegations(row).update(returned_at=at, return_motive=motive)
    delegation = Delegation.objects.create(
        ticket=row,
        service=service,
        to_account=expert.account,
        is_deputy=expert.is_deputy,
        by=by,
        motive=motive.strip(),
        at=at,
        due_at=working_calendar().add_working_time(at, service.answer_within),
    )
    row.owner = row.owner or by
    _to_second_line(row, delegation=delegation)

    record(
        "ticket.delegated",
        subject=row,
        by=by,
        service=service.code,
        to=expert.account.name,
        is_deputy=expert.is_deputy,
        motive=motive,
    )
    _ask_second_line(row, delegation=delegation, by=by)
    return delegation


def _to_second_line(ticket: Ticket, *, delegation: Delegation) -> None:
    ticket.state = State.SECOND_LINE
    ticket.outcome = Outcome.SECOND_LINE
    ticket.service = delegation.service
    ticket.due_at = delegation.due_at
    ticket.paused_at = ticket.time_left = None
    ticket.last_activity_at = delegation.at
    ticket.save()


def _open_delegations(ticket: Ticket) -> QuerySet[Delegation]:
    return ticket.delegations.filter(answered_at__isnull=True, returned_at__isnull=True)


def _ask_second_line(ticket: Ticket, *, delegation: Delegation, by: Account) -> None:
    expert = delegation.to_account
    frame = text_in(PromiseKind.DELEGATION, expert.ui_language)
    promise(
        PromiseKind.DELEGATION,
        about=ticket,
        to=expert,
        language=expert.ui_language,
        subject=subject_with_number(ticket.subject, number=ticket.number, hook=settings.MAIL_HOOK),
        text=fill(
            frame.body,
            text=delegation.motive,
            number=ticket.spoken_number,
            service=delegation.service.name_in(expert.ui_language),
            link=f"/desk/tickets/{ticket.number}/",
        ),
        handler=by,
    )


def _delegation_of(ticket: Ticket, *, account: Account) -> Delegation:
    """The open hand-over that `account` may end: the expert himself, or the desk."""
    delegation = _open_delegations(ticket).select_for_update().first()
    if delegation is None:
        raise NotDelegated
    if delegation.to_account_id != account.pk and not account.works_at_desk:
        raise NotDelegated
    return delegation


@transaction.atomic
def answer_delegation(
    ticket: Ticket,
    *,
    answer: str,
    to_requester: bool,
    by: Account,
    came_by_mail: CameByMail | None = None,
) -> Ticket:
    """The second line answers: straight to the requester, which closes the ticket, or to the desk.

    came_by_mail  what a mail brought beside its words; None: written on the page

    Raises NotDelegated when the hand-over has ended, AnswerMissing or RequesterMissing.
    """
    row = locked(ticket)
    delegation = _delegation_of(row, account=by)
    if not answer.strip():
        raise AnswerMissing
    at = now()
    delegation.answered_at = at
    delegation.save(update_fields=["answered_at"])
    answer_to = ""
    if to_requester:
        _message, owed = add_reply(row, text=answer, by=by, at=at, in_writing=True)
        answer_to = owed.to_address if owed else ""
        mark_closed(row, outcome=Outcome.SECOND_LINE, by=by, at=at)
    else:
        _answer_desk(row, answer=answer, by=by, at=at, mail=came_by_mail or CameByMail())
    row.save()
    record(
        "ticket.answered_by_second_line",
        subject=row,
        by=by,
        service=delegation.service.code,
        answer_to=answer_to,
    )
    if to_requester:
        record("ticket.closed", subject=row, by=by, outcome=row.outcome, answer_to=answer_to)
    return row


def _answer_desk(
    ticket: Ticket, *, answer: str, by: Account, at: datetime, mail: CameByMail
) -> None:
    add_message(
        ticket,
        kind=MessageKind.SECOND_LINE,
        at=at,
        text=answer,
        quoted=mail.quoted,
        language=by.ui_language,
        account=by,
        message_id=mail.message_id,
        arrival=mail.arrival,
        files=mail.files,
    )
    add_to_document(ticket, text=answer, language=by.ui_language, weight="C")
    _back_to_desk(ticket, at=at)


def _back_to_desk(ticket: Ticket, *, at: datetime) -> None:
    ticket.state = State.OPEN
    ticket.service = None
    ticket.due_at = deadline(at, priority=ticket.priority)
    ticket.last_activity_at = at


@transaction.atomic
def return_delegation(ticket: Ticket, *, motive: str, by: Account) -> Ticket:
    """Give a ticket back to the desk, or take it back, with a motive."""
    row = locked(ticket)
    delegation = _delegation_of(row, account=by)
    if not motive.strip():
        raise MotiveMissing
    _return(row, delegation=delegation, motive=motive, at=now())
    record("ticket.returned", subject=row, by=by, service=delegation.service.code, motive=motive)
    return row


def _return(ticket: Ticket, *, delegation: Delegation, motive: str, at: datetime) -> None:
    delegation.returned_at = at
    delegation.return_motive = motive
    delegation.save(update_fields=["returned_at", "return_motive"])
    _back_to_desk(ticket, at=at)
    ticket.save()


@transaction.atomic
def return_overdue_delegations(*, at: datetime, at_most: int = 200) -> int:
    """Bring tickets back to the desk that the second line left unanswered; how many."""
    overdue = (
        Delegation.objects.filter(
            answered_at__isnull=True, returned_at__isnull=True, due_at__lte=at
        )
        .order_by("ticket_id")
        .values_list("ticket_id", flat=True)[:at_most]
    )
    returned = 0
    for row in Ticket.objects.select_for_update(skip_locked=True).filter(pk__in=list(overdue)):
        delegation = _open_delegations(row).select_for_update().filter(due_at__lte=at).first()
        if delegation is None:
            continue
        _return(row, delegation=delegation, motive="overdue", at=at)
        record(
            "ticket.returned",
            subject=row,
            by=None,
            service=delegation.service.code,
            motive="overdue",
        )
        returned += 1
    return returned
