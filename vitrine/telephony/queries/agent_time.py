"""What agents did with their time, told from the journal of calls.

An agent is in a state from one `agent-changed` to his next one. When the process of the telephone
dies nobody is in any state: the last one ends with the last entry of that life.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

BEFORE = timedelta(hours=24)
"""How far back the state is looked for in which somebody was when the period began."""
OFFLINE = "offline"


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Some time in one state; within the period asked for."""

    agent: str
    state: str
    since: datetime
    until: datetime
    reason: str = ""
    call: str = ""

    @property
    def seconds(self) -> float:
        """Its length."""
        return (self.until - self.since).total_seconds()


_STRETCHES = """
WITH changes AS (
    SELECT agent, epoch, sequence, at, call, facts ->> 'state' AS state,
        coalesce(facts ->> 'reason', '') AS reason,
        lead(at) OVER mine AS next_at, lead(epoch) OVER mine AS next_epoch
    FROM telephony_callentry
    WHERE kind = 'agent-changed' AND at >= %(before)s AND at < %(until)s
    WINDOW mine AS (PARTITION BY agent ORDER BY epoch, sequence)
), lives AS (
    SELECT epochs.epoch, (
        SELECT last.at FROM telephony_callentry AS last WHERE last.epoch = epochs.epoch
        ORDER BY last.sequence DESC LIMIT 1
    ) AS ended_at,
    EXISTS (
        SELECT FROM telephony_callentry AS later
        WHERE later.epoch > epochs.epoch AND later.epoch <> epochs.epoch || '~after'
    ) AS is_over
    FROM (SELECT DISTINCT epoch FROM changes) AS epochs
)
SELECT agent, state, reason, call,
    greatest(at, %(since)s) AS since,
    least(%(until)s, %(now)s, CASE
        WHEN next_epoch = changes.epoch THEN next_at
        WHEN lives.is_over THEN lives.ended_at
        ELSE coalesce(next_at, %(until)s)
    END) AS until
FROM changes JOIN lives USING (epoch)
WHERE state <> 'offline'
ORDER BY agent, epoch, sequence
"""


def stretches(*, since: datetime, until: datetime, now: datetime) -> list[Stretch]:
    """What each agent did from `since` to `until`, by agent and time; nothing after `now`."""
    values = {"since": since, "until": until, "before": since - BEFORE, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(_STRETCHES, values)
        rows = cursor.fetchall()
    return [
        Stretch(agent=agent, state=state, reason=reason, call=call, since=begins, until=ends)
        for agent, state, reason, call, begins, ends in rows
        if begins < ends
    ]


def seconds_by_agent(
    *, since: datetime, until: datetime, now: datetime | None = None
) -> dict[str, dict[str, float]]:
    """Agent -> state -> seconds in it, within the period."""
    spent: dict[str, dict[str, float]] = {}
    for one in stretches(since=since, until=until, now=now or until):
        mine = spent.setdefault(one.agent, {})
        mine[one.state] = mine.get(one.state, 0.0) + one.seconds
    return spent


def together(spent: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """State -> seconds of all agents."""
    whole: dict[str, float] = {}
    for mine in spent.values():
        for state, seconds in mine.items():
            whole[state] = whole.get(state, 0.0) + seconds
    return whole
