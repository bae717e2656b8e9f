"""What the local sink took instead of a mail server: only outside production."""

import email
import email.policy
from email.message import EmailMessage

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from vitrine.correspondence.models import SinkMessage
from vitrine.correspondence.queries import sink_messages
from vitrine.portal.rendering import render_page

SHOWN = 100
"""Messages in the list."""


@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    """The newest messages, of one mailbox when `mailbox` is given; or one `message`."""
    if settings.PRODUCTION:
        raise Http404
    if key := request.GET.get("message", ""):
        return _one(request, key=key)
    mailbox = request.GET.get("mailbox", "").strip()
    rows = [(row, _read(row)["Subject"]) for row in sink_messages(mailbox=mailbox)[:SHOWN]]
    mailboxes = sorted({row.to_address for row, _subject in rows}, key=str.lower)
    context = {"rows": rows, "mailbox": mailbox, "mailboxes": mailboxes}
    return render_page(request, "portal/development_mail.html", context)


def _one(request: HttpRequest, *, key: str) -> HttpResponse:
    row = sink_messages().filter(pk=key).first() if key.isdecimal() and len(key) < 18 else None
    if row is None:
        raise Http404
    message = _read(row)
    context = {
        "row": row,
        "subject": message["Subject"],
        "headers": [(name, str(value)) for name, value in message.items()],
        "text": _text_of(message),
    }
    return render_page(request, "portal/development_message.html", context)


def _read(row: SinkMessage) -> EmailMessage:
    return email.message_from_bytes(bytes(row.raw), policy=email.policy.default)


def _text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    return str(body.get_content()) if body is not None else ""
