"""The comments that are offered in a change, in four languages."""

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vitrine.accounts.choices import Role
from vitrine.desk.forms.state import TemplateForm
from vitrine.desk.rendering import StaffRequest, open_to
from vitrine.desk.rendering.settings_page import Line, SettingsPage
from vitrine.desk.rendering.state.pages import state_table
from vitrine.publication.bulletin import Position
from vitrine.status.access import all_templates_for, is_editor
from vitrine.status.actions import keep_template
from vitrine.status.choices import POSITIONS
from vitrine.status.models import CommentTemplate

SEES = (Role.STATUS_EDITOR, Role.ADMINISTRATOR, Role.AUDITOR)


@open_to(*SEES)
@require_http_methods(["GET", "POST"])
def templates(request: StaffRequest) -> HttpResponseBase:
    """Every comment, retired ones too; a POST of an editor adds one."""
    if request.method == "POST" and not is_editor(request.user):
        raise Http404
    return _page(request, template=None)


@open_to(Role.STATUS_EDITOR)
@require_http_methods(["GET", "POST"])
def template(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Another form of one comment, or its end."""
    found = get_object_or_404(all_templates_for(request.user), pk=pk)
    return _page(request, template=found)


def _page(request: StaffRequest, *, template: CommentTemplate | None) -> HttpResponseBase:
    may = is_editor(request.user)
    form = TemplateForm(request.POST or None, template=template) if may else None
    if form is not None and form.is_valid():
        texts = form.texts()
        keep_template(
            template,
            texts=texts,
            positions=form.cleaned_data["positions"],
            is_offered=form.cleaned_data["is_offered"],
            by=request.user,
        )
        if "en" not in texts:
            messages.warning(request, _("The English text is missing: readers see the French one."))
        return redirect("desk:state-templates")
    rows = sorted(all_templates_for(request.user), key=lambda row: row.retired_at is not None)
    page = SettingsPage(
        current="state-texts",
        title=_("Comments to choose from"),
        explanation=_(
            "Chosen with one click in a change. {time} and {day} become the expected end; "
            "a comment with them is used only when an end is given."
        ),
        headings=[_("Comment"), _("Offered for"), _("Languages")],
        lines=[_line(row, language=request.LANGUAGE_CODE, may=may) for row in rows],
        empty=_("No comment is offered."),
        form=form,
        form_title=_("Change the comment") if template else _("One more comment"),
        button=_("Keep the comment"),
        cancel=reverse("desk:state-templates") if template else "",
    )
    page.links = [(_("Official sentences"), reverse("desk:state-texts"))]
    return state_table(request, page)


def _line(row: CommentTemplate, *, language: str, may: bool) -> Line:
    positions = [str(POSITIONS[Position(each)]) for each in row.positions]
    told = " ".join(code.upper() for code in ("fr", "nl", "de", "en") if row.texts.get(code))
    missing = "" if row.texts.get("en") else "\n" + _("English is missing")
    offered = "\n".join(positions) or _("every position")
    return Line(
        cells=[
            row.texts.get(language) or row.texts["fr"],
            _("no longer offered") if row.retired_at else offered,
            told + missing,
        ],
        href=reverse("desk:state-template", args=[row.pk]) if may else "",
        is_faint=row.retired_at is not None,
    )
