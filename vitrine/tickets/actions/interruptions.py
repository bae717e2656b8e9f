"""A ticket joins an interruption in one click; when it ends, all are answered at once.

The answer to all is a row; the worker answers ticket by ticket, each in its own transaction, so
that a killed worker goes on where it stopped and nobody is answered twice.
"""

from collections.abc import Mapping

from django.db import transaction
from django.utils import translation

from vitrine.accounts.models import Account
from vitrine.correspondence.actions.deferring import defer_task
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.kernel.languages import OFFICIAL
from vitrine.status.models import Interruption
from vitrine.tickets.actions.closing import close_directly, reply
from vitrine.tickets.actions.steps import locked
from vitrine.tickets.errors import (
    AnswerMissing,
    AnswerTooEarly,
    AnswerUnderWay,
    InterruptionOver,
    TicketError,
)
from vitrine.tickets.models import InterruptionAnswer, Ticket, TicketInterruption
from vitrine.tickets.rules import check_live

ANSWER_TO_ALL = "vitrine.tickets.answer_interruption"


@transaction.atomic
def join_interruption(
    ticket: Ticket, *, interruption: Interruption, by: Account | None
) -> TicketInterruption:
    """Say that `ticket` comes from `interruption`; saying it twice changes nothing.

    Raises InterruptionOver when it has ended and all were answered, and what a closed ticket
    raises.
    """
    row = locked(ticket)
    check_live(row.state)
    known = TicketInterruption.objects.filter(ticket=row).first()
    if known and known.interruption_id == interruption.pk:
        return known
    finished = InterruptionAnswer.objects.filter(interruption=interruption)
    if interruption.ended_at and finished.exists():
        raise InterruptionOver
    if known:
        known.delete()
    link = TicketInterruption.objects.create(
        ticket=row, interruption=interruption, joined_at=now(), joined_by=by
    )
    record("ticket.joined_interruption", subject=row, by=by, interruption=interruption.code)
    return link


@transaction.atomic
def leave_interruption(ticket: Ticket, *, by: Account) -> None:
    """Undo `join_interruption`; nothing happens when the ticket had not joined, or is answered."""
    row = locked(ticket)
    link = TicketInterruption.objects.select_for_update().filter(ticket=row).first()
    if link is None or link.answered_at:
        return
    code = link.interruption.code
    link.delete()
    record("ticket.left_interruption", subject=row, by=by, interruption=code)


@transaction.atomic
def answer_all(
    interruption: Interruption, *, texts: Mapping[str, str], closes: bool, by: Account
) -> InterruptionAnswer:
    """Owe an answer to everybody whose ticket belongs to `interruption`.

    texts   French, Dutch and German are needed; a missing English one falls back to French
    closes  whether the tickets are closed with it
    Raises AnswerTooEarly before the end, AnswerMissing, or AnswerUnderWay.
    """
    row = Interruption.objects.select_for_update().get(pk=interruption.pk)
    if row.ended_at is None:
        raise AnswerTooEarly
    kept = {code: text.strip() for code, text in texts.items() if text.strip()}
    if any(language not in kept for language in OFFICIAL):
        raise AnswerMissing
    if InterruptionAnswer.objects.filter(interruption=row, finished_at__isnull=True).exists():
        raise AnswerUnderWay
    answer = InterruptionAnswer.objects.create(
        interruption=row, texts=kept, closes=closes, by=by, begun_at=now()
    )
    record("status.answered_all", subject=row, by=by, closes=closes)
    defer_task(ANSWER_TO_ALL, answer_id=answer.pk)
    return answer


def carry_out_answer(answer: InterruptionAnswer) -> tuple[int, int]:
    """Answer every ticket that still waits; how many were answered, and how many could not be.

    Called again after a crash it goes on with those that are left.
    """
    answered = failed = 0
    waiting = TicketInterruption.objects.filter(
        interruption=answer.interruption_id, answered_at__isnull=True
    )
    for number in list(waiting.order_by("pk").values_list("pk", flat=True)):
        done = _answer_one(number, answer=answer)
        answered += done is True
        failed += done is False
    with transaction.atomic():
        row = InterruptionAnswer.objects.select_for_update().get(pk=answer.pk)
        if row.finished_at is None:
            row.finished_at = now()
            row.save(update_fields=["finished_at"])
            record(
                "status.all_answered",
                subject=row.interruption,
                by=row.by,
                answered=answered,
                failed=failed,
            )
    return answered, failed


def _answer_one(number: int, *, answer: InterruptionAnswer) -> bool | None:
    """Whether the ticket of one link was answered; None: nothing was owed any more."""
    with transaction.atomic():
        link = (
            TicketInterruption.objects.select_for_update(of=("self",))
            .select_related("ticket")
            .filter(pk=number)
            .first()
        )
        if link is None or link.answered_at or link.ticket.is_closed:
            return None
        try:
            with transaction.atomic():
                _write(link.ticket, answer=answer)
        except TicketError as refusal:
            with translation.override(answer.by.ui_language):
                link.failure = str(refusal.sentence)
            link.save(update_fields=["failure"])
            return False
        link.answered_at, link.failure = now(), ""
        link.save(update_fields=["answered_at", "failure"])
        return True


def _write(ticket: Ticket, *, answer: InterruptionAnswer) -> None:
    text = answer.texts.get(ticket.reply_language) or answer.texts["fr"]
    if answer.closes:
        close_directly(ticket, answer=text, by=answer.by, in_writing=True)
    else:
        reply(ticket, text=text, by=answer.by)
