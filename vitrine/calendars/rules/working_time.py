"""Working time: when the desk is open, and arithmetic with the hours in which it is.

Opening hours are wall time in the desk's zone; durations are elapsed time. A frame
becomes an interval of instants day by day, so that a night of clock change neither
loses nor invents a minute. An interval includes its beginning and excludes its end.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import pairwise
from zoneinfo import ZoneInfo

from vitrine.calendars.errors import FrameEndsBeforeItBegins, FramesOverlap, NoOpening

HORIZON = timedelta(days=731)
"""How far we look for an opening: two years."""

NO_TIME = timedelta(0)
ONE_DAY = timedelta(days=1)
DESK_ZONE = ZoneInfo("Europe/Brussels")

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, order=True)
class Frame:
    """One opening on a weekday, wall time; `weekday` as in `date.weekday()`."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True)
class WorkingCalendar:
    """Opening hours and closing days at one moment.

    frames  one or several per weekday, not overlapping
    closed  days on which the frames of their weekday do not hold
    zone    of the wall times
    """

    frames: tuple[Frame, ...]
    closed: frozenset[date] = frozenset()
    zone: ZoneInfo = DESK_ZONE

    @cached_property
    def _frames_by_weekday(self) -> dict[int, list[Frame]]:
        by_weekday: dict[int, list[Frame]] = {}
        for frame in sorted(self.frames):
            by_weekday.setdefault(frame.weekday, []).append(frame)
        return by_weekday

    def is_working_day(self, day: date) -> bool:
        """Whether the desk opens at all on `day`."""
        return day not in self.closed and day.weekday() in self._frames_by_weekday

    def is_open(self, at: datetime) -> bool:
        """Whether the desk is open at `at`: open at 8:30:00, closed at 16:30:00."""
        return self.opening_around(at) is not None

    def opening_around(self, at: datetime) -> Interval | None:
        """The opening that contains `at`, in UTC; None when the desk is closed."""
        at = instant(at)
        for begins, ends in self.openings_of(at.astimezone(self.zone).date()):
            if begins <= at < ends:
                return begins, ends
        return None

    def next_opening(self, at: datetime) -> datetime:
        """The first instant from `at` on at which the desk is open, in UTC; `at` when it is.

        Raises NoOpening when there is none within two years.
        """
        at = instant(at)
        for begins, ends in self._openings_from(at):
            if ends > at:
                return max(begins, at)
        raise NoOpening

    def add_working_time(self, start: datetime, duration: timedelta) -> datetime:
        """The earliest instant at which `duration` of working time has passed, in UTC.

        duration  0 or more; 0 gives `start` itself, even when the desk is closed
        Friday 16:20 and 10 minutes give Friday 16:30, and one second more Monday morning.
        Raises NoOpening when the desk does not open for two years on the way.
        """
        if duration < NO_TIME:
            raise ValueError(f"duration={duration}")
        start, left = instant(start), duration
        if not left:
            return start
        for begins, ends in self._openings_from(start):
            begins = max(begins, start)
            if begins + left <= ends:
                return begins + left
            left -= max(ends - begins, NO_TIME)
        raise NoOpening

    def working_time_between(self, start: datetime, end: datetime) -> timedelta:
        """The time from `start` to `end` during which the desk is open; 0 if `end` is earlier."""
        start, end = instant(start), instant(end)
        total = NO_TIME
        day, last = (edge.astimezone(self.zone).date() for edge in (start, end))
        while day <= last:
            for begins, ends in self.openings_of(day):
                total += max(min(ends, end) - max(begins, start), NO_TIME)
            day += ONE_DAY
        return total

    def openings_of(self, day: date) -> list[Interval]:
        """The openings of `day` in UTC, in order, frames that touch joined into one."""
        openings: list[Interval] = []
        if day in self.closed:
            return openings
        for frame in self._frames_by_weekday.get(day.weekday(), ()):
            begins, ends = self._instant_of(day, frame.opens), self._instant_of(day, frame.closes)
            if openings and begins <= openings[-1][1]:
                begins, ends = openings[-1][0], max(ends, openings.pop()[1])
            if begins < ends:
                openings.append((begins, ends))
        return openings

    def _openings_from(self, at: datetime) -> Iterator[Interval]:
        """The openings from the day of `at` on; ends two years after the last one given."""
        day = at.astimezone(self.zone).date()
        limit = day + HORIZON
        while day <= limit:
            for opening in self.openings_of(day):
                yield opening
                limit = day + HORIZON
            day += ONE_DAY

    def _instant_of(self, day: date, wall: time) -> datetime:
        """The instant of a wall time; for one that the clock skips, the instant of the jump."""
        local = datetime.combine(day, wall, tzinfo=self.zone)
        later, earlier = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
        if later <= earlier:  # equal on most days; two different instants in autumn
            return later
        offset = later.astimezone(self.zone).utcoffset()
        while later - earlier > timedelta(seconds=1):
            middle = earlier + (later - earlier) / 2
            if middle.astimezone(self.zone).utcoffset() == offset:
                later = middle
            else:
                earlier = middle
        return later.replace(microsecond=0)


def instant(at: datetime) -> datetime:
    """`at` in UTC. Raises ValueError for a wall time without a zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(UTC)


def check_frames(frames: Iterable[Frame]) -> None:
    """Raise FrameEndsBeforeItBegins or FramesOverlap unless `frames` can be opening hours."""
    ordered = sorted(frames)
    for frame in ordered:
        if frame.closes <= frame.opens:
            raise FrameEndsBeforeItBegins(opens=frame.opens, closes=frame.closes)
    for first, second in pairwise(ordered):
        if first.weekday == second.weekday and second.opens < first.closes:
            raise FramesOverlap
