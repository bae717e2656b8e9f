"""Time: instants are UTC in the store and Brussels on the wall."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The date on the wall in Brussels."""
    return now().astimezone(BRUSSELS).date()
