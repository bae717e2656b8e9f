"""The ticket of a call: opened when the caller begins to wait, not when somebody answers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from vitrine.accounts.models import Account
from vitrine.directory.models import Service
from vitrine.directory.queries import reply_language_for
from vitrine.kernel.clock import now
from vitrine.kernel.languages import fold
from vitrine.telephony.actions.call_back_items import open_item_of
from vitrine.telephony.models import Call
from vitrine.telephony.queries.callers import KnownNumber, known_number
from vitrine.telephony.rules.stories import Story
from vitrine.tickets.actions import end_call, give_call, note_call, open_call, write_up_call
from vitrine.tickets.actions.calls import Asking
from vitrine.tickets.choices import CALL_SUBJECT
from vitrine.tickets.models import Ticket


def follow_ticket(call: Call, *, story: Story) -> None:
    """Open the ticket at the offer, give it to who answers, end the call in its timeline."""
    if story.offered_at is not None and call.ticket_id is None:
        open_ticket_for(call, at=story.offered_at)
    if story.is_outgoing:
        _follow_outgoing(call, story=story)
    elif call.ticket is not None and call.answered_account is not None:
        give_call(call.ticket, owner=call.answered_account)
    if call.message is None or story.ended_at in (None, call.message.call_ended_at):
        return
    assert story.ended_at is not None, "said by the line before"
    end_call(call.message, at=story.ended_at, by=call.answered_account)


def _follow_outgoing(call: Call, *, story: Story) -> None:
    """Whoever calls somebody back does so in the ticket that waits for it."""
    waiting = open_item_of(story.number) if call.ticket is None else None
    if waiting is None or waiting.ticket is None or waiting.ticket.is_closed:
        return
    at, language = story.arrived_at or now(), waiting.ticket.language
    call.ticket, call.call_back = waiting.ticket, waiting
    call.message = note_call(waiting.ticket, language=language, at=at, person=call.person)


def open_ticket_for(call: Call, *, at: datetime) -> Ticket:
    """The ticket of a call: of a number that is to be called back, the one that waits for it."""
    known = known_number(call.number)
    language = language_of(call, known=known)
    waiting = open_item_of(call.number)
    if waiting is not None and waiting.ticket is not None and not waiting.ticket.is_closed:
        call.ticket = waiting.ticket
        call.message = note_call(waiting.ticket, language=language, at=at, person=known.person)
        return waiting.ticket
    with override(language):
        ticket = open_call(
            requester=known.person,
            organisation=known.organisation,
            subject=_subject(call, language=language),
            language=language,
            at=at,
        )
    call.ticket, call.message = ticket, ticket.messages.get()
    return ticket


def language_of(call: Call, *, known: KnownNumber) -> str:
    """The language chosen in the menu, else in which the caller is answered."""
    if call.language:
        return call.language
    if known.person is not None or known.organisation is not None:
        return reply_language_for(known.person, known.organisation, used=None).language
    return fold(None)


def _subject(call: Call, *, language: str) -> str:
    """Without the number: that stands beside the call, and is erased there."""
    service = Service.objects.filter(code=call.service).first() if call.service else None
    if service is None:
        return str(CALL_SUBJECT)
    return _("Telephone call: %(service)s") % {"service": service.name_in(language)}


@transaction.atomic
def settle_phone_call(
    call: Call,
    *,
    who_asks: Callable[[], Asking],
    outcome: Callable[[Ticket], object],
    by: Account,
    **said: Any,
) -> Ticket:
    """Write up a call that came by telephone in its own ticket, and give it its outcome.

    said  what `tickets.actions.log_call` takes, but for `channel`, `began_at` and `ended_at`,
          which the telephone knows
    Raises what `tickets.actions.write_up_call` raises; then nothing has been stored.
    """
    row = Call.objects.select_for_update(of=("self",)).select_related("message").get(pk=call.pk)
    began = row.answered_at or row.offered_at or row.arrived_at or now()
    if row.ticket is None:
        open_ticket_for(row, at=began)
        row.save(update_fields=["ticket", "message"])
    assert row.ticket is not None, "it has just been opened"
    said.pop("channel", None)
    return write_up_call(
        row.ticket,
        who_asks=who_asks,
        outcome=outcome,
        began_at=began,
        ended_at=row.ended_at or now(),
        message=row.message,
        by=by,
        **said,
    )
