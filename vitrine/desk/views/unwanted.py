"""A ticket that is spam: closed and its sender blocked by one button, undone by another."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vitrine.desk.forms.acts import SpamForm
from vitrine.desk.rendering import DESK, StaffRequest, open_to
from vitrine.desk.views.acts import Act, at_once, filled, offer, workable
from vitrine.tickets.actions import close_as_spam, take_out_of_spam


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def ticket_spam(request: StaffRequest, number: str) -> HttpResponse:
    """Close it as spam and block the sender; asks again when that would hit others."""
    ticket = workable(request, number)
    form = filled(request, ticket, SpamForm)
    act = Act(
        _("Spam"),
        _("Close it as spam"),
        form,
        note=_("It is closed without an answer. “Not spam” undoes both."),
    )
    return offer(request, ticket, act, lambda **w: close_as_spam(ticket, by=request.user, **w))


@open_to(*DESK)
@require_POST
def ticket_no_spam(request: StaffRequest, number: str) -> HttpResponse:
    """It was a request after all."""
    return at_once(request, number, take_out_of_spam)
