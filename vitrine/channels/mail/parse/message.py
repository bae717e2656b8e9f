"""The entrance: bytes in, a frozen value out, whatever the bytes are."""

import re

from vitrine.channels.mail.parse.addresses import addresses
from vitrine.channels.mail.parse.bodies import files_of, is_read, texts_of, without_uuencoded
from vitrine.channels.mail.parse.bounces import returned_ids
from vitrine.channels.mail.parse.headers import Headers, date, message_ids, words
from vitrine.channels.mail.parse.kinds import kind_of, wants_no_answer
from vitrine.channels.mail.parse.parsed import Address, Kind, ParsedMail
from vitrine.channels.mail.parse.quotes import split_quoted
from vitrine.channels.mail.parse.structure import parts_of

_FORWARDED = re.compile(
    r"\s*(?:fwd?|fw|tr|transf|trans|wg|doorst|doorgest|i|enc|rv|vs|pd)\s?:|\s*\[fwd:", re.IGNORECASE
)
"""Subjects of messages that were passed on, in the languages of our correspondents."""

NOTHING_ARRIVED = "The message is empty: not one byte arrived."
NOT_A_MESSAGE = "This is not a mail: it has no headers."
NO_SENDER = "The message has no usable From address: nobody could be answered."
UNREADABLE = "The message could not be read ({error})."


def parse(raw: bytes) -> ParsedMail:
    """Read a mail. Pure and linear in the size of `raw`; no exception ever escapes.

    What cannot become a ticket says why in `quarantine`.
    """
    if not raw.strip():
        return ParsedMail(quarantine=NOTHING_ARRIVED)
    try:
        return _parsed(raw)
    except Exception as error:  # noqa: BLE001 - the last catch: a message is never lost
        return ParsedMail(quarantine=UNREADABLE.format(error=type(error).__name__))


def _parsed(raw: bytes) -> ParsedMail:
    headers, parts = parts_of(raw)
    if not headers.lines:
        return ParsedMail(quarantine=NOT_A_MESSAGE)
    parts, inner_files = without_uuencoded(parts)
    read = [part for part in parts if is_read(part)]
    texts = texts_of(read)
    text, html = texts.text, texts.html
    subject = words(headers.first("subject"))[:998]
    visible, quoted = split_quoted(
        text, is_forward=bool(_FORWARDED.match(subject)), new_until=texts.new_until
    )
    sender = _sender(headers)
    kind, failed = kind_of(headers, parts=parts, text=text, subject=subject, sender=sender)
    is_report = kind in (Kind.BOUNCE, Kind.AUTOMATIC, Kind.COMPLAINT, Kind.RECEIPT)
    return ParsedMail(
        headers=tuple((name, words(value)) for name, value in headers.lines),
        sender=sender,
        reply_to=_addresses(headers, name="reply-to"),
        to=_addresses(headers, name="to"),
        cc=_addresses(headers, name="cc"),
        date=date(headers.first("date")),
        message_id=(*message_ids(headers.first("message-id")), "")[0],
        in_reply_to=message_ids(headers.first("in-reply-to")),
        references=message_ids(" ".join(headers.every("references"))),
        subject=subject,
        text=text,
        html=html,
        visible_text=visible,
        quoted_text=quoted,
        attachments=(*files_of([part for part in parts if not is_read(part)]), *inner_files),
        kind=kind,
        failed_recipients=tuple(failed),
        returned_message_ids=returned_ids(parts) if is_report else (),
        is_bulk=wants_no_answer(headers, sender=sender),
        quarantine=None if sender or kind != Kind.PERSON else NO_SENDER,
    )


def _sender(headers: Headers) -> Address | None:
    """The first usable address of the From headers."""
    return next(iter(_addresses(headers, name="from")), None)


def _addresses(headers: Headers, *, name: str) -> tuple[Address, ...]:
    return tuple(each for value in headers.every(name) for each in addresses(value))
