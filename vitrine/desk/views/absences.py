"""Who of the second line is away: the deputy answers meanwhile."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vitrine.desk.forms.absences import AbsenceForm
from vitrine.desk.rendering import LEADERS, StaffRequest, open_to
from vitrine.desk.rendering.settings_page import Line, SettingsPage, settings_page
from vitrine.directory.access import absences_for
from vitrine.directory.actions import add_absence, end_absence
from vitrine.directory.errors import DirectoryError
from vitrine.directory.models import Absence
from vitrine.kernel.clock import today


@open_to(*LEADERS)
@require_http_methods(["GET", "POST"])
def absences(request: StaffRequest) -> HttpResponse:
    """Present and coming absences, and the form for one more."""
    form = AbsenceForm(request.POST or None, account=request.user)
    if form.is_valid():
        try:
            add_absence(**form.cleaned_data, by=request.user)
        except DirectoryError as refusal:
            form.add_error("last_day", refusal.sentence)
        else:
            return redirect("desk:absences")
    rows = absences_for(request.user).filter(last_day__gte=today()).select_related("account")
    return settings_page(
        request,
        SettingsPage(
            current="absences",
            title=_("Absences"),
            explanation=_("While somebody of the second line is away, the deputy answers."),
            headings=[_("Name"), _("first day"), _("last day")],
            lines=[_line(one) for one in rows],
            empty=_("Nobody is away."),
            form=form,
            form_title=_("One more absence"),
            button=_("Add the absence"),
        ),
    )


@open_to(*LEADERS)
@require_POST
def absence_end(request: StaffRequest, pk: int) -> HttpResponse:
    """Somebody is back today, or does not go at all."""
    absence = get_object_or_404(absences_for(request.user), pk=pk)
    end_absence(absence, back_on=today(), by=request.user)
    return redirect("desk:absences")


def _line(absence: Absence) -> Line:
    return Line(
        cells=[
            absence.account.name,
            date_format(absence.first_day, "l j F Y"),
            date_format(absence.last_day, "l j F Y"),
        ],
        remove=reverse("desk:absence-end", args=[absence.pk]),
        is_faint=absence.first_day > today(),
    )
