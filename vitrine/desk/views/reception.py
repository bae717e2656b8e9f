"""Spam and fax: how the house looks at what comes in, and whom it does not read."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vitrine.desk.forms.reception import BlockForm, ReceptionForm
from vitrine.desk.rendering import LEADERS, StaffRequest, open_to
from vitrine.desk.rendering.moments import dated_words
from vitrine.desk.rendering.settings_page import Line, SettingsPage, settings_page
from vitrine.kernel.clock import now
from vitrine.tickets.access import blocks_for
from vitrine.tickets.actions import block_sender, change_intake_policy, unblock_sender
from vitrine.tickets.errors import BlocksOthersToo, TicketError
from vitrine.tickets.models import BlockedSender
from vitrine.tickets.queries import intake_policy

SHOWN = 500


@open_to(*LEADERS)
@require_http_methods(["GET", "POST"])
def blocked_senders(request: StaffRequest) -> HttpResponse:
    """Who is blocked, why and until when, and the form for one more."""
    form = BlockForm(request.POST or None)
    if form.is_valid():
        try:
            block_sender(**form.cleaned_data, by=request.user)
        except BlocksOthersToo as warning:
            form.ask_to_confirm()
            form.add_error("sender", str(warning.sentence))
        except TicketError as refusal:
            form.add_error("sender", str(refusal.sentence))
        else:
            return redirect("desk:blocked-senders")
    page = SettingsPage(
        current="blocked-senders",
        title=_("Blocked senders"),
        explanation=_("What they send goes to the spam list. Nothing is lost."),
        headings=[_("Sender"), _("Reason"), _("Until"), _("Blocked by")],
        lines=[_block_line(row) for row in blocks_for(request.user)[:SHOWN]],
        empty=_("Nobody is blocked."),
        form=form,
        form_title=_("Block a sender"),
        button=_("Block this sender"),
    )
    return settings_page(request, page)


def _block_line(row: BlockedSender) -> Line:
    is_over = row.expires_at is not None and row.expires_at <= now()
    until = dated_words(row.expires_at) if row.expires_at else _("until somebody lifts it")
    return Line(
        cells=[
            row.pattern,
            row.reason,
            _("over since %(when)s") % {"when": until} if is_over else until,
            _("%(name)s, %(when)s")
            % {"name": row.blocked_by.name, "when": dated_words(row.blocked_at)},
        ],
        is_faint=is_over,
        remove=reverse("desk:block-end", args=[row.pk]),
    )


@open_to(*LEADERS)
@require_POST
def block_end(request: StaffRequest, pk: int) -> HttpResponse:
    """Read the sender's messages again."""
    row = unblock_sender(get_object_or_404(blocks_for(request.user), pk=pk), by=request.user)
    messages.success(request, _("%(sender)s is no longer blocked.") % {"sender": row.pattern})
    return redirect("desk:blocked-senders")


@open_to(*LEADERS)
@require_http_methods(["GET", "POST"])
def reception(request: StaffRequest) -> HttpResponse:
    """How spam is recognised and kept; whether faxes are taken, and from where."""
    policy = intake_policy()
    initial = {
        "trusted_hops": "\n".join(policy.trusted_hops),
        "spam_points": policy.spam_points,
        "keep_spam_days": policy.keep_spam_days,
        "takes_fax": policy.takes_fax,
        "fax_gateways": "\n".join(policy.fax_gateways),
        "version": policy.version,
    }
    form = ReceptionForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            change_intake_policy(**form.cleaned_data, by=request.user)
        except TicketError as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("The change is in force."))
            return redirect("desk:reception")
    page = SettingsPage(
        current="reception",
        title=_("Spam and fax"),
        explanation=_("How messages are looked at before anybody reads them."),
        headings=[],
        lines=[],
        form=form,
        form_title=_("Spam and fax"),
        button=_("Keep the change"),
    )
    return settings_page(request, page)
