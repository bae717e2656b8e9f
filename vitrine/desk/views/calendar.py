"""Opening hours and closing days of the desk."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vitrine.calendars.access import closing_days_for
from vitrine.calendars.actions import (
    add_closing_day,
    prefill_year,
    remove_closing_day,
    set_opening_hours,
)
from vitrine.calendars.errors import CalendarError
from vitrine.calendars.models import ClosingDay
from vitrine.calendars.queries import closing_days, is_prefilled, opening_hours
from vitrine.calendars.rules import Frame
from vitrine.desk.forms.settings import ClosingDayForm, OpeningHoursForm
from vitrine.desk.rendering import LEADERS, StaffRequest, open_to
from vitrine.desk.rendering.settings_page import Line, SettingsPage, settings_page
from vitrine.kernel.clock import today


@open_to(*LEADERS)
@require_http_methods(["GET", "POST"])
def calendar(request: StaffRequest) -> HttpResponse:
    """The closing days of this year and the next, and the form for one more."""
    form = ClosingDayForm(request.POST or None)
    if form.is_valid():
        try:
            add_closing_day(by=request.user, **form.cleaned_data)
        except CalendarError as refusal:
            form.add_error("day", refusal.sentence)
        else:
            return redirect("desk:calendar")
    return settings_page(request, _closing_days(request, form))


def _closing_days(request: StaffRequest, form: ClosingDayForm) -> SettingsPage:
    years = (today().year, today().year + 1)
    rows = [one for of_year in years for one in closing_days(of_year)]
    return SettingsPage(
        current="calendar",
        title=_("Opening hours and closing days"),
        explanation=_week(),
        headings=[_("Day"), _("Name"), _("Kind")],
        lines=[_line(one, language=request.user.ui_language) for one in rows],
        empty=_("No closing day yet."),
        form=form,
        form_title=_("One more closing day"),
        button=_("Add the closing day"),
        links=[(_("Change the opening hours"), reverse("desk:opening-hours"))],
        also=[
            (_("Fill in the closing days of %(year)d") % {"year": one}, to_year)
            for one in years
            if not is_prefilled(one) and (to_year := reverse("desk:year", args=[one]))
        ],
    )


def _line(closing: ClosingDay, *, language: str) -> Line:
    return Line(
        cells=[
            date_format(closing.day, "l j F Y"),
            closing.name_in(language),
            closing.get_kind_display(),
        ],
        remove=reverse("desk:closing-day-removal", args=[closing.pk]),
        is_faint=closing.day < today(),
    )


def _week() -> str:
    """The hours of the week in one line."""
    return ", ".join(str(one) for one in opening_hours()) or _("No opening hours yet.")


@open_to(*LEADERS)
@require_http_methods(["GET", "POST"])
def week(request: StaffRequest) -> HttpResponse:
    """The opening hours of each weekday."""
    frames = [Frame(one.weekday, one.opens, one.closes) for one in opening_hours()]
    form = OpeningHoursForm(request.POST or None, frames=frames)
    if form.is_valid():
        try:
            set_opening_hours(form.frames(), by=request.user)
        except CalendarError as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("desk:calendar")
    return settings_page(
        request,
        SettingsPage(
            current="calendar",
            title=_("Opening hours"),
            explanation=_("Wall time in Brussels. Leave both blank for a closed day."),
            headings=[],
            lines=[],
            form=form,
            form_title=_("The week"),
            button=_("Set the opening hours"),
            cancel=reverse("desk:calendar"),
        ),
    )


@open_to(*LEADERS)
@require_POST
def closing_day_removal(request: StaffRequest, pk: int) -> HttpResponse:
    """The desk is open on that day after all."""
    remove_closing_day(get_object_or_404(closing_days_for(request.user), pk=pk), by=request.user)
    return redirect("desk:calendar")


@open_to(*LEADERS)
@require_POST
def year(request: StaffRequest, number: int) -> HttpResponse:
    """Fill in what can be computed for a year; once."""
    try:
        prefill_year(number, by=request.user)
    except CalendarError:
        return redirect("desk:calendar")
    return redirect("desk:calendar")
