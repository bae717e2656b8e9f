"""Sorting rules: which of the manager's rules a message meets, and what they decide.

Rules go from top to bottom. What an upper rule decides stands: a lower rule fills in only
what is still open. A rule that stops ends the search. Nothing here is a pattern language:
each comparison takes time linear in the message, whatever the manager or the sender wrote.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property

from vitrine.tickets.choices import SortingField, SortingOperator

TEXT_LOOKED_AT = 50_000
"""Characters of a text or of all header lines that a rule looks at."""
MOST_CONDITIONS = 20
MOST_VALUES = 50
LONGEST_VALUE = 200

WORDED = (
    SortingOperator.CONTAINS,
    SortingOperator.LACKS,
    SortingOperator.IS,
    SortingOperator.IS_NOT,
    SortingOperator.BEGINS,
    SortingOperator.WORDS,
)
CHOSEN = (SortingOperator.IS, SortingOperator.IS_NOT)
NEGATIVE = (SortingOperator.LACKS, SortingOperator.IS_NOT)
"""Met when none of the values fits; the others are met when one does."""

OPERATORS: dict[SortingField, tuple[SortingOperator, ...]] = {
    SortingField.SENDER: WORDED,
    SortingField.DOMAIN: CHOSEN,
    SortingField.RECIPIENT: WORDED,
    SortingField.SUBJECT: WORDED,
    SortingField.TEXT: WORDED,
    SortingField.ORGANISATION: CHOSEN,
    SortingField.CATEGORY: CHOSEN,
    SortingField.LANGUAGE: CHOSEN,
    SortingField.CHANNEL: CHOSEN,
    SortingField.FILES: CHOSEN,
    SortingField.HEADER: WORDED,
}
"""The comparisons that make sense for each field."""

YES, NO = "yes", "no"
_WORD = re.compile(r"\w+")


def folded(text: str) -> str:
    """`text` as rules compare it: without case, accents and differences of white space."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.casefold())
        text = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(text.lower().split())


@dataclass(frozen=True)
class MessageFacts:
    """What a rule may know about a message.

    sender         the address, blank for a fax or a form without one
    recipients     the addresses that it was sent to
    organisations  `category/code` of the organisation, as it was and as it is today
    category       the code of its category
    headers        name and value of every header line
    """

    sender: str = ""
    recipients: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    organisations: tuple[str, ...] = ()
    category: str = ""
    language: str = ""
    channel: str = ""
    has_files: bool = False
    headers: tuple[tuple[str, str], ...] = ()

    def seen(self, what: SortingField) -> tuple[str, ...]:
        """The folded texts that a condition on `what` compares with."""
        return self._folded[what]

    @cached_property
    def _folded(self) -> "Folded":
        return Folded(self)


class Folded(dict[SortingField, tuple[str, ...]]):
    """The texts of a message, each folded at the first look."""

    def __init__(self, facts: MessageFacts) -> None:
        super().__init__()
        self.facts = facts

    def __missing__(self, what: SortingField) -> tuple[str, ...]:
        self[what] = tuple(folded(text) for text in self._texts(what))
        return self[what]

    def _texts(self, what: SortingField) -> Iterable[str]:
        facts = self.facts
        if what == SortingField.DOMAIN:
            return domain_with_parents(facts.sender)
        if what == SortingField.RECIPIENT:
            return facts.recipients
        if what == SortingField.ORGANISATION:
            return facts.organisations
        if what == SortingField.FILES:
            return (YES if facts.has_files else NO,)
        if what == SortingField.HEADER:
            return _within_limit(facts.headers)
        return (str(getattr(facts, what))[:TEXT_LOOKED_AT],)


def _within_limit(headers: Iterable[tuple[str, str]]) -> Iterable[str]:
    """Header lines as `name: value`, together at most TEXT_LOOKED_AT characters."""
    left = TEXT_LOOKED_AT
    for name, value in headers:
        line = f"{name}: {value}"[:left]
        left -= len(line)
        if not line:
            return
        yield line


def domain_with_parents(address: str) -> tuple[str, ...]:
    """The domain behind the @ and every domain above it of at least two labels."""
    domain = address.rpartition("@")[2].strip().rstrip(".").lower() if "@" in address else ""
    labels = domain.split(".")
    return tuple(".".join(labels[first:]) for first in range(max(len(labels) - 1, 0)))


@dataclass(frozen=True)
class Condition:
    """One comparison; `values` are alternatives, each folded."""

    what: SortingField
    operator: SortingOperator
    values: tuple[str, ...]

    def is_met(self, facts: MessageFacts) -> bool:
        """Whether the message meets it. Time linear in the message and in the values."""
        texts = facts.seen(self.what)
        fits = any(self._fits(text) for text in texts)
        return not fits if self.operator in NEGATIVE else fits

    def _fits(self, text: str) -> bool:
        if self.operator in (SortingOperator.CONTAINS, SortingOperator.LACKS):
            return any(value in text for value in self.values)
        if self.operator == SortingOperator.BEGINS:
            return text.startswith(self.values)
        if self.operator == SortingOperator.WORDS:
            words = set(_WORD.findall(text))
            return any(words.issuperset(_WORD.findall(value)) for value in self.values)
        return text in self.values


def condition(what: str, operator: str, *, values: Iterable[str]) -> Condition:
    """A condition with its values made comparable; blank ones are left out.

    Raises ValueError for a field, a comparison or a combination that does not exist, and
    when no value is left: a condition without a value would be met by everything.
    """
    field_, operator_ = SortingField(what), SortingOperator(operator)
    if operator_ not in OPERATORS[field_]:
        raise ValueError(f"{field_} cannot be compared by {operator_}")
    clean = (folded(value[:LONGEST_VALUE]) for value in values)
    if field_ == SortingField.DOMAIN:
        clean = (value.removeprefix("*").lstrip("@.").rstrip(".") for value in clean)
    if operator_ == SortingOperator.WORDS:
        clean = (value for value in clean if _WORD.search(value))
    kept = tuple(dict.fromkeys(value for value in clean if value))[:MOST_VALUES]
    if not kept:
        raise ValueError("a condition without a value")
    return Condition(field_, operator_, kept)


@dataclass(frozen=True)
class Effects:
    """What rules decide about a message; None and blank leave it open.

    question_type, service, owner   ids; the service is a suggestion, nothing is handed over
    """

    question_type: int | None = None
    service: int | None = None
    owner: int | None = None
    impact: int | None = None
    urgency: int | None = None
    language: str = ""
    next_action: str = ""
    is_spam: bool = False
    no_acknowledgement: bool = False

    def __bool__(self) -> bool:
        """Whether anything is decided."""
        return self != Effects()

    def still_open(self, other: "Effects") -> "Effects":
        """The part of `other` that this one leaves open."""
        given = {each.name for each in fields(self) if getattr(self, each.name)}
        return replace(other, **{name: getattr(Effects, name) for name in given})

    def filled_by(self, other: "Effects") -> "Effects":
        """This one, with what it leaves open taken from `other`."""
        more = {each.name: getattr(other, each.name) for each in fields(other)}
        return replace(self, **{k: v for k, v in more.items() if v and not getattr(self, k)})


@dataclass(frozen=True)
class Rule:
    """A sorting rule as it is applied. Without conditions it is met by nothing."""

    id: int
    name: str
    conditions: tuple[Condition, ...]
    effects: Effects
    any_suffices: bool = False
    stops: bool = False

    def is_met(self, facts: MessageFacts) -> bool:
        """Whether the message meets the conditions: all of them, or one where one suffices."""
        if not self.conditions:
            return False
        enough = any if self.any_suffices else all
        return enough(each.is_met(facts) for each in self.conditions)


@dataclass(frozen=True)
class Applied:
    """A rule that was met and what it contributed; blank effects: upper rules were faster."""

    rule: Rule
    effects: Effects


@dataclass(frozen=True)
class Decision:
    """What the rules say about a message together."""

    effects: Effects = field(default_factory=Effects)
    applied: tuple[Applied, ...] = ()


def decide(facts: MessageFacts, *, rules: Sequence[Rule]) -> Decision:
    """Go through `rules` from top to bottom; a rule that makes it spam ends the search too."""
    effects = Effects()
    applied: list[Applied] = []
    for rule in rules:
        if not rule.is_met(facts):
            continue
        fresh = effects.still_open(rule.effects)
        applied.append(Applied(rule, fresh))
        effects = effects.filled_by(fresh)
        if rule.stops or effects.is_spam:
            break
    return Decision(effects, tuple(applied))


@dataclass(frozen=True)
class Trial:
    """What one rule of a list would do to a message.

    is_met       the message meets its conditions
    stopped_by   the name of the upper rule after which it would not be asked; blank: it is
    effects      what it would decide, upper rules considered
    """

    is_met: bool
    stopped_by: str = ""
    effects: Effects = field(default_factory=Effects)


def try_rule(rule: Rule, *, facts: MessageFacts, upper: Sequence[Rule]) -> Trial:
    """Try `rule` on a message, below the rules `upper`."""
    if not rule.is_met(facts):
        return Trial(is_met=False)
    before = decide(facts, rules=upper)
    last = before.applied[-1].rule if before.applied else None
    if last is not None and (last.stops or before.effects.is_spam):
        return Trial(is_met=True, stopped_by=last.name)
    return Trial(is_met=True, effects=before.effects.still_open(rule.effects))
