"""Mailboxes: how it goes with each; adding, changing and trying one."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from vitrine.channels.mail.mailboxes import Step, Target, try_out
from vitrine.correspondence.access import MAILBOX_READERS, mailboxes_for
from vitrine.correspondence.actions import change_mailbox, create_mailbox, keep_refresh_token
from vitrine.correspondence.actions.mailboxes import FIELDS
from vitrine.correspondence.errors import MailboxError
from vitrine.correspondence.models import Mailbox
from vitrine.correspondence.queries import mailbox_healths, secrets_of
from vitrine.desk.forms.mailboxes import MailboxForm
from vitrine.desk.rendering import LEADERS, StaffRequest, open_to, render_page
from vitrine.desk.rendering.mailboxes import mailbox_card, step_line
from vitrine.desk.rendering.settings_page import settings_tabs
from vitrine.kernel.clock import now
from vitrine.kernel.sealing import SealBroken


@open_to(*MAILBOX_READERS)
@require_safe
def mailboxes(request: StaffRequest) -> HttpResponse:
    """Every mailbox with how it goes."""
    leads = request.user.has_role(*LEADERS)
    context = {
        "cards": [mailbox_card(health) for health in mailbox_healths(at=now())],
        "may_change": leads,
        "tabs": settings_tabs("mailboxes") if leads else [],
        "here": "settings" if leads else "mailboxes",
    }
    return render_page(request, "desk/mailboxes.html", context, parts=("mailboxes",))


@open_to(*LEADERS)
@require_http_methods(["GET", "POST"])
def new_mailbox(request: StaffRequest) -> HttpResponse:
    """The form for one more mailbox; it can be tried before it is kept."""
    form = MailboxForm(request.POST or None)
    if form.is_valid() and "try" not in request.POST:
        try:
            create_mailbox(**form.settings, secrets=form.secrets, by=request.user)
        except MailboxError as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("desk:mailboxes")
    return _form_page(request, form)


@open_to(*LEADERS)
@require_http_methods(["GET", "POST"])
def mailbox(request: StaffRequest, pk: int) -> HttpResponse:
    """Change one mailbox, or try what was typed."""
    row = get_object_or_404(mailboxes_for(request.user), pk=pk)
    initial = {name: getattr(row, name) for name in FIELDS}
    form = MailboxForm(request.POST or None, mailbox=row, initial=initial)
    if form.is_valid() and "try" not in request.POST:
        try:
            change_mailbox(row, **form.settings, secrets=form.secrets, by=request.user)
        except MailboxError as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("desk:mailboxes")
    return _form_page(request, form)


def _form_page(request: StaffRequest, form: MailboxForm) -> HttpResponse:
    """The form, with the steps of a trial when one was asked for."""
    is_trial = "try" in request.POST and form.is_valid()
    steps = _tried(form) if is_trial else []
    context = {
        "form": form,
        "mailbox": form.mailbox,
        "steps": [step_line(step) for step in steps],
        "is_well": bool(steps) and all(step.failure is None for step in steps),
        "has_oauth": (form["sign_in"].value() or "") == "xoauth2",
        "here": "settings",
    }
    status = 422 if form.errors else 200
    return render_page(request, "desk/mailbox.html", context, status=status)


def _tried(form: MailboxForm) -> list[Step]:
    """Try what was typed, with the stored secrets where none was; a renewed token is kept."""
    kept = _stored_secrets(form.mailbox)
    renewed: list[str] = []
    values: dict[str, Any] = {**form.settings, **kept, **form.secrets}
    steps = try_out(Target.from_values(values), keep=renewed.append)
    if renewed and form.mailbox is not None and not form.secrets.get("refresh_token"):
        keep_refresh_token(form.mailbox, token=renewed[-1])
    elif renewed:  # the one that was typed may be used up: keep the new one instead
        form.data = {**form.data, "refresh_token": renewed[-1]}
    return steps


def _stored_secrets(row: Mailbox | None) -> dict[str, str]:
    try:
        return secrets_of(row) if row is not None else {}
    except SealBroken:
        return {}
