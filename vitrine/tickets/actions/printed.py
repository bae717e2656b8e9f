"""An answer on paper: for a requester who has no e-mail address, such as that of a fax."""

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.correspondence.choices import Channel
from vitrine.journal.actions import record
from vitrine.tickets.actions.closing import close_directly
from vitrine.tickets.choices import MessageKind
from vitrine.tickets.models import Message, Ticket


@transaction.atomic
def close_by_letter(ticket: Ticket, *, answer: str, by: Account) -> Message:
    """Close with an answer that somebody prints and posts; nothing leaves by mail.

    Raises AlreadyClosed, Archived or AnswerMissing; then nothing has changed.
    """
    row = close_directly(ticket, answer=answer, in_writing=False, by=by)
    message = row.messages.filter(kind=MessageKind.REPLY).order_by("-id")[:1].get()
    message.channel = Channel.LETTER
    message.save(update_fields=["channel"])
    record("ticket.letter_written", subject=row, by=by, message=message.pk)
    return message
