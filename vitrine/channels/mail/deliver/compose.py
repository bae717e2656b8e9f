"""A promise as a mail: headers for the thread, text with the person able to inform, HTML twin."""

from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy
from email.utils import format_datetime

from django.conf import settings

from vitrine.channels.mail.addressing import reply_address, report_address
from vitrine.channels.mail.deliver.html import page
from vitrine.channels.mail.deliver.signing import signed
from vitrine.channels.mail.deliver.surroundings import Surroundings, surroundings_of
from vitrine.channels.mail.deliver.transport import Letter, in_ascii
from vitrine.correspondence.models import Promise
from vitrine.kernel import files as kept_files

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


def letter_for(owed: Promise, *, around: Surroundings | None = None) -> Letter:
    """The message with its envelope, signed when the settings ask for it.

    around   what stands around the words; None: it is read
    """
    return Letter(
        message_id=owed.message_id,
        raw=signed(composed(owed, around=around).as_bytes()),
        sender="" if owed.is_automatic else report_address(owed.pk),
        to=in_ascii(owed.to_address),
        copies=tuple(in_ascii(each) for each in owed.cc),
        envelope_id=owed.message_id.strip("<>"),
    )


def composed(owed: Promise, *, around: Surroundings | None = None) -> EmailMessage:
    """The message, ready to be sent; the same promise always gives the same Message-ID."""
    around = around or surroundings_of([owed])[owed.pk]
    has_odd_letters = not all(
        each.rpartition("@")[0].isascii() for each in (owed.to_address, *owed.cc)
    )
    message = EmailMessage(policy=_POLICY.clone(utf8=True) if has_odd_letters else _POLICY)
    message["From"] = _address(_DESK_NAMES[owed.language], settings.DESK_ADDRESS)
    message["To"] = _address(_name_of(owed), owed.to_address)
    if owed.cc:
        message["Cc"] = ", ".join(_address("", each) for each in owed.cc)
    message["Reply-To"] = (
        reply_address(around.number) if around.number else str(settings.DESK_ADDRESS)
    )
    message["Subject"] = owed.subject.replace("\n", " ").replace("\r", " ")
    message["Date"] = format_datetime(owed.promised_at)
    message["Message-ID"] = owed.message_id
    if in_reply_to := _ids([owed.in_reply_to]):
        message["In-Reply-To"] = in_reply_to
    if references := _ids(owed.references):
        message["References"] = references
    if owed.is_automatic:
        message["Auto-Submitted"] = "auto-replied"
        message["X-Auto-Response-Suppress"] = "All"
        message["X-Loop"] = settings.DESK_ADDRESS
    _fill(message, owed=owed, around=around)
    message["Content-Language"] = owed.language  # last: making parts would move it into one
    return message


def _fill(message: EmailMessage, *, owed: Promise, around: Surroundings) -> None:
    """Plain text and its HTML twin, then the files of the answer."""
    message.set_content(body_of(owed, around=around), cte="quoted-printable")
    twin = page(
        owed.text,
        title=owed.subject,
        language=owed.language,
        signature=around.signature,
        quote=around.quote,
    )
    message.add_alternative(twin, subtype="html", cte="quoted-printable")
    for part in message.iter_parts():
        assert isinstance(part, MIMEPart)
        part["Content-Language"] = owed.language
    for file in around.files:
        main, _slash, sub = file.content_type.partition("/")
        with kept_files.opened(file.sha256) as content:
            message.add_attachment(
                content.read(),
                maintype=main or "application",
                subtype=sub or "octet-stream",
                filename=file.name,
            )


def body_of(owed: Promise, *, around: Surroundings) -> str:
    """The plain text: who is able to inform stands below it, then what is answered."""
    parts = [owed.text]
    if around.signature:
        parts.append(f"-- \n{around.signature}")
    if around.quote:
        heading, words, _language = around.quote
        lines = "\n".join(f"> {line}".rstrip() for line in words.split("\n"))
        parts.append(f"{heading}\n{lines}")
    return "\n\n".join(parts) + "\n"


def _name_of(owed: Promise) -> str:
    if owed.to_person is not None:
        return owed.to_person.name
    return owed.to_account.name if owed.to_account is not None else ""


def _address(name: str, address: str) -> str:
    """`Name <address>` that no name can break: quotes and line ends are taken care of."""
    local, _at, domain = in_ascii(address).rpartition("@")
    plain = " ".join(name.split())
    try:
        return str(Address(display_name=plain, username=local, domain=domain))
    except ValueError:
        return address


def _ids(message_ids: Sequence[str]) -> str:
    """Message-IDs for a header: only what looks like one, a line each."""
    usable = [each for each in message_ids if each.startswith("<") and " " not in each]
    return " ".join(each for each in usable if each.isascii() and each.isprintable())
