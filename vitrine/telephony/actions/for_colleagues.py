"""Calls for a colleague who is away: the message that reaches him, and that he has read it."""

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from vitrine.accounts.models import Account
from vitrine.correspondence.actions import promise
from vitrine.correspondence.choices import PromiseKind
from vitrine.correspondence.queries import fill, text_in
from vitrine.journal.actions import record
from vitrine.kernel.clock import BRUSSELS, now
from vitrine.kernel.languages import fold
from vitrine.kernel.phone_numbers import display
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
    _tell(message, number=call.number if call else "")
    return message


def _tell(message: ColleagueMessage, *, number: str) -> None:
    """Owe the colleague a mail with it; a person without a usable address finds it in Vitrine."""
    colleague, language = message.colleague, fold(message.colleague.ui_language)
    frame = text_in(PromiseKind.COLLEAGUE, language)
    with override(language):
        asks = message.ticket.requester
        unknown = _("Somebody who did not give a name")
        values = {
            "caller": asks.name if asks else unknown,
            "moment": date_format(message.left_at.astimezone(BRUSSELS), "SHORT_DATETIME_FORMAT"),
            "text": message.text or _("The caller left no message."),
            "number": display(number, language=language) if number else _("withheld"),
            "ticket": message.ticket.spoken_number,
        }
    promise(
        PromiseKind.COLLEAGUE,
        about=message.ticket,
        to=colleague,
        language=language,
        subject=fill(frame.subject, **values),
        text=fill(frame.body, **values),
        handler=message.by,
        is_automatic=message.by is None,
    )
