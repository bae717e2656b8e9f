"""Whether every call is what its journal tells, and every offered call has one outcome."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from vitrine.telephony.models import Call
from vitrine.telephony.queries.calls import rebuilt
from vitrine.telephony.rules.stories import FIELDS


@dataclass
class Accounts:
    """What a comparison has found."""

    calls: int = 0
    offered: int = 0
    present: int = 0
    """Offered and not ended yet."""
    outcomes: dict[str, int] = field(default_factory=dict)
    differing: list[str] = field(default_factory=list)
    """`name: field, field` of calls whose row is not what a replay tells."""
    stale: int = 0
    """Kept and not told yet."""

    @property
    def is_balanced(self) -> bool:
        """Whether offered = sum of outcomes + present."""
        return self.offered == sum(self.outcomes.values()) + self.present

    @property
    def is_whole(self) -> bool:
        """Whether nothing is to be said against it."""
        return self.is_balanced and not self.differing


def replay_all() -> Accounts:
    """Replay the journal of every call and compare; reads only, call by call."""
    accounts = Accounts()
    for call in _calls():
        accounts.calls += 1
        if call.is_stale:
            accounts.stale += 1
            continue
        story = rebuilt(call.name)
        differing = [name for name in FIELDS if getattr(call, name) != getattr(story, name)]
        if differing:
            accounts.differing.append(f"{call.name}: {', '.join(differing)}")
        if call.offered_at is not None:
            accounts.offered += 1
            if call.outcome:
                accounts.outcomes[call.outcome] = accounts.outcomes.get(call.outcome, 0) + 1
            else:
                accounts.present += 1
    return accounts


def _calls() -> Iterator[Call]:
    yield from Call.objects.order_by("id").iterator(chunk_size=500)
