"""A message as its sender made it: the clean page, its pictures, its headers."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vitrine.accounts.models import Account
from vitrine.channels.mail.clean import CleanPage, clean_page, without_misleading_signs
from vitrine.channels.mail.parse import Address, ParsedMail, parse
from vitrine.correspondence.choices import Channel
from vitrine.desk.rendering.parts import Fact
from vitrine.kernel.pictures import PICTURE_TYPES
from vitrine.tickets.models import Message
from vitrine.tickets.queries import why_withheld

WEEK = 7 * 24 * 3600  # seconds
HEADERS_SHOWN = 60_000
"""Characters; the rest is in the source."""


def leave_for(message: Message, *, account: Account) -> str:
    """The sign that `account` asked for the pictures of `message`, for the address of its page."""
    return signing.dumps([message.pk, account.pk], salt="pictures")


def has_leave(sign: str, *, message: Message, account: Account) -> bool:
    """Whether `sign` says that `account` asked for the pictures of `message` this week."""
    try:
        known: object = signing.loads(sign, salt="pictures", max_age=WEEK)
    except signing.BadSignature:
        return False
    return settings.REMOTE_PICTURES and known == [message.pk, account.pk]


def outside_address(sign: str, *, message: Message, account: Account) -> str | None:
    """The address of a picture of `message` that was shown to `account`; None: it was not."""
    try:
        *known, address = signing.loads(sign, salt="picture", max_age=WEEK)
    except (signing.BadSignature, ValueError):
        return None
    is_allowed = settings.REMOTE_PICTURES and known == [message.pk, account.pk]
    return str(address) if is_allowed else None


@dataclass
class MessagePage:
    """A message with its arrival, read again from the bytes that came.

    leave   the sign that pictures from outside were asked for; blank: they were not
    """

    message: Message
    account: Account
    leave: str = ""

    @cached_property
    def mail(self) -> ParsedMail:
        """What was read in the bytes; empty for what did not come as a mail."""
        arrival = self.message.arrival
        if arrival is None or arrival.channel not in (Channel.MAIL, Channel.FAX):
            return ParsedMail()
        return parse(bytes(arrival.raw))

    @cached_property
    def clean(self) -> CleanPage:
        """The page, inert; pictures inside the message stand in it, others when asked for."""
        if not self.mail.html:
            text = escape(self.mail.text or self.message.text)
            return CleanPage(html=f'<div class="text">{text}</div>')
        return clean_page(self.mail.html, show_picture=self._address_of)

    def _address_of(self, source: str) -> str | None:
        """Our address for a picture, or None when it is not shown."""
        if source.startswith("cid:"):
            return self._inline.get(source[4:])
        if not self.shows_outside:
            return None
        sign = signing.dumps(
            [self.message.pk, self.account.pk, source], salt="picture", compress=True
        )
        return f"{reverse('desk:outside-picture', args=[self.message.pk])}?of={sign}"

    @cached_property
    def _inline(self) -> dict[str, str]:
        files = self.message.attachments.exclude(content_id="").filter(
            content_type__in=PICTURE_TYPES
        )
        return {
            one.content_id: reverse("desk:attachment", args=[one.pk])
            for one in files
            if not why_withheld(one)
        }

    @cached_property
    def shows_outside(self) -> bool:
        """Whether the reader has asked for pictures from outside."""
        return has_leave(self.leave, message=self.message, account=self.account)

    @property
    def has_page(self) -> bool:
        """Whether the sender made a page, not only text."""
        return bool(self.mail.html)

    @property
    def frame(self) -> str:
        """Where the frame finds the page."""
        address = reverse("desk:message-page", args=[self.message.pk])
        return f"{address}?pictures={self.leave}" if self.shows_outside else address

    @cached_property
    def hosts(self) -> list[str]:
        """From where pictures would be fetched."""
        found = (urlsplit(one).hostname or "" for one in self.clean.remote_pictures)
        return list(dict.fromkeys(found))

    @property
    def outside(self) -> str:
        """How many pictures are not shown and why; blank: none."""
        count = len(self.clean.remote_pictures)
        if not count:
            return ""
        if settings.REMOTE_PICTURES:
            sentence = ngettext(
                "%(count)d picture from outside is not shown: fetching it could tell the sender "
                "that the message was opened.",
                "%(count)d pictures from outside are not shown: fetching them could tell the "
                "sender that the message was opened.",
                count,
            )
        else:
            sentence = ngettext(
                "%(count)d picture from outside is not shown: nothing is fetched from outside "
                "here.",
                "%(count)d pictures from outside are not shown: nothing is fetched from outside "
                "here.",
                count,
            )
        return sentence % {"count": count}

    @property
    def ask(self) -> str:
        """The button that has the pictures fetched; blank: nobody may."""
        count = len(self.clean.remote_pictures)
        if not count or not settings.REMOTE_PICTURES or not self.account.works_at_desk:
            return ""
        words = ngettext(
            "Show %(count)d picture from outside", "Show %(count)d pictures from outside", count
        )
        return words % {"count": count}

    @cached_property
    def facts(self) -> list[Fact]:
        """Who wrote to whom, when, under which subject: as the message says itself."""
        mail = self.mail
        rows = [
            (_("Sender"), _names(*([mail.sender] if mail.sender else []))),
            (_("Answers to"), _names(*mail.reply_to)),
            (_("To"), _names(*mail.to)),
            (_("Copy to"), _names(*mail.cc)),
            (_("Written"), mail.header("date")),
            (_("Subject"), mail.subject),
        ]
        arrival = self.message.arrival
        if arrival is not None:
            rows.append((_("Sent by (envelope)"), arrival.envelope_from))
        return [Fact(label, without_misleading_signs(text)) for label, text in rows if text]

    @property
    def headers(self) -> str:
        """Every header line, decoded, as text."""
        lines = (f"{name}: {value}" for name, value in self.mail.headers)
        return without_misleading_signs("\n".join(lines))[:HEADERS_SHOWN]

    @property
    def is_infected(self) -> bool:
        """Whether a file of the message is infected: then the whole is not given out."""
        return self.message.attachments.exclude(infection="").exists()


def _names(*addresses: Address) -> str:
    return ", ".join(
        f"{one.name} <{one.address}>" if one.name else one.address for one in addresses[:50]
    )
