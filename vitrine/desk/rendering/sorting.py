"""Sorting rules in words: their conditions, what they do, what they did, what they would do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vitrine.channels.recent import RecentRequest
from vitrine.correspondence.choices import Channel
from vitrine.desk.rendering.effects import effect_words, readable
from vitrine.desk.rendering.moments import dated_words, moment_words
from vitrine.journal.models import Entry
from vitrine.kernel.languages import Language
from vitrine.tickets.choices import SortingField, SortingOperator
from vitrine.tickets.models import SortingRule, Ticket
from vitrine.tickets.rules import NO, YES, Rule, Trial, try_rule

SHOWN = 50
"""Messages that a rule would meet and that are listed."""

SETTING_NAMES = {
    "name": gettext_lazy("name"),
    "is_on": gettext_lazy("switched on"),
    "any_suffices": gettext_lazy("one condition is enough"),
    "stops": gettext_lazy("no further rule after this one"),
    "conditions": gettext_lazy("conditions"),
    "question_type": gettext_lazy("question type"),
    "service": gettext_lazy("suggested second line"),
    "owner": gettext_lazy("owner"),
    "impact": gettext_lazy("impact"),
    "urgency": gettext_lazy("urgency"),
    "language": gettext_lazy("language"),
    "next_action": gettext_lazy("next action"),
    "is_spam": gettext_lazy("spam"),
    "no_acknowledgement": gettext_lazy("no acknowledgement"),
}


def condition_words(
    written: Iterable[tuple[str, str, Sequence[str]]], *, any_suffices: bool
) -> str:
    """The conditions as one sentence."""
    parts: list[str] = []
    for what, operator, values in written:
        shown = [_("“%(value)s”") % {"value": _value_words(what, value)} for value in values]
        alternatives = _(" or ").join(shown)
        label = SortingField(what).label
        parts.append(f"{label} {SortingOperator(operator).label} {alternatives}")
    joint = _("%(before)s; or %(after)s") if any_suffices else _("%(before)s; and %(after)s")
    return reduce(lambda before, after: joint % {"before": before, "after": after}, parts)


def _value_words(what: str, value: str) -> str:
    if what == SortingField.LANGUAGE and value in Language.values:
        return str(Language(value).label)
    if what == SortingField.CHANNEL and value in Channel.values:
        return str(Channel(value).label)
    if what == SortingField.FILES and value in (YES, NO):
        return _("yes") if value == YES else _("no")
    return value


def row_facts(row: SortingRule, *, language: str) -> dict[str, Any]:
    """What `effect_words` wants to know of a rule."""
    return {
        "question_type": row.question_type.name_in(language) if row.question_type else "",
        "service": row.service.name_in(language) if row.service else "",
        "owner": row.owner.name if row.owner else "",
        "impact": row.impact,
        "urgency": row.urgency,
        "language": row.language,
        "next_action": row.next_action,
        "is_spam": row.is_spam,
        "no_acknowledgement": row.no_acknowledgement,
    }


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in the list; `up` and `down` are the places it can move to, 0 for none."""

    rule: SortingRule
    conditions: str
    effects: str
    changed: str
    up: int
    down: int


def rule_lines(rows: Sequence[SortingRule], *, language: str) -> list[RuleLine]:
    """The rules as the list prints them."""
    return [
        RuleLine(
            rule=row,
            conditions=condition_words(row.conditions, any_suffices=row.any_suffices),
            effects=", ".join(effect_words(row_facts(row, language=language))),
            changed=_("%(name)s, %(when)s")
            % {"name": row.changed_by.name, "when": moment_words(row.changed_at)},
            up=row.position - 1,
            down=row.position + 1 if row.position < len(rows) else 0,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class TrialLine:
    """A message that the rule would have met, and what would have been otherwise."""

    when: str
    sender: str
    subject: str
    lang: str
    href: str
    changes: list[str]


@dataclass(frozen=True, slots=True)
class TrialPage:
    """What a rule would have done to the newest messages."""

    summary: str
    changed: str
    unreached: str
    lines: list[TrialLine]
    more: str


def tried(
    draft: SortingRule,
    *,
    rule: Rule,
    upper: Sequence[Rule],
    recent: Sequence[RecentRequest],
    language: str,
) -> TrialPage:
    """The rule `draft`, tried below the rules `upper` on what came in lately."""
    met = [
        (one, result)
        for one in recent
        if (result := try_rule(rule, facts=one.facts, upper=upper)).is_met
    ]
    names = row_facts(draft, language=language)
    lines = [_trial_line(one, result=result, names=names, language=language) for one, result in met]
    changing = sum(1 for line in lines if line.changes)
    stopped = sorted({result.stopped_by for _one, result in met if result.stopped_by})
    return TrialPage(
        summary=_("The rule meets %(met)d of the last %(count)d messages.")
        % {"count": len(recent), "met": len(met)},
        unreached=_("It is not asked where these rules end the search: %(names)s.")
        % {"names": ", ".join(stopped)}
        if stopped
        else "",
        changed=_("%(count)d of them would be sorted otherwise than they are now.")
        % {"count": changing},
        lines=lines[:SHOWN],
        more=_("%(count)d more are not listed.") % {"count": len(lines) - SHOWN}
        if len(lines) > SHOWN
        else "",
    )


def _trial_line(
    one: RecentRequest, *, result: Trial, names: Mapping[str, Any], language: str
) -> TrialLine:
    return TrialLine(
        when=moment_words(one.received_at),
        sender=one.sender,
        subject=one.facts.subject or _("(no subject)"),
        lang=one.facts.language,
        href=reverse("desk:ticket", args=[one.ticket.number]) if one.ticket else "",
        changes=_changes(one, result=result, names=names, language=language),
    )


def _changes(
    one: RecentRequest, *, result: Trial, names: Mapping[str, Any], language: str
) -> list[str]:
    """What would be otherwise; empty when nothing would."""
    if result.stopped_by:
        return []
    decided = {name: names[name] for name in names if getattr(result.effects, name)}
    if one.ticket is None:
        return []  # it is spam already
    now_ = _now(one.ticket, language=language)
    other = {name: value for name, value in decided.items() if now_.get(name) != value}
    return effect_words(other)


def _now(ticket: Ticket, *, language: str) -> dict[str, Any]:
    kind, service = ticket.question_type, ticket.suggested_service
    return {
        "question_type": kind.name_in(language) if kind else "",
        "service": service.name_in(language) if service else "",
        "owner": ticket.owner.name if ticket.owner else "",
        "impact": ticket.impact,
        "urgency": ticket.urgency,
        "language": ticket.language,
        "next_action": ticket.next_action,
        "no_acknowledgement": None,
    }


def rule_history(entries: Iterable[Entry]) -> list[str]:
    """Who changed what of a rule, and when; the newest first."""
    told = []
    for entry in entries:
        name = entry.by.name if entry.by else _("the machine")
        told.append(f"{dated_words(entry.at)} · {name}: {_happened(entry)}")
    return told


def _happened(entry: Entry) -> str:
    facts = entry.facts
    if entry.verb == "sorting_rule.changed":
        changes = facts.get("changed", {})
        return "; ".join(
            f"{SETTING_NAMES.get(name, name)}: {_setting(name, before)} → {_setting(name, after)}"
            for name, (before, after) in changes.items()
        )
    if entry.verb == "sorting_rule.moved":
        return str(_("moved from place %(before)s to %(after)s") % facts)
    return str(
        {
            "sorting_rule.created": _("added"),
            "sorting_rule.switched_on": _("switched on"),
            "sorting_rule.switched_off": _("switched off"),
        }.get(entry.verb, entry.verb)
    )


def _setting(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "conditions" and isinstance(value, list):
        return condition_words(value, any_suffices=False)
    return readable(name, value) if value not in (None, "") else "–"
