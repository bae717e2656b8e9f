"""The tables of a report, in words. Of few calls one shows the numbers, not a share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vitrine.desk.rendering.phone.report.chart import Chart, drawn
from vitrine.desk.rendering.phone.report.defined import NAMES, Words
from vitrine.desk.rendering.phone.words import language_words, length_words, share_words
from vitrine.kernel.clock import BRUSSELS
from vitrine.telephony.queries import FirstCalls, Report, together
from vitrine.telephony.rules.figures import Counts, Formula, figure, occupancy, parts

FEW = 20
"""Below so many calls a share says more than is known: `3 of 4` stands instead of `75 %`."""
MOST_DAYS = 62
"""Longer periods are shown by month."""
COLUMNS = (
    "offered",
    "answered",
    "abandoned",
    "call-back",
    "message",
    "others",
    "level",
    "wait",
    "abandonment",
    "talk",
)
AGENT_COLUMNS = ("answered", "talk", "wrap-up", "handle", "occupancy")
NONE = "–"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table; the cells in the order of its columns."""

    name: str
    cells: list[str]
    note: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that add up to the last one."""

    key: str
    title: str
    heading: str
    columns: list[tuple[str, Words]]
    rows: list[Row]
    total: Row


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at the head of the page; `key` leads to its definition."""

    key: str
    name: Words
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class PrintedReport:
    """Everything the page prints."""

    period: str
    headline: list[Figure]
    levels: list[Figure]
    chart: Chart
    tables: list[Table]
    closed: list[str]
    is_closed: bool
    """No day of the period was a working day."""
    simulated: int
    is_empty: bool


def printed_report(report: Report) -> PrintedReport:
    """The report, in the language of the reader."""
    whole = report.whole
    halves = [(_wall(key), one) for key, one in report.half_hours.items()]
    return PrintedReport(
        period=_period(report),
        headline=_headline(report),
        levels=[
            Figure(key, NAMES[key], share_or_counts(formula, whole))
            for key, formula in (
                ("level-all", Formula.SERVICE_LEVEL_OF_ALL),
                ("level-answered", Formula.SERVICE_LEVEL_OF_ANSWERED),
                ("level-quick", Formula.SERVICE_LEVEL_WITH_QUICK_ABANDONS),
            )
        ],
        chart=drawn([(name, one.offered, one.answered) for name, one in halves]),
        tables=_tables(report, halves=halves),
        closed=[_short(day) for day in report.closed[:MOST_DAYS]],
        is_closed=not whole.offered and len(report.closed) == len(report.days),
        simulated=report.simulated,
        is_empty=not whole.offered and not report.agents,
    )


def share_or_counts(formula: Formula, counts: Counts) -> str:
    """`84 %`; of fewer than `FEW` calls `3 of 4`; a dash of none."""
    above, below = parts(formula, counts)
    return _share(round(above), of=round(below))


def first_call_words(found: FirstCalls) -> tuple[str, str]:
    """The figure, and what could not be judged."""
    notes = []
    if found.too_early:
        notes.append(_("%(calls)d not 7 days old yet") % {"calls": found.too_early})
    if found.without_ticket:
        notes.append(_("%(calls)d without a ticket") % {"calls": found.without_ticket})
    return _share(found.resolved, of=found.judged), ", ".join(notes)


def _share(above: int, *, of: int) -> str:
    if of <= 0:
        return NONE
    if of < FEW:
        return _("%(part)d of %(all)d") % {"part": above, "all": of}
    return share_words(above / of)


def _time(formula: Formula, counts: Counts) -> str:
    seconds = figure(formula, counts)
    return NONE if seconds is None else length_words(seconds)


def _period(report: Report) -> str:
    first, last = _long(report.first), _long(report.last)
    if report.is_one_day:
        return first
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def _long(day: date) -> str:
    words = {"weekday": date_format(day, "l"), "date": date_format(day, "DATE_FORMAT")}
    return _("%(weekday)s, %(date)s") % words


def _short(day: date) -> str:
    return f"{date_format(day, 'D')} {date_format(day, 'SHORT_DATE_FORMAT')}"


def _headline(report: Report) -> list[Figure]:
    whole = report.whole
    enough, unjudged = first_call_words(report.first_calls)
    spread = report.waits
    longest = ""
    if spread.median is not None and spread.longest is not None:
        longest = _("half %(half)s at most, longest %(longest)s") % {
            "half": length_words(spread.median),
            "longest": length_words(spread.longest),
        }
    return [
        Figure("offered", NAMES["offered"], str(whole.offered)),
        Figure("answered", NAMES["answered"], str(whole.answered)),
        Figure("level", NAMES["level"], share_or_counts(Formula.SERVICE_LEVEL, whole)),
        Figure("wait", NAMES["wait"], _time(Formula.MEAN_WAIT_OF_ANSWERED, whole), longest),
        Figure("abandonment", NAMES["abandonment"], share_or_counts(Formula.ABANDONMENT, whole)),
        Figure("handle", NAMES["handle"], _time(Formula.HANDLE_TIME, whole)),
        Figure("occupancy", NAMES["occupancy"], _occupancy(together(report.times))),
        Figure("first-call", NAMES["first-call"], enough, unjudged),
    ]


def _occupancy(seconds: Mapping[str, float]) -> str:
    return share_words(occupancy(seconds))


def _tables(report: Report, *, halves: list[tuple[str, Counts]]) -> list[Table]:
    made = [
        _table("half-hours", _("By half-hour"), heading=_("From"), rows=halves),
    ]
    if not report.is_one_day:
        made.append(_days(report))
    languages = [
        Row(language_words(code), _cells(one), language=code)
        for code, one in report.languages.items()
    ]
    made.append(
        Table(
            "languages",
            _("By language"),
            _("Language"),
            _columns(COLUMNS),
            languages,
            _total(report.languages.values()),
        )
    )
    made.append(_agents(report))
    return [one for one in made if one.rows]


def _table(
    key: str,
    title: str,
    *,
    heading: str,
    rows: list[tuple[str, Counts]],
    notes: tuple[str, ...] = (),
) -> Table:
    told = notes or ("",) * len(rows)
    return Table(
        key,
        title,
        heading,
        _columns(COLUMNS),
        [Row(name, _cells(one), note) for (name, one), note in zip(rows, told, strict=True)],
        _total(one for _name, one in rows),
    )


def _days(report: Report) -> Table:
    if len(report.days) > MOST_DAYS:
        months: dict[date, Counts] = {}
        for day, one in report.days.items():
            month = day.replace(day=1)
            months[month] = months.get(month, Counts()) + one
        rows = [(date_format(month, "F Y"), one) for month, one in months.items()]
        return _table("months", _("By month"), heading=_("Month"), rows=rows)
    closed = set(report.closed)
    return _table(
        "days",
        _("By day"),
        heading=_("Day"),
        rows=[(_short(day), one) for day, one in report.days.items()],
        notes=tuple(pgettext("day", "closed") if day in closed else "" for day in report.days),
    )


def _columns(keys: Iterable[str]) -> list[tuple[str, Words]]:
    return [(key, NAMES[key]) for key in keys]


def _total(groups: Iterable[Counts]) -> Row:
    return Row(pgettext("calls", "all together"), _cells(sum(groups, start=Counts())))


def _cells(one: Counts) -> list[str]:
    return [
        str(one.offered),
        str(one.answered),
        str(one.abandoned),
        str(one.call_back),
        str(one.message),
        str(one.closed + one.lost + one.present),
        share_or_counts(Formula.SERVICE_LEVEL, one),
        _time(Formula.MEAN_WAIT_OF_ANSWERED, one),
        share_or_counts(Formula.ABANDONMENT, one),
        _time(Formula.TALK_TIME, one),
    ]


def _agents(report: Report) -> Table:
    """Who answered how much; only for those who supervise (L-13)."""
    return Table(
        "agents",
        _("By agent"),
        _("Agent"),
        _columns(AGENT_COLUMNS),
        [
            Row(report.names.get(name, name), _agent_cells(one, times=report.times.get(name, {})))
            for name, one in sorted(
                report.agents.items(), key=lambda each: report.names.get(each[0], each[0])
            )
        ],
        Row(
            pgettext("calls", "all together"),
            _agent_cells(sum(report.agents.values(), start=Counts()), times=together(report.times)),
        ),
    )


def _agent_cells(one: Counts, *, times: Mapping[str, float]) -> list[str]:
    return [
        str(one.answered),
        _time(Formula.TALK_TIME, one),
        _time(Formula.WRAP_UP_TIME, one),
        _time(Formula.HANDLE_TIME, one),
        _occupancy(times),
    ]


def _wall(key: datetime | str) -> str:
    """`09:30`; of the hour that comes twice when the clocks go back, with the time it is in."""
    if isinstance(key, str):
        return key
    local = key.astimezone(BRUSSELS)
    wall = f"{local:%H:%M}"
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        return wall
    pattern = _("%(time)s winter time") if local.fold else _("%(time)s summer time")
    return pattern % {"time": wall}
