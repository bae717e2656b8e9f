"""Content of strangers on its way to a browser: nothing of it runs, nothing of it is kept."""

from typing import TypeVar

from django.http import FileResponse, HttpResponse
from django.utils.html import escape
from django.utils.safestring import mark_safe

Answer = TypeVar("Answer", HttpResponse, FileResponse)

FILE_POLICY = "sandbox; default-src 'none'; img-src 'self'"
PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"
)
"""No script, ever: `allow-same-origin` without `allow-scripts` lets the page of the desk measure
the frame and the browser send our cookie for our own pictures; it gives the sender nothing."""

PAGE_LOOK = """
:root{color-scheme:light}
html{background:#fff;color:#17212b;overflow-wrap:break-word}
body{margin:0;padding:12px;font:14px/1.45 system-ui,"Segoe UI",Roboto,Arial,sans-serif}
body>div:only-child{margin:-12px;padding:12px}
a{color:#0b5c6b}
img{max-width:100%;height:auto}
img:not([src]){display:inline-block;min-width:2em;min-height:1.4em;padding:0 4px;
border:1px dashed #7c8996;color:#52606d;font-size:12px}
table{max-width:100%}
pre,.text{white-space:pre-wrap}
blockquote{margin:8px 0 8px 4px;padding-left:10px;border-left:2px solid #7c8996}
@media (prefers-color-scheme:dark){html{filter:invert(.92) hue-rotate(180deg)}
img[src]{filter:invert(1) hue-rotate(180deg)}}
@media print{html,img[src]{filter:none}}
"""
"""The paper of a page as sent is white: its sender chose his colours for it. In the dark the
whole page is turned round, pictures twice."""


def page_of(html: str, *, title: str, language: str) -> HttpResponse:
    """A clean fragment as a document for a frame of our own pages."""
    document = (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{PAGE_LOOK}</style></head><body>{html}</body></html>"
    )
    response = as_foreign(HttpResponse(mark_safe(document)), policy=PAGE_POLICY)
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


def source(raw: bytes) -> HttpResponse:
    """Raw bytes of a stranger as text that nothing runs."""
    text = raw.decode("utf-8", "replace")
    return as_foreign(HttpResponse(text, content_type="text/plain; charset=utf-8"))


def as_foreign(response: Answer, *, policy: str = FILE_POLICY) -> Answer:
    """Content of a stranger: not sniffed, under its own policy, in no cache, without a referrer."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = policy
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
