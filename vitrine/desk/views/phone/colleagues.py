"""Messages of callers for colleagues who are away: written down, read, acknowledged."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vitrine.accounts.choices import Role
from vitrine.desk.forms.colleagues import ColleagueMessageForm
from vitrine.desk.rendering import DESK, StaffRequest, open_to
from vitrine.desk.rendering.phone.colleagues import message_lines
from vitrine.desk.rendering.phone.pages import phone_page
from vitrine.desk.views.acts import Act, filled, offer, workable
from vitrine.telephony.access import colleague_messages_for
from vitrine.telephony.actions import acknowledge_message, leave_message

MOST = 100


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def colleague_message(request: StaffRequest, number: str) -> HttpResponse:
    """Write down what a caller wants to tell a colleague, who gets it by mail and on his page."""
    ticket = workable(request, number)
    act = Act(
        _("Message for a colleague"),
        _("Leave the message"),
        filled(request, ticket, ColleagueMessageForm),
        note=_("The colleague gets it by e-mail and confirms in Vitrine that it was read."),
    )
    return offer(
        request, ticket, act, lambda **said: leave_message(ticket=ticket, by=request.user, **said)
    )


@open_to(*Role.values)
@require_safe
def messages(request: StaffRequest) -> HttpResponse:
    """One's own messages; for the desk, too, those that a colleague has not read yet."""
    account = request.user
    found = colleague_messages_for(account).select_related(
        "colleague", "by", "call", "ticket__requester"
    )
    mine = found.filter(colleague=account)
    others = found.exclude(colleague=account).filter(acknowledged_at__isnull=True)
    context = {
        "unread": message_lines(mine.filter(acknowledged_at__isnull=True)[:MOST], account=account),
        "others": message_lines(others[:MOST], account=account),
        "read": message_lines(mine.filter(acknowledged_at__isnull=False)[:MOST], account=account),
    }
    return phone_page(request, "messages.html", context, current="messages-for-me")


@open_to(*Role.values)
@require_POST
def message_read(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The colleague for whom it is has read it."""
    mine = colleague_messages_for(request.user).filter(colleague=request.user)
    acknowledge_message(get_object_or_404(mine, pk=pk), by=request.user)
    return redirect("desk:messages-for-me")
