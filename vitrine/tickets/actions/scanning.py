"""What the virus scanner said about files, kept where every reader of a ticket sees it."""

import logging

from django.conf import settings
from django.db import transaction

from vitrine.correspondence.actions.deferring import defer_task
from vitrine.journal.actions import Happening, record_all
from vitrine.kernel import files
from vitrine.kernel.clock import now
from vitrine.kernel.virus_scanner import NotScanned, Verdict, scan
from vitrine.tickets.models import Attachment
from vitrine.tickets.queries import files_to_scan

log = logging.getLogger(__name__)

SCAN_FILES = "vitrine.tickets.scan_files"
"""The task that has the files of a message scanned."""


def have_scanned(message_id: int) -> None:
    """Ask for the verdict on the files of a message, once they are committed."""
    if settings.VIRUS_SCANNER:
        defer_task(SCAN_FILES, message_id=message_id)


def scan_files(*, message_id: int | None = None, at_most: int = 100) -> int:
    """Have files scanned that have no verdict, of one message or the newest of all.

    The number of contents that got one. Nothing is held locked while the scanner looks.
    Raises ScannerAway when it does not answer; what it said before stays.
    """
    if not settings.VIRUS_SCANNER:
        return 0
    done = 0
    for sha256 in files_to_scan(message_id=message_id, at_most=at_most):
        try:
            with files.opened(sha256) as content:
                verdict = scan(content, at=settings.VIRUS_SCANNER)
        except (FileNotFoundError, NotScanned) as problem:
            log.warning("No verdict on the file %s: %s", sha256, problem)
            continue
        note_verdict(sha256, verdict=verdict)
        done += 1
    return done


@transaction.atomic
def note_verdict(sha256: str, *, verdict: Verdict) -> None:
    """Keep what the scanner said about a content, for each file that has it."""
    rows = Attachment.objects.select_for_update(of=("self",)).filter(sha256=sha256)
    found = list(rows.select_related("message__ticket").order_by("pk"))
    news = [one for one in found if verdict.infection and not one.infection]
    for one in found:
        one.scanned_at, one.infection = now(), verdict.infection or one.infection
    Attachment.objects.bulk_update(found, ["scanned_at", "infection"])
    record_all(
        Happening(
            verb="ticket.file_infected",
            subject=one.message.ticket,
            by=None,
            facts={"name": one.name, "infection": one.infection},
        )
        for one in news
    )
