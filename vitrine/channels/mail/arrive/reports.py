"""Reports about what we sent: each goes to the ticket and the address that it is about."""

from vitrine.channels.mail.arrive.threading import (
    promise_of_report,
    ticket_of_our_message,
    ticket_of_promise,
)
from vitrine.channels.mail.deliver.refusals import meaning_of
from vitrine.channels.mail.parse import FailedRecipient, Kind, ParsedMail
from vitrine.correspondence.actions import note_return, settle_arrival
from vitrine.correspondence.choices import ArrivalOutcome
from vitrine.correspondence.models import Arrival, Promise
from vitrine.directory.actions import mark_unreachable
from vitrine.journal.actions import record
from vitrine.tickets.models import Ticket

_TOLD = {
    Kind.AUTOMATIC: "ticket.mail_delayed",
    Kind.RECEIPT: "ticket.mail_received",
    Kind.COMPLAINT: "ticket.mail_complained",
}


def take_bounce(arrival: Arrival, *, mail: ParsedMail) -> Arrival:
    """Tell the ticket which address could not be reached, and why; remember it when for good."""
    owed = promise_of_report(mail, envelope_to=arrival.envelope_to)
    ticket = ticket_of_promise(owed) or _ticket_of(mail)
    for failed in _failed(mail, owed=owed):
        _tell(failed, ticket=ticket, owed=owed)
    return settle_arrival(arrival, outcome=ArrivalOutcome.BOUNCE)


def take_notice(arrival: Arrival, *, mail: ParsedMail) -> Arrival:
    """A delay, a receipt or a complaint: told quietly at the ticket, nothing changes."""
    owed = promise_of_report(mail, envelope_to=arrival.envelope_to)
    ticket = ticket_of_promise(owed) or _ticket_of(mail)
    if ticket is not None:
        address = owed.to_address if owed else ""
        record(_TOLD[mail.kind], subject=ticket, by=None, address=address)
    reason = reason_of(mail.kind)
    return settle_arrival(arrival, outcome=ArrivalOutcome.AUTOMATIC, reason=reason)


def reason_of(kind: Kind) -> str:
    """Why a message of a machine has become no ticket."""
    return f"The message is of kind {kind}."


def _ticket_of(mail: ParsedMail) -> Ticket | None:
    return ticket_of_our_message((*mail.returned_message_ids, *mail.thread))


def _failed(mail: ParsedMail, *, owed: Promise | None) -> tuple[FailedRecipient, ...]:
    """Whom the report is about; one that names nobody is about the one we wrote to."""
    if mail.failed_recipients or owed is None:
        return mail.failed_recipients or (FailedRecipient("", diagnosis=mail.subject),)
    return (FailedRecipient(owed.to_address, permanent=False, diagnosis=mail.subject),)


def _tell(failed: FailedRecipient, *, ticket: Ticket | None, owed: Promise | None) -> None:
    kind = meaning_of(f"{failed.status} {failed.diagnosis}").kind
    is_ours = owed is not None and _was_sent_to(owed, address=failed.address)
    if owed is not None:
        note_return(owed, failure_class=kind, words=failed.diagnosis or failed.status)
    # Only what answers a message of ours proves anything: reports are easily forged.
    if is_ours and failed.permanent:
        mark_unreachable(failed.address, because=failed.diagnosis or failed.status)
    if ticket is not None:
        record(
            "ticket.mail_bounced",
            subject=ticket,
            by=None,
            address=failed.address or (owed.to_address if owed else ""),
            status=failed.status,
            permanent=failed.permanent,
            kind=kind,
            reason=failed.diagnosis,
        )


def _was_sent_to(owed: Promise, *, address: str) -> bool:
    return address.lower() in {each.lower() for each in (owed.to_address, *owed.cc)}
