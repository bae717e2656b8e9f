"""The pages of a fax as pictures."""

from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from vitrine.desk.rendering import READERS, StaffRequest, open_to
from vitrine.desk.rendering.foreign import as_foreign
from vitrine.kernel import files
from vitrine.tickets.access import fax_pages_for


@open_to(*READERS)
@require_safe
def fax_page(request: StaffRequest, pk: int) -> HttpResponseBase:
    """One page; `size=small` for the strip."""
    page = get_object_or_404(fax_pages_for(request.user), pk=pk)
    sha256 = page.thumbnail if request.GET.get("size") == "small" else page.picture
    try:
        content = files.opened(sha256)
    except FileNotFoundError as gone:
        raise Http404 from gone
    response = as_foreign(FileResponse(content, content_type="image/png"))
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response
