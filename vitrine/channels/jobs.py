"""The tasks of the channels: handle what arrived, keep what was promised, sweep up."""

from datetime import UTC, datetime, timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from vitrine.channels.fax.arrive import left_behind_faxes, read_fax
from vitrine.channels.mail.arrive import handle_left_behind, handle_stored
from vitrine.channels.mail.deliver import keep, keep_all_due, keep_in_series
from vitrine.channels.mail.mailboxes import note_whether_wanted
from vitrine.correspondence.actions import (
    HANDLE_ARRIVALS,
    KEEP_PROMISE,
    KEEP_PROMISES,
    MAILBOXES_CHANGED,
    erase_spam,
)
from vitrine.correspondence.models import Promise
from vitrine.kernel.clock import now
from vitrine.tickets.actions import READ_FAX
from vitrine.tickets.queries import intake_policy

PATIENCE = timedelta(seconds=15)
"""So long a promise may wait for its job; a job that waits longer may be lost."""


@app.task(name=HANDLE_ARRIVALS, retry=RetryStrategy(max_attempts=5, wait=2), pass_context=False)
def handle_arrivals(arrival_ids: list[int]) -> None:
    """Handle arrivals and others that wait; what is handled, or in other hands, is left alone."""
    handle_stored(arrival_ids, take_along=True)


@app.task(name=KEEP_PROMISE, retry=RetryStrategy(max_attempts=5, wait=2), pass_context=False)
def deliver_promise(promise_id: int) -> None:
    """Deliver one promise; one that has its end, or is in other hands, is left alone."""
    owed = Promise.objects.filter(pk=promise_id).first()
    if owed is not None:
        keep(owed)


@app.task(name=KEEP_PROMISES, retry=RetryStrategy(max_attempts=5, wait=2), pass_context=False)
def deliver_promises(promise_ids: list[int]) -> None:
    """Deliver what nobody wrote by hand, and others of the kind; new requests go before."""
    keep_in_series(promise_ids, take_along=True)


@app.task(name=READ_FAX, retry=RetryStrategy(max_attempts=3, wait=30), pass_context=False)
def make_fax_readable(fax_id: int) -> None:
    """Make the pages and words of one fax; one that is ready is left alone."""
    read_fax(fax_id)


@app.periodic(cron="*/10 * * * *")
@app.task(name="vitrine.channels.sweep_faxes", queueing_lock="channels.faxes", pass_context=False)
def sweep_faxes(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
    """Every ten minutes: faxes whose pages nobody has made because a job was lost.

    timestamp  the instant this is for, seconds since 1970
    """
    for fax_id in left_behind_faxes():
        read_fax(fax_id)


@app.periodic(cron="41 * * * *")
@app.task(name="vitrine.channels.erase_spam", queueing_lock="channels.spam", pass_context=False)
def erase_old_spam(timestamp: int) -> None:
    """Each hour: spam that was kept as long as the house keeps it is emptied.

    timestamp  the hour this is for, seconds since 1970
    """
    hour = datetime.fromtimestamp(timestamp, tz=UTC)
    before = hour - timedelta(days=intake_policy().keep_spam_days)
    while erase_spam(before=before):
        continue


@app.periodic(cron="* * * * * */15")
@app.task(name="vitrine.channels.sweep", queueing_lock="channels.sweep", pass_context=False)
def sweep(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
    """Every 15 seconds: what a killed worker or a lost job left behind.

    timestamp  the instant this is for, seconds since 1970
    """
    sweep_now()


@app.periodic(cron="* * * * * */30")
@app.task(name="vitrine.channels.look_for_mailboxes", queueing_lock="channels.mailboxes")
def look_for_mailboxes(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
    """Every half minute: tell this machine whether there are mailboxes to fetch from.

    timestamp  the instant this is for, seconds since 1970
    """
    note_whether_wanted()


@app.task(name=MAILBOXES_CHANGED)
def mailboxes_changed() -> None:
    """Somebody has changed a mailbox: the fetcher may be wanted, or not any more."""
    note_whether_wanted()


@app.periodic(cron="*/5 * * * *")
@app.task(name="vitrine.channels.tidy_jobs", queueing_lock="channels.tidy", pass_context=False)
async def tidy_jobs(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
    """Every five minutes: jobs of a killed worker run again, jobs done yesterday go.

    timestamp  the instant this is for, seconds since 1970
    """
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=60):
        await app.job_manager.retry_job(job)
    await app.job_manager.delete_old_jobs(nb_hours=24, include_failed=True, include_aborted=True)


def sweep_now() -> None:
    """Handle arrivals and promises that have waited and that nobody has in hand."""
    handle_left_behind()
    keep_all_due(since=now() - PATIENCE)
