"""The public pages as they would be after a change that is under review."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from vitrine.desk.rendering import StaffRequest
from vitrine.desk.rendering.foreign import as_foreign
from vitrine.desk.views.state.doors import open_to_editors
from vitrine.kernel.clock import now
from vitrine.publication.pages.frame import Telling
from vitrine.publication.site import site_from
from vitrine.publication.tree import language_files
from vitrine.publication.words import LANGUAGES
from vitrine.status.access import prepared_for
from vitrine.status.errors import Refused
from vitrine.status.queries import after_change

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
)
"""Nothing runs: the page must not ask what is public now. `allow-same-origin` lets its own links
lead on; without scripts it gives nothing else."""


@open_to_editors
@require_safe
def public_page(request: StaffRequest, nonce: str, path: str) -> HttpResponse:
    """A page that would be published: the same code makes it, nothing of it is kept."""
    shown = get_object_or_404(prepared_for(request.user), nonce=nonce)
    language, _slash, page = path.partition("/")
    if language not in LANGUAGES or not page.endswith(".html"):
        raise Http404
    try:
        bulletin = after_change(shown.change)
    except Refused:
        raise Http404 from None
    site = site_from()
    telling = Telling(bulletin=bulletin, at=now(), edition=0, language=language, site=site)
    content = language_files(telling).get(page)
    if content is None:
        raise Http404
    response = as_foreign(HttpResponse(content), policy=POLICY)
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response
