"""Mail that lies in files: mbox, Maildir and .eml, imported once however often it is tried."""

from vitrine.channels.mail.importing.reading import Found, Source, messages_in, sources_in
from vitrine.channels.mail.importing.taking import Taken, dated, reception_of, take

__all__ = [
    "Found",
    "Source",
    "Taken",
    "dated",
    "messages_in",
    "reception_of",
    "sources_in",
    "take",
]
