"""Reading a mail: `parse(raw: bytes) -> ParsedMail`. Pure; the one documented entrance."""

from vitrine.channels.mail.parse.html import inert
from vitrine.channels.mail.parse.invitations import Invitation
from vitrine.channels.mail.parse.message import parse
from vitrine.channels.mail.parse.page_text import text_of
from vitrine.channels.mail.parse.parsed import (
    Address,
    FailedRecipient,
    Kind,
    ParsedFile,
    ParsedMail,
)
from vitrine.channels.mail.parse.quotes import split_quoted
from vitrine.channels.mail.parse.seals import Seal

__all__ = [
    "Address",
    "FailedRecipient",
    "Invitation",
    "Kind",
    "ParsedFile",
    "ParsedMail",
    "Seal",
    "inert",
    "parse",
    "split_quoted",
    "text_of",
]
