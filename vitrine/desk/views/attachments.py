"""Files that people send: given out as what they are, or not at all."""

from typing import BinaryIO

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from vitrine.desk.rendering import READERS, StaffRequest, open_to
from vitrine.desk.rendering.foreign import as_foreign
from vitrine.desk.rendering.sounds import SOUND_TYPE, sound_response
from vitrine.kernel import files
from vitrine.kernel.pictures import PICTURE_TYPES, is_shown, small
from vitrine.tickets.access import attachments_for
from vitrine.tickets.models import Attachment
from vitrine.tickets.queries import why_withheld

THUMBNAIL = 240
"""Pixels of its longest side."""
LARGEST_THUMBNAILED = 25 * 2**20
"""Bytes of a picture of which a small one is made."""


def opened_or_404(request: StaffRequest, pk: int) -> tuple[Attachment, BinaryIO]:
    """A file and its bytes, as far as the account may have them. Raises Http404."""
    found = get_object_or_404(attachments_for(request.user), pk=pk)
    if why_withheld(found):
        raise Http404
    try:
        return found, files.opened(found.sha256)
    except FileNotFoundError as gone:
        raise Http404 from gone


@open_to(*READERS)
@require_safe
def attachment(request: StaffRequest, pk: int) -> HttpResponseBase:
    """A file that somebody sent; the browser shows only what it cannot run."""
    found, content = opened_or_404(request, pk)
    content_type = shown_type(found, content=content)
    if content_type == SOUND_TYPE and "download" not in request.GET:
        with content:
            return sound_response(request, content.read(), name=found.name)
    response = FileResponse(
        content,
        as_attachment=not content_type or "download" in request.GET,
        filename=found.name,
        content_type=content_type or "application/octet-stream",
    )
    return as_foreign(response)


def shown_type(found: Attachment, *, content: BinaryIO) -> str:
    """The media type under which a browser shows the file; blank: it is only downloaded.

    A picture must be what its first bytes promise, and of a bearable size. A PDF is downloaded:
    what a browser's viewer makes of it is beyond our policy.
    """
    if found.content_type == "text/plain":
        return "text/plain; charset=utf-8"
    if found.content_type == SOUND_TYPE:
        return SOUND_TYPE if _is_sound(content) else ""
    if found.content_type not in PICTURE_TYPES or found.size > LARGEST_THUMBNAILED:
        return ""
    shown = is_shown(content.read())
    content.seek(0)
    return found.content_type if shown else ""


def _is_sound(content: BinaryIO) -> bool:
    """Whether the first bytes are those of a WAV file, as messages by telephone are."""
    first = content.read(12)
    content.seek(0)
    return first[:4] == b"RIFF" and first[8:] == b"WAVE"


@open_to(*READERS)
@require_safe
def thumbnail(request: StaffRequest, pk: int) -> HttpResponse:
    """A small form of a picture, written by us."""
    found, content = opened_or_404(request, pk)
    with content:
        is_picture = found.content_type in PICTURE_TYPES and found.size <= LARGEST_THUMBNAILED
        picture = small(content.read(), longest=THUMBNAIL) if is_picture else None
    if picture is None:
        raise Http404
    response = as_foreign(HttpResponse(picture, content_type="image/webp"))
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response
