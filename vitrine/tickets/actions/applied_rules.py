"""What sorting rules decide about a new request, carried out and told on its timeline."""

from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from vitrine.accounts.models import Account
from vitrine.directory.models import Service
from vitrine.journal.actions import record
from vitrine.journal.queries import entries_about
from vitrine.tickets.actions.steps import deadline, locked
from vitrine.tickets.choices import Impact, State, Urgency
from vitrine.tickets.models import QuestionType, Ticket
from vitrine.tickets.rules import Applied, Decision, Effects, priority

NOTHING = Decision()


@dataclass(frozen=True)
class Sorted:
    """What a decision points at, as it exists now: what has been closed since is left out."""

    question_type: QuestionType | None = None
    service: Service | None = None
    owner: Account | None = None


def sorted_to(effects: Effects) -> Sorted:
    """The rows that `effects` point at; no statement for what they leave open."""
    owner = _active(Account, number=effects.owner)
    return Sorted(
        question_type=_active(QuestionType, number=effects.question_type),
        service=_active(Service, number=effects.service),
        owner=owner if owner and owner.works_at_desk else None,
    )


def _active(table: Any, *, number: int | None) -> Any:
    return table.objects.filter(pk=number, is_active=True).first() if number else None


@transaction.atomic
def sort_late(ticket: Ticket, *, decision: Decision) -> Ticket:
    """Sort a ticket whose words became known after it was opened; what is decided stays.

    Only a ticket that nobody has taken up, and only by rules that have not sorted it yet.
    """
    row = locked(ticket)
    entries = entries_about(row).filter(verb="ticket.sorted")
    told = {entry.facts.get("rule_id") for entry in entries}
    fresh = [each for each in decision.applied if each.rule.id not in told]
    if row.state != State.NEW or not fresh:
        return row
    effects = decision.effects
    places = sorted_to(effects)
    row.question_type = row.question_type or places.question_type
    row.suggested_service = row.suggested_service or places.service
    row.next_action = row.next_action or effects.next_action
    if places.owner and row.owner_id is None:
        row.owner, row.state = places.owner, State.OPEN
    _rank(row, effects=effects)
    row.save()
    tell_applied(row, decision=replace(decision, applied=tuple(fresh)))
    return row


def _rank(ticket: Ticket, *, effects: Effects) -> None:
    """Impact and urgency where they are still what every request begins with."""
    if ticket.impact == Impact.USER:
        ticket.impact = effects.impact or ticket.impact
    if ticket.urgency == Urgency.QUESTION:
        ticket.urgency = effects.urgency or ticket.urgency
    rank = priority(impact=ticket.impact, urgency=ticket.urgency)
    if rank != ticket.priority and ticket.paused_at is None:
        ticket.priority = rank
        ticket.due_at = deadline(ticket.opened_at, priority=rank)


def tell_applied(ticket: Ticket, *, decision: Decision) -> None:
    """One journal entry per rule that decided something, with what it decided."""
    places = sorted_to(decision.effects)
    for applied in decision.applied:
        facts = _facts(applied, places=places)
        record("ticket.sorted", subject=ticket, by=None, rule=applied.rule.name, **facts)


def _facts(applied: Applied, *, places: Sorted) -> dict[str, Any]:
    effects = applied.effects
    facts: dict[str, Any] = {"rule_id": applied.rule.id}
    if effects.question_type and places.question_type:
        facts["question_type"] = places.question_type.code
    if effects.service and places.service:
        facts["service"] = places.service.code
    if effects.owner and places.owner:
        facts["owner"] = places.owner.name
    for name in ("impact", "urgency", "language", "next_action", "no_acknowledgement"):
        if value := getattr(effects, name):
            facts[name] = value
    return facts
