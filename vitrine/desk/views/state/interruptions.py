"""Interruptions: what happened when, what was said, what was learnt."""

import csv
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vitrine.accounts.choices import Role
from vitrine.desk.forms.state import ReviewTextForm
from vitrine.desk.rendering import StaffRequest, open_to
from vitrine.desk.rendering.settings_page import Line, SettingsPage
from vitrine.desk.rendering.state.pages import state_page, state_table
from vitrine.desk.rendering.state.words import moment_words, words_of
from vitrine.desk.views.state.changing import to_review
from vitrine.kernel.clock import now
from vitrine.publication import bulletin as public
from vitrine.publication import moments
from vitrine.publication.encoding import decoded
from vitrine.status.access import components_for, interruptions_for, is_editor
from vitrine.status.choices import PHASES
from vitrine.status.errors import Refused
from vitrine.status.models import Interruption
from vitrine.status.queries import in_language
from vitrine.tickets.queries import tickets_per_interruption

MOST = 500


@open_to(*Role)
@require_safe
def interruptions(request: StaffRequest) -> HttpResponse:
    """Every interruption with its duration and its tickets; `?format=csv` for the figures."""
    rows = list(interruptions_for(request.user)[:MOST])
    counted = tickets_per_interruption(rows)
    if request.GET.get("format") == "csv":
        return _as_csv(rows, counted=counted)
    language = request.LANGUAGE_CODE
    page = SettingsPage(
        current="interruptions",
        title=_("Interruptions"),
        headings=[
            _("Number"),
            _("Worst position"),
            _("From"),
            _("Until"),
            _("Duration"),
            _("Tickets"),
        ],
        lines=[_line(each, tickets=counted.get(each.pk, 0), language=language) for each in rows],
        empty=_("Nothing was interrupted yet."),
        links=[(_("The table as CSV"), "?format=csv")] if rows else [],
    )
    return state_table(request, page)


def _line(row: Interruption, *, tickets: int, language: str) -> Line:
    return Line(
        cells=[
            row.code,
            words_of(row.worst).text,
            moment_words(row.began_at),
            moment_words(row.ended_at) or _("not over"),
            moments.duration((row.ended_at or now()) - row.began_at, language=language),
            str(tickets),
        ],
        href=reverse("desk:interruption", args=[row.code]),
    )


def _as_csv(rows: list[Interruption], *, counted: dict[int, int]) -> HttpResponse:
    """Instants in UTC, the duration in whole seconds; blank while it is not over."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="interruptions.csv"'
    writer = csv.writer(response)
    writer.writerow(["number", "components", "worst", "began_at", "ended_at", "seconds", "tickets"])
    for row in rows:
        ended = row.ended_at
        writer.writerow(
            [
                row.code,
                " ".join(row.components),
                row.worst,
                row.began_at.isoformat(),
                ended.isoformat() if ended else "",
                int((ended - row.began_at).total_seconds()) if ended else "",
                counted.get(row.pk, 0),
            ]
        )
    return response


@open_to(*Role)
@require_http_methods(["GET", "POST"])
def interruption(request: StaffRequest, code: str) -> HttpResponseBase:
    """One interruption; an editor writes its review when it is over."""
    row = get_object_or_404(interruptions_for(request.user), code=code)
    told = decoded(public.Interruption, row.content)
    form = ReviewTextForm(request.POST or None, known=told.review)
    if request.method == "POST":
        if not is_editor(request.user):
            raise Http404
        if form.is_valid():
            body = {"interruption": code, "review": form.texts()}
            try:
                return to_review(request, "review", body=body)
            except Refused as refusal:
                form.add_error(None, refusal.sentence)
    context = interruption_context(request, row, told=told)
    writes = is_editor(request.user) and row.ended_at is not None
    context["form"] = form if writes else None
    status = 422 if form.errors else 200
    return state_page(request, "interruption.html", context, current="interruptions", status=status)


def interruption_context(
    request: StaffRequest, row: Interruption, *, told: public.Interruption
) -> dict[str, Any]:
    """What every page of one interruption shows."""
    language = request.LANGUAGE_CODE
    names = {each.code: each.name_in(language) for each in components_for(request.user)}
    comment, spoken = in_language(told.meanwhile, language=language)
    return {
        "interruption": row,
        "position": words_of(row.worst),
        "names": [names.get(code, code) for code in row.components],
        "began": moment_words(row.began_at),
        "ended": moment_words(row.ended_at),
        "expected_end": moment_words(told.expected_end),
        "duration": moments.duration((row.ended_at or now()) - row.began_at, language=language),
        "meanwhile": comment,
        "meanwhile_language": spoken,
        "review": sorted(told.review.items()),
        "updates": [_update(each, language=language) for each in told.updates],
        "tickets_total": tickets_per_interruption([row]).get(row.pk, 0),
    }


def _update(update: public.Update, *, language: str) -> dict[str, Any]:
    comment, spoken = in_language(update.comments, language=language)
    return {
        "when": moment_words(update.at),
        "phase": PHASES[update.phase],
        "words": words_of(update.position),
        "comment": comment,
        "language": spoken,
        "version": update.version,
    }
