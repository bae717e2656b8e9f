"""What stands of the past in a bulletin: 90 days, and the availability of each year.

Both are carried on from one bulletin to the next and never counted anew, so that the emergency
console, which knows nothing but the last bulletin, comes to what the desk would come to.
Days and years are those of Brussels.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from vitrine.publication.bulletin import Availability, Component, Position

BRUSSELS = ZoneInfo("Europe/Brussels")
DAYS = 90
YEARS = 10
"""How many years of availability a component keeps."""


def carried_on(after: Component, *, before: Component, since: datetime, at: datetime) -> Component:
    """`after`, which was `before` from `since` until `at`, with its past brought up to `at`."""
    observed = {year: (seen, down) for year, seen, down in before.observed}
    for year, milliseconds in by_year(since, at):
        seen, down = observed.get(year, (0, 0))
        lost = milliseconds if before.position is Position.INTERRUPTED else 0
        observed[year] = (seen + milliseconds, down + lost)
    kept = sorted(observed.items())[-YEARS:]
    return replace(
        after,
        observed=tuple((year, seen, down) for year, (seen, down) in kept),
        availability=tuple((year, share(seen, down)) for year, (seen, down) in kept),
        days=days(before, since=since, at=at, position=after.position),
    )


def begun(component: Component) -> Component:
    """A component that is seen for the first time: nothing is known of the days before."""
    past = (Availability.UNKNOWN,) * (DAYS - 1)
    return replace(component, days=(*past, Availability(component.position.severity)))


def days(
    before: Component, *, since: datetime, at: datetime, position: Position
) -> tuple[Availability, ...]:
    """The last 90 days at `at`, of a component that was `before` and now is in `position`."""
    known = before.days or begun(before).days
    passed = (at.astimezone(BRUSSELS).date() - since.astimezone(BRUSSELS).date()).days
    unchanged = (Availability(before.position.severity),) * min(max(passed, 0), DAYS)
    days = [*known, *unchanged][-DAYS:]
    days[-1] = Availability(max(days[-1], position.severity))
    return tuple(days)


def share(seen: int, down: int) -> float | None:
    """The part of `seen` that was not `down`, 0 to 1; None when nothing was seen."""
    return None if seen <= 0 else 1 - down / seen


def by_year(since: datetime, until: datetime) -> Iterator[tuple[int, int]]:
    """The years of Brussels that lie between, each with its milliseconds."""
    while since < until:
        year = since.astimezone(BRUSSELS).year
        end = datetime(year + 1, 1, 1, tzinfo=BRUSSELS).astimezone(UTC)
        yield year, (min(end, until) - since) // timedelta(milliseconds=1)
        since = end
