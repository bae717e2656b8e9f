"""From a stored arrival to exactly one outcome, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import connection, transaction

from vitrine.channels.fax.arrive import fax_in, take_fax
from vitrine.channels.mail.addressing import (
    has_our_domain,
    is_our_address,
    is_our_message_id,
    is_robot,
)
from vitrine.channels.mail.arrive.authenticity import Authenticity, examined
from vitrine.channels.mail.arrive.reports import take_bounce, take_notice
from vitrine.channels.mail.arrive.requests import take_automatic_answer, take_request
from vitrine.channels.mail.parse import Kind, ParsedFile, ParsedMail, parse
from vitrine.correspondence.actions import settle_arrival
from vitrine.correspondence.choices import ArrivalOutcome
from vitrine.correspondence.models import Arrival
from vitrine.correspondence.queries import handled_twin, promise_with_message_id
from vitrine.tickets.queries.rulebook import current_rulebook

MAX_TEXT = 200_000
"""Characters of a message in the timeline."""
_TWIN_LOCKS = 7101
"""The first key of the advisory locks that let copies of a message come one by one."""
_LOCKS = """
SELECT pg_advisory_xact_lock(%s, key) FROM (
    SELECT DISTINCT hashtext(id) AS key FROM unnest(%s::text[]) AS id ORDER BY key
) AS keys
"""
"""In one order for everybody: two batches cannot wait for each other crosswise."""


@dataclass(frozen=True)
class Reading:
    """An arrival with what its message says, and what is known of its sender."""

    arrival: Arrival
    mail: ParsedMail
    finding: Authenticity


def handle(arrival: Arrival, *, reading: Reading | None = None) -> Arrival | None:
    """Read `arrival` and give it its outcome; None: another worker has it or had it.

    reading   what was read of it already; None: it is read now
    """
    return _settled(reading or reading_of(arrival))


def reading_of(arrival: Arrival) -> Reading:
    """Read and examine: before the transaction, a question to a name server has no place in it."""
    raw = bytes(arrival.raw)
    mail = readable(parse(raw))
    finding = examined(mail, raw=raw, envelope_from=arrival.envelope_from)
    return Reading(arrival, mail, finding)


@transaction.atomic
def _settled(reading: Reading) -> Arrival | None:
    mail, finding = reading.mail, reading.finding
    waiting = Arrival.objects.select_for_update(skip_locked=True).defer("raw")
    taken = waiting.filter(pk=reading.arrival.pk, handled_at=None).first()
    if taken is None:
        return None
    taken.raw = reading.arrival.raw
    let_twins_wait([taken])
    if handled_twin(taken):
        return settle_arrival(taken, outcome=ArrivalOutcome.DUPLICATE)
    book = current_rulebook()
    if fax := fax_in(taken, mail=mail, book=book):
        return take_fax(taken, mail=mail, fax=fax)
    if is_ours(mail):
        return settle_arrival(taken, outcome=ArrivalOutcome.OWN)
    if mail.quarantine:
        return settle_arrival(taken, outcome=ArrivalOutcome.QUARANTINED, reason=mail.quarantine)
    if mail.kind == Kind.BOUNCE:
        return take_bounce(taken, mail=mail)
    if mail.kind != Kind.PERSON:
        return _take_automatic(taken, mail=mail, finding=finding)
    return take_request(taken, mail=mail, finding=finding, book=book)


def readable(mail: ParsedMail) -> ParsedMail:
    """`mail` with a text that a person can read and a search can hold; the rest is a file."""
    visible, quoted = mail.visible_text[:MAX_TEXT], mail.quoted_text[:MAX_TEXT]
    if (visible, quoted) == (mail.visible_text, mail.quoted_text):
        return mail
    whole = ParsedFile("message.txt", "text/plain", mail.text.encode("utf-8", "replace"))
    return replace(
        mail,
        visible_text=visible,
        quoted_text=quoted,
        attachments=(whole, *mail.attachments),
    )


def let_twins_wait(arrivals: Sequence[Arrival]) -> None:
    """Two copies handled at the same instant: the second waits and sees the first."""
    if message_ids := [arrival.message_id for arrival in arrivals if arrival.message_id]:
        with connection.cursor() as cursor:
            cursor.execute(_LOCKS, [_TWIN_LOCKS, message_ids])


def is_ours(mail: ParsedMail) -> bool:
    """Whether we sent this ourselves: it came back by a loop or a forwarding rule."""
    if mail.kind == Kind.BOUNCE:
        return False
    if mail.sender and is_our_address(mail.sender.address):
        return True
    if mail.kind == Kind.PERSON and is_our_address(mail.header("x-loop")):
        return True
    if not mail.message_id or not has_our_domain(mail.message_id):
        return False
    return is_our_message_id(mail.message_id) or bool(promise_with_message_id([mail.message_id]))


def _take_automatic(arrival: Arrival, *, mail: ParsedMail, finding: Authenticity) -> Arrival:
    if mail.kind != Kind.AUTOMATIC or mail.sender is None or is_robot(mail.sender.address):
        return take_notice(arrival, mail=mail)
    return take_automatic_answer(arrival, mail=mail, finding=finding)
