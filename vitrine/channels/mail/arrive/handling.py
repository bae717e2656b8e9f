"""From a stored arrival to exactly one outcome, in one transaction."""

from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction

from vitrine.channels.files import received_files
from vitrine.channels.mail.arrive.threading import (
    open_delegation_of,
    place_of,
    ticket_of_our_message,
)
from vitrine.channels.mail.parse import Kind, ParsedFile, ParsedMail, parse
from vitrine.correspondence.actions import settle_arrival
from vitrine.correspondence.choices import ArrivalOutcome, Channel
from vitrine.correspondence.models import Arrival
from vitrine.correspondence.queries import (
    acknowledgements_since,
    handled_twin,
    promise_with_message_id,
)
from vitrine.directory.actions import person_for_sender
from vitrine.directory.models import Person
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.kernel.language_detection import detect
from vitrine.kernel.languages import Language
from vitrine.kernel.text import excerpt
from vitrine.tickets.actions import (
    CameByMail,
    answer_delegation,
    join_request,
    link,
    receive_request,
)
from vitrine.tickets.choices import LinkKind
from vitrine.tickets.models import Delegation, Ticket

ACKNOWLEDGEMENTS_PER_ADDRESS = 5
ACKNOWLEDGEMENT_WINDOW = timedelta(minutes=10)
MAX_TEXT = 200_000
"""Characters of a message in the timeline."""
_TWIN_LOCKS = 7101
"""The first key of the advisory locks that let copies of a message come one by one."""


@transaction.atomic
def handle(arrival: Arrival) -> Arrival | None:
    """Read `arrival` and give it its outcome; None: another worker has it or had it."""
    waiting = Arrival.objects.select_for_update(skip_locked=True)
    taken = waiting.filter(pk=arrival.pk, handled_at=None).first()
    if taken is None:
        return None
    mail = readable(parse(bytes(taken.raw)))
    _let_twins_wait(taken)
    if handled_twin(taken):
        return settle_arrival(taken, outcome=ArrivalOutcome.DUPLICATE)
    if is_ours(mail):
        return settle_arrival(taken, outcome=ArrivalOutcome.OWN)
    if mail.quarantine:
        return settle_arrival(taken, outcome=ArrivalOutcome.QUARANTINED, reason=mail.quarantine)
    if mail.kind == Kind.BOUNCE:
        return _take_bounce(taken, mail=mail)
    if mail.kind != Kind.PERSON:
        return _take_automatic(taken, mail=mail)
    return _take_request(taken, mail=mail)


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


def _let_twins_wait(arrival: Arrival) -> None:
    """Two copies handled at the same instant: the second waits and sees the first."""
    if arrival.message_id:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, hashtext(%s))",
                [_TWIN_LOCKS, arrival.message_id],
            )


def is_ours(mail: ParsedMail) -> bool:
    """Whether we sent this ourselves: it came back by a loop or a forwarding rule."""
    if mail.sender and mail.sender.address.lower() == settings.DESK_ADDRESS.lower():
        return True
    return bool(mail.message_id and promise_with_message_id([mail.message_id]))


def _take_bounce(arrival: Arrival, *, mail: ParsedMail) -> Arrival:
    """Tell the ticket which address could not be reached, and why."""
    ticket = ticket_of_our_message((*mail.thread, *mail.returned_message_ids))
    if ticket is not None:
        for failed in mail.failed_recipients:
            record(
                "ticket.mail_bounced",
                subject=ticket,
                by=None,
                address=failed.address,
                status=failed.status,
                permanent=failed.permanent,
                reason=failed.diagnosis,
            )
        if not mail.failed_recipients:
            record("ticket.mail_bounced", subject=ticket, by=None, reason=mail.subject)
    return settle_arrival(arrival, outcome=ArrivalOutcome.BOUNCE)


def _take_automatic(arrival: Arrival, *, mail: ParsedMail) -> Arrival:
    """An automatic message joins the ticket that it answers; it opens none and gets no answer."""
    ticket = ticket_of_our_message((*mail.thread, *mail.returned_message_ids))
    if ticket is not None and mail.kind == Kind.AUTOMATIC and mail.sender is not None:
        language = detect(mail.visible_text)
        sender = person_for_sender(mail.sender.address, name=mail.sender.name, language=language)
        join_request(
            ticket,
            requester=sender,
            channel=Channel.MAIL,
            text=mail.visible_text,
            quoted=mail.quoted_text,
            language=language or ticket.language,
            received_at=arrival.received_at,
            message_id=mail.message_id,
            arrival=arrival,
            is_automatic=True,
        )
    return settle_arrival(
        arrival, outcome=ArrivalOutcome.AUTOMATIC, reason=f"The message is of kind {mail.kind}."
    )


def _take_request(arrival: Arrival, *, mail: ParsedMail) -> Arrival:
    """What a person wrote joins its ticket or opens a new one."""
    assert mail.sender is not None  # parse has put the others into quarantine
    if delegation := open_delegation_of(mail.thread, address=mail.sender.address):
        return _take_answer_of_second_line(arrival, mail=mail, delegation=delegation)
    used = detect(mail.visible_text) or detect(f"{mail.subject}\n{mail.text}")
    sender = person_for_sender(mail.sender.address, name=mail.sender.name, language=used)
    place = place_of(mail, sender=sender)
    language = used or _language_of(sender)
    if place.ticket is not None:
        join_request(
            place.ticket,
            requester=sender,
            channel=Channel.MAIL,
            text=mail.visible_text,
            quoted=mail.quoted_text,
            language=language,
            received_at=arrival.received_at,
            files=received_files(mail.attachments),
            message_id=mail.message_id,
            arrival=arrival,
        )
        return settle_arrival(arrival, outcome=ArrivalOutcome.ENTRY)
    ticket = _open_ticket(arrival, mail=mail, sender=sender, language=language)
    if place.suspected is not None:
        link(ticket, other=place.suspected, kind=LinkKind.RELATED, by=None)
    return settle_arrival(arrival, outcome=ArrivalOutcome.TICKET)


def _take_answer_of_second_line(
    arrival: Arrival, *, mail: ParsedMail, delegation: Delegation
) -> Arrival:
    """An expert answered our request by mail: the ticket comes back to the desk with it."""
    names = ", ".join(file.name for file in mail.attachments)
    answer_delegation(
        delegation.ticket,
        answer=mail.visible_text.strip() or names or subject_of(mail),
        to_requester=False,
        by=delegation.to_account,
        came_by_mail=CameByMail(
            arrival=arrival,
            message_id=mail.message_id,
            quoted=mail.quoted_text,
            files=received_files(mail.attachments),
        ),
    )
    return settle_arrival(arrival, outcome=ArrivalOutcome.ENTRY)


def _open_ticket(
    arrival: Arrival, *, mail: ParsedMail, sender: Person, language: Language
) -> Ticket:
    return receive_request(
        requester=sender,
        organisation=sender.organisation,
        channel=Channel.MAIL,
        subject=subject_of(mail),
        text=mail.visible_text,
        quoted=mail.quoted_text,
        language=language,
        received_at=arrival.received_at,
        files=received_files(mail.attachments),
        message_id=mail.message_id,
        arrival=arrival,
        acknowledge=may_acknowledge(mail, envelope_from=arrival.envelope_from),
    )


def subject_of(mail: ParsedMail) -> str:
    """What the list shows: the subject, else the first words, else the name of a file."""
    names = [file.name for file in mail.attachments]
    return mail.subject or excerpt(mail.visible_text, length=80) or (*names, "…")[0]


def may_acknowledge(mail: ParsedMail, *, envelope_from: str) -> bool:
    """Whether an automatic answer can do no harm: no list, robot, loop or flood (RFC 3834)."""
    if mail.kind != Kind.PERSON or mail.is_bulk or mail.sender is None or not envelope_from:
        return False
    recent = acknowledgements_since(now() - ACKNOWLEDGEMENT_WINDOW, address=mail.sender.address)
    return recent < ACKNOWLEDGEMENTS_PER_ADDRESS


def _language_of(sender: Person) -> Language:
    """The language to assume of a text too short to tell: the person's, else the first."""
    return Language(sender.language) if sender.language else Language.FR
