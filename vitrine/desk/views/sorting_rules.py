"""Sorting rules: what the manager decides about messages before anybody reads them."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vitrine.channels.recent import recent_requests
from vitrine.desk.forms.sorting_rules import SortingRuleForm, choices_of
from vitrine.desk.rendering import LEADERS, StaffRequest, open_to, render_page
from vitrine.desk.rendering.settings_page import settings_tabs
from vitrine.desk.rendering.sorting import TrialPage, rule_history, rule_lines, tried
from vitrine.journal.queries import entries_about
from vitrine.kernel.clock import now
from vitrine.tickets.access import sorting_rules_for
from vitrine.tickets.actions import (
    EFFECTS,
    change_sorting_rule,
    create_sorting_rule,
    kept_conditions,
    move_sorting_rule,
    order_of,
    remove_sorting_rule,
    switch_sorting_rule,
)
from vitrine.tickets.choices import SortingField
from vitrine.tickets.errors import ChangedMeanwhile, TicketError
from vitrine.tickets.models import SortingRule
from vitrine.tickets.queries import rules_of
from vitrine.tickets.rules import OPERATORS

REMEMBERED = 20
"""Changes of a rule that its page tells."""
CHOSEN = ("question_type", "service", "owner")


@open_to(*LEADERS)
@require_safe
def sorting_rules(request: StaffRequest) -> HttpResponse:
    """The rules in their order."""
    rows = list(sorting_rules_for(request.user))
    context = {
        "tabs": settings_tabs("sorting-rules"),
        "lines": rule_lines(rows, language=request.user.ui_language),
        "order": order_of(rows),
        "here": "settings",
    }
    return render_page(request, "desk/sorting_rules.html", context)


@open_to(*LEADERS)
@require_http_methods(["GET", "POST"])
def new_sorting_rule(request: StaffRequest) -> HttpResponse:
    """A rule below all others: tried first, then saved."""
    form = SortingRuleForm(request.POST or None, account=request.user)
    return _edited(request, form, rule=None)


@open_to(*LEADERS)
@require_http_methods(["GET", "POST"])
def edit_sorting_rule(request: StaffRequest, pk: int) -> HttpResponse:
    """One rule: tried first, then saved."""
    rule = get_object_or_404(sorting_rules_for(request.user), pk=pk)
    initial = {name: getattr(rule, name) for name in ("name", "stops", "is_on", "version")}
    initial |= {name: getattr(rule, name) for name in EFFECTS if name not in CHOSEN}
    initial |= {name: getattr(rule, f"{name}_id") for name in CHOSEN}
    initial["any_suffices"] = "1" if rule.any_suffices else "0"
    form = SortingRuleForm(request.POST or None, account=request.user, rule=rule, initial=initial)
    return _edited(request, form, rule=rule)


def _edited(
    request: StaffRequest, form: SortingRuleForm, *, rule: SortingRule | None
) -> HttpResponse:
    """Show the form, one more line of it, what the rule would do, or keep it."""
    trial: TrialPage | None = None
    is_asked = request.method == "POST" and "more" not in request.POST
    if is_asked and form.is_valid():
        if "save" in request.POST and request.POST.get("tried") == form.digest:
            try:
                _kept(form, rule=rule, request=request)
            except TicketError as refusal:
                form.add_error(None, str(refusal.sentence))
            else:
                return redirect("desk:sorting-rules")
        trial = _trial(request, form, rule=rule)
    if not is_asked and request.method == "POST":
        form.full_clean()
        form.errors.clear()
    context = {
        "tabs": settings_tabs("sorting-rules"),
        "form": form,
        "rule": rule,
        "trial": trial,
        "digest": form.digest if trial else "",
        "is_changed": "save" in request.POST and trial is not None and not form.errors,
        "lists": [(what, choices_of(what, account=request.user)) for what in SortingField],
        "main": form.bound(form.MAIN),
        "effects": form.bound(form.EFFECTS),
        "ends": form.bound(form.ENDS),
        "operators_json": json.dumps({what: list(how) for what, how in OPERATORS.items()}),
        "history": rule_history(entries_about(rule).reverse()[:REMEMBERED]) if rule else [],
        "action": request.path,
        "here": "settings",
    }
    status = 422 if is_asked and form.errors else 200
    return render_page(request, "desk/sorting_rule.html", context, status=status)


def _settings(form: SortingRuleForm) -> dict[str, Any]:
    settings = dict(form.cleaned_data)
    settings.pop("version")
    return settings


def _kept(form: SortingRuleForm, *, rule: SortingRule | None, request: StaffRequest) -> None:
    if rule is None:
        create_sorting_rule(by=request.user, **_settings(form))
        return
    version = form.cleaned_data["version"]
    try:
        change_sorting_rule(rule, version=version, by=request.user, **_settings(form))
    except ChangedMeanwhile:
        raise ChangedMeanwhile(_whose(rule)) from None


def _whose(rule: SortingRule) -> str:
    return _(
        "%(name)s changed this rule while you had it open. Nothing of yours was kept: "
        "open the rule again to see how it is now."
    ) % {"name": rule.changed_by.name}


def _trial(request: StaffRequest, form: SortingRuleForm, *, rule: SortingRule | None) -> TrialPage:
    """What the rule as it is typed would have done; nothing is written."""
    settings = _settings(form)
    settings["conditions"] = kept_conditions(settings["conditions"])
    draft = SortingRule(changed_at=now(), changed_by=request.user, **settings)
    upper = sorting_rules_for(request.user).filter(is_on=True)
    if rule is not None:
        upper = upper.filter(position__lt=rule.position)
    [typed] = rules_of([draft])
    return tried(
        draft,
        rule=typed,
        upper=rules_of(upper),
        recent=recent_requests(),
        language=request.user.ui_language,
    )


@open_to(*LEADERS)
@require_POST
def sorting_rule_place(request: StaffRequest, pk: int) -> HttpResponse:
    """Move a rule up or down; the focus stays on the button."""
    rule = get_object_or_404(sorting_rules_for(request.user), pk=pk)
    typed = request.POST.get("to", "")
    to = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else rule.position
    try:
        move_sorting_rule(rule, to=to, order=request.POST.get("order", ""), by=request.user)
    except ChangedMeanwhile as refusal:
        messages.warning(request, str(refusal.sentence))
    way = "up" if to < rule.position else "down"
    return redirect(f"{reverse('desk:sorting-rules')}#{way}-{rule.pk}")


@open_to(*LEADERS)
@require_POST
def sorting_rule_switch(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a rule count, or not for now."""
    rule = get_object_or_404(sorting_rules_for(request.user), pk=pk)
    switch_sorting_rule(rule, is_on=request.POST.get("is_on") == "1", by=request.user)
    return redirect(f"{reverse('desk:sorting-rules')}#switch-{rule.pk}")


@open_to(*LEADERS)
@require_POST
def sorting_rule_removal(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a rule away."""
    rule = get_object_or_404(sorting_rules_for(request.user), pk=pk)
    remove_sorting_rule(rule, by=request.user)
    messages.success(request, _("The rule “%(name)s” was removed.") % {"name": rule.name})
    return redirect("desk:sorting-rules")
