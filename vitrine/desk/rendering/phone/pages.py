"""One frame for the pages of the telephone: tabs, and who oversees."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vitrine.accounts.models import Account
from vitrine.desk.rendering.pages import StaffRequest, render_page
from vitrine.telephony.access import supervises


def phone_tabs(account: Account, *, current: str) -> list[tuple[str, str, bool]]:
    """Address, words and whether it is the one shown."""
    names = {"phone-calls": _("Calls")}
    if account.works_at_desk:
        names = {"phone": _("Now"), "call-backs": _("Call-backs"), **names}
    if supervises(account):
        names["what-ifs"] = _("What if")
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
