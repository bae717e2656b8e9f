"""What is counted at the telephone, each figure with its formula beside it.

O offered (began to wait for a person), A answered by a person, B hung up while waiting, S short
ones of B (before a limit, 5 s unless the house says otherwise), T the waiting time of the service
level. Peers differ silently in their formulas, so several stand side by side, labelled. Every
offered call has exactly one outcome or is still present: O = sum of outcomes + present, always.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum


class Formula(StrEnum):
    """How a figure is computed; the text is the formula."""

    SERVICE_LEVEL = "A≤T / (O − S)"
    """Ours: who hangs up at once had not begun to wait; every other abandon counts against us."""
    SERVICE_LEVEL_OF_ALL = "A≤T / O"
    SERVICE_LEVEL_OF_ANSWERED = "A≤T / A"
    """Asterisk's `SL`: hides those who hung up."""
    SERVICE_LEVEL_WITH_QUICK_ABANDONS = "(A≤T + B≤T) / (A + B)"
    """Asterisk's `SL2`: who hangs up early counts as good."""
    ANSWER_RATE = "A / O"
    ABANDONMENT = "(B − S) / (O − S)"
    MEAN_WAIT_OF_ANSWERED = "Σ wait of A / A"
    MEAN_WAIT_OF_ALL = "Σ wait / O"
    MEAN_WAIT_OF_ABANDONED = "Σ wait of B / B"
    HANDLE_TIME = "(talk + hold + wrap-up) / A"
    TALK_TIME = "talk / A"
    HOLD_TIME = "hold / A"
    WRAP_UP_TIME = "wrap-up / A"
    TRANSFERS = "transfers / A"
    MISSED_RINGS = "rings not answered / rings"
    HONEST_WAITS = "waits ≤ announced / announced"
    WAIT_ERROR = "Σ |wait − announced| / announced"
    OCCUPANCY = "(ringing + talk + wrap-up) / (signed in − pauses)"


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Calls of a period, counted; times in seconds."""

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    """Hung up while waiting, the short ones included."""
    short: int = 0
    message: int = 0
    call_back: int = 0
    closed: int = 0
    lost: int = 0
    present: int = 0
    """Not ended yet."""
    answered_in_time: int = 0
    abandoned_in_time: int = 0
    wait_answered: float = 0.0
    wait_abandoned: float = 0.0
    wait_all: float = 0.0
    talk: float = 0.0
    hold: float = 0.0
    wrap_up: float = 0.0
    ringing: float = 0.0
    transfers: int = 0
    rung: int = 0
    missed: int = 0
    announced: int = 0
    """Who was told a waiting time and then served."""
    honest: int = 0
    announced_error: float = 0.0

    def __add__(self, other: "Counts") -> "Counts":
        """Both periods, or both groups, together."""
        return Counts(
            **{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)}
        )

    @property
    def is_balanced(self) -> bool:
        """Whether every offered call is accounted for, exactly once."""
        outcomes = (
            self.answered,
            self.abandoned,
            self.message,
            self.call_back,
            self.closed,
            self.lost,
        )
        return self.offered == sum(outcomes) + self.present


def figure(formula: Formula, counts: Counts) -> float | None:
    """The figure by its formula; shares 0 to 1, times in seconds; None: nothing to divide by.

    OCCUPANCY comes from the agents' time, not from calls: see `occupancy`.
    """
    above, below = parts(formula, counts)
    return above / below if below > 0 else None


def parts(formula: Formula, counts: Counts) -> tuple[float, float]:
    """What stands above and below the line of the formula: of a few calls one shows both."""
    return _PARTS[formula](counts)


def occupancy(seconds: Mapping[str, float]) -> float | None:
    """How busy somebody was who was there: state -> seconds in it; None: nobody was."""
    busy = sum(seconds.get(state, 0.0) for state in ("ringing", "talking", "wrap-up"))
    there = busy + seconds.get("ready", 0.0)
    return busy / there if there > 0 else None


_PARTS: Mapping[Formula, Callable[[Counts], tuple[float, float]]] = {
    Formula.SERVICE_LEVEL: lambda c: (c.answered_in_time, c.offered - c.short),
    Formula.SERVICE_LEVEL_OF_ALL: lambda c: (c.answered_in_time, c.offered),
    Formula.SERVICE_LEVEL_OF_ANSWERED: lambda c: (c.answered_in_time, c.answered),
    Formula.SERVICE_LEVEL_WITH_QUICK_ABANDONS: lambda c: (
        c.answered_in_time + c.abandoned_in_time,
        c.answered + c.abandoned,
    ),
    Formula.ANSWER_RATE: lambda c: (c.answered, c.offered),
    Formula.ABANDONMENT: lambda c: (c.abandoned - c.short, c.offered - c.short),
    Formula.MEAN_WAIT_OF_ANSWERED: lambda c: (c.wait_answered, c.answered),
    Formula.MEAN_WAIT_OF_ALL: lambda c: (c.wait_all, c.offered),
    Formula.MEAN_WAIT_OF_ABANDONED: lambda c: (c.wait_abandoned, c.abandoned),
    Formula.HANDLE_TIME: lambda c: (c.talk + c.hold + c.wrap_up, c.answered),
    Formula.TALK_TIME: lambda c: (c.talk, c.answered),
    Formula.HOLD_TIME: lambda c: (c.hold, c.answered),
    Formula.WRAP_UP_TIME: lambda c: (c.wrap_up, c.answered),
    Formula.TRANSFERS: lambda c: (c.transfers, c.answered),
    Formula.MISSED_RINGS: lambda c: (c.missed, c.rung),
    Formula.HONEST_WAITS: lambda c: (c.honest, c.announced),
    Formula.WAIT_ERROR: lambda c: (c.announced_error, c.announced),
}
