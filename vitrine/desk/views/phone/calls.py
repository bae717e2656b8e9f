"""The calls of the telephone, and what happened to one of them."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from vitrine.accounts.choices import Role
from vitrine.desk.forms.phone import CallFilterForm
from vitrine.desk.rendering import DESK, StaffRequest, open_to
from vitrine.desk.rendering.phone.calls import call_facts, call_rows
from vitrine.desk.rendering.phone.pages import phone_page
from vitrine.desk.rendering.phone.story import story_lines
from vitrine.telephony.access import calls_for
from vitrine.telephony.models import Call
from vitrine.telephony.queries import entries_of, names_at_phone

READERS = (*DESK, Role.AUDITOR)
PAGE = 50


@open_to(*READERS)
@require_safe
def calls(request: StaffRequest) -> HttpResponse:
    """The newest first; a filter by outcome, language or person."""
    form = CallFilterForm(request.GET, account=request.user)
    found = _related(calls_for(request.user)).order_by("-id")
    if form.is_valid():
        found = found.filter(form.condition())
    rows = list(found[: PAGE + 1])
    shown = rows[:PAGE]
    names = names_at_phone(language=request.LANGUAGE_CODE)
    context: dict[str, Any] = {
        "form": form,
        "rows": call_rows(shown, names=names, reader=request.LANGUAGE_CODE),
        "older": form.query(before=shown[-1].pk) if len(rows) > PAGE else "",
    }
    return phone_page(request, "calls.html", context, current="phone-calls")


@open_to(*READERS)
@require_safe
def call(request: StaffRequest, pk: int) -> HttpResponse:
    """One call: its facts, and each decision with its reason."""
    one = get_object_or_404(_related(calls_for(request.user)), pk=pk)
    names = names_at_phone(language=request.LANGUAGE_CODE)
    [row] = call_rows([one], names=names, reader=request.LANGUAGE_CODE)
    context = {
        "call": one,
        "row": row,
        "facts": call_facts(one, names=names),
        "lines": story_lines(entries_of(one.name), names=names),
    }
    return phone_page(request, "call.html", context, current="phone-calls")


def _related(found: QuerySet[Call]) -> QuerySet[Call]:
    return found.select_related("person__organisation", "colleague", "ticket", "call_back")
