"""Calls for colleagues who are away, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from vitrine.accounts.models import Account
from vitrine.correspondence.choices import Channel
from vitrine.desk.rendering.moments import moment_words
from vitrine.desk.rendering.parts import Act, Chip
from vitrine.kernel.phone_numbers import display
from vitrine.telephony.models import ColleagueMessage
from vitrine.telephony.queries import called_colleague
from vitrine.tickets.models import Ticket


@dataclass(frozen=True)
class MessageLine:
    """A message as the page shows it; `read_href` blank: it is read, or somebody else's."""

    who: str
    number: str
    when: str
    text: str
    taken_by: str
    ticket: str
    ticket_href: str
    """Blank where the reader may not see the ticket."""
    read_href: str
    standing: str


def called_chips(ticket: Ticket) -> list[Chip]:
    """For whom the caller had called; nothing when it was for the desk."""
    if ticket.channel != Channel.PHONE or not (colleague := called_colleague(ticket)):
        return []
    return [Chip(_("Call for %(name)s") % {"name": colleague.name}, tone="badge-warn")]


def colleague_acts(*, address: str) -> list[Act]:
    """The way to write down a message for somebody who is away."""
    return [Act(_("Message for a colleague…"), address)]


def message_lines(found: Iterable[ColleagueMessage], *, account: Account) -> list[MessageLine]:
    """Each message, with the button only where it is one's own."""
    return [_line(one, account=account) for one in found]


def _line(one: ColleagueMessage, *, account: Account) -> MessageLine:
    call, asks, language = one.call, one.ticket.requester, account.ui_language
    is_mine = one.colleague_id == account.pk and one.acknowledged_at is None
    if one.acknowledged_at:
        standing = _("read %(when)s") % {"when": moment_words(one.acknowledged_at)}
    else:
        standing = "" if is_mine else _("not read yet: %(name)s") % {"name": one.colleague.name}
    return MessageLine(
        who=asks.name if asks else _("Somebody who did not give a name"),
        number=display(call.number, language=language) if call and call.number else "",
        when=moment_words(one.left_at),
        text=one.text or _("The caller left no message."),
        taken_by=one.by.name if one.by else "",
        ticket=one.ticket.spoken_number,
        ticket_href=reverse("desk:ticket", args=[one.ticket.number])
        if account.works_at_desk
        else "",
        read_href=reverse("desk:message-read", args=[one.pk]) if is_mine else "",
        standing=standing,
    )
