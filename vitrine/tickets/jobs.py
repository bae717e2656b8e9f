"""What happens to tickets by the clock: reminders, overdue hand-overs, the archive."""

import logging
from datetime import UTC, datetime, timedelta

from django.conf import settings
from procrastinate.contrib.django import app

from vitrine.kernel.clock import now
from vitrine.kernel.virus_scanner import ScannerAway
from vitrine.publication.bulletin import Position, SubReason
from vitrine.status.actions import propose, withdraw_proposals
from vitrine.status.choices import ProposalSource
from vitrine.status.queries import surge_threshold
from vitrine.tickets.actions import (
    archive_closed,
    carry_out_answer,
    remind_due,
    return_overdue_delegations,
)
from vitrine.tickets.actions.interruptions import ANSWER_TO_ALL
from vitrine.tickets.actions.scanning import SCAN_FILES, scan_files
from vitrine.tickets.models import InterruptionAnswer
from vitrine.tickets.queries import present_surges

log = logging.getLogger(__name__)


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


@app.task(name=SCAN_FILES, pass_context=False)
def scan_files_of(message_id: int) -> None:
    """Have the files of a message scanned; a scanner that is away is asked again each minute."""
    try:
        scan_files(message_id=message_id)
    except ScannerAway as away:
        log.warning("The virus scanner gave no verdict on message %s: %s", message_id, away)


@app.periodic(cron="* * * * *")
@app.task(name="vitrine.tickets.scan_waiting", queueing_lock="tickets.scan", pass_context=False)
def scan_waiting(timestamp: int) -> None:
    """Each minute: the files on which the virus scanner still owes a verdict.

    timestamp  the minute this is for, seconds since 1970
    """
    stops_at = timestamp + 50
    try:
        while now().timestamp() < stops_at and scan_files():
            continue
    except ScannerAway as away:
        log.warning("The virus scanner is away: %s", away)


@app.periodic(cron="* * * * *")
@app.task(
    name="vitrine.tickets.watch_for_surges", queueing_lock="tickets.surge", pass_context=False
)
def watch_for_surges(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
    """Each minute: when many ask the same at once, propose a position to a person.

    timestamp  the minute this is for, seconds since 1970
    """
    propose_surges()


def propose_surges() -> int:
    """Propose what the tickets of the last minutes suggest; how many surges there are."""
    at = now()
    threshold = surge_threshold()
    found = present_surges(
        tickets=threshold.tickets,
        organisations=threshold.organisations,
        within=timedelta(minutes=threshold.minutes),
        at=at,
    )
    for surge in found:
        propose(
            ProposalSource.SURGE,
            subject=surge.topic,
            position=Position.SLOWED,
            sub_reason=SubReason.PARTIAL,
            topic=surge.topic,
            tickets=len(surge.tickets),
            organisations=surge.organisations,
            minutes=threshold.minutes,
        )
    withdraw_proposals(ProposalSource.SURGE, seen_before=at - timedelta(minutes=threshold.minutes))
    return len(found)


@app.task(name=ANSWER_TO_ALL, pass_context=False)
def answer_interruption(answer_id: int) -> None:
    """Answer everybody whose ticket belongs to an interruption that is over."""
    carry_out_answer(InterruptionAnswer.objects.get(pk=answer_id))
