"""Who asks, changed on a ticket: found in the directory or made on the spot."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vitrine.desk.forms.callers import settled_caller
from vitrine.desk.forms.requesters import RequesterForm
from vitrine.desk.rendering import DESK, StaffRequest, open_to
from vitrine.desk.views.acts import Act, offer, workable
from vitrine.tickets import actions


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def requester(request: StaffRequest, number: str) -> HttpResponse:
    """Set the requester and with him the organisation; the reply language follows."""
    ticket = workable(request, number)
    sent = request.POST if request.method == "POST" else None
    form = RequesterForm(sent, ticket=ticket, account=request.user)

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
