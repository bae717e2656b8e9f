"""The same report for a spreadsheet: plain numbers, one row per group."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import datetime

from vitrine.kernel.clock import BRUSSELS
from vitrine.telephony.queries import Report, together
from vitrine.telephony.rules.figures import Counts, Formula, figure, occupancy

SHARES = {
    "service_level": Formula.SERVICE_LEVEL,
    "service_level_of_all": Formula.SERVICE_LEVEL_OF_ALL,
    "service_level_of_answered": Formula.SERVICE_LEVEL_OF_ANSWERED,
    "service_level_with_quick_abandons": Formula.SERVICE_LEVEL_WITH_QUICK_ABANDONS,
    "abandonment": Formula.ABANDONMENT,
    "mean_wait_answered": Formula.MEAN_WAIT_OF_ANSWERED,
    "handle_time": Formula.HANDLE_TIME,
}
COUNTED = [one.name for one in fields(Counts)]
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""With what a cell begins that a spreadsheet would carry out."""


def as_rows(report: Report) -> Iterator[list[str]]:
    """Headings, then `by, group` with counts, seconds and shares from 0 to 1; blank: nothing known.

    The wrap-up is known of the whole and by agent alone.
    """
    last = ["occupancy", "first_call_resolved", "first_call_judged", "first_call_too_early"]
    yield ["by", "group", *COUNTED, *SHARES, *last]
    found = report.first_calls
    first = [str(found.resolved), str(found.judged), str(found.too_early)]
    yield [
        *_row("period", f"{report.first}/{report.last}", one=report.whole),
        _number(occupancy(together(report.times))),
        *first,
    ]
    for by, groups in _sections(report).items():
        for name, one in groups.items():
            yield [*_row(by, name, one=one, has_wrap_up=False), "", "", "", ""]
    for agent, one in report.agents.items():
        busy = _number(occupancy(report.times.get(agent, {})))
        yield [*_row("agent", report.names.get(agent, agent), one=one), busy, "", "", ""]


def _sections(report: Report) -> dict[str, Mapping[str, Counts]]:
    return {
        "half_hour": {_instant(key): one for key, one in report.half_hours.items()},
        "day": {day.isoformat(): one for day, one in report.days.items()},
        "language": report.languages,
    }


def _instant(key: datetime | str) -> str:
    return key if isinstance(key, str) else key.astimezone(BRUSSELS).isoformat()


def _row(by: str, name: str, *, one: Counts, has_wrap_up: bool = True) -> list[str]:
    blank = set() if has_wrap_up else {"wrap_up", "handle_time"}
    counted = {each: getattr(one, each) for each in COUNTED}
    figures = {each: figure(formula, one) for each, formula in SHARES.items()}
    safe = f"'{name}" if name.startswith(FORMULAS) else name
    return [
        by,
        safe,
        *("" if each in blank else _number(value) for each, value in (counted | figures).items()),
    ]


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{value:.4f}".rstrip("0").rstrip(".")
