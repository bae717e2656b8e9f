"""The act by which a ticket joins the open interruption, or leaves it."""

from django.utils.translation import gettext as _

from vitrine.desk.rendering.parts import Act
from vitrine.tickets.models import Ticket
from vitrine.tickets.queries import interruption_of, open_interruption


def interruption_acts(ticket: Ticket, *, address: str) -> list[Act]:
    """One click joins, the second one leaves; nothing while nothing is interrupted."""
    if link := interruption_of(ticket):
        words = _("Leave the interruption %(code)s") % {"code": link.interruption.code}
        return [] if link.answered_at else [Act(words, address, is_post=True)]
    if interruption := open_interruption():
        words = _("Join the interruption %(code)s") % {"code": interruption.code}
        return [Act(words, address, is_post=True)]
    return []
