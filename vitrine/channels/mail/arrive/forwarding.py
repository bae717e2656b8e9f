"""A message that somebody passed on: who wrote it first."""

import re

from vitrine.channels.mail.parse import Address, ParsedMail, parse
from vitrine.channels.mail.parse.addresses import addresses

_PASSED_ON = re.compile(
    r"^\s*(?:(?:re|aw|antw|ré|sv)\s*:\s*)*(?:fwd?|tr|wg|doorst|doorgestuurd|i|rv|enc)\s*:",
    re.IGNORECASE,
)
_FROM_LINE = re.compile(
    r"^[>\s*_|]*(?:from|de|von|van|exp[ée]diteur|absender|afzender)[*_]*\s*:[*_]*\s*(\S.*@.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_TEXT_LOOKED_AT = 50_000
_MESSAGE = "message/rfc822"


def first_author(mail: ParsedMail) -> Address | None:
    """Who wrote what `mail` passes on; None when it passes nothing on or does not tell."""
    if not _PASSED_ON.match(mail.subject):
        return None
    found = _of_attached(mail) or _of_text(mail.text[:_TEXT_LOOKED_AT])
    if found is None or mail.sender is None or found.address.lower() == mail.sender.address.lower():
        return None
    return found


def _of_attached(mail: ParsedMail) -> Address | None:
    inner = [file for file in mail.attachments if file.content_type.lower() == _MESSAGE]
    return parse(inner[0].content).sender if len(inner) == 1 else None


def _of_text(text: str) -> Address | None:
    line = _FROM_LINE.search(text)
    if line is None:
        return None
    plain = line[1].replace("[mailto:", "<").replace("]", ">").replace("*", "")
    return next(iter(addresses(plain)), None)
