"""From a gateway's mail to a ticket of the channel FAX; its pages are made ready afterwards."""

from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_noop

from vitrine.channels.fax.calls import BROKE_OFF, SENDER
from vitrine.channels.fax.parse import ParsedFax, fax_of, is_document
from vitrine.channels.fax.reading import ReadDocument, read_document
from vitrine.channels.files import received_files
from vitrine.channels.mail.parse import ParsedMail, parse
from vitrine.channels.sorting import judge_facts, organisation_facts, recipients_of
from vitrine.correspondence.actions import Claim, claimed, settle_arrival
from vitrine.correspondence.choices import ArrivalOutcome, Channel
from vitrine.correspondence.models import Arrival
from vitrine.directory.models import Organisation, Person
from vitrine.directory.queries import living_successor, persons_with_number, reply_language_for
from vitrine.kernel.clock import now
from vitrine.kernel.language_detection import detect
from vitrine.kernel.languages import Language
from vitrine.kernel.phone_numbers import display, normalise
from vitrine.tickets.actions import (
    FaxPicture,
    ReadyFax,
    Request,
    begin_reading_fax,
    make_fax_ready,
    note_fax,
    receive_request,
    sort_late,
)
from vitrine.tickets.models import Fax, Message
from vitrine.tickets.queries.faxes import faxes_left_behind, same_fax
from vitrine.tickets.queries.rulebook import Rulebook, current_rulebook
from vitrine.tickets.rules import MessageFacts

RETRIES_COME_WITHIN = timedelta(days=3)
"""A gateway that did not hear our 250 sends the same pages again."""
MAX_ATTEMPTS = 3
PATIENCE = timedelta(minutes=10)
_DIGEST_LOCKS = 7105
"""The first key of the advisory locks that let copies of a fax come one by one."""
_SAME = "The same fax came before: {number}."

PROBLEMS = {
    "broken": gettext_noop("The pages could not be read. The file stands below as it came."),
    "too large": gettext_noop(
        "The pages are too large to be shown. The file stands below as it came."
    ),
    "locked": gettext_noop("The file is locked by a password. It stands below as it came."),
    "broke off": gettext_noop(
        "The line broke before the last page. What had come until then is shown."
    ),
    "partly": gettext_noop("Some pages could not be shown. The file stands below as it came."),
}
"""What is said of a document for each problem of `pages`."""


def fax_in(arrival: Arrival, *, mail: ParsedMail, book: Rulebook | None = None) -> ParsedFax | None:
    """The fax that `mail` brings; None: it is a mail, or faxes by mail are switched off.

    What our own telephone took is always a fax.

    book   the rules as they are now; None: they are read
    """
    is_our_call = arrival.channel == Channel.FAX
    gateways = frozenset({SENDER}) if is_our_call else (book or current_rulebook()).fax_gateways
    if not gateways:
        return None
    own = normalise(settings.DESK_PHONE)
    return fax_of(
        mail,
        gateways=gateways,
        envelope_from=arrival.envelope_from,
        envelope_to=[each for each in arrival.envelope_to if isinstance(each, str)],
        ours=[own] if own else [],
    )


def take_fax(arrival: Arrival, *, mail: ParsedMail, fax: ParsedFax) -> Arrival:
    """Open a ticket for a fax; the same pages from the same number are one ticket.

    Called in the transaction that settles `arrival`.
    """
    number = fax.caller.number
    _let_copies_wait(fax.digest)
    since = arrival.received_at - RETRIES_COME_WITHIN
    if before := same_fax(fax.digest, number=number, since=since):
        reason = _SAME.format(number=before.message.ticket.number)
        return settle_arrival(arrival, outcome=ArrivalOutcome.DUPLICATE, reason=reason)
    person, organisation = senders_of(number)
    language = _language_to_assume(person, organisation=organisation)
    facts = facts_of_fax(mail, arrival=arrival, number=number, organisation=organisation)
    judged = judge_facts(facts, is_believed=arrival.believed_at is not None)
    if judged.spam_reason:
        return settle_arrival(arrival, outcome=ArrivalOutcome.SPAM, reason=judged.spam_reason)
    shown = display(number, language=language) if number else fax.caller.sent_as
    ticket = receive_request(
        Request(
            requester=person,
            organisation=organisation,
            channel=Channel.FAX,
            subject=f"Fax {shown}".strip(),
            text="",
            quoted=mail.text[:20_000],
            language=language,
            received_at=arrival.received_at,
            files=received_files(mail.attachments),
            message_id=mail.message_id,
            arrival=arrival,
            acknowledge=False,
            decision=judged.decision,
        )
    )
    note_fax(ticket.messages.get(), number=number, sent_as=fax.caller.sent_as, digest=fax.digest)
    return settle_arrival(arrival, outcome=ArrivalOutcome.TICKET)


def _let_copies_wait(digest: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_DIGEST_LOCKS, digest])


def senders_of(number: str) -> tuple[Person | None, Organisation | None]:
    """The person who has the number; only the organisation when several of it share the number."""
    persons = list(persons_with_number(number)[:20]) if number else []
    if len(persons) == 1:
        organisation = persons[0].organisation
        return persons[0], living_successor(organisation) if organisation else None
    organisations = {one.organisation_id for one in persons}
    if len(organisations) != 1 or persons[0].organisation is None:
        return None, None
    return None, living_successor(persons[0].organisation)


def _language_to_assume(person: Person | None, *, organisation: Organisation | None) -> Language:
    """Until its words are read: the language in which the sender is answered anyway."""
    if person is None and organisation is None:
        return Language.FR
    return Language(reply_language_for(person, organisation, used=None).language)


def facts_of_fax(
    mail: ParsedMail,
    *,
    arrival: Arrival,
    number: str,
    organisation: Organisation | None,
) -> MessageFacts:
    """What the sorting rules may know of a fax before it is read: its sender is a number."""
    return MessageFacts(
        sender=number,
        recipients=recipients_of(arrival, addressed=[one.address for one in mail.to]),
        subject=mail.subject,
        channel=Channel.FAX,
        has_files=True,
        headers=mail.headers,
        **organisation_facts(organisation),
    )


def read_fax(fax_id: int) -> Fax | None:
    """Make the pages and words of a fax ready; None: it is, does not exist, or is being read.

    After MAX_ATTEMPTS it is called unreadable: the ticket has its file anyway.
    """
    with claimed(Claim.FAXES, ids=[fax_id]) as held:
        return _read(fax_id) if held else None


def _read(fax_id: int) -> Fax | None:
    fax = Fax.objects.select_related("message__arrival").filter(pk=fax_id, ready_at=None).first()
    if fax is None:
        return None
    if begin_reading_fax(fax) > MAX_ATTEMPTS:
        return make_fax_ready(fax, ready=ReadyFax(problem=PROBLEMS["broken"]))
    mail = parse(bytes(fax.message.arrival.raw)) if fax.message.arrival else ParsedMail()
    ready = _ready(_documents_in(mail))
    if not ready.problem and _broke_off(mail):
        ready = replace(ready, problem=PROBLEMS["broke off"])
    row = make_fax_ready(fax, ready=ready)
    _sort_by_words(row, mail=mail)
    return row


def _broke_off(mail: ParsedMail) -> bool:
    return any(name.lower() == BROKE_OFF for name, _value in mail.headers)


def _sort_by_words(fax: Fax, *, mail: ParsedMail) -> None:
    """The rules that ask for words have their turn once there are some."""
    message = Message.objects.select_related("ticket__organisation__category", "arrival").get(
        pk=fax.message_id
    )
    if not message.text or message.arrival is None:
        return
    facts = facts_of_fax(
        mail,
        arrival=message.arrival,
        number=fax.number,
        organisation=message.ticket.organisation,
    )
    facts = replace(facts, text=message.text, language=message.language)
    sort_late(message.ticket, decision=judge_facts(facts, is_believed=True).decision)


def _documents_in(mail: ParsedMail) -> list[bytes]:
    """The files that are the fax, as they arrived."""
    return [file.content for file in mail.attachments if is_document(file)]


def _ready(documents: list[bytes]) -> ReadyFax:
    read = [read_document(content) for content in documents]
    text = "\n\n".join(one.text for one in read if one.text)
    problem = next((one.problem for one in read if one.problem), "" if read else "broken")
    return ReadyFax(
        page_count=sum(one.page_count for one in read),
        pictures=[
            FaxPicture(page.picture, page.thumbnail, page.width, page.height)
            for one in read
            for page in one.pages
        ],
        pdf=_only_pdf(read),
        text=text,
        language=detect(text) if text else None,
        is_read_by_machine=any(one.is_read_by_machine for one in read),
        problem=PROBLEMS[problem] if problem else "",
    )


def _only_pdf(read: list[ReadDocument]) -> bytes:
    """The PDF that was made; of several files the first, the others stand beside it."""
    return next((one.pdf for one in read if one.pdf), b"")


def left_behind_faxes() -> list[int]:
    """The faxes whose job was lost."""
    rows = faxes_left_behind(before=now() - PATIENCE)
    return list(rows.values_list("pk", flat=True)[:50])
