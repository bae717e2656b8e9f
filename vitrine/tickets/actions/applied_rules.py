"""What sorting rules decide about a new request, carried out and told on its timeline."""

from dataclasses import dataclass
from typing import Any

from vitrine.accounts.models import Account
from vitrine.directory.models import Service
from vitrine.journal.actions import record
from vitrine.tickets.models import QuestionType, Ticket
from vitrine.tickets.rules import Applied, Decision, Effects

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


def tell_applied(ticket: Ticket, *, decision: Decision, places: Sorted) -> None:
    """One journal entry per rule that decided something, with what it decided."""
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
