"""Spam: what was judged before anybody read it. Nothing is lost, and a judgement can be undone."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from vitrine.channels.recent import head_of, with_head
from vitrine.correspondence.access import spam_for
from vitrine.correspondence.actions import believe_arrival
from vitrine.correspondence.models import Arrival
from vitrine.desk.rendering import DESK, StaffRequest, open_to, render_page
from vitrine.desk.rendering.foreign import source
from vitrine.desk.rendering.moments import dated_words
from vitrine.desk.rendering.reasons import reason_words
from vitrine.tickets.queries import intake_policy

SHOWN = 100


@dataclass(frozen=True, slots=True)
class SpamLine:
    """A message as the list prints it."""

    pk: int
    when: str
    sender: str
    subject: str
    reason: str


@open_to(*DESK)
@require_safe
def spam(request: StaffRequest) -> HttpResponse:
    """The newest hundred, each with the reason; `before` pages on."""
    rows = with_head(spam_for(request.user)).order_by("-id")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: SHOWN + 1])
    context = {
        "lines": [_line(row) for row in found[:SHOWN]],
        "older": found[SHOWN - 1].pk if len(found) > SHOWN else 0,
        "days": intake_policy().keep_spam_days,
        "here": "spam",
    }
    return render_page(request, "desk/spam.html", context)


def _line(row: Arrival) -> SpamLine:
    mail = head_of(row)
    sender = f"{mail.sender.name} <{mail.sender.address}>" if mail.sender else row.envelope_from
    return SpamLine(
        pk=row.pk,
        when=dated_words(row.received_at),
        sender=sender.strip(),
        subject=mail.subject or _("(no subject)"),
        reason=reason_words(row.reason),
    )


@open_to(*DESK)
@require_safe
def spam_source(request: StaffRequest, pk: int) -> HttpResponse:
    """The message exactly as it arrived, as text."""
    return source(bytes(get_object_or_404(spam_for(request.user), pk=pk).raw))


@open_to(*DESK)
@require_POST
def spam_belief(request: StaffRequest, pk: int) -> HttpResponse:
    """It is no spam: it becomes a ticket as if it had just come."""
    believe_arrival(get_object_or_404(spam_for(request.user), pk=pk), by=request.user)
    messages.success(request, _("No spam: it becomes a ticket now."))
    return redirect("desk:spam")
