"""A promise as a mail: headers for the thread, text with the person able to inform."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

from django.conf import settings

from vitrine.correspondence.choices import PromiseKind
from vitrine.correspondence.models import Promise
from vitrine.correspondence.queries import closing_block

_DESK_NAMES = {
    "fr": "Centre d'assistance du Registre national",
    "nl": "Helpdesk van het Rijksregister",
    "de": "Helpdesk des Nationalregisters",
    "en": "Help desk of the National Register",
}
_IDS = ("message-id", "in-reply-to", "references")


class _WithWholeIds(EmailPolicy):
    """Message-IDs are never cut nor put on a line after their header's name."""

    def fold(self, name: str, value: str) -> str:
        """The header as lines."""
        if name.lower() in _IDS:
            return f"{name}: {f'{self.linesep} '.join(str(value).split())}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        """The header as bytes."""
        if name.lower() in _IDS:
            return self.fold(name, value).encode("ascii", "replace")
        return super().fold_binary(name, value)


_POLICY = _WithWholeIds(linesep="\r\n", max_line_length=78)


def composed(owed: Promise) -> EmailMessage:
    """The message, ready to be sent; the same promise always gives the same Message-ID."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(_DESK_NAMES[owed.language], settings.DESK_ADDRESS)
    message["To"] = _address(_name_of(owed), owed.to_address)
    message["Reply-To"] = settings.DESK_ADDRESS
    message["Subject"] = owed.subject.replace("\n", " ").replace("\r", " ")
    message["Date"] = format_datetime(owed.promised_at)
    message["Message-ID"] = owed.message_id
    if owed.in_reply_to:
        message["In-Reply-To"] = _ids([owed.in_reply_to])
    if references := _ids(owed.references):
        message["References"] = references
    if owed.is_automatic:
        message["Auto-Submitted"] = "auto-replied"
        message["X-Auto-Response-Suppress"] = "All"
    message.set_content(body_of(owed), cte="quoted-printable")
    message["Content-Language"] = owed.language
    return message


def body_of(owed: Promise) -> str:
    """The text and who is able to inform (law of 11 April 1994); colleagues get only the text."""
    if owed.kind == PromiseKind.DELEGATION:
        return f"{owed.text}\n"
    return f"{owed.text}\n\n-- \n{closing_block(owed.handler, language=owed.language)}\n"


def _name_of(owed: Promise) -> str:
    if owed.to_person is not None:
        return owed.to_person.name
    return owed.to_account.name if owed.to_account is not None else ""


def _address(name: str, address: str) -> str:
    """`Name <address>` that no name can break: quotes and line ends are taken care of."""
    local, _at, domain = address.rpartition("@")
    plain = " ".join(name.split())
    try:
        return str(Address(display_name=plain, username=local, domain=domain))
    except ValueError:
        return address


def _ids(message_ids: list[str]) -> str:
    """Message-IDs for a header: only what looks like one, a line each."""
    usable = [each for each in message_ids if each.startswith("<") and " " not in each]
    return " ".join(each for each in usable if each.isascii() and each.isprintable())
