"""Planned maintenance: announced, changed, cancelled, begun and ended, each time signed."""

from typing import Any
from uuid import uuid4

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from vitrine.accounts.choices import Role
from vitrine.desk.forms.state import MaintenanceForm
from vitrine.desk.rendering import StaffRequest, open_to
from vitrine.desk.rendering.settings_page import Line, SettingsPage
from vitrine.desk.rendering.state.pages import state_page, state_table
from vitrine.desk.rendering.state.words import moment_words, words_of
from vitrine.desk.views.state.changing import to_review
from vitrine.desk.views.state.doors import open_to_editors
from vitrine.publication import moments
from vitrine.publication.bulletin import Bulletin, MaintenanceState, Position
from vitrine.publication.events import Json
from vitrine.status.access import is_editor, maintenances_for
from vitrine.status.choices import MAINTENANCE_STATES
from vitrine.status.errors import Refused
from vitrine.status.models import Maintenance
from vitrine.status.queries import standing_bulletin

MOST = 200
STEPS = {
    MaintenanceState.ANNOUNCED: ("begin", "cancel"),
    MaintenanceState.BEGUN: ("end",),
}


@open_to(*Role)
@require_safe
def maintenances(request: StaffRequest) -> HttpResponse:
    """Every planned window, the latest first."""
    language = request.LANGUAGE_CODE
    rows = maintenances_for(request.user).order_by("-starts_at")[:MOST]
    page = SettingsPage(
        current="maintenances",
        title=_("Planned maintenance"),
        headings=[_("Title"), _("Planned"), _("Effect"), _("State"), _("Actual")],
        lines=[_line(each, language=language) for each in rows],
        empty=_("Nothing is planned."),
    )
    if is_editor(request.user):
        page.links = [(_("Announce a maintenance"), reverse("desk:maintenance-new"))]
    return state_table(request, page)


@open_to_editors
@require_http_methods(["GET", "POST"])
def new_maintenance(request: StaffRequest) -> HttpResponseBase:
    """Announce a window; a POST leads to the review."""
    bulletin = _bulletin()
    form = MaintenanceForm(request.POST or None, account=request.user, bulletin=bulletin)
    if form.is_valid():
        uid = f"{uuid4()}@vitrine"
        body: Json = {"action": "announce", "uid": uid, **form.planned()}
        try:
            return to_review(request, "maintenance", body=body)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    return _form_page(request, form, title=_("Announce a maintenance"))


@open_to(*Role)
@require_http_methods(["GET", "POST"])
def maintenance(request: StaffRequest, pk: int) -> HttpResponseBase:
    """One window; an editor changes, begins, ends or cancels it."""
    window = get_object_or_404(maintenances_for(request.user), pk=pk)
    if request.method == "POST":
        return _changed(request, window=window)
    return _window_page(request, window)


def _changed(request: StaffRequest, *, window: Maintenance) -> HttpResponseBase:
    if not is_editor(request.user):
        raise Http404
    step = request.POST.get("step", "")
    if step in ("begin", "end", "cancel"):
        return _stepped(request, window, step=step)
    form = _form_of(request, window)
    if form.is_valid():
        body: Json = {"action": "change", "uid": window.uid, **form.planned()}
        try:
            return to_review(request, "maintenance", body=body)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    return _window_page(request, window, form=form)


def _stepped(request: StaffRequest, window: Maintenance, *, step: str) -> HttpResponse:
    body: Json = {"action": step, "uid": window.uid}
    if step != "cancel" and request.POST.get("moves"):
        body["position"] = _position_of(window, step=step)
    number = request.POST.get("proposal", "")
    try:
        return to_review(
            request,
            "maintenance",
            body=body,
            proposal=int(number) if number.isdigit() else None,
        )
    except Refused as refusal:
        return _window_page(request, window, refused=refusal.sentence)


def _position_of(window: Maintenance, *, step: str) -> Json:
    """What the components become when the window begins or ends."""
    effect = window.content["effect"] if step == "begin" else Position.WORKS
    reason = "partial" if effect == Position.SLOWED else ""
    components = {
        code: {"position": str(effect), "sub_reason": reason} for code in window.components
    }
    body: Json = {"components": components}
    if step == "begin" and effect != Position.WORKS:
        body["comments"] = window.content["titles"]
        body["expected_end"] = window.content["ends_at"]
    return body


def _bulletin() -> Bulletin:
    bulletin = standing_bulletin()
    if bulletin is None:
        raise Http404
    return bulletin


def _form_of(request: StaffRequest, window: Maintenance) -> MaintenanceForm:
    content = window.content
    initial: dict[str, Any] = {
        "starts_at": window.starts_at,
        "ends_at": window.ends_at,
        "effect": content["effect"],
        "components": window.components,
    }
    for name, texts in (("title", content["titles"]), ("text", content["texts"])):
        initial |= {f"{name}_{code}": text for code, text in texts.items()}
    return MaintenanceForm(
        request.POST or None, account=request.user, bulletin=_bulletin(), initial=initial
    )


def _form_page(request: StaffRequest, form: MaintenanceForm, *, title: str) -> HttpResponse:
    status = 422 if form.errors else 200
    context = {"form": form, "title": title}
    return state_page(
        request, "maintenance_form.html", context, current="maintenances", status=status
    )


def _window_page(
    request: StaffRequest,
    window: Maintenance,
    *,
    form: MaintenanceForm | None = None,
    refused: str = "",
) -> HttpResponse:
    language = request.LANGUAGE_CODE
    steps = STEPS.get(MaintenanceState(window.state), ())
    may = is_editor(request.user) and bool(steps)
    length = window.ends_at - window.starts_at
    context = {
        "window": window,
        "title": window.content["titles"].get(language) or _("Planned maintenance"),
        "when": moments.zoned(
            moments.window(window.starts_at, window.ends_at, language=language), language=language
        ),
        "duration": moments.duration(length, language=language),
        "effect": words_of(window.content["effect"]),
        "state": MAINTENANCE_STATES[MaintenanceState(window.state)],
        "began": moment_words(window.began_at),
        "ended": moment_words(window.ended_at),
        "texts": sorted(window.content["texts"].items()),
        "steps": steps if may else (),
        "form": (form or _form_of(request, window)) if may else None,
        "refused": refused,
        "proposal": request.GET.get("proposal", ""),
    }
    status = 422 if refused or (form and form.errors) else 200
    return state_page(request, "maintenance.html", context, current="maintenances", status=status)


def _line(row: Maintenance, *, language: str) -> Line:
    titles = row.content["titles"]
    actual = [moment_words(at) for at in (row.began_at, row.ended_at) if at]
    return Line(
        cells=[
            titles.get(language) or next(iter(titles.values())),
            moments.window(row.starts_at, row.ends_at, language=language),
            words_of(row.content["effect"]).text,
            str(MAINTENANCE_STATES[MaintenanceState(row.state)]),
            " – ".join(actual),
        ],
        href=reverse("desk:maintenance", args=[row.pk]),
        is_faint=row.state in ("ended", "cancelled"),
    )
