"""Probes: what machines look at. Only administrators decide whom our servers ask."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vitrine.accounts.choices import Role
from vitrine.desk.forms.state.probes import ProbeForm
from vitrine.desk.rendering import StaffRequest, open_to
from vitrine.desk.rendering.settings_page import Line, SettingsPage
from vitrine.desk.rendering.state.pages import state_table
from vitrine.desk.rendering.state.probes import look_words
from vitrine.status.access import components_for, probes_for
from vitrine.status.actions import keep_probe, remove_probe
from vitrine.status.models import Probe
from vitrine.status.queries import last_looks


@open_to(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def probes(request: StaffRequest) -> HttpResponse:
    """Every probe with what it saw last; a POST adds one."""
    return _page(request, probe=None)


@open_to(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def probe(request: StaffRequest, pk: int) -> HttpResponse:
    """Another form of one probe."""
    return _page(request, probe=get_object_or_404(probes_for(request.user), pk=pk))


@open_to(Role.ADMINISTRATOR)
@require_POST
def removal(request: StaffRequest, pk: int) -> HttpResponse:
    """Ask no more."""
    remove_probe(get_object_or_404(probes_for(request.user), pk=pk), by=request.user)
    return redirect("desk:probes")


def _page(request: StaffRequest, *, probe: Probe | None) -> HttpResponse:
    components = components_for(request.user).filter(retired_at__isnull=True)
    form = ProbeForm(request.POST or None, instance=probe, components=components)
    if form.is_valid():
        keep_probe(probe, by=request.user, **form.cleaned_data)
        return redirect("desk:probes")
    rows = list(probes_for(request.user))
    seen = last_looks(rows)
    page = SettingsPage(
        current="probes",
        title=_("Probes"),
        explanation=_explanation(),
        headings=[
            _("Name"),
            _("component"),
            _("what is asked"),
            _("address"),
            _("Seen last"),
        ],
        lines=[
            Line(
                cells=[
                    row.name,
                    row.component.name_in(request.LANGUAGE_CODE),
                    row.get_kind_display(),
                    row.target,
                    look_words(seen.get(row.pk)) if row.is_on else _("switched off"),
                ],
                href=reverse("desk:probe", args=[row.pk]),
                remove=reverse("desk:probe-removal", args=[row.pk]),
                is_faint=not row.is_on,
            )
            for row in rows
        ],
        empty=_("Nothing is probed."),
        form=form,
        form_title=_("Change the probe") if probe else _("One more probe"),
        button=_("Keep the probe"),
        cancel=reverse("desk:probes") if probe else "",
    )
    return state_table(request, page)


def _explanation() -> str:
    if not settings.PROBE_NETWORKS:
        return _(
            "Probes are off on this machine: its owner allows no network "
            "(VITRINE_PROBE_NETWORKS). What is set up here waits."
        )
    return _(
        "Machines look whether a component answers. They only propose; a person decides. "
        "Allowed networks: %(networks)s."
    ) % {"networks": settings.PROBE_NETWORKS}
