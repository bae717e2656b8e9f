"""The manager's sorting rules: added, changed, moved, removed; each change is journaled.

Every change takes the one row of the intake policy first: so the order of the rules is
changed by one person at a time, and everybody who keeps the rules in memory sees the new token.
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from vitrine.accounts.models import Account
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.kernel.text import without_controls
from vitrine.tickets.errors import ChangedMeanwhile, RuleIncomplete
from vitrine.tickets.models import IntakePolicy, SortingRule
from vitrine.tickets.queries.rulebook import effects_of
from vitrine.tickets.rules import MOST_CONDITIONS, condition

EFFECTS = (
    "question_type",
    "service",
    "owner",
    "impact",
    "urgency",
    "language",
    "next_action",
    "is_spam",
    "no_acknowledgement",
)
SETTINGS = ("name", "is_on", "any_suffices", "stops", "conditions", *EFFECTS)
"""What the manager decides about a rule; `position` is decided by moving it."""

Written = Iterable[tuple[str, str, Iterable[str]]]


def touched_policy() -> IntakePolicy:
    """The one row, locked, with a new token: whatever is kept of the rules is now out of date."""
    IntakePolicy.objects.get_or_create(pk=1)
    policy = IntakePolicy.objects.select_for_update().get(pk=1)
    policy.token = uuid.uuid4()
    policy.save(update_fields=["token"])
    return policy


@transaction.atomic
def create_sorting_rule(*, by: Account, **settings: Any) -> SortingRule:
    """A new rule below all others.

    settings   of SETTINGS; `conditions` as (field, operator, values)
    Raises RuleIncomplete.
    """
    touched_policy()
    last = SortingRule.objects.aggregate(last=Max("position"))["last"] or 0
    row = SortingRule(position=last + 1, changed_at=now(), changed_by=by)
    _set(row, settings=settings)
    row.save()
    record("sorting_rule.created", subject=row, by=by, **_facts(row))
    return row


@transaction.atomic
def change_sorting_rule(
    rule: SortingRule, *, version: int, by: Account, **settings: Any
) -> SortingRule:
    """Change a rule as it stood in `version`. Raises ChangedMeanwhile or RuleIncomplete."""
    touched_policy()
    row = SortingRule.objects.select_for_update().filter(pk=rule.pk).first()
    if row is None or row.version != version:
        raise ChangedMeanwhile
    before = _facts(row)
    _set(row, settings=settings)
    after = _facts(row)
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if not changed:
        return row
    _stamp(row, by=by)
    record("sorting_rule.changed", subject=row, by=by, name=row.name, changed=changed)
    return row


@transaction.atomic
def switch_sorting_rule(rule: SortingRule, *, is_on: bool, by: Account) -> SortingRule:
    """Let a rule count or not; twice the same changes nothing."""
    touched_policy()
    row = SortingRule.objects.select_for_update().get(pk=rule.pk)
    if row.is_on == is_on:
        return row
    row.is_on = is_on
    _stamp(row, by=by)
    verb = "sorting_rule.switched_on" if is_on else "sorting_rule.switched_off"
    record(verb, subject=row, by=by, name=row.name)
    return row


@transaction.atomic
def move_sorting_rule(rule: SortingRule, *, to: int, order: str, by: Account) -> SortingRule:
    """Give a rule the place `to`, from 1; the others make room.

    order   what `order_of_rules` said when the list was shown
    Raises ChangedMeanwhile when the list is another one now.
    """
    touched_policy()
    rows = list(SortingRule.objects.select_for_update().order_by("position"))
    row = next((one for one in rows if one.pk == rule.pk), None)
    if row is None or order_of(rows) != order:
        raise ChangedMeanwhile
    before, after = row.position, min(max(to, 1), len(rows))
    if before == after:
        return row
    rows.remove(row)
    rows.insert(after - 1, row)
    for place, one in enumerate(rows, start=1):
        if one.position != place:
            one.position = place
            one.save(update_fields=["position"])
    record("sorting_rule.moved", subject=row, by=by, name=row.name, before=before, after=after)
    return row


@transaction.atomic
def remove_sorting_rule(rule: SortingRule, *, by: Account) -> None:
    """Take a rule away; what it sorted stays, and the journal keeps what it said."""
    touched_policy()
    row = SortingRule.objects.select_for_update().filter(pk=rule.pk).first()
    if row is None:
        return
    record("sorting_rule.removed", subject=row, by=by, **_facts(row))
    position = row.position
    row.delete()
    SortingRule.objects.filter(position__gt=position).update(position=F("position") - 1)


def order_of(rows: Iterable[SortingRule]) -> str:
    """The order of the rules as a word that changes when it does."""
    return "-".join(str(row.pk) for row in rows)


def _stamp(row: SortingRule, *, by: Account) -> None:
    row.version += 1
    row.changed_at = now()
    row.changed_by = by
    row.save()


def _set(row: SortingRule, *, settings: Mapping[str, Any]) -> None:
    for name in SETTINGS:
        if name in settings and name != "conditions":
            setattr(row, name, settings[name])
    if "conditions" in settings:
        row.conditions = kept_conditions(settings["conditions"])
    row.name = " ".join(without_controls(row.name).split())[:100]
    row.next_action = without_controls(row.next_action).strip()[:300]
    if not row.name or not row.conditions or not effects_of(row):
        raise RuleIncomplete


def kept_conditions(written: Written) -> list[list[Any]]:
    """The conditions as they are stored. Raises RuleIncomplete for one that cannot be applied."""
    kept: list[list[Any]] = []
    for what, operator, values in written:
        clean = [without_controls(value).strip() for value in values]
        try:
            condition(what, operator, values=clean)
        except ValueError as wrong:
            raise RuleIncomplete from wrong
        kept.append([str(what), str(operator), [value for value in clean if value]])
    if len(kept) > MOST_CONDITIONS:
        raise RuleIncomplete
    return kept


def _facts(row: SortingRule) -> dict[str, Any]:
    """The rule in words that the journal can keep and a person can compare."""
    return {
        "name": row.name,
        "is_on": row.is_on,
        "any_suffices": row.any_suffices,
        "stops": row.stops,
        "conditions": row.conditions,
        "question_type": row.question_type.code if row.question_type else "",
        "service": row.service.code if row.service else "",
        "owner": row.owner.name if row.owner else "",
        "impact": row.impact,
        "urgency": row.urgency,
        "language": row.language,
        "next_action": row.next_action,
        "is_spam": row.is_spam,
        "no_acknowledgement": row.no_acknowledgement,
    }
