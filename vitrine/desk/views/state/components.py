"""The components of the register: the list that is public, and whose each one is."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vitrine.accounts.choices import Role
from vitrine.desk.forms.state import ComponentForm, OwnerForm
from vitrine.desk.forms.state.components import listed
from vitrine.desk.rendering import StaffRequest, open_to
from vitrine.desk.rendering.settings_page import Line, SettingsPage
from vitrine.desk.rendering.state.pages import state_page, state_table
from vitrine.desk.rendering.state.words import words_of
from vitrine.desk.views.state.changing import to_review
from vitrine.publication.bulletin import Bulletin
from vitrine.status.access import components_for, is_editor
from vitrine.status.actions import describe_component
from vitrine.status.errors import Refused
from vitrine.status.models import Component
from vitrine.status.queries import standing_bulletin

SEES = (Role.STATUS_EDITOR, Role.ADMINISTRATOR, Role.AUDITOR)


@open_to(*SEES)
@require_http_methods(["GET", "POST"])
def components(request: StaffRequest) -> HttpResponseBase:
    """Every component, retired ones too; a POST of an editor leads to the review of a new one."""
    may = is_editor(request.user)
    if request.method == "POST" and not may:
        raise Http404
    bulletin = standing_bulletin()
    form = ComponentForm(request.POST or None, bulletin=bulletin) if bulletin and may else None
    if form is not None and (answer := _reviewed(request, form)):
        return answer
    language = request.LANGUAGE_CODE
    rows = components_for(request.user)
    page = SettingsPage(
        current="state-components",
        title=_("Components"),
        explanation=_(
            "What is told about is public and signed with a key; unit and user groups are not."
        ),
        headings=[
            _("Name"),
            _("Code"),
            _("responsible unit"),
            _("user groups concerned"),
            _("Position"),
        ],
        lines=[_line(row, language=language, bulletin=bulletin, may=may) for row in _sorted(rows)],
        empty=_("No component yet."),
        form=form,
        form_title=_("One more component"),
        button=_("Read what will be public"),
    )
    return state_table(request, page)


@open_to(Role.STATUS_EDITOR)
@require_http_methods(["GET", "POST"])
def component(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Names and place of one component; a POST leads to the review."""
    row, bulletin = _public(request, pk)
    form = ComponentForm(request.POST or None, bulletin=bulletin, component=row)
    return _reviewed(request, form) or _page(request, row, form=form)


@open_to(Role.STATUS_EDITOR)
@require_POST
def owner(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Whose it is and whom it concerns: nothing public, no key."""
    row, bulletin = _public(request, pk)
    form = OwnerForm(request.POST, instance=row)
    if form.is_valid():
        data = form.cleaned_data
        describe_component(row, owner=data["owner"], user_groups=data["groups"], by=request.user)
        return redirect("desk:state-components")
    known = ComponentForm(bulletin=bulletin, component=row)
    return _page(request, row, form=known, owner=form)


@open_to(Role.STATUS_EDITOR)
@require_POST
def retirement(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Lead to the review of a list without this component."""
    row, bulletin = _public(request, pk)
    body = {"components": listed(bulletin, without=row.code)}
    try:
        return to_review(request, "components", body=body, from_version=bulletin.version)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("desk:state-component", pk=pk)


def _public(request: StaffRequest, pk: int) -> tuple[Component, Bulletin]:
    """A component that is in the public list. Raises Http404."""
    row = get_object_or_404(components_for(request.user), pk=pk)
    bulletin = standing_bulletin()
    if bulletin is None or row.code not in {each.code for each in bulletin.components}:
        raise Http404
    return row, bulletin


def _reviewed(request: StaffRequest, form: ComponentForm) -> HttpResponse | None:
    """The way to the review; None when the form has to be shown, with what is wrong."""
    if not form.is_valid():
        return None
    try:
        return to_review(
            request, "components", body=form.body(), from_version=form.cleaned_data["from_version"]
        )
    except Refused as refusal:
        form.add_error(None, refusal.sentence)
        form.look_again()
    return None


def _page(
    request: StaffRequest, row: Component, *, form: ComponentForm, owner: OwnerForm | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "component": row,
        "name": row.name_in(request.LANGUAGE_CODE),
        "form": form,
        "owner_form": owner or OwnerForm(instance=row),
    }
    wrong = bool(form.errors or (owner and owner.errors))
    status = 422 if wrong else 200
    return state_page(request, "component.html", context, current="state-components", status=status)


def _sorted(rows: Iterable[Component]) -> list[Component]:
    """Those that are told first, in their order."""
    return sorted(rows, key=lambda row: (row.retired_at is not None, row.order, row.code))


def _line(row: Component, *, language: str, bulletin: Bulletin | None, may: bool) -> Line:
    told = {each.code: each for each in bulletin.components} if bulletin else {}
    known = told.get(row.code)
    words = words_of(known.position, sub_reason=known.sub_reason).text if known else ""
    return Line(
        cells=[
            row.name_in(language),
            row.code,
            row.owner,
            "\n".join(row.user_groups),
            words or _("retired"),
        ],
        href=reverse("desk:state-component", args=[row.pk]) if known and may else "",
        is_faint=known is None,
    )
