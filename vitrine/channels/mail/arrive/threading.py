"""Whose is it: the ticket that a message belongs to, and why we believe it.

Trusted: one of our own Message-IDs (they cannot be guessed), whoever sends it. Not
trusted alone: a number in the subject, or the Message-ID of somebody else's mail; they
count only when the sender already takes part in that ticket or is of its organisation.
"""

import re
from dataclasses import dataclass

from django.conf import settings

from vitrine.channels.mail.parse import ParsedMail
from vitrine.correspondence.queries import promise_with_message_id
from vitrine.directory.models import Person
from vitrine.tickets.models import Delegation, Message, Ticket

TICKET = Ticket._meta.label_lower
_OLD_MESSAGES_LOOKED_AT = 20


@dataclass(frozen=True)
class Place:
    """Where a message belongs: `ticket`, or a new ticket linked to `suspected`."""

    ticket: Ticket | None = None
    suspected: Ticket | None = None


def place_of(mail: ParsedMail, *, sender: Person | None) -> Place:
    """The ticket that `mail` continues, as far as it can be trusted."""
    if ours := ticket_of_our_message(mail.thread):
        return Place(ticket=ours)
    suspected = _of_subject(mail.subject) or _of_their_message(mail.thread)
    if suspected is None:
        return Place()
    if sender is not None and takes_part(sender, ticket=suspected):
        return Place(ticket=suspected)
    return Place(suspected=suspected)


def ticket_of_our_message(message_ids: tuple[str, ...]) -> Ticket | None:
    """The ticket about which we sent one of these messages."""
    owed = promise_with_message_id(list(message_ids)) if message_ids else None
    if owed is None or owed.subject_type != TICKET:
        return None
    return Ticket.objects.filter(pk=owed.subject_id).first()


def open_delegation_of(message_ids: tuple[str, ...], *, address: str) -> Delegation | None:
    """The hand-over that waits for the owner of `address`, who answers a message of ours.

    Our Message-ID is what we trust: nobody else has it.
    """
    ticket = ticket_of_our_message(message_ids)
    if ticket is None:
        return None
    return (
        Delegation.objects.filter(
            ticket=ticket,
            to_account__email__iexact=address,
            to_account__is_active=True,
            answered_at__isnull=True,
            returned_at__isnull=True,
        )
        .select_related("ticket", "to_account")
        .first()
    )


def takes_part(person: Person, *, ticket: Ticket) -> bool:
    """Whether `person` asked, wrote in the ticket, or is of its organisation."""
    if ticket.requester_id == person.pk:
        return True
    if person.organisation_id is not None and person.organisation_id == ticket.organisation_id:
        return True
    return Message.objects.filter(ticket=ticket, by_person=person).exists()


def _of_subject(subject: str) -> Ticket | None:
    match = re.search(rf"\[{re.escape(settings.MAIL_HOOK)}[-\s]?(\d{{4}}-\d{{6,9}})\]", subject)
    return Ticket.objects.filter(number=match[1]).first() if match else None


def _of_their_message(message_ids: tuple[str, ...]) -> Ticket | None:
    if not message_ids:
        return None
    found = Message.objects.filter(message_id__in=message_ids[-_OLD_MESSAGES_LOOKED_AT:])
    message = found.exclude(message_id="").select_related("ticket").order_by("-id").first()
    return message.ticket if message else None
