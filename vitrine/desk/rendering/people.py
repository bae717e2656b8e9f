"""The people of a ticket as facts: addresses that work or do not, and who else takes part."""

from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from vitrine.desk.rendering.parts import Fact, FactGroup, breakable
from vitrine.directory.models import MailAddress
from vitrine.kernel.clock import BRUSSELS
from vitrine.tickets.models import Participant


def participants_group(participants: Sequence[Participant]) -> FactGroup:
    """Who else is in the conversation; without facts when nobody is."""
    facts = [
        Fact(_("Wrote") if one.wrote_at else _("In copy"), breakable(str(one)))
        for one in participants
    ]
    return FactGroup(_("Also in the conversation"), facts)


def mail_fact(one: MailAddress) -> Fact:
    """An address, and since when nothing arrives there."""
    if one.unreachable_since is None:
        return Fact(_("E-mail"), breakable(one.address))
    day = date_format(one.unreachable_since.astimezone(BRUSSELS), "SHORT_DATE_FORMAT")
    words = format_html(
        _("{address}: mail comes back since {day}"), address=breakable(one.address), day=day
    )
    return Fact(_("E-mail"), words, tone="late")
