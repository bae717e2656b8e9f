"""What happens to tickets by the clock: reminders, overdue hand-overs, the archive."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from procrastinate.contrib.django import app

from vitrine.tickets.actions import archive_closed, remind_due, return_overdue_delegations


@app.periodic(cron="* * * * *")
@app.task(
    name="vitrine.tickets.look_at_the_clock", queueing_lock="tickets.clock", pass_context=False
)
def look_at_the_clock(timestamp: int) -> None:
    """Each minute: bring back what is overdue or to be remembered.

    timestamp  the minute this is for, seconds since 1970
    """
    at = datetime.fromtimestamp(timestamp, tz=UTC)
    return_overdue_delegations(at=at)
    remind_due(at=at)


@app.periodic(cron="17 * * * *")
@app.task(name="vitrine.tickets.archive_old", queueing_lock="tickets.archive", pass_context=False)
def archive_old(timestamp: int) -> None:
    """Each hour: archive what was closed ARCHIVE_AFTER_DAYS ago or earlier (S-20).

    timestamp  the hour this is for, seconds since 1970
    """
    hour = datetime.fromtimestamp(timestamp, tz=UTC)
    before = hour - timedelta(days=settings.ARCHIVE_AFTER_DAYS)
    while archive_closed(before=before):
        continue
