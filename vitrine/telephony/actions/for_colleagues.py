"""Calls for a colleague who is away: the message that reaches him, and that he has read it."""

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.telephony.choices import CallOutcome
from vitrine.telephony.errors import MessageEmpty, NotTheReceiver
from vitrine.telephony.models import Call, ColleagueMessage
from vitrine.telephony.rules.stories import Story
from vitrine.tickets.actions.steps import clean
from vitrine.tickets.models import Ticket


def follow_colleague(call: Call, *, story: Story) -> None:
    """Tell the colleague of a call that nobody answered for him."""
    if call.colleague is None or call.ticket is None or story.ended_at is None:
        return
    if story.outcome in ("", CallOutcome.ANSWERED):
        return
    if not call.colleague_messages.filter(by__isnull=True).exists():
        _store(call.colleague, ticket=call.ticket, call=call, text="", by=None)


@transaction.atomic
def leave_message(
    colleague: Account, *, ticket: Ticket, text: str, by: Account, call: Call | None = None
) -> ColleagueMessage:
    """Write down what a caller wants to tell a colleague; he is told of it.

    Raises MessageEmpty.
    """
    said = clean(text)
    if not said:
        raise MessageEmpty
    return _store(colleague, ticket=ticket, call=call, text=said, by=by)


@transaction.atomic
def acknowledge_message(message: ColleagueMessage, *, by: Account) -> ColleagueMessage:
    """The colleague has read it; a second time changes nothing. Raises NotTheReceiver."""
    row = ColleagueMessage.objects.select_for_update().get(pk=message.pk)
    if row.colleague_id != by.pk:
        raise NotTheReceiver
    if row.acknowledged_at is None:
        row.acknowledged_at = now()
        row.save(update_fields=["acknowledged_at"])
        record("colleague_message.acknowledged", subject=row, by=by)
    return row


def _store(
    colleague: Account, *, ticket: Ticket, call: Call | None, text: str, by: Account | None
) -> ColleagueMessage:
    message = ColleagueMessage.objects.create(
        colleague=colleague, ticket=ticket, call=call, text=text, left_at=now(), by=by
    )
    record("colleague_message.left", subject=message, by=by, ticket=ticket.number)
    return message
