"""What a supervisor does with a colleague's call: listen, speak to the colleague, end it."""

from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from vitrine.accounts.choices import Role
from vitrine.desk.forms.phone import OversightForm
from vitrine.desk.rendering import StaffRequest, open_to
from vitrine.telephony.actions import instruct_phone
from vitrine.telephony.choices import InstructionKind
from vitrine.telephony.rules.names import agent_name

SUPERVISORS = (Role.PROJECT_LEADER, Role.MANAGER, Role.SUPERVISOR)


@open_to(*SUPERVISORS)
@require_POST
def oversight(request: StaffRequest) -> HttpResponse:
    """Tell the telephone; the one who listens hears it at his own telephone."""
    form = OversightForm(request.POST)
    if not form.is_valid():
        return HttpResponse(_("This cannot be done."), status=422)
    data = form.cleaned_data
    instruct_phone(
        data["kind"],
        agent=data["agent"],
        call=data["call"],
        by=request.user,
        to=agent_name(request.user.pk),
    )
    return HttpResponse(format_html("<p>{}</p>", _said(data["kind"])))


def _said(kind: str) -> str:
    if kind == InstructionKind.END_CALL:
        return _("The call is being ended.")
    if kind == InstructionKind.STOP_LISTENING:
        return _("You no longer listen.")
    return _("Your telephone rings: answer it to listen.")
