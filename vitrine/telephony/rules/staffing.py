"""Erlang's formulas: what a queue must do when everybody can take every call.

Notation of the literature: a calls arrive per mean call length (offered load, in erlangs),
n agents. Sources: A. K. Erlang 1917 (B and C); C. Palm 1946, and Garnett, Mandelbaum and
Reiman 2002 (A, callers whose patience is exponential).
"""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil, exp, inf

HOUR = timedelta(hours=1)
GOOD_WAIT = timedelta(seconds=20)
"""Within which a call should be answered: the usual 80 % in 20 s."""
MOST_AGENTS = 10_000


@dataclass(frozen=True)
class Queueing:
    """What a queue does in the long run; shares are from 0 to 1 of all calls offered."""

    probability_of_wait: float
    mean_wait: timedelta
    """Over all calls offered, also those answered at once; `timedelta.max` when it grows."""
    service_level: float
    """Answered within the time asked for."""
    abandoned: float
    occupancy: float
    """Share of the agents' time that is spent with callers."""


def load(*, calls_per_hour: float, handle_time: timedelta) -> float:
    """The offered load in erlangs. Raises ValueError for a negative number."""
    if calls_per_hour < 0 or handle_time <= timedelta(0):
        raise ValueError(f"calls_per_hour={calls_per_hour}, handle_time={handle_time}")
    return calls_per_hour * (handle_time / HOUR)


def erlang_b(*, erlangs: float, lines: int) -> float:
    """The share of calls that find all `lines` busy, when nobody waits.

    B(0) = 1, B(k) = a B(k-1) / (k + a B(k-1)). Raises ValueError when something is negative.
    """
    if erlangs < 0 or lines < 0:
        raise ValueError(f"erlangs={erlangs}, lines={lines}")
    blocked = 1.0
    for line in range(1, lines + 1):
        blocked = erlangs * blocked / (line + erlangs * blocked)
    return blocked


def erlang_c(
    *,
    calls_per_hour: float,
    handle_time: timedelta,
    agents: int,
    within: timedelta = GOOD_WAIT,
) -> Queueing:
    """A queue in which everybody waits until he is served (M/M/n).

    C = n B / (n - a (1 - B)), P(W > t) = C e^(-(n - a) t / handle time). With a >= n the queue
    grows without end: everybody waits, nobody is answered in time.
    """
    erlangs = load(calls_per_hour=calls_per_hour, handle_time=handle_time)
    if agents <= erlangs or agents == 0:
        return Queueing(1.0, timedelta.max, 0.0, 0.0, 1.0)
    blocked = erlang_b(erlangs=erlangs, lines=agents)
    waits = agents * blocked / (agents - erlangs * (1 - blocked))
    spare = agents - erlangs
    late = waits * exp(-spare * (within / handle_time))
    return Queueing(
        probability_of_wait=waits,
        mean_wait=waits * handle_time / spare,
        service_level=1 - late,
        abandoned=0.0,
        occupancy=erlangs / agents,
    )


def erlang_a(
    *,
    calls_per_hour: float,
    handle_time: timedelta,
    agents: int,
    patience: timedelta,
    within: timedelta = GOOD_WAIT,
) -> Queueing:
    """A queue in which callers give up after an exponential patience (M/M/n+M).

    A birth-and-death chain: k callers in the system are left at the rate
    min(k, n) mu + (k - n)^+ theta. P(abandon) = theta E[queue] / lambda. The service level counts
    those answered within `within`, of all offered: found by walking a caller's wait through the
    chain of those before him.
    """
    if patience <= timedelta(0):
        raise ValueError(f"patience={patience}")
    erlangs = load(calls_per_hour=calls_per_hour, handle_time=handle_time)
    if erlangs == 0:
        return Queueing(0.0, timedelta(0), 1.0, 0.0, 0.0)
    impatience = handle_time / patience  # theta, with mu = 1
    shares = _states(erlangs=erlangs, agents=agents, impatience=impatience)
    queued = shares[agents:]
    length = sum(ahead * share for ahead, share in enumerate(queued))
    gone = impatience * length / erlangs
    answered_late = sum(
        share
        * _served_later(ahead, agents=agents, impatience=impatience, after=within / handle_time)
        for ahead, share in enumerate(queued)
        if share > 1e-12
    )
    return Queueing(
        probability_of_wait=sum(queued),
        mean_wait=length / erlangs * handle_time,
        service_level=max(0.0, 1 - gone - answered_late),
        abandoned=gone,
        occupancy=erlangs * (1 - gone) / agents if agents else 1.0,
    )


def _states(*, erlangs: float, agents: int, impatience: float) -> list[float]:
    """The long-run share of each number of callers in the system, until it is negligible."""
    weights, largest = [1.0], 1.0
    while len(weights) <= agents or weights[-1] > largest * 1e-14:
        present = len(weights)
        leaving = min(present, agents) + max(present - agents, 0) * impatience
        weights.append(weights[-1] * erlangs / leaving if leaving else 0.0)
        largest = max(largest, weights[-1])
        if largest > 1e200:  # many agents: the first weights do not matter any more
            weights = [weight / largest for weight in weights]
            largest = 1.0
    total = sum(weights)
    return [weight / total for weight in weights]


def _served_later(ahead: int, *, agents: int, impatience: float, after: float) -> float:
    """The chance that one who finds `ahead` waiting is served, but later than `after`.

    after   in mean call lengths
    Given that he stays, those before him leave at the rates n + j theta, j = ahead..0; the wait is
    a sum of exponentials, taken by uniformisation, with his own patience beside it.
    """
    if agents == 0:
        return 0.0
    rates = [agents + j * impatience for j in range(ahead, -1, -1)]
    fastest = rates[0] + impatience
    still = [0.0] * len(rates)
    still[0] = 1.0
    weight, seen = exp(-fastest * after), 0.0
    at_the_time = [0.0] * len(rates)
    steps = ceil(fastest * after + 12 * (fastest * after) ** 0.5 + 30)
    for step in range(steps):
        if step:
            weight *= fastest * after / step
            still = _one_step(still, rates=rates, impatience=impatience, fastest=fastest)
        seen += weight
        at_the_time = [a + weight * b for a, b in zip(at_the_time, still, strict=True)]
    chance = 0.0
    later = [0.0] * len(rates)  # the chance to be served at last, from each place
    for place in reversed(range(len(rates))):
        onward = later[place + 1] if place + 1 < len(rates) else 1.0
        later[place] = rates[place] / (rates[place] + impatience) * onward
        chance += at_the_time[place] * later[place]
    return chance


def _one_step(
    still: list[float], *, rates: list[float], impatience: float, fastest: float
) -> list[float]:
    """Where he stands one step of the uniformised chain later; who is served or gone is absent."""
    moved = [0.0] * len(still)
    for place, share in enumerate(still):
        if not share:
            continue
        moved[place] += share * (1 - (rates[place] + impatience) / fastest)
        if place + 1 < len(still):
            moved[place + 1] += share * rates[place] / fastest
    return moved


def agents_needed(
    *,
    calls_per_hour: float,
    handle_time: timedelta,
    patience: timedelta | None,
    level: float = 0.8,
    within: timedelta = GOOD_WAIT,
) -> int:
    """The fewest agents with whom `level` of the calls are answered within `within`.

    patience   None: nobody gives up
    Raises ValueError unless 0 < level < 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"level={level}")
    for agents in range(MOST_AGENTS):
        if patience is None:
            found = erlang_c(
                calls_per_hour=calls_per_hour,
                handle_time=handle_time,
                agents=agents,
                within=within,
            )
        else:
            found = erlang_a(
                calls_per_hour=calls_per_hour,
                handle_time=handle_time,
                agents=agents,
                patience=patience,
                within=within,
            )
        if found.service_level >= level or not calls_per_hour:
            return agents
    raise ValueError("more agents than any desk has")


def lines_needed(*, erlangs: float, blocked: float = 0.01) -> int:
    """The fewest lines of which at most the share `blocked` of the calls finds none free."""
    if not 0 < blocked < 1 or erlangs == inf:
        raise ValueError(f"erlangs={erlangs}, blocked={blocked}")
    lines, share = 0, 1.0
    while share > blocked:
        lines += 1
        share = erlangs * share / (lines + erlangs * share)
    return lines
