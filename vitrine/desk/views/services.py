"""Services with their second line."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from vitrine.desk.forms.settings import ServiceForm
from vitrine.desk.rendering import LEADERS, StaffRequest, open_to
from vitrine.desk.rendering.settings_page import Line, SettingsPage, settings_page
from vitrine.desk.rendering.working_time import duration_words
from vitrine.directory.access import services_for
from vitrine.directory.actions import change_service, create_service
from vitrine.directory.errors import DirectoryError
from vitrine.directory.models import Service
from vitrine.directory.queries import services_with_second_line
from vitrine.kernel.clock import today


@open_to(*LEADERS)
@require_http_methods(["GET", "POST"])
def services(request: StaffRequest) -> HttpResponse:
    """All services, who would get a ticket today, and the form for one more."""
    form = ServiceForm(request.POST or None, account=request.user)
    if form.is_valid():
        try:
            create_service(**form.cleaned_data, by=request.user)
        except DirectoryError as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("desk:services")
    page = _page(request, form)
    page.form_title, page.button = _("A new service"), _("Add the service")
    return settings_page(request, page)


@open_to(*LEADERS)
@require_http_methods(["GET", "POST"])
def edit_service(request: StaffRequest, pk: int) -> HttpResponse:
    """Who answers for one service, and within what time."""
    service = get_object_or_404(services_for(request.user), pk=pk)
    initial = {
        "designated": service.designated_id,
        "deputy": service.deputy_id,
        "hours": int(service.answer_within.total_seconds()) // 3600,
        "is_active": service.is_active,
    }
    form = ServiceForm(request.POST or None, account=request.user, service=service, initial=initial)
    if form.is_valid():
        try:
            change_service(service, **form.cleaned_data, by=request.user)
        except DirectoryError as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("desk:services")
    page = _page(request, form)
    page.form_title = _("Change %(name)s") % {"name": service.name_in(request.user.ui_language)}
    page.button, page.cancel = _("Keep the change"), reverse("desk:services")
    return settings_page(request, page)


def _page(request: StaffRequest, form: ServiceForm) -> SettingsPage:
    there = {
        service.pk: line.account.name if line else _("nobody is there today")
        for service, line in services_with_second_line(on=today())
    }
    rows = services_for(request.user).select_related("designated", "deputy")
    return SettingsPage(
        current="services",
        title=_("Services"),
        explanation=_("A ticket goes to the designated person, else to the deputy."),
        headings=[
            _("Code"),
            _("Name"),
            _("Designated"),
            _("Deputy"),
            _("Today"),
            _("Answer within"),
        ],
        lines=[
            _line(one, there=there.get(one.pk, ""), language=request.user.ui_language)
            for one in rows
        ],
        empty=_("No service yet: add the first one below."),
        form=form,
    )


def _line(service: Service, *, there: str, language: str) -> Line:
    return Line(
        cells=[
            service.code,
            service.name_in(language),
            service.designated.name if service.designated else "",
            service.deputy.name if service.deputy else "",
            there if service.is_active else _("takes no tickets"),
            duration_words(service.answer_within),
        ],
        href=reverse("desk:service-edit", args=[service.pk]),
        is_faint=not service.is_active,
    )
