"""What somebody wrote: it joins its ticket, comes back from the second line, or opens a ticket."""

from collections.abc import Collection
from dataclasses import replace

from vitrine.channels.files import received_files
from vitrine.channels.mail.addressing import is_our_address, is_robot
from vitrine.channels.mail.arrive.answering import may_acknowledge
from vitrine.channels.mail.arrive.authenticity import Authenticity, Doubt, Verdict
from vitrine.channels.mail.arrive.findings import kept_of
from vitrine.channels.mail.arrive.forwarding import first_author
from vitrine.channels.mail.arrive.reports import reason_of
from vitrine.channels.mail.arrive.threading import (
    Place,
    open_delegation_of,
    place_of,
    ticket_answered,
)
from vitrine.channels.mail.parse import ParsedMail
from vitrine.channels.sorting import judge
from vitrine.correspondence.actions import settle_arrival
from vitrine.correspondence.choices import ArrivalOutcome, Channel, Intake
from vitrine.correspondence.models import Arrival
from vitrine.directory.actions import person_for_sender
from vitrine.directory.models import Person
from vitrine.directory.queries import names_of_organisations
from vitrine.kernel.language_detection import detect
from vitrine.kernel.languages import Language
from vitrine.kernel.text import excerpt
from vitrine.tickets.actions import (
    CameByMail,
    Request,
    add_participants,
    answer_delegation,
    join_request,
    let_take_part,
    link,
    receive_request,
)
from vitrine.tickets.choices import LinkKind
from vitrine.tickets.models import Delegation, Ticket
from vitrine.tickets.queries.rulebook import Rulebook
from vitrine.tickets.rules import Decision

MOST_IN_COPY = 20
"""Addresses of one message that are noted as participants; a circular is no conversation."""


def take_request(
    arrival: Arrival, *, mail: ParsedMail, finding: Authenticity, book: Rulebook
) -> Arrival:
    """What a person wrote joins its ticket or opens a new one, unless it is spam."""
    assert mail.sender is not None  # parse has put the others into quarantine
    address = mail.sender.address
    if not finding.is_forged and (delegation := open_delegation_of(mail.thread, address=address)):
        return _take_answer_of_second_line(arrival, mail=mail, delegation=delegation)
    used = detect(mail.visible_text) or detect(f"{mail.subject}\n{mail.text}")
    judgement = judge(
        arrival,
        mail=mail,
        language=used or "",
        continues_ours=lambda: ticket_answered(mail, envelope_to=arrival.envelope_to) is not None,
        book=book,
    )
    if judgement.spam_reason:
        return settle_arrival(arrival, outcome=ArrivalOutcome.SPAM, reason=judgement.spam_reason)
    sender = person_for_sender(
        address, name=mail.sender.name, language=used, is_forged=finding.is_forged
    )
    kept = _kept_about(sender, mail=mail, finding=finding)
    place = place_of(
        mail, sender=sender, envelope_to=arrival.envelope_to, is_forged=finding.is_forged
    )
    language = used or language_of(sender, arrival=arrival)
    if place.ticket is not None:
        _join(arrival, mail=mail, sender=sender, language=language, place=place)
        return settle_arrival(arrival, outcome=ArrivalOutcome.ENTRY, authenticity=kept)
    answers = not finding.is_forged and _may_answer(arrival, mail=mail)
    ticket = receive_request(
        request_in(
            arrival,
            mail=mail,
            sender=sender,
            language=language,
            acknowledge=answers,
            decision=judgement.decision,
        )
    )
    note_participants(ticket, mail=mail, sender=sender, arrival=arrival)
    if place.suspected is not None:
        link(ticket, other=place.suspected, kind=LinkKind.RELATED, by=None)
    return settle_arrival(arrival, outcome=ArrivalOutcome.TICKET, authenticity=kept)


def take_automatic_answer(arrival: Arrival, *, mail: ParsedMail, finding: Authenticity) -> Arrival:
    """An automatic message joins the ticket that it answers; it opens none and gets no answer."""
    assert mail.sender is not None
    ticket = ticket_answered(mail, envelope_to=arrival.envelope_to)
    if ticket is not None:
        language = detect(mail.visible_text)
        sender = person_for_sender(
            mail.sender.address,
            name=mail.sender.name,
            language=language,
            is_forged=finding.is_forged,
        )
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
    reason = reason_of(mail.kind)
    return settle_arrival(arrival, outcome=ArrivalOutcome.AUTOMATIC, reason=reason)


def _join(
    arrival: Arrival, *, mail: ParsedMail, sender: Person, language: Language, place: Place
) -> None:
    """A follow-up; what continues an archived ticket is a new one, acknowledged as such."""
    assert place.ticket is not None
    opens_another = place.ticket.archived_at is not None or place.ticket.merged_into_id is not None
    message = join_request(
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
        forwarded_from=forwarded_from(mail),
        acknowledge=opens_another and _may_answer(arrival, mail=mail),
    )
    note_participants(message.ticket, mail=mail, sender=sender, arrival=arrival)


def request_in(
    arrival: Arrival,
    *,
    mail: ParsedMail,
    sender: Person,
    language: Language,
    acknowledge: bool,
    decision: Decision,
) -> Request:
    """What `sender` asks with `mail`, as the desk takes it."""
    return Request(
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
        forwarded_from=forwarded_from(mail),
        acknowledge=acknowledge,
        decision=Decision() if arrival.intake == Intake.PAST else decision,
    )


def _may_answer(arrival: Arrival, *, mail: ParsedMail) -> bool:
    """Whether an acknowledgement may go out; what was imported gets none."""
    if arrival.intake != Intake.LIVE:
        return False
    return may_acknowledge(mail, envelope_from=arrival.envelope_from)


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
    kept = kept_of(mail, finding=Authenticity())
    return settle_arrival(arrival, outcome=ArrivalOutcome.ENTRY, authenticity=kept)


def note_participants(
    ticket: Ticket, *, mail: ParsedMail, sender: Person, arrival: Arrival
) -> None:
    """Keep who else is in the conversation; nothing is asked of the database when nobody is."""
    assert mail.sender is not None
    at = arrival.received_at
    if ticket.requester_id != sender.pk:
        let_take_part(ticket, person=sender, address=mail.sender.address, at=at)
    others = [each for each in (*mail.to, *mail.cc) if not is_our_address(each.address)]
    copied = [
        (each.name, each.address)
        for each in others
        if not is_robot(each.address) and each.address.lower() != mail.sender.address.lower()
    ]
    if copied and len(copied) <= MOST_IN_COPY and not mail.is_bulk:
        add_participants(ticket, copied=copied, at=at)


def forwarded_from(mail: ParsedMail) -> str:
    """Who wrote first, when `mail` was forwarded; blank: it was not."""
    author = first_author(mail)
    return f"{author.name} <{author.address}>".strip() if author else ""


def _name_to_compare(sender: Person, *, mail: ParsedMail, finding: Authenticity) -> tuple[str, ...]:
    """The name of a private sender, when it might pretend to be an office."""
    if sender.organisation_id is not None or mail.sender is None:
        return ()
    name = mail.sender.name
    return (name,) if finding.verdict != Verdict.PROVEN and len(name) > 3 else ()


def _kept_about(sender: Person, *, mail: ParsedMail, finding: Authenticity) -> dict[str, object]:
    offices = names_of_organisations(_name_to_compare(sender, mail=mail, finding=finding))
    told = finding_about(sender, mail=mail, finding=finding, offices=offices)
    return kept_of(mail, finding=told)


def finding_about(
    sender: Person, *, mail: ParsedMail, finding: Authenticity, offices: Collection[str]
) -> Authenticity:
    """The finding as it matters for this sender: a name that is not his, envelopes of offices.

    offices   those of the senders' names that organisations have
    """
    if sender.organisation_id is not None:
        return finding
    kept = tuple(each for each in finding.doubts if each[0] != Doubt.SENT_BY_OTHER)
    finding = replace(finding, doubts=kept)
    for name in _name_to_compare(sender, mail=mail, finding=finding):
        if name in offices:
            return finding.with_doubt(Doubt.NAME_IS_OFFICE, seen=name)
    return finding


def subject_of(mail: ParsedMail) -> str:
    """What the list shows: the subject, else the first words, else the name of a file."""
    names = [file.name for file in mail.attachments]
    return mail.subject or excerpt(mail.visible_text, length=80) or (*names, "…")[0]


def language_of(sender: Person, *, arrival: Arrival) -> Language:
    """To assume of a text too short to tell: the person's, the mailbox's, else the first."""
    of_mailbox = arrival.mailbox.language if arrival.mailbox else ""
    return Language(sender.language or of_mailbox or Language.FR)
