"""Counting calls: one statement per question, whatever the number of calls.

A call belongs to the half-hour, the language and the service in which it was offered; to the agent
who answered it first. Waits run from the offer to the outcome.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection

from vitrine.telephony.queries.agent_time import seconds_by_agent
from vitrine.telephony.queries.setup import house_rules
from vitrine.telephony.rules.figures import Counts

HALF_HOUR = timedelta(minutes=30)


class By(StrEnum):
    """What the calls are told apart by."""

    NOTHING = ""
    HALF_HOUR = "half_hour"
    """Beginning of the half-hour, in UTC."""
    TIME_OF_DAY = "time_of_day"
    """`09:30`: beginning of the half-hour on the wall in Brussels, all days together."""
    DAY = "day"
    """`2026-11-23`, in Brussels."""
    WEEKDAY = "weekday"
    """1 Monday to 7 Sunday, in Brussels."""
    LANGUAGE = "language"
    SERVICE = "service"
    AGENT = "agent"


@dataclass(frozen=True, kw_only=True)
class Waits:
    """How long those who were answered had waited, in seconds: means hide what these show."""

    median: float | None
    ninth_decile: float | None
    longest: float | None


_WALL = "offered_at AT TIME ZONE 'Europe/Brussels'"
_KEYS = {
    By.NOTHING: "''",
    By.HALF_HOUR: "to_timestamp(floor(extract(epoch FROM offered_at) / 1800) * 1800)",
    By.TIME_OF_DAY: f"to_char(date_bin('30 minutes', {_WALL}, '2000-01-01'), 'HH24:MI')",
    By.DAY: f"to_char({_WALL}, 'YYYY-MM-DD')",
    By.WEEKDAY: f"extract(isodow FROM {_WALL})::int",
    By.LANGUAGE: "language",
    By.SERVICE: "service",
    By.AGENT: "answered_by",
}
_COUNTED = """
    count(*) AS offered,
    count(*) FILTER (WHERE outcome = 'answered') AS answered,
    count(*) FILTER (WHERE outcome = 'abandoned') AS abandoned,
    count(*) FILTER (WHERE outcome = 'abandoned' AND wait < %(short)s) AS short,
    count(*) FILTER (WHERE outcome = 'message') AS message,
    count(*) FILTER (WHERE outcome = 'call-back') AS call_back,
    count(*) FILTER (WHERE outcome = 'closed-while-waiting') AS closed,
    count(*) FILTER (WHERE outcome = 'lost') AS lost,
    count(*) FILTER (WHERE outcome = '') AS present,
    count(*) FILTER (WHERE outcome = 'answered' AND wait <= %(within)s) AS answered_in_time,
    count(*) FILTER (WHERE outcome = 'abandoned' AND wait <= %(within)s) AS abandoned_in_time,
    coalesce(sum(wait) FILTER (WHERE outcome = 'answered'), 0) AS wait_answered,
    coalesce(sum(wait) FILTER (WHERE outcome = 'abandoned'), 0) AS wait_abandoned,
    coalesce(sum(wait), 0) AS wait_all,
    coalesce(sum(talk_seconds) FILTER (WHERE outcome = 'answered'), 0) AS talk,
    coalesce(sum(hold_seconds) FILTER (WHERE outcome = 'answered'), 0) AS hold,
    0 AS wrap_up,
    coalesce(sum(ring_seconds), 0) AS ringing,
    coalesce(sum(transfers), 0) AS transfers,
    coalesce(sum(rung), 0) AS rung,
    coalesce(sum(missed), 0) AS missed,
    count(announced_seconds) FILTER (WHERE outcome = 'answered') AS announced,
    count(*) FILTER (WHERE outcome = 'answered' AND wait <= announced_seconds) AS honest,
    coalesce(sum(abs(wait - announced_seconds)) FILTER (WHERE outcome = 'answered'), 0)
        AS announced_error
"""
_OF_CALLS = """
FROM (
    SELECT *, extract(epoch FROM decided_at - offered_at)::float AS wait FROM telephony_call
    WHERE offered_at >= %(since)s AND offered_at < %(until)s {only}
) AS calls
"""
_WAITS = """
SELECT percentile_cont(ARRAY[0.5, 0.9, 1]) WITHIN GROUP (
    ORDER BY extract(epoch FROM decided_at - offered_at)
) FROM telephony_call
WHERE offered_at >= %(since)s AND offered_at < %(until)s AND outcome = 'answered' {only}
"""
_FILTERS = {
    "language": "AND language = %(language)s",
    "service": "AND service = %(service)s",
    "agent": "AND answered_by = %(agent)s",
}


def counts(*, since: datetime, until: datetime, **only: str) -> Counts:
    """All calls offered from `since` to before `until`, counted together.

    only  `language`, `service` or `agent`: nothing but calls with this value
    """
    found = counts_by(By.NOTHING, since=since, until=until, **only)
    return found.get("", Counts())


def counts_by(by: By, *, since: datetime, until: datetime, **only: str) -> dict[Any, Counts]:
    """The calls offered from `since` to before `until`, by what tells them apart, in its order.

    A group without calls is absent; see `counts` for `only`. The wrap-up is known of the whole
    and by agent; with calls told apart otherwise it is 0.
    """
    values = _limits() | {"since": since, "until": until, **only}
    with connection.cursor() as cursor:
        calls = _OF_CALLS.format(only=_only(only))
        sql = f"SELECT {_KEYS[by]} AS key, {_COUNTED} {calls} GROUP BY 1 ORDER BY 1"
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    found = {row[0]: _as_counts(row[1:]) for row in rows}
    if by in (By.NOTHING, By.AGENT) and set(only) <= {"agent"}:
        times = seconds_by_agent(since=since, until=until)
        return _with_wrap_up(found, times=times, by=by, agent=only.get("agent", ""))
    return found


def counts_by_each(*bys: By, since: datetime, until: datetime) -> dict[By, dict[Any, Counts]]:
    """The calls offered in the period, told apart in several ways by one statement.

    One statement sees one moment: each way adds up to the same whole, also while calls end. The
    wrap-up is 0 everywhere: it is the agents' time, see `seconds_by_agent`.
    """
    keys = ", ".join(_KEYS[by] for by in bys)
    sets = ", ".join(f"({_KEYS[by]})" for by in bys)
    sql = f"""
        SELECT grouping({keys}), {keys}, {_COUNTED} {_OF_CALLS.format(only="")}
        GROUP BY GROUPING SETS ({sets})
    """
    found: dict[By, dict[Any, Counts]] = {by: {} for by in bys}
    every = (1 << len(bys)) - 1
    with connection.cursor() as cursor:
        cursor.execute(sql, _limits() | {"since": since, "until": until})
        for which, *row in cursor.fetchall():
            place = len(bys) - (every ^ which).bit_length()  # the one bit that is 0, from the left
            found[bys[place]][row[place]] = _as_counts(row[len(bys) :])
    return {by: dict(sorted(groups.items())) for by, groups in found.items()}


def waits(*, since: datetime, until: datetime, **only: str) -> Waits:
    """Median, ninth decile and longest wait of the calls that were answered."""
    values: dict[str, Any] = {"since": since, "until": until, **only}
    with connection.cursor() as cursor:
        cursor.execute(_WAITS.format(only=_only(only)), values)
        [(found,)] = cursor.fetchall()
    median, ninth, longest = found or (None, None, None)
    return Waits(median=median, ninth_decile=ninth, longest=longest)


def _limits() -> dict[str, Any]:
    rules = house_rules()
    return {"short": rules.short_abandon_seconds, "within": rules.within_seconds}


def _as_counts(row: Sequence[Any]) -> Counts:
    names = [field.name for field in fields(Counts)]
    return Counts(**dict(zip(names, row, strict=True)))


def _only(only: Mapping[str, str]) -> str:
    return " ".join(_FILTERS[name] for name in only)


def _with_wrap_up(
    found: dict[Any, Counts], *, times: Mapping[str, Mapping[str, float]], by: By, agent: str
) -> dict[Any, Counts]:
    """The time after calls belongs to agents, not to one call."""
    spent = {
        name: seconds.get("wrap-up", 0.0) for name, seconds in times.items() if agent in ("", name)
    }
    if by == By.NOTHING:
        spent = {"": sum(spent.values())}
    return {key: one + Counts(wrap_up=spent.get(key, 0.0)) for key, one in found.items()}


def arrivals_by_half_hour(
    *, since: datetime, until: datetime
) -> Sequence[tuple[datetime, str, int]]:
    """(beginning of the half-hour, language, calls offered): what a what-if starts from."""
    sql = f"""
        SELECT {_KEYS[By.HALF_HOUR]}, language, count(*) FROM telephony_call
        WHERE offered_at >= %s AND offered_at < %s GROUP BY 1, 2 ORDER BY 1, 2
    """  # noqa: S608 - the key is ours
    with connection.cursor() as cursor:
        cursor.execute(sql, [since, until])
        return [(begins, language, calls) for begins, language, calls in cursor.fetchall()]
