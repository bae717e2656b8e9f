"""One look for every page of the settings: tabs, a table, and a form beside it."""

from dataclasses import dataclass, field

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vitrine.desk.rendering.pages import StaffRequest, render_page


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: its cells, and where it is changed."""

    cells: list[str]
    href: str = ""
    is_faint: bool = False
    remove: str = ""
    """Where a POST takes the row away; blank when it stays."""


@dataclass
class SettingsPage:
    """What a page of the settings shows.

    current    the tab
    headings   of the columns; as many as each line has cells
    form       to add something, or to change what was chosen
    """

    current: str
    title: str
    headings: list[str]
    lines: list[Line]
    form: forms.BaseForm | None = None
    form_title: str = ""
    button: str = ""
    explanation: str = ""
    empty: str = ""
    cancel: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    also: list[tuple[str, str]] = field(default_factory=list)
    """Words and address of further acts that need only a POST."""

    @property
    def tabs(self) -> list[tuple[str, str, bool]]:
        """Address, words and whether it is the one shown."""
        return settings_tabs(self.current)


def settings_tabs(current: str) -> list[tuple[str, str, bool]]:
    """Every page of the settings: address, words, whether it is `current`."""
    names = {
        "question-types": _("Question types"),
        "services": _("Services"),
        "sorting-rules": _("Sorting rules"),
        "blocked-senders": _("Blocked senders"),
        "reception": _("Spam and fax"),
        "mailboxes": _("Mailboxes"),
        "absences": _("Absences"),
        "calendar": _("Opening hours and closing days"),
        "accounts": _("Accounts"),
    }
    return [(reverse(f"desk:{name}"), words, name == current) for name, words in names.items()]


def settings_page(request: StaffRequest, page: SettingsPage) -> HttpResponse:
    """The page; 422 when its form was filled in wrongly."""
    status = 422 if page.form is not None and page.form.errors else 200
    context = {"page": page, "here": "settings"}
    return render_page(request, "desk/settings.html", context, status=status)
