"""The language that a message is written in, corrected by somebody who can read it."""

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.directory.choices import LanguageReason
from vitrine.directory.queries import reply_language_for
from vitrine.journal.actions import record
from vitrine.kernel.languages import Language
from vitrine.tickets.actions.search_documents import index_ticket
from vitrine.tickets.actions.steps import locked
from vitrine.tickets.choices import MessageKind, State
from vitrine.tickets.errors import Archived
from vitrine.tickets.models import Message, Ticket

ASKED = (MessageKind.INCOMING, MessageKind.CALL)


@transaction.atomic
def set_message_language(message: Message, *, language: str, by: Account) -> Message:
    """Correct the language of a message; the search then reads it with the right dictionary.

    When it is the request itself, the ticket is in that language too, and the reply language
    follows by law unless an agent has chosen it. Raises Archived.
    """
    ticket = locked(message.ticket)
    if ticket.state == State.ARCHIVED:
        raise Archived
    row = Message.objects.select_for_update().get(pk=message.pk)
    before, after = row.language, Language(language)
    if before == after:
        return row
    row.language = after
    row.save(update_fields=["language"])
    is_request = _request_of(ticket) == row.pk
    if is_request:
        _follow(ticket, language=after)
    index_ticket(ticket)
    record(
        "ticket.message_language_set",
        subject=ticket,
        by=by,
        message=row.pk,
        before=before,
        after=after,
        reply_language=ticket.reply_language if is_request else "",
    )
    return row


def _request_of(ticket: Ticket) -> int | None:
    """The id of the message that opened the ticket."""
    asked = Message.objects.filter(ticket=ticket, kind__in=ASKED).order_by("at", "id")
    return asked.values_list("id", flat=True).first()


def _follow(ticket: Ticket, *, language: Language) -> None:
    ticket.language = language
    if ticket.reply_language_reason != LanguageReason.CHOSEN:
        chosen = reply_language_for(ticket.requester, ticket.organisation, used=language)
        ticket.reply_language, ticket.reply_language_reason = chosen.language, chosen.reason
    ticket.save(update_fields=["language", "reply_language", "reply_language_reason"])
