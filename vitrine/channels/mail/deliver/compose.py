"""A promise as a mail: headers for the thread, text with the person able to inform, HTML twin."""

from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy
from email.utils import format_datetime

from django.conf import settings
from django.utils import translation
from django.utils.dateformat import format as format_date

from vitrine.channels.mail.addressing import reply_address, report_address
from vitrine.channels.mail.deliver.html import page
from vitrine.channels.mail.deliver.signing import signed
from vitrine.channels.mail.deliver.transport import Letter, in_ascii
from vitrine.correspondence.choices import PromiseKind
from vitrine.correspondence.models import Promise
from vitrine.correspondence.queries import closing_block
from vitrine.kernel import files as kept_files
from vitrine.kernel.clock import BRUSSELS
from vitrine.kernel.text import excerpt
from vitrine.tickets.choices import MessageKind
from vitrine.tickets.models import Attachment, Message, Ticket

_DESK_NAMES = {
    "fr": "Centre d'assistance du Registre national",
    "nl": "Helpdesk van het Rijksregister",
    "de": "Helpdesk des Nationalregisters",
    "en": "Help desk of the National Register",
}
_WROTE = {
    "fr": ("Le {day}, {name} a écrit :", "j F Y à H:i"),
    "nl": ("Op {day} schreef {name}:", "j F Y \\o\\m H:i"),
    "de": ("Am {day} schrieb {name}:", "j. F Y \\u\\m H:i"),
    "en": ("On {day} {name} wrote:", "j F Y \\a\\t H:i"),
}
LONGEST_QUOTE = 1500
"""Characters of the request that an answer repeats: enough to know it again."""
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


def letter_for(owed: Promise) -> Letter:
    """The message with its envelope, signed when the settings ask for it."""
    return Letter(
        message_id=owed.message_id,
        raw=signed(composed(owed).as_bytes()),
        sender="" if owed.is_automatic else report_address(owed.pk),
        to=in_ascii(owed.to_address),
        copies=tuple(in_ascii(each) for each in owed.cc),
        envelope_id=owed.message_id.strip("<>"),
    )


def composed(owed: Promise) -> EmailMessage:
    """The message, ready to be sent; the same promise always gives the same Message-ID."""
    has_odd_letters = not all(
        each.rpartition("@")[0].isascii() for each in (owed.to_address, *owed.cc)
    )
    message = EmailMessage(policy=_POLICY.clone(utf8=True) if has_odd_letters else _POLICY)
    message["From"] = _address(_DESK_NAMES[owed.language], settings.DESK_ADDRESS)
    message["To"] = _address(_name_of(owed), owed.to_address)
    if owed.cc:
        message["Cc"] = ", ".join(_address("", each) for each in owed.cc)
    message["Reply-To"] = _reply_to(owed)
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
    _fill(message, owed=owed)
    message["Content-Language"] = owed.language  # last: making parts would move it into one
    return message


def _fill(message: EmailMessage, *, owed: Promise) -> None:
    """Plain text and its HTML twin, then the files of the answer."""
    quote = _quote_of(owed)
    message.set_content(body_of(owed, quote=quote), cte="quoted-printable")
    twin = page(
        owed.text,
        title=owed.subject,
        language=owed.language,
        signature=signature_of(owed),
        quote=quote,
    )
    message.add_alternative(twin, subtype="html", cte="quoted-printable")
    for part in message.iter_parts():
        assert isinstance(part, MIMEPart)
        part["Content-Language"] = owed.language
    for file in Attachment.objects.filter(message__promise=owed).exclude(sha256=""):
        main, _slash, sub = file.content_type.partition("/")
        with kept_files.opened(file.sha256) as content:
            message.add_attachment(
                content.read(),
                maintype=main or "application",
                subtype=sub or "octet-stream",
                filename=file.name,
            )


def body_of(owed: Promise, *, quote: tuple[str, str, str] | None = None) -> str:
    """The plain text: who is able to inform stands below it, then what is answered."""
    parts = [owed.text]
    if signature := signature_of(owed):
        parts.append(f"-- \n{signature}")
    if quote:
        heading, words, _language = quote
        lines = "\n".join(f"> {line}".rstrip() for line in words.split("\n"))
        parts.append(f"{heading}\n{lines}")
    return "\n\n".join(parts) + "\n"


def signature_of(owed: Promise) -> str:
    """Who is able to inform (law of 11 April 1994); blank for colleagues."""
    if owed.kind == PromiseKind.DELEGATION:
        return ""
    return closing_block(owed.handler, language=owed.language)


def _quote_of(owed: Promise) -> tuple[str, str, str] | None:
    """What the requester wrote last, shortened: heading, text and its language.

    Only his own words, and only in an answer: nothing is shown to anybody for the first time.
    """
    if owed.kind != PromiseKind.ANSWER or owed.subject_type != Ticket._meta.label_lower:
        return None
    asked = (
        Message.objects.filter(
            ticket=owed.subject_id,
            kind=MessageKind.INCOMING,
            by_person=owed.to_person_id,
            at__lte=owed.promised_at,
        )
        .order_by("-at", "-id")
        .first()
    )
    if owed.to_person is None or asked is None or not asked.text.strip():
        return None
    words = asked.text.strip()
    if len(words) > LONGEST_QUOTE:
        words = f"{words[:LONGEST_QUOTE].rpartition(' ')[0]} …"
    pattern, day = _WROTE[owed.language]
    with translation.override(owed.language):
        written = format_date(asked.at.astimezone(BRUSSELS), day)
    name = excerpt(owed.to_person.name, length=80)
    return pattern.format(day=written, name=name), words, asked.language


def _reply_to(owed: Promise) -> str:
    """Our address, with the number of the ticket where the mail is about one."""
    if owed.subject_type != Ticket._meta.label_lower:
        return str(settings.DESK_ADDRESS)
    number = Ticket.objects.filter(pk=owed.subject_id).values_list("number", flat=True).first()
    return reply_address(number) if number else str(settings.DESK_ADDRESS)


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
