"""Question types: what a request may be about, edited without a developer (S-11)."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vitrine.desk.forms.settings import QuestionTypeForm
from vitrine.desk.rendering import LEADERS, StaffRequest, open_to
from vitrine.desk.rendering.settings_page import Line, SettingsPage, settings_page
from vitrine.tickets.access import editable_question_types_for
from vitrine.tickets.actions import change_question_type, create_question_type
from vitrine.tickets.errors import TicketError
from vitrine.tickets.models import QuestionType


@open_to(*LEADERS)
@require_http_methods(["GET", "POST"])
def question_types(request: StaffRequest) -> HttpResponse:
    """All types, and the form for one more."""
    form = QuestionTypeForm(request.POST or None, account=request.user)
    if form.is_valid():
        try:
            create_question_type(**form.cleaned_data, by=request.user)
        except TicketError as refusal:
            form.add_error("code", str(refusal.sentence))
        else:
            return redirect("desk:question-types")
    page = _page(request, form)
    page.form_title, page.button = _("A new question type"), _("Add the question type")
    return settings_page(request, page)


@open_to(*LEADERS)
@require_http_methods(["GET", "POST"])
def edit_question_type(request: StaffRequest, pk: int) -> HttpResponse:
    """One type: its names, its usual second line, whether it is offered."""
    kind = get_object_or_404(editable_question_types_for(request.user), pk=pk)
    names = ("name_fr", "name_nl", "name_de", "name_en", "is_key_request", "is_active")
    initial = {name: getattr(kind, name) for name in names}
    initial["default_service"] = kind.default_service_id
    form = QuestionTypeForm(request.POST or None, account=request.user, kind=kind, initial=initial)
    if form.is_valid():
        change_question_type(kind, **form.cleaned_data, by=request.user)
        return redirect("desk:question-types")
    page = _page(request, form)
    page.form_title = _("Change %(name)s") % {"name": kind.name_in(request.user.ui_language)}
    page.button, page.cancel = _("Keep the change"), reverse("desk:question-types")
    return settings_page(request, page)


def _page(request: StaffRequest, form: QuestionTypeForm) -> SettingsPage:
    return SettingsPage(
        current="question-types",
        title=_("Question types"),
        explanation=_("Old tickets keep their type; one that is not offered stays readable."),
        headings=[_("Code"), _("Name"), _("Under"), _("Usual second line"), _("Offered")],
        lines=[
            _line(kind, language=request.user.ui_language)
            for kind in editable_question_types_for(request.user)
        ],
        empty=_("No question type yet: add the first one below."),
        form=form,
    )


def _line(kind: QuestionType, *, language: str) -> Line:
    service = kind.default_service
    return Line(
        cells=[
            kind.code,
            kind.name_in(language),
            kind.parent.name_in(language) if kind.parent else "",
            service.name_in(language) if service else "",
            _("yes") if kind.is_active else _("no"),
        ],
        href=reverse("desk:question-type-edit", args=[kind.pk]),
        is_faint=not kind.is_active,
    )
