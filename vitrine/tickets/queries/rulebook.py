"""The rules of the house as they are applied, kept in memory until somebody changes one.

One small statement per message tells whether what is kept is still true; everything else
is read once per process and change.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from uuid import UUID

from vitrine.directory.models import Organisation
from vitrine.directory.queries import living_successor
from vitrine.tickets.choices import SortingField
from vitrine.tickets.models import BlockedSender, IntakePolicy, SortingRule
from vitrine.tickets.rules import Block, Condition, Effects, Rule, condition

NOTHING_BLOCKED: Mapping[str, Block] = MappingProxyType({})


@dataclass(frozen=True)
class Rulebook:
    """What is decided about messages before anybody reads them.

    rules    those switched on, the first decides first
    blocks   by address or domain; expired ones may still stand in it
    """

    rules: tuple[Rule, ...] = ()
    blocks: Mapping[str, Block] = field(default_factory=lambda: NOTHING_BLOCKED)
    trusted_hops: tuple[str, ...] = ()
    spam_points: float | None = None
    fax_gateways: frozenset[str] = frozenset()
    """Empty: no fax is taken."""

    @property
    def asks_organisation(self) -> bool:
        """Whether any rule looks at the organisation of the sender."""
        wanted = (SortingField.ORGANISATION, SortingField.CATEGORY)
        return any(each.what in wanted for rule in self.rules for each in rule.conditions)


def intake_policy() -> IntakePolicy:
    """The one row; a fresh one, not stored, while nobody has changed anything."""
    return IntakePolicy.objects.filter(pk=1).first() or IntakePolicy(id=1)


def current_rulebook() -> Rulebook:
    """The rules as they are now; one statement when nothing has changed since the last call."""
    token = IntakePolicy.objects.filter(pk=1).values_list("token", flat=True).first()
    return _rulebook(token) if token else Rulebook()


@lru_cache(maxsize=2)
def _rulebook(_token: UUID) -> Rulebook:
    policy = intake_policy()
    gateways = policy.fax_gateways if policy.takes_fax else []
    return Rulebook(
        rules=tuple(rules_of(SortingRule.objects.filter(is_on=True).order_by("position"))),
        blocks=MappingProxyType(
            {
                row.pattern: Block(row.pk, row.reason, row.expires_at)
                for row in BlockedSender.objects.filter(lifted_at=None)
            }
        ),
        trusted_hops=tuple(policy.trusted_hops),
        spam_points=policy.spam_points,
        fax_gateways=frozenset(str(address).lower() for address in gateways),
    )


def rules_of(rows: Iterable[SortingRule]) -> list[Rule]:
    """The rows as rules that can be applied; a condition that cannot be read is left out.

    A rule that loses a condition so is never met, rather than by more than was meant.
    """
    return [
        Rule(
            id=row.pk or 0,
            name=row.name,
            conditions=_conditions_of(row.conditions),
            effects=effects_of(row),
            any_suffices=row.any_suffices,
            stops=row.stops,
        )
        for row in rows
    ]


def effects_of(row: SortingRule) -> Effects:
    """What the rule decides."""
    return Effects(
        question_type=row.question_type_id,
        service=row.service_id,
        owner=row.owner_id,
        impact=row.impact,
        urgency=row.urgency,
        language=row.language,
        next_action=row.next_action,
        is_spam=row.is_spam,
        no_acknowledgement=row.no_acknowledgement,
    )


def _conditions_of(written: Iterable[tuple[str, str, list[str]]]) -> tuple[Condition, ...]:
    read: list[Condition] = []
    for what, operator, values in written:
        try:
            more = _with_successors(values) if what == SortingField.ORGANISATION else values
            read.append(condition(what, operator, values=more))
        except ValueError:
            return ()
    return tuple(read)


def _with_successors(keys: Iterable[str]) -> list[str]:
    """`category/code` of each organisation and of what it has become since."""
    together: list[str] = []
    for key in keys:
        category, _slash, code = key.partition("/")
        row = (
            Organisation.objects.filter(category__code__iexact=category, code__iexact=code)
            .select_related("category")
            .first()
        )
        together.append(key)
        if row is not None:
            together.append(key_of(living_successor(row)))
    return together


def key_of(organisation: Organisation) -> str:
    """How rules name an organisation: `COM/99003`."""
    return f"{organisation.category.code}/{organisation.code}"
