"""How fast messages leave for one domain: places in a bucket, and pauses when we are asked."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from vitrine.correspondence.models import Pace

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
_TAKE = """
INSERT INTO correspondence_pace AS pace (domain, turns, counted_at, closings)
VALUES (%(domain)s, %(full)s - 1, %(at)s, 0)
ON CONFLICT (domain) DO UPDATE SET
  turns = least(%(full)s, pace.turns
    + greatest(0, extract(epoch FROM %(at)s - pace.counted_at)) * %(rate)s) - 1,
  counted_at = greatest(%(at)s, pace.counted_at)
RETURNING turns, closed_until
"""


@transaction.atomic
def take_turn(domain: str, *, at: datetime) -> datetime | None:
    """Take the next place in the pace of `domain`; None: at once, else when its turn comes.

    The place is taken in either case. The bucket holds the messages of one minute.
    """
    per_minute = float(settings.MAIL_PACE)
    if per_minute <= 0:
        return closed_until(domain, at=at)
    rate, full = per_minute / 60, max(1.0, per_minute)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"domain": domain, "full": full, "at": at, "rate": rate})
        turns, closed = cursor.fetchone()
    wait = timedelta(seconds=-turns / rate) if turns < 0 else timedelta()
    turn = max(at + wait, closed) if closed else at + wait
    return turn if turn > at else None


def closed_until(domain: str, *, at: datetime) -> datetime | None:
    """Until when nothing leaves for `domain` because it asked so; None: it is open."""
    row = Pace.objects.filter(domain=domain, closed_until__gt=at).first()
    return row.closed_until if row else None


@transaction.atomic
def slow_down(domain: str, *, at: datetime) -> datetime:
    """The other side asked us to slow down: nothing leaves before the returned instant.

    The pause doubles each time it asks, up to an hour; one accepted message ends the row.
    """
    row, _made = Pace.objects.select_for_update().get_or_create(
        domain=domain, defaults={"turns": 0, "counted_at": at}
    )
    if row.closed_until and row.closed_until > at:
        return row.closed_until
    pause: timedelta = min(FIRST_PAUSE * (1 << min(row.closings, 10)), LONGEST_PAUSE)
    until = at + pause
    row.closed_until, row.closings = until, row.closings + 1
    row.save(update_fields=["closed_until", "closings"])
    return until


@transaction.atomic
def end_pause(domain: str) -> None:
    """The other side has taken a message: the next pause is a short one again."""
    Pace.objects.filter(domain=domain, closings__gt=0).update(closings=0, closed_until=None)
