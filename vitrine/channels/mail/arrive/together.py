"""New requests together: most of what a busy morning brings refers to no ticket.

Such messages share a dozen statements and one commit; so does what machines wrote to nobody.
Everything else, and everything about which there is the least doubt, is left to be handled
one by one; so is all of it when something goes wrong.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from vitrine.channels.fax.arrive import fax_in
from vitrine.channels.mail.addressing import has_our_domain, is_our_address
from vitrine.channels.mail.arrive.answering import Quota, deserves_answer
from vitrine.channels.mail.arrive.authenticity import Authenticity
from vitrine.channels.mail.arrive.findings import kept_of
from vitrine.channels.mail.arrive.handling import Reading, let_twins_wait, reading_of
from vitrine.channels.mail.arrive.reports import reason_of
from vitrine.channels.mail.arrive.requests import (
    finding_about,
    language_of,
    note_participants,
    request_in,
)
from vitrine.channels.mail.arrive.threading import known_in_tickets, looked_up, says_where
from vitrine.channels.mail.parse import Address, Kind, ParsedMail
from vitrine.channels.sorting import Judgement, judge
from vitrine.correspondence.actions import settle_arrivals
from vitrine.correspondence.choices import ArrivalOutcome, Intake
from vitrine.correspondence.models import Arrival
from vitrine.correspondence.queries import known_message_ids
from vitrine.directory.actions import Sender, persons_for_senders
from vitrine.directory.models import Person
from vitrine.directory.queries import names_of_organisations
from vitrine.kernel.language_detection import detect
from vitrine.kernel.languages import Language
from vitrine.tickets.actions import Request, receive_requests
from vitrine.tickets.queries.rulebook import Rulebook, current_rulebook


def read_together(arrival_ids: Sequence[int]) -> list[Reading]:
    """What those arrivals say that still wait."""
    arrivals = Arrival.objects.filter(pk__in=arrival_ids, handled_at=None).order_by("id")
    return [reading_of(arrival) for arrival in arrivals]


def handle_new_together(readings: Sequence[Reading]) -> set[int]:
    """Settle those that plainly name no ticket; the ids of these.

    What a person wrote becomes a ticket, what a machine wrote nothing. Who answers a message
    that is among `readings` is left alone: its ticket is not there yet.
    """
    here = {reading.arrival.message_id for reading in readings if reading.arrival.message_id}
    new = [
        reading
        for reading in readings
        if names_no_ticket(reading) and here.isdisjoint(looked_up(reading.mail))
    ]
    return _taken_together(new) if new else set()


def names_no_ticket(reading: Reading) -> bool:
    """Whether a message names nothing of ours, is not ours, and leaves no doubt about that.

    It may answer a message of somebody else, about which the tickets are still to be asked.
    """
    mail = reading.mail
    return (
        (mail.kind != Kind.PERSON or (mail.sender is not None and not reading.finding.is_forged))
        and mail.kind != Kind.BOUNCE
        and not mail.quarantine
        and not (mail.sender and is_our_address(mail.sender.address))
        and not is_our_address(mail.header("x-loop"))
        and not has_our_domain(mail.message_id)
        and not says_where(mail, envelope_to=reading.arrival.envelope_to)
    )


@transaction.atomic
def _taken_together(readings: Sequence[Reading]) -> set[int]:
    book = current_rulebook()
    mails = [
        reading
        for reading in without_copies(still_waiting(readings))
        if fax_in(reading.arrival, mail=reading.mail, book=book) is None
    ]
    automatic = [reading for reading in mails if reading.mail.kind != Kind.PERSON]
    _put_aside(automatic)
    people = _that_continue_nothing([each for each in mails if each.mail.kind == Kind.PERSON])
    sorted_out = [_sorted(reading, book=book) for reading in people]
    wanted = [each for each in sorted_out if not each.judgement.spam_reason]
    if wanted:
        _make_tickets(wanted)
    return {each.arrival.pk for each in automatic} | {each.arrival.pk for each in wanted}


def still_waiting(readings: Sequence[Reading]) -> list[Reading]:
    """Those that still wait, with their rows locked."""
    waiting = Arrival.objects.select_for_update(skip_locked=True, of=["self"]).defer("raw")
    ids = [reading.arrival.pk for reading in readings]
    rows = waiting.filter(pk__in=ids, handled_at=None).select_related("mailbox").order_by("id")
    locked = {row.pk: row for row in rows}
    return [
        Reading(locked[reading.arrival.pk], reading.mail, reading.finding)
        for reading in readings
        if reading.arrival.pk in locked
    ]


def _that_continue_nothing(readings: Sequence[Reading]) -> list[Reading]:
    """Those that answer no message of a ticket: one question for all of them."""
    known = known_in_tickets({each for reading in readings for each in looked_up(reading.mail)})
    return [reading for reading in readings if known.isdisjoint(looked_up(reading.mail))]


def _put_aside(readings: Sequence[Reading]) -> None:
    """Settle what machines wrote to nobody: see `take_automatic_answer` and `take_notice`."""
    for kind in {reading.mail.kind for reading in readings}:
        found: list[tuple[Arrival, dict[str, object]]] = [
            (reading.arrival, {}) for reading in readings if reading.mail.kind == kind
        ]
        settle_arrivals(found, outcome=ArrivalOutcome.AUTOMATIC, reason=reason_of(kind))


def without_copies(readings: Sequence[Reading]) -> list[Reading]:
    """Those whose Message-ID nobody has seen, here or before."""
    let_twins_wait([reading.arrival for reading in readings])
    here = Counter(reading.arrival.message_id for reading in readings)
    known = known_message_ids([message_id for message_id in here if message_id])
    return [
        reading
        for reading in readings
        if not (message_id := reading.arrival.message_id)
        or (here[message_id] == 1 and message_id not in known)
    ]


@dataclass(frozen=True)
class _Sorted:
    """A reading with its language and what the rules say of it."""

    arrival: Arrival
    mail: ParsedMail
    sender: Address
    finding: Authenticity
    used: Language | None
    judgement: Judgement


def _sorted(reading: Reading, *, book: Rulebook) -> _Sorted:
    mail = reading.mail
    assert mail.sender is not None  # it is plainly new
    used = detect(mail.visible_text) or detect(f"{mail.subject}\n{mail.text}")
    judgement = judge(
        reading.arrival,
        mail=mail,
        language=used or "",
        continues_ours=lambda: False,
        book=book,
    )
    return _Sorted(reading.arrival, mail, mail.sender, reading.finding, used, judgement)


def _make_tickets(wanted: Sequence[_Sorted]) -> None:
    people = persons_for_senders(
        [
            Sender(address=each.sender.address, name=each.sender.name, language=each.used)
            for each in wanted
        ]
    )
    pairs = list(zip(wanted, people, strict=True))
    offices = names_of_organisations(
        {each.sender.name for each, person in pairs if person.organisation_id is None}
    )
    quota = Quota({each.sender.address for each in wanted})
    tickets = receive_requests(
        [_request(each, person=person, quota=quota) for each, person in pairs]
    )
    kept = []
    for ticket, (each, person) in zip(tickets, pairs, strict=True):
        note_participants(ticket, mail=each.mail, sender=person, arrival=each.arrival)
        finding = finding_about(person, mail=each.mail, finding=each.finding, offices=offices)
        kept.append((each.arrival, kept_of(each.mail, finding=finding)))
    settle_arrivals(kept, outcome=ArrivalOutcome.TICKET)


def _request(each: _Sorted, *, person: Person, quota: Quota) -> Request:
    deserves = each.arrival.intake == Intake.LIVE and deserves_answer(
        each.mail, envelope_from=each.arrival.envelope_from
    )
    return request_in(
        each.arrival,
        mail=each.mail,
        sender=person,
        language=each.used or language_of(person, arrival=each.arrival),
        acknowledge=deserves and quota.allows(each.sender.address),
        decision=each.judgement.decision,
    )
