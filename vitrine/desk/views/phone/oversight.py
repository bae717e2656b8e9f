"""What a supervisor does with a colleague's call: listen, speak to the colleague, end it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vitrine.accounts.choices import Role
from vitrine.desk.forms.phone import OversightForm
from vitrine.desk.rendering import StaffRequest, open_to, render_page
from vitrine.kernel.clock import now
from vitrine.telephony.access import instructions_of
from vitrine.telephony.actions import oversee_call
from vitrine.telephony.choices import InstructionKind, InstructionResult
from vitrine.telephony.models import Instruction

SUPERVISORS = (Role.PROJECT_LEADER, Role.MANAGER, Role.SUPERVISOR)


@open_to(*SUPERVISORS)
@require_http_methods(["GET", "POST"])
def oversight(request: StaffRequest) -> HttpResponse:
    """Tell the telephone; a GET with `order` says what became of it.

    The one who listens hears it at his own telephone.
    """
    if request.method == "GET":
        number = request.GET.get("order", "")
        order = get_object_or_404(
            instructions_of(request.user), pk=int(number) if number.isdecimal() else 0
        )
        return _said(request, order)
    form = OversightForm(request.POST)
    if not form.is_valid():
        return HttpResponse(_("This cannot be done."), status=422)
    data = form.cleaned_data
    order = oversee_call(data["kind"], agent=data["agent"], call=data["call"], by=request.user)
    if "HX-Request" not in request.headers:
        return redirect("desk:phone")
    return _said(request, order)


def _said(request: StaffRequest, order: Instruction) -> HttpResponse:
    """What became of it; as long as nobody has said, the page asks again."""
    is_open = not order.result and now() < order.expires_at
    words = _("The telephone is told …") if is_open else _outcome(order)
    context = {"order": order if is_open else None, "words": words}
    return render_page(request, "desk/phone/oversight.html#said", context, parts=())


def _outcome(order: Instruction) -> str:
    if order.result != InstructionResult.DONE:
        if order.reason == "no-call":
            return _("There is no call any more.")
        return _("The telephone has not done it: is yours turned on? Try once more.")
    if order.kind == InstructionKind.END_CALL:
        return _("The call has been ended.")
    if order.kind == InstructionKind.STOP_LISTENING:
        return _("You no longer listen.")
    return _("Your telephone rings: answer it to listen.")
