"""How fast messages leave for one domain: places in a bucket, and pauses when we are asked."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from vitrine.correspondence.models import Pace

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
_TAKE = """
INSERT INTO correspondence_pace AS pace (domain, turns, counted_at, closings)
SELECT domain, %(full)s - count(*), %(at)s, 0 FROM unnest(%(domains)s::text[]) AS domain
GROUP BY domain ORDER BY domain
ON CONFLICT (domain) DO UPDATE SET
  turns = least(%(full)s, pace.turns
    + greatest(0, extract(epoch FROM %(at)s - pace.counted_at)) * %(rate)s)
    - (%(full)s - excluded.turns),
  counted_at = greatest(%(at)s, pace.counted_at)
RETURNING domain, turns, closed_until
"""
"""In one order for everybody: two batches cannot wait for each other crosswise."""


def take_turn(domain: str, *, at: datetime) -> datetime | None:
    """Take the next place in the pace of `domain`. See `take_turns`."""
    [turn] = take_turns([domain], at=at)
    return turn


@transaction.atomic
def take_turns(domains: Sequence[str], *, at: datetime) -> list[datetime | None]:
    """Take the next place in the pace of each of `domains`, which may repeat themselves.

    None: it may leave at once, else the instant when its turn comes. The place is taken in
    either case. The bucket of a domain holds the messages of one minute.
    """
    per_minute = float(settings.MAIL_PACE)
    if per_minute <= 0:
        return [closed_until(domain, at=at) for domain in domains]
    rate, full = per_minute / 60, max(1.0, per_minute)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"domains": list(domains), "full": full, "at": at, "rate": rate})
        rows = {domain: (turns, closed) for domain, turns, closed in cursor.fetchall()}
    behind = Counter(domains)
    found = []
    for domain in domains:
        behind[domain] -= 1  # those behind it have taken their places after it
        turns, closed = rows[domain]
        place = turns + behind[domain]
        wait = timedelta(seconds=-place / rate) if place < 0 else timedelta()
        turn = max(at + wait, closed) if closed else at + wait
        found.append(turn if turn > at else None)
    return found


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


def end_pause(domain: str) -> None:
    """The other side has taken a message: the next pause is a short one again."""
    end_pauses([domain])


@transaction.atomic
def end_pauses(domains: Collection[str]) -> None:
    """Each of `domains` has taken a message: the next pause is a short one again."""
    paused = Pace.objects.filter(domain__in=domains, closings__gt=0).order_by("domain")
    rows = list(paused.select_for_update())
    for row in rows:
        row.closings, row.closed_until = 0, None
        row.save(update_fields=["closings", "closed_until"])
