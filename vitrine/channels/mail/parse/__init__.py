"""Reading a mail: `parse(raw: bytes) -> ParsedMail`. Pure; the one documented entrance.

`docs/reference/mail-parsing.md` tells what is understood. HTML is made safe to look at by
`vitrine.channels.mail.clean`.
"""

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
from vitrine.channels.mail.parse.zones import instant_of

__all__ = [
    "Address",
    "FailedRecipient",
    "Invitation",
    "Kind",
    "ParsedFile",
    "ParsedMail",
    "Seal",
    "instant_of",
    "parse",
    "split_quoted",
    "text_of",
]
