"""The figures of a day or of several: page, chart and file read the same report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from vitrine.accounts.models import Account
from vitrine.calendars.queries import working_calendar
from vitrine.calendars.rules import WorkingCalendar
from vitrine.kernel.clock import BRUSSELS
from vitrine.telephony.models import Call
from vitrine.telephony.queries.agent_time import seconds_by_agent
from vitrine.telephony.queries.first_calls import FirstCalls, first_calls
from vitrine.telephony.queries.statistics import HALF_HOUR, By, Waits, counts_by_each, waits
from vitrine.telephony.rules.figures import Counts
from vitrine.telephony.rules.names import agent_name


@dataclass(frozen=True, kw_only=True)
class Report:
    """The calls offered from `since` to before `until`, counted in several ways."""

    first: date
    last: date
    since: datetime
    until: datetime
    """The end of the last day, or the present instant when that comes first."""
    whole: Counts
    half_hours: Mapping[datetime | str, Counts]
    """Of one day by instant; of several days by `09:30` on the wall. Opening hours are whole."""
    days: Mapping[date, Counts]
    """Every day of the period that has begun."""
    languages: Mapping[str, Counts]
    agents: Mapping[str, Counts]
    """Public name -> the calls he answered, with his wrap-up; also who answered none."""
    times: Mapping[str, Mapping[str, float]]
    """Public name -> state -> seconds in it."""
    names: Mapping[str, str]
    """Public name -> name for people."""
    waits: Waits
    first_calls: FirstCalls
    closed: Sequence[date]
    """Days on which the desk does not open."""
    simulated: int
    """Calls that nobody made: simulated, or of the demonstration."""

    @property
    def is_one_day(self) -> bool:
        """Whether half-hours are instants."""
        return self.first == self.last


def report(*, first: date, last: date, at: datetime) -> Report:
    """The figures of the days `first` to `last` as they are known at `at`; about ten statements.

    Days are those of Brussels: when the clocks change they last 23 or 25 hours.
    """
    since, until = bounds(first, last=last, at=at)
    calendar = working_calendar()
    by_time = By.HALF_HOUR if first == last else By.TIME_OF_DAY
    found = counts_by_each(by_time, By.DAY, By.LANGUAGE, By.AGENT, since=since, until=until)
    times = seconds_by_agent(since=since, until=until, now=at)
    agents = _agents(found[By.AGENT], times=times)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    begun = [day for day in days if _midnight(day) <= max(since, until)]
    finishing = sum(spent.get("wrap-up", 0.0) for spent in times.values())
    whole = sum(found[By.DAY].values(), start=Counts(wrap_up=finishing))
    return Report(
        first=first,
        last=last,
        since=since,
        until=until,
        whole=whole,
        half_hours=_half_hours(found[by_time], days=begun, calendar=calendar, until=until),
        days={day: found[By.DAY].get(day.isoformat(), Counts()) for day in begun},
        languages=found[By.LANGUAGE],
        agents=agents,
        times=times,
        names=names_of(agents),
        waits=waits(since=since, until=until),
        first_calls=first_calls(since=since, until=until, at=at),
        closed=[day for day in days if not calendar.is_working_day(day)],
        simulated=Call.objects.filter(
            offered_at__gte=since, offered_at__lt=until, is_simulated=True
        ).count(),
    )


def bounds(first: date, *, last: date, at: datetime) -> tuple[datetime, datetime]:
    """From the first midnight to the last, in Brussels; nothing after `at`."""
    since = _midnight(first)
    return since, max(since, min(_midnight(last + timedelta(days=1)), at))


def names_of(agents: Mapping[str, Counts]) -> dict[str, str]:
    """Public name -> name for people, also of those who have left."""
    return {
        agent_name(one.pk): one.name
        for one in Account.objects.order_by("name", "pk")
        if agent_name(one.pk) in agents
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=BRUSSELS).astimezone(UTC)


def _agents(
    answered: Mapping[str, Counts], *, times: Mapping[str, Mapping[str, float]]
) -> dict[str, Counts]:
    names = sorted({name for name, one in answered.items() if name and one.answered} | set(times))
    return {
        name: answered.get(name, Counts()) + Counts(wrap_up=times.get(name, {}).get("wrap-up", 0.0))
        for name in names
    }


def _half_hours(
    found: Mapping[datetime | str, Counts],
    *,
    days: Sequence[date],
    calendar: WorkingCalendar,
    until: datetime,
) -> dict[datetime | str, Counts]:
    """Every half-hour from the first to the last that was open or had a call."""
    opened = [(begins, ends) for day in days for begins, ends in calendar.openings_of(day)]
    if len(days) > 1:
        return _of_several_days(found, opened=opened)
    known = {key for key in found if isinstance(key, datetime)}
    for begins, ends in opened:
        known |= {_floor(begins), _floor(min(ends, until) - timedelta(microseconds=1))}
    known = {key for key in known if key < until}
    every: dict[datetime | str, Counts] = {}
    moment = min(known, default=until)
    while known and moment <= max(known):
        every[moment] = found.get(moment, Counts())
        moment += HALF_HOUR
    return every


def _of_several_days(
    found: Mapping[datetime | str, Counts], *, opened: Sequence[tuple[datetime, datetime]]
) -> dict[datetime | str, Counts]:
    known = {str(key) for key in found}
    for begins, ends in opened:
        known |= {_on_the_wall(begins), _on_the_wall(ends - timedelta(microseconds=1))}
    walls = [f"{half // 2:02}:{half % 2 * 30:02}" for half in range(48)]
    return {
        wall: found.get(wall, Counts())
        for wall in walls
        if known and min(known) <= wall <= max(known)
    }


def _on_the_wall(moment: datetime) -> str:
    local = _floor(moment).astimezone(BRUSSELS)
    return f"{local:%H:%M}"


def _floor(moment: datetime) -> datetime:
    """The beginning of the half-hour, in UTC: as the statement says it."""
    seconds = int(moment.timestamp())
    length = int(HALF_HOUR.total_seconds())
    return datetime.fromtimestamp(seconds - seconds % length, tz=UTC)
