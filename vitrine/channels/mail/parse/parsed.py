"""What `parse` returns: frozen values, no Django."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vitrine.channels.mail.parse.invitations import Invitation
from vitrine.channels.mail.parse.seals import Seal


class Kind(StrEnum):
    """Who or what wrote the message."""

    PERSON = "person"
    BOUNCE = "bounce"
    """A report that a message could not be delivered."""
    AUTOMATIC = "automatic"
    """An answer or notice that no person wrote, also a report of a delay."""
    COMPLAINT = "complaint"
    """A feedback report: somebody called our message spam."""
    RECEIPT = "receipt"
    """A message was delivered, or opened."""


@dataclass(frozen=True)
class Address:
    """A mail address with the name that stood beside it; the domain in lower case."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """What stands behind the last @."""
        return self.address.rpartition("@")[2]


@dataclass(frozen=True)
class ParsedFile:
    """A file that came with the message, named safely; the type is what the sender claims."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""
    is_inline: bool = False


@dataclass(frozen=True)
class FailedRecipient:
    """An address that a report is about."""

    address: str
    status: str = ""
    """Enhanced code such as `5.1.1`; blank when the report has none."""
    permanent: bool = True
    """The address itself is of no use; False: full, too large, policy, throttled, expired."""
    diagnosis: str = ""


@dataclass(frozen=True)
class ParsedMail:
    """A mail as a person would understand it."""

    headers: tuple[tuple[str, str], ...] = ()
    """Names in lower case, values decoded, in the order of the message."""
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    date: datetime | None = None
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    html: str = ""
    visible_text: str = ""
    """What is new: without trailing quotes and signature."""
    quoted_text: str = ""
    """What `visible_text` leaves out: folded, never lost."""
    attachments: tuple[ParsedFile, ...] = ()
    kind: Kind = Kind.PERSON
    failed_recipients: tuple[FailedRecipient, ...] = ()
    returned_message_ids: tuple[str, ...] = ()
    """Message-IDs of the message that a report gives back."""
    is_bulk: bool = False
    """From a list, a robot or an address that wants no answer: acknowledge nothing."""
    invitations: tuple[Invitation, ...] = ()
    """The events of a calendar that came with the message."""
    seal: Seal = Seal.NONE
    """Whether the message is signed or encrypted; nothing was verified."""
    quarantine: str | None = None
    """Why the message cannot become a ticket: a sentence; None when it can."""

    def header(self, name: str) -> str:
        """The first value of the header `name` (any case); blank when there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key == wanted), "")

    @property
    def thread(self) -> tuple[str, ...]:
        """The Message-IDs that this message refers to, the nearest last, each once."""
        return tuple(dict.fromkeys((*self.references, *self.in_reply_to)))
