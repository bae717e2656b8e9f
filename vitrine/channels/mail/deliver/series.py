"""What nobody wrote by hand leaves in series: many messages, one commit between two of them.

The marks are those of a message alone (see `keeping`): before the first byte of a message
leaves, it is committed that it is being handed over; that it was taken is committed with the
mark of the next. Whatever is out of the ordinary is left to `keeping`.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from vitrine.channels.mail.deliver.compose import letter_for
from vitrine.channels.mail.deliver.connections import Refused
from vitrine.channels.mail.deliver.keeping import (
    domain_of,
    in_hand,
    in_its_turn,
    left_uncertain,
    noted_as_taken,
    refused,
)
from vitrine.channels.mail.deliver.surroundings import surroundings_of
from vitrine.channels.mail.deliver.transport import Letter, Uncertain, hand_over, uses_sink
from vitrine.correspondence.actions import (
    MOST_IN_SERIES,
    Claim,
    claimed,
    defer_series,
    end_pauses,
    let_promise_wait,
    pass_on,
    take_turns,
)
from vitrine.correspondence.choices import FailureClass
from vitrine.correspondence.models import Promise
from vitrine.correspondence.queries import are_behind, promises_in_hand, promises_to_keep
from vitrine.kernel.clock import now

AT_ONCE = 10
"""Messages composed together, before the first of them leaves."""
MOST_WAITING = 10
"""Requests that may wait before the answers to earlier ones do."""
GIVES_WAY_FOR = timedelta(seconds=30)
"""After that long a message leaves, whoever waits."""
LOOK_AGAIN = timedelta(seconds=1)
AWAY_FOR = timedelta(minutes=1)


def keep_in_series(promise_ids: Sequence[int], *, take_along: bool = False) -> None:
    """Deliver these; the rest is deferred when requests wait, or when the server is away.

    take_along  also others that are due, as many as leave in one series: the jobs that ask
                for these will find nothing to do
    """
    along = max(0, MOST_IN_SERIES - len(promise_ids)) if take_along else 0
    waiting = promises_to_keep(promise_ids, along=along, at=now())
    if not waiting:
        return
    with claimed(Claim.PROMISES, ids=waiting) as held:
        rows = list(promises_in_hand(held, at=now()))
        for owed in rows:
            if owed.handing_over_at is not None:
                in_hand(owed)  # it was cut off
        _Series([owed for owed in rows if owed.handing_over_at is None]).leave()


def _with_turn(promises: Sequence[Promise]) -> list[Promise]:
    """Those that may leave at once in the pace of their domain; the others wait for their turn."""
    if uses_sink():
        return list(promises)
    at = now()
    fresh = [owed for owed in promises if not owed.has_turn]
    turns = dict(zip(fresh, take_turns([domain_of(owed) for owed in fresh], at=at), strict=True))
    found = []
    for owed in promises:
        if turn := turns.get(owed):
            let_promise_wait(owed, until=turn, has_turn=True)
        else:
            owed.has_turn = True
            found.append(owed)
    return found


class _Series:
    """Messages on their way; at most one was taken without being noted yet."""

    def __init__(self, promises: Sequence[Promise]) -> None:
        self._promises = promises
        self._taken: tuple[Promise, str] | None = None
        self._reached: set[str] = set()
        self._slow: set[str] = set()

    def leave(self) -> None:
        """Hand them over, one after the other; what is left is deferred."""
        for start in range(0, len(self._promises), AT_ONCE):
            group = self._promises[start : start + AT_ONCE]
            if _gives_way(group[0]):
                self._defer_from(start, after=LOOK_AGAIN)
                break
            ready = _with_turn(group)
            count = self._leave_together(ready)
            if count < len(ready):
                for owed in ready[count:]:
                    let_promise_wait(owed, until=now() + AWAY_FOR, has_turn=owed.has_turn)
                self._defer_from(start + AT_ONCE, after=AWAY_FOR)
                break
        if self._reached:
            end_pauses(self._reached)

    def _defer_from(self, start: int, *, after: timedelta) -> None:
        defer_series([owed.pk for owed in self._promises[start:]], at=now() + after)

    def _leave_together(self, group: Sequence[Promise]) -> int:
        """How many were tried: fewer than there are when the server is away."""
        count = 0
        for owed, letter in list(_letters(group)):
            count += 1
            if letter is None or domain_of(owed) in self._slow:
                self._note()
                in_its_turn(owed)
            elif not self._hand_over(owed, letter):
                break
        self._note()
        return count

    def _hand_over(self, owed: Promise, letter: Letter) -> bool:
        """False: the server is away, nothing else is to be tried."""
        if not self._note(then=owed):
            return True
        try:
            taken = hand_over(letter)
        except Refused as refusal:
            if refusal.meaning.is_throttled:
                self._slow_down(domain_of(owed))
            refused(owed, refusal)
            return refusal.meaning.kind != FailureClass.AWAY
        except Uncertain as doubt:
            left_uncertain(owed, words=str(doubt))
            return True
        if taken.refused_copies:
            noted_as_taken(owed, taken)
        else:
            self._taken = owed, taken.proof
            self._reached.add(domain_of(owed))
        return True

    def _slow_down(self, domain: str) -> None:
        """The pause that is about to begin comes after what the domain has taken."""
        if domain in self._reached:
            end_pauses([domain])
            self._reached.discard(domain)
        self._slow.add(domain)

    def _note(self, *, then: Promise | None = None) -> bool:
        """Whether `then` may be handed over; what was taken before it is noted in any case."""
        before, proof = self._taken or (None, "")
        if before is None and then is None:
            return False
        self._taken = None
        return pass_on(taken=before, proof=proof, then=then)


def _letters(group: Sequence[Promise]) -> Iterator[tuple[Promise, Letter | None]]:
    """Each with its letter; None: it cannot be made, which `keeping` tells."""
    around = surroundings_of(group)
    for owed in group:
        try:
            yield owed, letter_for(owed, around=around[owed.pk])
        except (OSError, ValueError):
            yield owed, None


def _gives_way(owed: Promise) -> bool:
    """Whether requests wait that go before this answer to an earlier one."""
    return now() - owed.promised_at < GIVES_WAY_FOR and are_behind(more_than=MOST_WAITING)
