"""Whose is it: the ticket that a message belongs to, and why we believe it.

Trusted, whoever sends it: what we have signed, a Message-ID of ours or the plus part of
our Reply-To. Not trusted alone: a number in the subject, or the Message-ID of somebody
else's mail; they count only when the sender already takes part in that ticket or is of
its organisation, and nothing says that the sender is forged.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q

from vitrine.channels.mail.addressing import (
    has_our_domain,
    is_our_message_id,
    names_ours,
    promise_id_in,
    ticket_number_in,
    ticket_number_of_ids,
)
from vitrine.channels.mail.parse import ParsedMail
from vitrine.correspondence.models import Promise
from vitrine.correspondence.queries import promise_with_message_id
from vitrine.directory.models import Person
from vitrine.directory.rules import domains_to_try
from vitrine.tickets.models import Delegation, Message, Participant, Ticket

TICKET = Ticket._meta.label_lower
_OLD_MESSAGES_LOOKED_AT = 20
_DELIVERED_TO = ("delivered-to", "x-original-to", "x-envelope-to", "envelope-to")


@dataclass(frozen=True)
class Place:
    """Where a message belongs: `ticket`, or a new ticket linked to `suspected`."""

    ticket: Ticket | None = None
    suspected: Ticket | None = None


def place_of(
    mail: ParsedMail,
    *,
    sender: Person | None,
    envelope_to: Iterable[str] = (),
    is_forged: bool = False,
) -> Place:
    """The ticket that `mail` continues, as far as it can be trusted.

    is_forged   the sender's domain says that the message is not its own: a known name
                opens nothing then, what we have signed still does
    """
    if ours := ticket_answered(mail, envelope_to=envelope_to):
        return Place(ticket=ours)
    suspected = _of_subject(mail.subject) or _of_their_message(mail)
    if suspected is None:
        return Place()
    if sender is not None and not is_forged and _is_known(mail, sender=sender, ticket=suspected):
        return Place(ticket=suspected)
    return Place(suspected=suspected)


def says_where(mail: ParsedMail, *, envelope_to: Iterable[str]) -> bool:
    """Whether anything in `mail` names a ticket, rightly or not; asks nobody.

    The Message-IDs of others do not name one: see `known_in_tickets`.
    """
    return bool(
        number_in_subject(mail.subject)
        or any(map(_may_be_ours, (*mail.thread, *mail.returned_message_ids)))
        or names_ours(addresses_reached(mail, envelope_to=envelope_to))
    )


def _may_be_ours(message_id: str) -> bool:
    return has_our_domain(message_id) or is_our_message_id(message_id)


def looked_up(mail: ParsedMail) -> tuple[str, ...]:
    """The Message-IDs of others by which the ticket of `mail` is looked for."""
    return mail.thread[-_OLD_MESSAGES_LOOKED_AT:]


def known_in_tickets(message_ids: Collection[str]) -> set[str]:
    """Those of `message_ids` that a message in a ticket has."""
    wanted = {each for each in message_ids if each}
    if not wanted:
        return set()
    found = Message.objects.filter(message_id__in=wanted)
    return set(found.values_list("message_id", flat=True))


def addresses_reached(mail: ParsedMail, *, envelope_to: Iterable[str]) -> list[str]:
    """Every address to which the message came: the envelope's, those of the headers."""
    named = [each.address for each in (*mail.to, *mail.cc)]
    return [*envelope_to, *(mail.header(name) for name in _DELIVERED_TO), *named]


def ticket_answered(mail: ParsedMail, *, envelope_to: Iterable[str]) -> Ticket | None:
    """The ticket that our own signature names, in a Message-ID or in an address of ours."""
    ours = ticket_of_our_message((*mail.thread, *mail.returned_message_ids))
    return ours or _of_address(mail, envelope_to=envelope_to)


def ticket_of_our_message(message_ids: tuple[str, ...]) -> Ticket | None:
    """The ticket about which we sent one of these messages, the nearest first."""
    if number := ticket_number_of_ids(message_ids):
        return Ticket.objects.filter(number=number).first()
    unsigned = [each for each in message_ids if has_our_domain(each)]
    owed = promise_with_message_id(unsigned) if unsigned else None
    return ticket_of_promise(owed)


def ticket_of_promise(owed: Promise | None) -> Ticket | None:
    """What a message of ours was about, when it was about a ticket."""
    if owed is None or owed.subject_type != TICKET:
        return None
    return Ticket.objects.filter(pk=owed.subject_id).first()


def promise_of_report(mail: ParsedMail, *, envelope_to: Iterable[str]) -> Promise | None:
    """The message of ours that a report is about: by the address it came to, else by its id."""
    if promise_id := promise_id_in(addresses_reached(mail, envelope_to=envelope_to)):
        return Promise.objects.filter(pk=promise_id).first()
    ids = [each for each in (*mail.thread, *mail.returned_message_ids) if has_our_domain(each)]
    return promise_with_message_id(ids) if ids else None


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


def takes_part(person: Person, *, ticket: Ticket, address: str = "") -> bool:
    """Whether `person` asked, wrote or stood in copy in the ticket, or is of its organisation.

    Free mail tells no organisation: everybody may have an address there.
    """
    if ticket.requester_id == person.pk:
        return True
    is_colleague = (
        person.organisation_id is not None and person.organisation_id == ticket.organisation_id
    )
    if is_colleague and (not address or domains_to_try(address)):
        return True
    if Message.objects.filter(ticket=ticket, by_person=person).exists():
        return True
    named = Q(person=person) | Q(address__iexact=address) if address else Q(person=person)
    return Participant.objects.filter(named, ticket=ticket).exists()


def _is_known(mail: ParsedMail, *, sender: Person, ticket: Ticket) -> bool:
    """Whether the sender takes part in the ticket or in that into which it was merged."""
    address = mail.sender.address if mail.sender else ""
    if takes_part(sender, ticket=ticket, address=address):
        return True
    merged = ticket.merged_into
    return merged is not None and takes_part(sender, ticket=merged, address=address)


def _of_address(mail: ParsedMail, *, envelope_to: Iterable[str]) -> Ticket | None:
    """By our Reply-To; programs that answer by themselves write to our envelope sender."""
    reached = addresses_reached(mail, envelope_to=envelope_to)
    if number := ticket_number_in(reached):
        return Ticket.objects.filter(number=number).first()
    promise_id = promise_id_in(reached)
    return ticket_of_promise(Promise.objects.filter(pk=promise_id).first()) if promise_id else None


def _of_subject(subject: str) -> Ticket | None:
    number = number_in_subject(subject)
    return Ticket.objects.filter(number=number).first() if number else None


def number_in_subject(subject: str) -> str:
    """The number of a ticket that the subject names; blank when it names none."""
    hook = re.escape(settings.MAIL_HOOK)
    match = re.search(rf"(?<![\w-]){hook}[-\s]?(\d{{4}}-\d{{6,9}})(?!\d)", subject)
    return match[1] if match else ""


def tickets_of_messages(message_ids: Collection[str]) -> dict[str, tuple[int, Ticket]]:
    """Message-ID -> the newest message in a ticket that has it, and that ticket."""
    if not message_ids:
        return {}
    rows = Message.objects.filter(message_id__in=message_ids).exclude(message_id="")
    return {
        row.message_id: (row.pk, row.ticket)
        for row in rows.select_related("ticket").only("message_id", "ticket").order_by("id")
    }


def _of_their_message(mail: ParsedMail) -> Ticket | None:
    message_ids = looked_up(mail)
    if not message_ids:
        return None
    found = Message.objects.filter(message_id__in=message_ids)
    message = found.exclude(message_id="").select_related("ticket").order_by("-id").first()
    return message.ticket if message else None
