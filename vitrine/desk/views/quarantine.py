"""What arrived and could not be read: looked at, tried again, or put aside."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from vitrine.correspondence.access import arrivals_for
from vitrine.correspondence.actions import dismiss_arrival, reopen_arrival
from vitrine.correspondence.queries import arrivals_in_quarantine
from vitrine.desk.rendering import DESK, StaffRequest, open_to, render_page
from vitrine.desk.rendering.foreign import source

SHOWN = 100


@open_to(*DESK)
@require_safe
def quarantine(request: StaffRequest) -> HttpResponse:
    """The newest hundred with their reasons."""
    context = {"arrivals": arrivals_in_quarantine()[:SHOWN], "here": "quarantine"}
    return render_page(request, "desk/quarantine.html", context)


@open_to(*DESK)
@require_safe
def arrival_source(request: StaffRequest, pk: int) -> HttpResponse:
    """The message exactly as it arrived, as text."""
    arrival = get_object_or_404(arrivals_for(request.user), pk=pk)
    return source(bytes(arrival.raw))


@open_to(*DESK)
@require_POST
def arrival_again(request: StaffRequest, pk: int) -> HttpResponse:
    """Try it again."""
    reopen_arrival(get_object_or_404(arrivals_for(request.user), pk=pk), by=request.user)
    return redirect("desk:quarantine")


@open_to(*DESK)
@require_POST
def arrival_dismissal(request: StaffRequest, pk: int) -> HttpResponse:
    """Put it aside: nobody needs to look at it any more."""
    dismiss_arrival(get_object_or_404(arrivals_for(request.user), pk=pk), by=request.user)
    return redirect("desk:quarantine")
