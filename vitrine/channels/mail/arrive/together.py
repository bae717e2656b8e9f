"""New requests together: most of what a busy morning brings refers to no ticket.

Such messages share a dozen statements and one commit. Everything else, and everything about
which there is the least doubt, is left to be handled one by one; so is all of it when
something goes wrong.
"""

from collections import Counter
from collections.abc import Sequence

from django.db import transaction

from vitrine.channels.fax.arrive import fax_in
from vitrine.channels.mail.addressing import has_our_domain, is_our_address
from vitrine.channels.mail.arrive.answering import Quota, deserves_answer
from vitrine.channels.mail.arrive.handling import Reading, let_twins_wait, reading_of
from vitrine.channels.mail.arrive.requests import (
    finding_about,
    language_of,
    note_participants,
    request_in,
)
from vitrine.channels.mail.arrive.threading import says_where
from vitrine.channels.mail.parse import Kind
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
from vitrine.tickets.actions import receive_requests
from vitrine.tickets.queries.rulebook import Rulebook, current_rulebook


def handle_new_together(arrival_ids: Sequence[int]) -> set[int]:
    """Make tickets of those arrivals that are plainly new requests; the ids of these."""
    arrivals = Arrival.objects.filter(pk__in=arrival_ids, handled_at=None).order_by("id")
    new = [reading for reading in map(reading_of, arrivals) if is_plainly_new(reading)]
    return _taken_together(new) if new else set()


def is_plainly_new(reading: Reading) -> bool:
    """Whether a person asks something that names no ticket and answers nothing."""
    mail = reading.mail
    return (
        mail.kind == Kind.PERSON
        and mail.sender is not None
        and not mail.quarantine
        and not mail.thread
        and not reading.finding.is_forged
        and not is_our_address(mail.sender.address)
        and not is_our_address(mail.header("x-loop"))
        and not has_our_domain(mail.message_id)
        and not says_where(mail, envelope_to=reading.arrival.envelope_to)
    )


@transaction.atomic
def _taken_together(readings: Sequence[Reading]) -> set[int]:
    book = current_rulebook()
    waiting = Arrival.objects.select_for_update(skip_locked=True, of=["self"]).defer("raw")
    ids = [reading.arrival.pk for reading in readings]
    rows = waiting.filter(pk__in=ids, handled_at=None).select_related("mailbox").order_by("id")
    locked = {row.pk: row for row in rows}
    ours = [
        Reading(locked[reading.arrival.pk], reading.mail, reading.finding)
        for reading in readings
        if reading.arrival.pk in locked
    ]
    judged = [(reading, _judgement(reading, book=book)) for reading in _without_copies(ours)]
    wanted = [
        (reading, judgement)
        for reading, judgement in judged
        if not judgement.spam_reason
        and fax_in(reading.arrival, mail=reading.mail, book=book) is None
    ]
    _make_tickets(wanted)
    return {reading.arrival.pk for reading, _judgement in wanted}


def _without_copies(readings: Sequence[Reading]) -> list[Reading]:
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


def _judgement(reading: Reading, *, book: Rulebook) -> Judgement:
    return judge(
        reading.arrival,
        mail=reading.mail,
        language=_used(reading) or "",
        continues_ours=lambda: False,
        book=book,
    )


def _used(reading: Reading) -> Language | None:
    mail = reading.mail
    return detect(mail.visible_text) or detect(f"{mail.subject}\n{mail.text}")


def _make_tickets(wanted: Sequence[tuple[Reading, Judgement]]) -> None:
    readings = [reading for reading, _judgement in wanted]
    people = _senders(readings)
    private = {
        reading.mail.sender.name
        for reading, person in zip(readings, people, strict=True)
        if reading.mail.sender and person.organisation_id is None
    }
    offices = names_of_organisations(private)
    quota = Quota({reading.mail.sender.address for reading in readings if reading.mail.sender})
    requests, kept = [], []
    for (reading, judgement), person in zip(wanted, people, strict=True):
        arrival, mail = reading.arrival, reading.mail
        assert mail.sender is not None
        deserves = arrival.intake == Intake.LIVE and deserves_answer(
            mail, envelope_from=arrival.envelope_from
        )
        finding = finding_about(person, mail=mail, finding=reading.finding, offices=offices)
        kept.append((arrival, finding.as_kept()))
        requests.append(
            request_in(
                arrival,
                mail=mail,
                sender=person,
                language=_used(reading) or language_of(person, arrival=arrival),
                acknowledge=deserves and quota.allows(mail.sender.address),
                decision=judgement.decision,
            )
        )
    tickets = receive_requests(requests)
    for ticket, reading, person in zip(tickets, readings, people, strict=True):
        note_participants(ticket, mail=reading.mail, sender=person, arrival=reading.arrival)
    settle_arrivals(kept, outcome=ArrivalOutcome.TICKET)


def _senders(readings: Sequence[Reading]) -> list[Person]:
    return persons_for_senders(
        [
            Sender(
                address=reading.mail.sender.address,
                name=reading.mail.sender.name,
                language=_used(reading),
            )
            for reading in readings
            if reading.mail.sender
        ]
    )
