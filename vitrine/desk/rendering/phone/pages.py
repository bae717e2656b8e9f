"""One frame for the pages of the telephone: tabs, and who oversees."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vitrine.accounts.choices import Role
from vitrine.accounts.models import Account
from vitrine.desk.rendering.pages import StaffRequest, render_page
from vitrine.desk.rendering.settings_page import SettingsPage
from vitrine.telephony.access import sets_up_phone, supervises


def sees_calls(account: Account) -> bool:
    """Whether the account has the list of calls."""
    return account.works_at_desk or account.has_role(Role.AUDITOR)


def phone_tabs(account: Account, *, current: str) -> list[tuple[str, str, bool]]:
    """Address, words and whether it is the one shown."""
    names = {"phone-calls": _("Calls")} if sees_calls(account) else {}
    if account.works_at_desk:
        names = {"phone": _("Now"), "call-backs": _("Call-backs"), **names}
    if supervises(account):
        names["phone-report"] = _("Figures")
        names["what-ifs"] = _("What if")
    if sets_up_phone(account):
        names["phone-rules"] = _("Set-up")
    names["messages-for-me"] = _("Messages")
    return [(reverse(f"desk:{name}"), words, name == current) for name, words in names.items()]


def phone_page(
    request: StaffRequest,
    template: str,
    context: dict[str, Any],
    *,
    current: str,
    parts: tuple[str, ...] = (),
    status: int = 200,
) -> HttpResponse:
    """A page about the telephone, with its tabs."""
    frame = {
        "tabs": phone_tabs(request.user, current=current),
        "here": "call-backs" if current == "call-backs" else "phone",
        "oversees": supervises(request.user),
    }
    return render_page(
        request, f"desk/phone/{template}", {**frame, **context}, parts=parts, status=status
    )


def setup_page(
    request: StaffRequest, page: SettingsPage, *, template: str = "setup.html"
) -> HttpResponse:
    """A page on which the telephone is set up; 422 when its form was filled in wrongly."""
    context = {"page": page, "places": setup_places(page.current)}
    status = 422 if page.form is not None and page.form.errors else 200
    return phone_page(request, template, context, current="phone-rules", status=status)


def setup_places(current: str) -> list[tuple[str, str, bool]]:
    """Every page of the set-up: address, words, whether it is the one shown."""
    names = {
        "phone-rules": _("How calls are given"),
        "phone-menu": _("What callers hear"),
        "phone-recordings": _("Recordings of phrases"),
        "telephones": _("Telephones"),
        "phone-numbers": _("Our numbers"),
    }
    return [(reverse(f"desk:{name}"), words, name == current) for name, words in names.items()]
