"""The number of the machine that sent a fax, wherever the gateway wrote it.

HylaFAX and FreePBX write it into the subject, FRITZ!Box into the name of the file, RightFax
and OfficeMaster into a line of the text, others into a header or in front of the @ of the
sender. What is labelled as the sender's goes before what merely looks like a number, and
what is labelled as ours is never taken.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vitrine.channels.mail.parse import ParsedMail
from vitrine.kernel.phone_numbers import normalise

TEXT_LOOKED_AT = 20_000
"""Characters of the text of a gateway's mail."""

_DIGITS = r"\+?\(?\d(?:[\d\s.,/-]|\(0\)|\)){4,26}\d"
_NUMBER = re.compile(rf"(?<![\w+]){_DIGITS}(?![\w])")
_UNLABELLED = re.compile(r"\s*(?:\+|00|0|\(0)")
_DATES = re.compile(
    r"(?<![\d./-])(?:"
    r"(?:3[01]|[12]\d|0?[1-9])[./-](?:1[0-2]|0?[1-9])[./-](?:\d{4}|\d{2})"
    r"|(?:1[0-2]|0?[1-9])/(?:3[01]|[12]\d|0?[1-9])/(?:\d{4}|\d{2})"
    r"|\d{4}[./-](?:1[0-2]|0?[1-9])[./-](?:3[01]|[12]\d|0?[1-9])"
    r")(?:[T\s_,]+\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?)?(?![\d/-])"
)
_TIMES = re.compile(r"(?<![\d.+])\d{1,2}[:h]\d{2}(?::\d{2})?(?!\d)")
_SENDER_WORDS = (
    r"caller[\s-]?id|callerid|calling (?:party|number)|caller(?: number)?|cid|remote (?:id|csid)"
    r"|csid|tsi|fax[\s-]?id|sender(?:'s)?(?: (?:fax|number|id))?|sent by|received from"
    r"|from(?: fax)?"
    r"|absender(?:nummer|kennung)?|rufnummer|fax von|telefax von|von|eingegangen von|kennung"
    r"|exp[ée]diteur|[ée]metteur|num[ée]ro(?: de l.exp[ée]diteur)?|appelant|re[çc]u d[eu]"
    r"|de la part de|de"
    r"|afzender|verzender|nummer van de afzender|ontvangen van|van|originator|source"
)
_LABELLED = re.compile(
    rf"(?<!\w)(?:{_SENDER_WORDS})(?!\w)[ \t]*[:=#]?[ \t]*[\"'«“„<(\[]?[^\n\d+(]{{0,60}}?"
    rf"({_DIGITS})(?![\w])",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"(?<!\w)(?:to|called|dialled|dialed|did|dnis|recipient|destination|destinataire|appel[ée]"
    r"|empf[äa]nger|angerufene?(?: nummer)?|ziel(?:nummer)?|an|naar|aan|bestemmeling|ontvanger"
    r"|à|au|vers|pour)"
    rf"(?!\w)[ \t]*[:=#]?[ \t]*[\"'«“„<(\[]?[ \t]*({_DIGITS})",
    re.IGNORECASE,
)
_HEADER = re.compile(
    r"^x-.*(?:fax|caller|tsi|csid|cli\b|ani\b|calling|remote|originator|cid\b)", re.IGNORECASE
)
_OUR_HEADER = re.compile(
    r"(?:to|recipient|called|dest|did|dnis|local|queue|job|id)$", re.IGNORECASE
)
_IN_FILE_NAME = re.compile(r"(?:fax|von|from|de|van)[._\s-]*(\+?\d{6,17})(?!\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Caller:
    """Who sent a fax.

    number    in E.164; blank: withheld, or nothing that can be a number
    sent_as   how the gateway wrote it; blank: nowhere
    """

    number: str = ""
    sent_as: str = ""


def caller_of(mail: ParsedMail, *, ours: Iterable[str] = ()) -> Caller:
    """The sender's number in the mail of a gateway.

    ours   numbers of our own in E.164, which are never the sender's
    """
    text = f"{mail.text}"[:TEXT_LOOKED_AT]
    taken = {*ours, *_numbers_of_ours(f"{mail.subject}\n{text}")}
    for written in _candidates(mail, text=text):
        number = stored(written)
        if number and number not in taken:
            return Caller(number, " ".join(written.split())[:200])
    name = mail.sender.name if mail.sender else ""
    return Caller("", " ".join(name.split())[:200])


def stored(written: str) -> str:
    """A number as a gateway writes it in E.164; blank when it is none.

    Machines often send the country code without its plus.
    """
    digits = re.sub(r"[^\d+]", "", written.replace("(0)", ""))
    for attempt in (written, digits, f"+{digits}"):
        if number := normalise(attempt.strip(" .,/-")):
            return number
    return ""


def _candidates(mail: ParsedMail, *, text: str) -> Iterator[str]:
    """Everything that may be the number, the surest first."""
    for name, value in mail.headers:
        if _HEADER.match(name) and not _OUR_HEADER.search(name):
            yield from (match[0] for match in _NUMBER.finditer(_undated(value[:500])))
    subject = _undated(mail.subject)
    yield from (match[1] for match in _LABELLED.finditer(subject))
    for line in _undated(text).splitlines():
        yield from (match[1] for match in _LABELLED.finditer(line[:500]))
    yield from _of_sender(mail)
    for file in mail.attachments:
        yield from (match[1] for match in _IN_FILE_NAME.finditer(file.name))
    for words in (subject, *_undated(text).splitlines()):
        for match in _NUMBER.finditer(words[:500]):
            if _UNLABELLED.match(match[0]):
                yield match[0]


def _of_sender(mail: ParsedMail) -> Iterator[str]:
    """`+3225550100@fax.example`, `"02 555 01 00" <fax@...>`, `fax=3225550100@...`."""
    if mail.sender is None:
        return
    yield from (match[0] for match in _NUMBER.finditer(_undated(mail.sender.name)))
    local = mail.sender.address.rpartition("@")[0]
    yield from (match[0] for match in re.finditer(r"\+?\d{6,17}", local))


def _numbers_of_ours(words: str) -> Iterator[str]:
    for match in _OURS.finditer(_undated(words)):
        if number := stored(match[1]):
            yield number


def _undated(words: str) -> str:
    """`words` without dates and times, which look like numbers."""
    return _TIMES.sub(" · ", _DATES.sub(" · ", words))
