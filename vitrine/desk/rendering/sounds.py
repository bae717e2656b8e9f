"""A sound for the player of a browser, which asks for parts: Safari plays nothing else."""

import re

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from vitrine.desk.rendering.foreign import as_foreign

SOUND_TYPE = "audio/wav"
ONE_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


def sound_response(request: HttpRequest, content: bytes, *, name: str) -> HttpResponse:
    """A WAV file, whole or the one part that is asked for (RFC 9110, 14).

    name  under which it is kept when somebody saves it
    A range that cannot be read, or several, gives the whole; one beyond the end gives 416.
    """
    size = len(content)
    part = _part(request, size=size)
    if part is None:
        response = HttpResponse(content, content_type=SOUND_TYPE)
    elif not part:
        response = HttpResponse(status=416, content_type=SOUND_TYPE)
        response["Content-Range"] = f"bytes */{size}"
    else:
        response = HttpResponse(
            content[part.start : part.stop], status=206, content_type=SOUND_TYPE
        )
        response["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    response["Accept-Ranges"] = "bytes"
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    return as_foreign(response)


def _part(request: HttpRequest, *, size: int) -> range | None:
    """The bytes that are asked for; empty: there are none such; None: all."""
    found = ONE_RANGE.fullmatch(request.headers.get("Range", "").strip())
    if found is None or "If-Range" in request.headers:
        return None
    first, last = found.groups()
    if not first:
        return range(max(0, size - int(last)), size) if last else None
    if last and int(last) < int(first):
        return None
    return range(int(first), min(size, int(last) + 1 if last else size))
