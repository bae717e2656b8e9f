"""My place at the telephone: ready, break, finishing; told to the process that gives calls."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vitrine.desk.forms.phone import MyPlaceForm
from vitrine.desk.rendering import DESK, StaffRequest, open_to, render_page, wants_part
from vitrine.desk.rendering.phone.bar import phone_bar
from vitrine.telephony.actions import instruct_phone
from vitrine.telephony.choices import InstructionKind
from vitrine.telephony.rules.names import agent_name

MORE_SECONDS = 60


@open_to(*DESK)
@require_safe
def bar(request: StaffRequest) -> HttpResponse:
    """The bar alone; asked for again when something changed for me."""
    return _bar(request)


def _bar(request: StaffRequest, *, said: str = "", status: int = 200) -> HttpResponse:
    context = {"bar": phone_bar(request.user), "said": said}
    return render_page(request, "desk/phone/bar.html#bar", context, parts=(), status=status)


@open_to(*DESK)
@require_POST
def mine(request: StaffRequest) -> HttpResponseBase:
    """Tell the telephone what I do; the picture says when it has taken effect."""
    form = MyPlaceForm(request.POST)
    if not form.is_valid():
        return _bar(request, said=_("This cannot be done."), status=422)
    name, by = agent_name(request.user.pk), request.user
    kind = form.cleaned_data["kind"]
    if kind == InstructionKind.READY:
        instruct_phone(InstructionKind.SIGN_IN, agent=name, by=by)
        instruct_phone(InstructionKind.READY, agent=name, by=by)
    elif kind == InstructionKind.PAUSE:
        instruct_phone(kind, agent=name, by=by, reason=form.cleaned_data["pause"])
    elif kind == InstructionKind.EXTEND_WRAP_UP:
        instruct_phone(kind, agent=name, by=by, seconds=MORE_SECONDS)
    else:
        instruct_phone(kind, agent=name, by=by)
    if wants_part(request, part="phone-bar"):
        return _bar(request)
    return redirect(form.cleaned_data["back"])
