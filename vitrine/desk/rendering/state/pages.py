"""One frame for the pages about the state: tabs, and words for positions and moments."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vitrine.accounts.choices import Role
from vitrine.accounts.models import Account
from vitrine.desk.rendering.pages import StaffRequest, render_page
from vitrine.desk.rendering.settings_page import SettingsPage
from vitrine.desk.rendering.state.words import words_of
from vitrine.publication import moments
from vitrine.publication.bulletin import Maintenance
from vitrine.status.access import enrols_keys, is_editor, sees_attempts
from vitrine.status.choices import MAINTENANCE_STATES


def window_words(window: Maintenance, *, language: str) -> dict[str, Any]:
    """A planned window as a line of a list."""
    return {
        "uid": window.uid,
        "title": window.titles.get(language) or next(iter(window.titles.values())),
        "when": moments.window(window.starts_at, window.ends_at, language=language),
        "effect": words_of(window.effect),
        "state": MAINTENANCE_STATES[window.state],
    }


def tabs_for(account: Account, *, current: str) -> list[tuple[str, str, bool]]:
    """Address, words and whether it is the one shown."""
    names = {
        "state": _("Now"),
        "interruptions": _("Interruptions"),
        "maintenances": _("Planned maintenance"),
        "changes": _("History"),
        "duties": _("On call"),
    }
    if is_editor(account) or sees_attempts(account):
        names["state-components"] = _("Components")
        names["state-texts"] = _("Texts")
        names["state-keys"] = _("Security keys")
    if sees_attempts(account):
        names["attempts"] = _("Attempts")
    if enrols_keys(account):
        names["probes"] = _("Probes")
    return [(reverse(f"desk:{name}"), words, name == current) for name, words in names.items()]


def state_page(
    request: StaffRequest,
    template: str,
    context: dict[str, Any],
    *,
    current: str,
    parts: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """A page about the state, with its tabs."""
    frame = {
        "tabs": tabs_for(request.user, current=current),
        "here": "state",
        "is_editor": is_editor(request.user),
        "is_administrator": request.user.has_role(Role.ADMINISTRATOR),
    }
    return render_page(
        request, f"desk/state/{template}", {**frame, **context}, parts=parts, status=status
    )


def state_table(request: StaffRequest, page: SettingsPage) -> HttpResponse:
    """A table with a form under it; 422 when the form was filled in wrongly."""
    status = 422 if page.form is not None and page.form.errors else 200
    return state_page(request, "table.html", {"page": page}, current=page.current, status=status)
