"""Who asks, changed on a ticket: found in the directory or made on the spot."""

from email.utils import parseaddr

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vitrine.desk.forms.callers import settled_caller
from vitrine.desk.forms.requesters import RequesterForm
from vitrine.desk.rendering import DESK, StaffRequest, open_to
from vitrine.desk.views.acts import Act, offer, workable
from vitrine.directory.queries import person_with_address
from vitrine.tickets import actions
from vitrine.tickets.access import workable_messages_for
from vitrine.tickets.models import Ticket

LONGEST_ID = 18
"""Figures of the id of a message."""


def _first_author(request: StaffRequest, ticket: Ticket) -> dict[str, str]:
    """Who wrote the message that somebody passed on: filled in, the agent confirms it."""
    asked = request.GET.get("message", "")
    if not asked.isdecimal() or len(asked) > LONGEST_ID:
        return {}
    message = workable_messages_for(request.user).filter(ticket=ticket, pk=int(asked)).first()
    if message is None or not message.forwarded_from:
        return {}
    name, address = parseaddr(message.forwarded_from)
    if person_with_address(address):
        return {"q": address}
    return {"q": address, "new_name": name or address, "new_address": address}


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def requester(request: StaffRequest, number: str) -> HttpResponse:
    """Set the requester and with him the organisation; the reply language follows."""
    ticket = workable(request, number)
    sent = request.POST if request.method == "POST" else None
    form = RequesterForm(
        sent, ticket=ticket, account=request.user, initial=_first_author(request, ticket)
    )

    def settle(**data: str) -> None:
        by = request.user
        person, organisation = settled_caller(data, language=ticket.language, by=by)
        actions.set_requester(ticket, requester=person, organisation=organisation, by=by)

    act = Act(
        _("Requester"),
        _("Find or set the requester"),
        form,
        note=_("The reply language follows from the organisation, unless somebody chose it."),
    )
    return offer(request, ticket, act, settle)
