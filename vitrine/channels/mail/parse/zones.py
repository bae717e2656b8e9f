"""The time zones of calendars: names as programs write them, instants as they are meant."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

_WINDOWS = {
    "romance standard time": "Europe/Brussels",
    "w. europe standard time": "Europe/Berlin",
    "central europe standard time": "Europe/Budapest",
    "central european standard time": "Europe/Warsaw",
    "gmt standard time": "Europe/London",
    "utc": "UTC",
    "gmt": "UTC",
}
"""What Outlook writes around here."""


def instant_of(written: datetime, *, zone: str) -> datetime | None:
    """The instant in UTC that a calendar means; None: it names no zone, or an unknown one."""
    if written.tzinfo is not None:
        return written.astimezone(UTC)
    known = _known(zone)
    try:
        return written.replace(tzinfo=known).astimezone(UTC) if known else None
    except OverflowError:
        return None


def _known(name: str) -> tzinfo | None:
    """A zone by its name, also with what some programs write before it."""
    name = name.strip("\" '")
    name = _WINDOWS.get(name.lower(), "/".join(name.split("/")[-2:]))
    try:
        return ZoneInfo(name) if name else None
    except (OSError, ValueError, KeyError):
        return None
