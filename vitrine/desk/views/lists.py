"""The ticket lists and their counts."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from vitrine.accounts.choices import Role
from vitrine.accounts.models import Account
from vitrine.calendars.queries import working_calendar
from vitrine.desk.rendering import LEADERS, READERS, StaffRequest, open_to, render_page
from vitrine.desk.rendering.rail import Rail
from vitrine.desk.rendering.rows import printable
from vitrine.desk.rendering.working_time import WorkingClock
from vitrine.kernel.clock import now
from vitrine.status.access import is_editor
from vitrine.tickets.queries import TicketList, lists_of, page_of

ROWS = 30
"""Rows of a page: two screens."""


def list_named(account: Account, name: str) -> TicketList | None:
    """The list `name` of the account; None when he has none of that name."""
    return next((one for one in lists_of(account) if one.name == name), None)


def list_context(
    account: Account,
    ticket_list: TicketList,
    *,
    after: str | None = None,
    clock: WorkingClock | None = None,
) -> dict[str, Any]:
    """What the list pane prints."""
    page = page_of(ticket_list, account=account, after=after, size=ROWS)
    clock = clock or WorkingClock(working_calendar(), at=now())
    href = reverse("desk:list", args=[ticket_list.name])
    rows = printable(
        page.rows, list_name=ticket_list.name, language=account.ui_language, clock=clock
    )
    count = len(rows)
    order = _("nearest deadline first") if ticket_list.order == "deadline" else _("newest first")
    return {
        "list": ticket_list,
        "list_name": ticket_list.name,
        "list_href": href,
        "list_note": order
        if page.after
        else ngettext("%(count)d ticket", "%(count)d tickets", count) % {"count": count},
        "rows": rows,
        "older": f"{href}?after={page.after}" if page.after else "",
        "icons": static("ui/icons.svg"),
    }


@open_to(*Role.values)
@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """The first list of the account; who has none: the state, the settings, or himself."""
    if lists := lists_of(request.user):
        return redirect("desk:list", lists[0].name)
    if is_editor(request.user):
        return redirect("desk:state")
    return redirect("desk:settings" if request.user.has_role(*LEADERS) else "portal:account")


@open_to(*READERS)
@require_safe
def ticket_list(request: StaffRequest, name: str) -> HttpResponse:
    """One list; the rows after a key when htmx asks for more."""
    chosen = list_named(request.user, name)
    if chosen is None:
        raise Http404
    context = list_context(request.user, chosen, after=request.GET.get("after"))
    context |= {"title": chosen.title, "at": "list", "number": request.GET.get("at", "")}
    return render_page(request, "desk/tickets.html", context, parts=("more", "rows"))


@open_to(*READERS)
@require_safe
def list_counts(request: StaffRequest) -> HttpResponse:
    """The lists of the rail with their counts, fresh."""
    rail = Rail(request.user, current=request.GET.get("list", ""))
    return render_page(request, "desk/base.html", {"rail": rail}, parts=("counts",))
