"""Follow-ups together: what plainly continues a ticket shares its statements and one commit.

Plainly: what we have signed names the ticket, or its requester wrote himself; the ticket is
open, and nobody was asked about it. Everything else is left to be handled one by one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from vitrine.channels.fax.arrive import fax_in
from vitrine.channels.files import received_files
from vitrine.channels.mail.addressing import (
    has_our_domain,
    is_our_address,
    promise_id_in,
    ticket_number_in,
    ticket_number_of_ids,
)
from vitrine.channels.mail.arrive.findings import kept_of
from vitrine.channels.mail.arrive.handling import Reading
from vitrine.channels.mail.arrive.requests import (
    finding_about,
    forwarded_from,
    language_of,
    note_participants,
)
from vitrine.channels.mail.arrive.threading import (
    addresses_reached,
    looked_up,
    number_in_subject,
    tickets_of_messages,
)
from vitrine.channels.mail.arrive.together import still_waiting, without_copies
from vitrine.channels.mail.parse import Address, Kind
from vitrine.channels.sorting import judge
from vitrine.correspondence.actions import settle_arrivals
from vitrine.correspondence.choices import ArrivalOutcome, Channel
from vitrine.directory.actions import Sender, persons_for_senders
from vitrine.directory.models import Person
from vitrine.directory.queries import mail_addresses, names_of_organisations
from vitrine.kernel.language_detection import detect
from vitrine.kernel.languages import Language
from vitrine.tickets.actions import FollowUp, join_requests
from vitrine.tickets.models import Delegation, Ticket
from vitrine.tickets.queries.rulebook import Rulebook, current_rulebook

FEWEST = 2
"""A single one gains nothing."""


@dataclass(frozen=True)
class _Clue:
    """What a message says of the ticket that it continues."""

    reading: Reading
    sender: Address
    signed: str
    """The number of a ticket, as we have signed it; blank: nothing signed."""
    number: str
    """The number that stands in the subject."""


@dataclass(frozen=True)
class _Joining:
    """A message with its ticket."""

    reading: Reading
    sender: Address
    ticket: Ticket
    used: Language | None


def join_together(readings: Sequence[Reading]) -> set[int]:
    """Add those that plainly continue a ticket to it; the ids of these."""
    clues = [clue for reading in readings if (clue := _clue(reading))]
    return _joined_together(clues) if len(clues) >= FEWEST else set()


def _clue(reading: Reading) -> _Clue | None:
    """None: it names no ticket, or there is something about it."""
    mail = reading.mail
    if mail.sender is None or mail.kind != Kind.PERSON or not _is_trusted(reading):
        return None
    ids = (*mail.thread, *mail.returned_message_ids)
    reached = addresses_reached(mail, envelope_to=reading.arrival.envelope_to)
    signed = ticket_number_of_ids(ids)
    if not signed and any(map(has_our_domain, ids)):
        return None  # one of ours from before they were signed
    signed = signed or ticket_number_in(reached)
    number = number_in_subject(mail.subject)
    if not signed and (promise_id_in(reached) is not None or not (number or mail.thread)):
        return None
    return _Clue(reading, mail.sender, signed, number)


def _is_trusted(reading: Reading) -> bool:
    mail = reading.mail
    return not (
        mail.quarantine
        or reading.finding.is_forged
        or (mail.sender and is_our_address(mail.sender.address))
        or is_our_address(mail.header("x-loop"))
        or has_our_domain(mail.message_id)
    )


@transaction.atomic
def _joined_together(clues: Sequence[_Clue]) -> set[int]:
    book = current_rulebook()
    waiting = without_copies(still_waiting([clue.reading for clue in clues]))
    by_id = {reading.arrival.pk: reading for reading in waiting}
    ours = [
        _Clue(by_id[clue.reading.arrival.pk], clue.sender, clue.signed, clue.number)
        for clue in clues
        if clue.reading.arrival.pk in by_id
    ]
    tickets = _tickets_of(ours)
    found = [
        joining
        for clue in ours
        if (ticket := tickets.get(clue.reading.arrival.pk))
        and (joining := _wanted(clue, ticket=ticket, book=book))
    ]
    return _join(found) if found else set()


def _tickets_of(clues: Sequence[_Clue]) -> dict[int, Ticket]:
    """By arrival: the ticket that may be joined without another question."""
    numbers = {clue.signed or clue.number for clue in clues} - {""}
    by_number = {row.number: row for row in Ticket.objects.filter(number__in=numbers)}
    by_message = tickets_of_messages(
        {each for clue in clues for each in looked_up(clue.reading.mail)}
    )
    known = mail_addresses([clue.sender.address for clue in clues])
    places = {}
    for clue in clues:
        if clue.signed:
            ticket = by_number.get(clue.signed)
        else:
            ticket = by_number.get(clue.number) or _newest(clue, by_message=by_message)
            owner = known.get(clue.sender.address)
            if ticket and (owner is None or owner.person_id != ticket.requester_id):
                ticket = None
        if ticket and ticket.archived_at is None and ticket.merged_into_id is None:
            places[clue.reading.arrival.pk] = ticket
    asked_about = set(
        Delegation.objects.filter(
            ticket__in={row.pk for row in places.values()},
            answered_at__isnull=True,
            returned_at__isnull=True,
        ).values_list("ticket_id", flat=True)
    )
    return {pk: ticket for pk, ticket in places.items() if ticket.pk not in asked_about}


def _newest(clue: _Clue, *, by_message: Mapping[str, tuple[int, Ticket]]) -> Ticket | None:
    """The ticket of the newest message that it refers to."""
    named = [by_message[each] for each in looked_up(clue.reading.mail) if each in by_message]
    return max(named, key=lambda pair: pair[0])[1] if named else None


def _wanted(clue: _Clue, *, ticket: Ticket, book: Rulebook) -> _Joining | None:
    """None: a fax, or spam; these are told one by one."""
    reading, mail = clue.reading, clue.reading.mail
    if fax_in(reading.arrival, mail=mail, book=book):
        return None
    used = detect(mail.visible_text) or detect(f"{mail.subject}\n{mail.text}")
    judgement = judge(
        reading.arrival,
        mail=mail,
        language=used or "",
        continues_ours=lambda: bool(clue.signed),
        book=book,
    )
    return None if judgement.spam_reason else _Joining(reading, clue.sender, ticket, used)


def _join(found: Sequence[_Joining]) -> set[int]:
    people = persons_for_senders(
        [
            Sender(address=each.sender.address, name=each.sender.name, language=each.used)
            for each in found
        ]
    )
    drafts = [_follow_up(each, person=person) for each, person in zip(found, people, strict=True)]
    joined = {id(draft) for draft in join_requests(drafts)}
    done = [(each, draft) for each, draft in zip(found, drafts, strict=True) if id(draft) in joined]
    offices = names_of_organisations(
        {each.sender.name for each, draft in done if draft.requester.organisation_id is None}
    )
    kept = []
    for each, draft in done:
        arrival, mail = each.reading.arrival, each.reading.mail
        note_participants(each.ticket, mail=mail, sender=draft.requester, arrival=arrival)
        finding = finding_about(
            draft.requester, mail=mail, finding=each.reading.finding, offices=offices
        )
        kept.append((arrival, kept_of(mail, finding=finding)))
    settle_arrivals(kept, outcome=ArrivalOutcome.ENTRY)
    return {each.reading.arrival.pk for each, _draft in done}


def _follow_up(each: _Joining, *, person: Person) -> FollowUp:
    arrival, mail = each.reading.arrival, each.reading.mail
    return FollowUp(
        ticket=each.ticket,
        requester=person,
        channel=Channel.MAIL,
        text=mail.visible_text,
        quoted=mail.quoted_text,
        language=each.used or language_of(person, arrival=arrival),
        received_at=arrival.received_at,
        files=received_files(mail.attachments),
        message_id=mail.message_id,
        arrival=arrival,
        forwarded_from=forwarded_from(mail),
    )
