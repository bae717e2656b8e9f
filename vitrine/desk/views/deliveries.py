"""What an agent does with a message that did not arrive."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vitrine.accounts.models import Account
from vitrine.correspondence.actions import renew_promise
from vitrine.desk.forms import acts as forms
from vitrine.desk.rendering import DESK, StaffRequest, open_to
from vitrine.desk.views.acts import Act, at_once, filled, offer, to_ticket, workable
from vitrine.tickets import actions
from vitrine.tickets.access import workable_messages_for
from vitrine.tickets.models import Ticket


@open_to(*DESK)
@require_POST
def resend(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Send a message again that could not be delivered."""
    ticket = workable(request, number)
    failed = workable_messages_for(request.user).filter(promise__failed_at__isnull=False)
    message = get_object_or_404(failed, pk=pk, ticket=ticket)
    assert message.promise is not None
    renew_promise(message.promise, by=request.user)
    return to_ticket(ticket)


@open_to(*DESK)
@require_http_methods(["GET", "POST"])
def other_address(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Send a message that did not arrive to another address."""
    ticket = workable(request, number)
    undelivered = workable_messages_for(request.user).filter(promise__isnull=False)
    message = get_object_or_404(undelivered, pk=pk, ticket=ticket)
    form = filled(request, ticket, forms.OtherAddressForm)
    act = Act(
        _("Send to another address"),
        _("Send there"),
        form,
        note=_("The address is kept with the requester. The message stays as it was written."),
    )

    def send(address: str) -> None:
        actions.send_to_other_address(message, address=address, by=request.user)

    return offer(request, ticket, act, send)


@open_to(*DESK)
@require_POST
def arrived(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Say that a message arrived of which we were not certain."""
    ticket = workable(request, number)
    failed = workable_messages_for(request.user).filter(promise__failed_at__isnull=False)
    message = get_object_or_404(failed, pk=pk, ticket=ticket)

    def accept(_ticket: Ticket, *, by: Account) -> None:
        actions.accept_as_arrived(message, by=by)

    return at_once(request, number, accept)
