"""Everything that changes the calendar. The beat: lock, check, change, record."""

from collections.abc import Iterable
from datetime import date, time

from django.db import connection, transaction

from vitrine.accounts.models import Account
from vitrine.calendars.choices import ClosingKind, Weekday
from vitrine.calendars.errors import AlreadyClosedThatDay, NameMissing
from vitrine.calendars.models import ClosingDay, OpeningHours, PrefilledYear
from vitrine.calendars.rules import Frame, check_frames, closings_to_prefill
from vitrine.journal.actions import record
from vitrine.kernel.clock import now

NAME_FIELDS = ("name_fr", "name_nl", "name_de", "name_en")
USUAL_FRAMES = tuple(
    Frame(weekday=weekday, opens=time(8, 30), closes=time(16, 30))
    for weekday in range(Weekday.MONDAY, Weekday.SATURDAY)
)
"""8:30 to 16:30 from Monday to Friday."""


@transaction.atomic
def set_opening_hours(frames: Iterable[Frame], *, by: Account | None) -> list[OpeningHours]:
    """Replace the opening hours of the week by `frames`; none at all closes the desk.

    Raises FrameEndsBeforeItBegins or FramesOverlap; then nothing has changed.
    """
    wanted = sorted(set(frames))
    check_frames(wanted)
    _lock_table(OpeningHours)
    rows = list(OpeningHours.objects.all())
    before = [Frame(row.weekday, row.opens, row.closes) for row in rows]
    if before == wanted:
        return rows

    OpeningHours.objects.all().delete()
    new_rows = OpeningHours.objects.bulk_create(
        OpeningHours(weekday=frame.weekday, opens=frame.opens, closes=frame.closes)
        for frame in wanted
    )
    record(
        "calendar.opening_hours_set",
        subject=(new_rows or rows)[0],
        by=by,
        before=_spoken(before),
        after=_spoken(wanted),
    )
    return new_rows


@transaction.atomic
def add_closing_day(
    day: date,
    *,
    kind: str = ClosingKind.OTHER,
    name_fr: str,
    name_nl: str,
    name_de: str = "",
    name_en: str = "",
    by: Account | None,
) -> ClosingDay:
    """Close the desk on `day`.

    Raises AlreadyClosedThatDay, or NameMissing without a French or a Dutch name.
    """
    _lock_table(ClosingDay)
    if ClosingDay.objects.filter(day=day).exists():
        raise AlreadyClosedThatDay(day=day)
    if not (name_fr.strip() and name_nl.strip()):
        raise NameMissing

    closing = ClosingDay.objects.create(
        day=day,
        kind=ClosingKind(kind),
        name_fr=name_fr.strip(),
        name_nl=name_nl.strip(),
        name_de=name_de.strip(),
        name_en=name_en.strip(),
    )
    record("calendar.closing_day_added", subject=closing, by=by, day=day, kind=closing.kind)
    return closing


@transaction.atomic
def remove_closing_day(closing: ClosingDay, *, by: Account | None) -> None:
    """Open the desk on a day that was a closing day; nothing happens if it is gone already."""
    locked = ClosingDay.objects.select_for_update().filter(pk=closing.pk).first()
    if locked is None:
        return
    record(
        "calendar.closing_day_removed",
        subject=locked,
        by=by,
        day=locked.day,
        kind=locked.kind,
        name=locked.name_fr,
    )
    locked.delete()


@transaction.atomic
def prefill_year(year: int, *, by: Account | None) -> list[ClosingDay]:
    """Fill in the closing days of `year` that can be computed; the rows that were added.

    Done once per year: a second time changes nothing, so that days which somebody
    removed stay removed and days which somebody named keep their names.
    Raises YearOutOfRange outside 2000 to 2100.
    """
    planned = closings_to_prefill(year)
    _lock_table(ClosingDay)
    if PrefilledYear.objects.filter(year=year).exists():
        return []

    filled = PrefilledYear.objects.create(year=year, at=now(), by=by)
    taken = set(ClosingDay.objects.filter(day__year=year).values_list("day", flat=True))
    added = []
    for closing in planned:
        if closing.day not in taken:
            names = dict(zip(NAME_FIELDS, closing.names, strict=True))
            added.append(ClosingDay(day=closing.day, kind=closing.kind, **names))
    added = ClosingDay.objects.bulk_create(added)
    record(
        "calendar.year_prefilled",
        subject=filled,
        by=by,
        year=year,
        days=[closing.day for closing in added],
    )
    return added


@transaction.atomic
def prepare_calendar(years: Iterable[int], *, by: Account | None) -> None:
    """Make a desk that has no hours yet open as usual, and prefill `years`.

    For set-up and tests: what people have entered stays as it is.
    """
    if not OpeningHours.objects.exists():
        set_opening_hours(USUAL_FRAMES, by=by)
    for year in years:
        prefill_year(year, by=by)


def _lock_table(model: type[OpeningHours] | type[ClosingDay]) -> None:
    """Let one writer at a time decide over a whole table; readers are not disturbed."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {model._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def _spoken(frames: Iterable[Frame]) -> list[str]:
    return [f"{frame.weekday} {frame.opens:%H:%M}-{frame.closes:%H:%M}" for frame in frames]
