"""What if: asked here, played by the worker through the core of real calls, shown here."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from vitrine.accounts.choices import Role
from vitrine.desk.forms.what_if import ASSUMED, HISTORY, ROWS, WhatIfForm
from vitrine.desk.rendering import StaffRequest, open_to
from vitrine.desk.rendering.moments import dated_words
from vitrine.desk.rendering.phone.pages import phone_page
from vitrine.desk.rendering.phone.what_if import printed_answer
from vitrine.desk.rendering.phone.words import STRATEGIES
from vitrine.kernel.clock import now
from vitrine.telephony.access import forecasts_for
from vitrine.telephony.actions import ask_forecast
from vitrine.telephony.models import Forecast
from vitrine.telephony.queries import (
    current_policy,
    house_rules,
    team_profiles,
    usual_times,
)
from vitrine.telephony.rules.what_if import Foreseen, WhatIf

PLANNERS = (Role.PROJECT_LEADER, Role.MANAGER, Role.SUPERVISOR)
LAST = 20
TOO_LONG = timedelta(minutes=15)
"""After which an answer that is not there will not come: the worker was ended meanwhile."""
USUAL_SHARES = {"fr": 48, "nl": 40, "de": 5, "en": 7}


@open_to(*PLANNERS)
@require_http_methods(["GET", "POST"])
def what_ifs(request: StaffRequest) -> HttpResponseBase:
    """The form, filled in with what is usual here, and what was asked before."""
    if request.method == "POST":
        form = WhatIfForm(request.POST, strategies=STRATEGIES)
        if form.is_valid():
            data = form.cleaned_data
            asked = ask_forecast(data["question"], title=data["title"], by=request.user)
            return redirect("desk:what-if", pk=asked.pk)
    else:
        form = WhatIfForm(initial=usual(), strategies=STRATEGIES)
    context = {
        "form": form,
        "rows": [_row(each) for each in forecasts_for(request.user)[:LAST]],
    }
    status = 422 if form.errors else 200
    return phone_page(request, "what_ifs.html", context, current="what-ifs", status=status)


def usual() -> dict[str, Any]:
    """What one would ask here: own times and team; own calls where there are any."""
    times, policy = usual_times(), current_policy()
    initial: dict[str, Any] = {
        "source": HISTORY if times.calls_a_day else ASSUMED,
        "calls": round(times.calls_a_day) or 300,
        "talk": round(times.talk or 240),
        "wrap_up": round(times.wrap_up if times.wrap_up is not None else policy.wrap_up),
        "patience": 180,
        "within": house_rules().within_seconds,
        "level": 80,
        "each_language": True,
        "strategy": policy.strategy,
        **{f"share_{language}": share for language, share in USUAL_SHARES.items()},
    }
    for row, (profile, count) in enumerate(team_profiles()[:ROWS]):
        initial[f"spoken_{row}"], initial[f"people_{row}"] = list(profile), count
    return initial


def _row(forecast: Forecast) -> dict[str, Any]:
    return {
        "pk": forecast.pk,
        "title": forecast.title,
        "when": dated_words(forecast.asked_at),
        "who": forecast.asked_by.name,
        "is_answered": forecast.answer is not None,
    }


@open_to(*PLANNERS)
@require_safe
def what_if(request: StaffRequest, pk: int) -> HttpResponse:
    """The answer; while it is being played, a page that waits for it."""
    row = get_object_or_404(forecasts_for(request.user), pk=pk)
    asked = WhatIf.from_json(row.question)
    answer = None
    if row.answer is not None:
        answer = printed_answer(asked, foreseen=Foreseen.from_json(row.answer))
    context = {
        "forecast": row,
        "asked": asked,
        "level": round(asked.level * 100),
        "handle": round(asked.handle_time),
        "strategy": STRATEGIES.get(asked.strategy, ""),
        "answer": answer,
        "when": dated_words(row.asked_at),
        "is_lost": row.answered_at is None and now() - row.asked_at > TOO_LONG,
    }
    return phone_page(request, "what_if.html", context, current="what-ifs", parts=("answer",))
