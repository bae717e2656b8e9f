"""The entrance: bytes in, a frozen value out, whatever the bytes are."""

import re

from vitrine.channels.mail.parse.addresses import addresses
from vitrine.channels.mail.parse.bodies import Texts, read_parts, texts_of
from vitrine.channels.mail.parse.bounces import returned_ids
from vitrine.channels.mail.parse.charsets import decoded
from vitrine.channels.mail.parse.dates import date
from vitrine.channels.mail.parse.files import Unpacked, files_of, unpacked
from vitrine.channels.mail.parse.headers import Headers, message_ids, words
from vitrine.channels.mail.parse.invitations import Invitation, invitations_in
from vitrine.channels.mail.parse.kinds import kind_of, wants_no_answer
from vitrine.channels.mail.parse.page_text import read_page
from vitrine.channels.mail.parse.parsed import Address, Kind, ParsedMail
from vitrine.channels.mail.parse.quotes import split_quoted
from vitrine.channels.mail.parse.seals import seal_of
from vitrine.channels.mail.parse.structure import Part, parts_of
from vitrine.kernel.text import without_controls

MAX_SUBJECT = 998
_FORWARDED = re.compile(
    r"\s*(?:fwd?|fw|tr|transf|trans|wg|doorst|doorgest|i|enc|rv|vs|pd)\s?:|\s*\[fwd:", re.IGNORECASE
)
"""Subjects of messages that were passed on, in the languages of our correspondents."""
_SENDERS = ("from", "resent-from", "sender", "x-sender", "reply-to", "return-path")
"""Where somebody who can be answered is looked for, in this order."""

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
        return _parsed(_with_line_ends(raw))
    except Exception as error:  # noqa: BLE001 - the last catch: a message is never lost
        return ParsedMail(quarantine=UNREADABLE.format(error=type(error).__name__))


def _with_line_ends(raw: bytes) -> bytes:
    """`raw` as bytes whose lines end in a line feed: without mark, not UTF-16, not bare returns."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return decoded(raw).removeprefix("\ufeff").encode("utf-8", "replace")
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if b"\r" in raw[:4096] and b"\n" not in raw[:65536]:
        return raw.replace(b"\r", b"\n")
    return raw


def _parsed(raw: bytes) -> ParsedMail:
    headers, parts = parts_of(raw)
    if not headers.lines:
        return ParsedMail(quarantine=NOT_A_MESSAGE)
    subject = words(headers.first("subject"))[:MAX_SUBJECT]
    sender = _sender(headers)
    inside = unpacked(parts)
    read = read_parts(inside.parts)
    invitations = _invitations(inside.parts)
    texts = _texts(read, inside=inside, invitations=invitations)
    visible, quoted = split_quoted(
        texts.text, is_forward=bool(_FORWARDED.match(subject)), new_until=texts.new_until
    )
    kind, failed = kind_of(
        headers, parts=inside.parts, text=texts.text, subject=subject, sender=sender
    )
    kept = [part for part in inside.parts if not any(part is each for each in read)]
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
        text=texts.text,
        html=texts.html,
        visible_text=visible,
        quoted_text=quoted,
        attachments=(*files_of(kept), *inside.files),
        kind=kind,
        failed_recipients=tuple(failed),
        returned_message_ids=() if kind == Kind.PERSON else returned_ids(inside.parts),
        is_bulk=wants_no_answer(headers, sender=sender),
        invitations=invitations,
        seal=seal_of(parts),
        quarantine=None if sender or kind != Kind.PERSON else NO_SENDER,
    )


def _texts(read: list[Part], *, inside: Unpacked, invitations: tuple[Invitation, ...]) -> Texts:
    """What is read; without any text that of an Outlook file, then that of an invitation."""
    texts = texts_of(read)
    if texts.text.strip():
        return texts
    if (outlook := inside.outlook) and (outlook.text or outlook.html):
        page = without_controls(outlook.html)
        text = without_controls(outlook.text).strip("\n")
        shown = read_page(page) if page and not text else None
        return (
            Texts(text, page, None) if shown is None else Texts(shown.text, page, shown.new_until)
        )
    lines = "\n".join(each.line() for each in invitations)
    return Texts(without_controls(lines), texts.html) if lines else texts


def _invitations(parts: list[Part]) -> tuple[Invitation, ...]:
    """The events of the first calendar among `parts`."""
    calendars = (part for part in parts if part.content_type == "text/calendar")
    for part in calendars:
        charset = part.parameters.get("charset", "")
        return invitations_in(without_controls(decoded(part.content(), charset=charset)))
    return ()


def _sender(headers: Headers) -> Address | None:
    """Who wrote: the first usable address of From, else of the headers that may stand in for it.

    A name without an address in From is kept for the address that was found elsewhere.
    """
    for name in _SENDERS:
        if found := next(iter(_addresses(headers, name=name)), None):
            shown = words(headers.first("from")).strip(" '\"<>")[:200] if name != "from" else ""
            is_name = bool(shown) and not found.name and "@" not in shown
            return Address(shown, found.address) if is_name else found
    return None


def _addresses(headers: Headers, *, name: str) -> tuple[Address, ...]:
    return tuple(each for value in headers.every(name) for each in addresses(value))
