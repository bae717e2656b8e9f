"""Time: instants are UTC in the store and Brussels on the wall."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")

_stopped: list[datetime] = []
"""The instants of `stopped_at`, the innermost last."""


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _stopped[-1] if _stopped else datetime.now(UTC)


@contextmanager
def stopped_at(instant: datetime) -> Iterator[None]:
    """Let `now()` be `instant`: only for the demonstration, which replays past weeks."""
    _stopped.append(instant.astimezone(UTC))
    try:
        yield
    finally:
        _stopped.pop()


def today() -> date:
    """The date on the wall in Brussels."""
    return now().astimezone(BRUSSELS).date()
