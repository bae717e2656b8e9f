"""Whom the desk calls back: who takes it, tries, reaches him."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from vitrine.accounts.models import Account
from vitrine.desk.forms.phone import CallBackForm
from vitrine.desk.rendering import DESK, StaffRequest, open_to, wants_part
from vitrine.desk.rendering.phone.bar import phone_bar
from vitrine.desk.rendering.phone.call_backs import DIAL, PUT_BACK, TAKE, TRIED, call_back_lines
from vitrine.desk.rendering.phone.pages import phone_page
from vitrine.telephony.access import call_backs_for
from vitrine.telephony.actions import (
    check_may_dial,
    end_call_back,
    instruct_phone,
    note_try,
    put_call_back_back,
    take_call_back,
)
from vitrine.telephony.choices import InstructionKind
from vitrine.telephony.errors import PhoneError
from vitrine.telephony.models import CallBack
from vitrine.telephony.rules.names import agent_name

MOST_OPEN, MOST_ENDED = 200, 20
DIALS_FROM = ("ready", "paused", "wrap-up")
"""States in which one's telephone can call somebody."""


@open_to(*DESK)
@require_safe
def call_backs(request: StaffRequest) -> HttpResponse:
    """The open ones by the time they are due, then the last that ended."""
    return _page(request)


def _page(request: StaffRequest, *, refused: str = "", status: int = 200) -> HttpResponse:
    account = request.user
    related = call_backs_for(account).select_related(
        "person__organisation", "ticket", "taken_by", "ended_by"
    )
    opened = related.filter(ended_at__isnull=True).order_by("due_at", "id")[:MOST_OPEN]
    ended = related.filter(ended_at__isnull=False).order_by("-ended_at", "-id")[:MOST_ENDED]
    bar = phone_bar(account)
    dials = bar is not None and bar.state in DIALS_FROM
    context: dict[str, Any] = {
        "opened": call_back_lines(opened, account=account, is_at_telephone=dials),
        "ended": call_back_lines(ended, account=account, is_at_telephone=dials),
        "refused": refused,
    }
    return phone_page(
        request,
        "call_backs.html",
        context,
        current="call-backs",
        parts=("call-backs",),
        status=status,
    )


@open_to(*DESK)
@require_POST
def call_back(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Do one of the acts; a colleague who was faster is told of."""
    item = get_object_or_404(call_backs_for(request.user), pk=pk)
    form = CallBackForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422)
    try:
        act_on(item, act=form.cleaned_data["act"], by=request.user)
    except PhoneError as refusal:
        if wants_part(request, part="call-backs"):
            return _page(request, refused=str(refusal.sentence), status=409)
        messages.error(request, str(refusal.sentence))
    if wants_part(request, part="call-backs"):
        return _page(request)
    return redirect("desk:call-backs")


def act_on(item: CallBack, *, act: str, by: Account) -> None:
    """Take, try, dial or end. Raises PhoneError when it is done already or somebody else has it."""
    if act == TAKE:
        take_call_back(item, by=by)
    elif act == PUT_BACK:
        put_call_back_back(item, by=by)
    elif act == TRIED:
        note_try(item, by=by)
    elif act == DIAL:
        check_may_dial(item.number)
        take_call_back(item, by=by)
        name = agent_name(by.pk)
        instruct_phone(InstructionKind.DIAL, agent=name, by=by, number=item.number)
    else:
        end_call_back(item, end=act, by=by)
