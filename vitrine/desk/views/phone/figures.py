"""The figures of the telephone for a day or several: to look at, to print, to take along."""

import csv
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from vitrine.accounts.choices import Role
from vitrine.desk.forms.phone_figures import PeriodForm, usual_periods
from vitrine.desk.rendering import StaffRequest, open_to
from vitrine.desk.rendering.moments import dated_words
from vitrine.desk.rendering.phone.pages import phone_page
from vitrine.desk.rendering.phone.report import as_rows, definitions, printed_report
from vitrine.kernel.clock import now, today
from vitrine.telephony.queries import Report, house_rules, report

OVERSEERS = (Role.PROJECT_LEADER, Role.MANAGER, Role.SUPERVISOR)
"""They alone see what each agent did (L-13)."""


@open_to(*OVERSEERS)
@require_safe
def phone_report(request: StaffRequest) -> HttpResponse:
    """The calls of the days asked for; `?format=csv` as a file."""
    form = PeriodForm(request.GET, today=today())
    if not form.is_valid():
        return _page(request, {"form": form}, status=422)
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    at = now()
    found = report(first=first, last=last, at=at)
    if request.GET.get("format") == "csv":
        return _file(found)
    rules = house_rules()
    context = {
        "form": PeriodForm(initial=form.cleaned_data, today=today()),
        "report": printed_report(found),
        "first": first.isoformat(),
        "last": last.isoformat(),
        "within": rules.within_seconds,
        "short": rules.short_abandon_seconds,
        "at": dated_words(at),
    }
    return _page(request, context, shown=(first, last))


def _page(
    request: StaffRequest,
    context: dict[str, Any],
    *,
    shown: tuple[date, date] | None = None,
    status: int = 200,
) -> HttpResponse:
    periods = [
        (f"?first={first}&last={last}", words, (first, last) == shown)
        for words, first, last in usual_periods(today())
    ]
    context |= {"periods": periods, "definitions": definitions()}
    return phone_page(request, "report.html", context, current="phone-report", status=status)


def _file(found: Report) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"telephone-{found.first}-{found.last}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    csv.writer(response).writerows(as_rows(found))
    return response
