"""Search over everything; a number that is known leads straight to its ticket."""

import re

from django.http import HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from vitrine.calendars.queries import working_calendar
from vitrine.desk.rendering import READERS, StaffRequest, open_to, render_page
from vitrine.desk.rendering.rows import printable
from vitrine.desk.rendering.working_time import WorkingClock
from vitrine.kernel.clock import now
from vitrine.tickets.access import tickets_for
from vitrine.tickets.queries.search import SearchHit, search

SHOWN = 50
WHOLE_NUMBER = re.compile(
    r"\s*\[?(?:[A-Z]{2,4}-)?(\d{4})-(\d{3})[ \u00a0]?(\d{3,})\]?\s*", re.IGNORECASE
)
"""`2026-000418` as printed, as spoken with a space, or with the hook of a subject."""


@open_to(*READERS)
@require_safe
def results(request: StaffRequest) -> HttpResponse:
    """The best fifty, with the words marked."""
    words = request.GET.get("q", "").strip()
    if whole := WHOLE_NUMBER.fullmatch(words):
        number = f"{whole[1]}-{whole[2]}{whole[3]}"
        if tickets_for(request.user).filter(number=number).exists():
            return redirect("desk:ticket", number)
    hits = search(request.user, words, limit=SHOWN) if words else []
    clock = WorkingClock(working_calendar(), at=now())
    count = len(hits)
    context = {
        "words": words,
        "rows": printable(
            [hit.row for hit in hits],
            list_name="",
            language=request.user.ui_language,
            clock=clock,
            headlines={hit.row.id: marked(hit) for hit in hits},
        ),
        "only_close": bool(hits) and all(hit.is_close for hit in hits),
        "found": ngettext("%(count)d ticket", "%(count)d tickets", count) % {"count": count},
        "is_full": count == SHOWN,
        "icons": static("ui/icons.svg"),
    }
    return render_page(request, "desk/search.html", context)


def marked(hit: SearchHit) -> SafeString:
    """The headline with its words marked; everything else escaped."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<mark>{}</mark>", segment.text) if segment.is_marked else segment.text,)
            for segment in hit.headline
        ),
    )
