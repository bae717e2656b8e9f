"""The newest requests as sorting rules see them: what a rule is tried on before it counts.

Read from what is stored: the words and files from the ticket, the header lines from the
first kilobytes of the message. Nothing is written; four statements whatever the size of
the desk.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BinaryField, Func, Prefetch, QuerySet, Value

from vitrine.channels.mail.parse import ParsedMail, parse
from vitrine.channels.sorting import organisation_facts, recipients_of
from vitrine.correspondence.choices import ArrivalOutcome, Channel
from vitrine.correspondence.models import Arrival
from vitrine.directory.models import MailAddress
from vitrine.tickets.choices import MessageKind
from vitrine.tickets.models import Attachment, Message, Ticket
from vitrine.tickets.rules import MessageFacts

HEAD_BYTES = 32 * 1024
LOOKED_AT = 200
_OPENING = (ArrivalOutcome.TICKET, ArrivalOutcome.SPAM)


@dataclass(frozen=True)
class RecentRequest:
    """A message that opened a ticket, or went to the spam (`ticket` is None)."""

    received_at: datetime
    sender: str
    facts: MessageFacts
    ticket: Ticket | None


def recent_requests(limit: int = LOOKED_AT) -> list[RecentRequest]:
    """The newest requests by mail, fax and form, the newest first."""
    arrivals = list(with_head(Arrival.objects.filter(outcome__in=_OPENING)).order_by("-id")[:limit])
    messages = _messages_of(arrivals)
    return [_recent(one, message=messages.get(one.pk)) for one in arrivals]


def with_head(rows: QuerySet[Arrival]) -> QuerySet[Arrival]:
    """`rows` with the first bytes of each message as `head`, without the rest."""
    head = Func(
        "raw", Value(1), Value(HEAD_BYTES), function="substring", output_field=BinaryField()
    )
    return rows.defer("raw").annotate(head=head)


def head_of(arrival: Arrival) -> ParsedMail:
    """The header lines of a mail and the beginning of its text, read from `with_head`."""
    return parse(bytes(getattr(arrival, "head", b"")))


def _messages_of(arrivals: Iterable[Arrival]) -> dict[int | None, Message]:
    found = (
        Message.objects.filter(arrival__in=[one.pk for one in arrivals], kind=MessageKind.INCOMING)
        .select_related(
            "by_person",
            "fax",
            "ticket__organisation__category",
            "ticket__question_type",
            "ticket__owner",
            "ticket__suggested_service",
        )
        .prefetch_related(
            Prefetch("attachments", Attachment.objects.only("id", "message_id")),
            Prefetch("by_person__mail_addresses", MailAddress.objects.all()),
        )
        .order_by("-id")
    )
    return {message.arrival_id: message for message in found}


def _recent(arrival: Arrival, *, message: Message | None) -> RecentRequest:
    is_form = arrival.channel == Channel.WEB
    mail = ParsedMail() if is_form else head_of(arrival)
    sender = _form_sender(arrival) if is_form else mail.sender.address if mail.sender else ""
    if fax := getattr(message, "fax", None):
        sender = fax.number
    facts = (
        _facts_of_message(message, arrival=arrival, mail=mail, sender=sender)
        if message
        else _facts_of_spam(arrival, mail=mail, sender=sender)
    )
    return RecentRequest(
        received_at=arrival.received_at,
        sender=sender or (str(message.by_person) if message and message.by_person else ""),
        facts=facts,
        ticket=message.ticket if message else None,
    )


def _form_sender(arrival: Arrival) -> str:
    try:
        return str(json.loads(bytes(getattr(arrival, "head", b"")))["email"])
    except (ValueError, KeyError, TypeError):
        return arrival.envelope_from


def _facts_of_message(
    message: Message, *, arrival: Arrival, mail: ParsedMail, sender: str
) -> MessageFacts:
    ticket = message.ticket
    return MessageFacts(
        sender=sender,
        recipients=recipients_of(arrival, addressed=[one.address for one in (*mail.to, *mail.cc)]),
        subject=mail.subject or ticket.subject,
        text=message.text,
        language=message.language,
        channel=ticket.channel,
        has_files=bool(message.attachments.all()),
        headers=mail.headers,
        **organisation_facts(ticket.organisation),
    )


def _facts_of_spam(arrival: Arrival, *, mail: ParsedMail, sender: str) -> MessageFacts:
    return MessageFacts(
        sender=sender,
        recipients=recipients_of(arrival, addressed=[one.address for one in (*mail.to, *mail.cc)]),
        subject=mail.subject,
        text=mail.visible_text,
        channel=arrival.channel,
        has_files=any(not file.is_inline for file in mail.attachments),
        headers=mail.headers,
    )
