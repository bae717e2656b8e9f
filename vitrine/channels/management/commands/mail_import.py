"""`vitrine mail import PATH...`: mail from mbox, Maildir and .eml files becomes tickets."""

import shutil
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection

from vitrine.channels.mail.importing import (
    Found,
    Source,
    Taken,
    dated,
    messages_in,
    reception_of,
    sources_in,
    take,
)
from vitrine.channels.mail.parse import Kind, parse
from vitrine.correspondence.choices import Intake
from vitrine.correspondence.queries import arrival_received
from vitrine.kernel.clock import now
from vitrine.tickets.actions import archive_history

PATIENCE = 60.0
"""Seconds for which a database that is away is waited for."""
WORDS = {
    Taken.TICKET: "new tickets",
    Taken.ENTRY: "added to a ticket",
    Taken.BEFORE: "imported before",
    Taken.DUPLICATE: "received before by another way",
    Taken.BOUNCE: "delivery reports",
    Taken.AUTOMATIC: "automatic messages",
    Taken.OWN: "our own messages, left out",
    Taken.SPAM: "spam, to be looked at on the desk",
    Taken.QUARANTINED: "in quarantine, to be looked at on the desk",
    Taken.FAILED: "still being handled by the worker",
}


class Progress:
    """A line that moves on a terminal; elsewhere a line every ten seconds."""

    def __init__(self, total: int) -> None:
        self.total = max(1, total)
        self.began = self.told = time.monotonic()
        self.count = 0
        self.is_terminal = sys.stderr.isatty()

    def tell(self, read: int, *, count: int) -> None:
        """`read` of the total bytes are done, with `count` messages in them."""
        self.count = count
        at = time.monotonic()
        if at - self.told < (0.1 if self.is_terminal else 10.0):
            return
        self.told = at
        share, seconds = min(1.0, read / self.total), at - self.began
        left = seconds / share * (1 - share) if share else 0.0
        width = max(10, min(40, shutil.get_terminal_size().columns - 60))
        bar = "#" * round(share * width)
        line = (
            f"[{bar:{width}}] {share:4.0%}  {count} messages  "
            f"{count / max(seconds, 0.001):.0f}/s  {left:.0f} s left"
        )
        end = "" if self.is_terminal else "\n"
        print(f"\r{line}  " if self.is_terminal else line, end=end, file=sys.stderr, flush=True)  # noqa: T201

    def finish(self) -> str:
        """Clear the line; how long it took, in words."""
        if self.is_terminal:
            print("\r\033[K", end="", file=sys.stderr, flush=True)  # noqa: T201
        seconds = max(time.monotonic() - self.began, 0.001)
        return f"{self.count} messages in {seconds:.1f} s ({self.count / seconds:.0f}/s)"


class Command(BaseCommand):
    """Reads files; interrupted at any instant, it goes on where it was when run again."""

    help = (
        "Import mail: files (mbox, .eml), Maildirs, or directories of them. Nobody is sent "
        "anything. Run it again after an interruption: what is here is left out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the mail is, and how it is taken."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument(
            "--history",
            action="store_true",
            help="it was answered long ago: archive the tickets (default: they are open requests)",
        )
        parser.add_argument(
            "--received-now",
            action="store_true",
            help="date the messages today (default: the date in their headers)",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only read and count; change nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and say truthfully what became of everything."""
        try:
            sources, others = sources_in(options["paths"])
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        self.refused: list[str] = []
        self.counts: Counter[str] = Counter()
        progress = Progress(sum(source.size for source in sources))
        is_cut = False
        try:
            self.go_through(sources, progress=progress, options=options)
        except KeyboardInterrupt:
            is_cut = True
        took = progress.finish()
        archived = self.archive() if options["history"] and not options["dry_run"] else None
        self.summarise(took, others=others, archived=archived, is_dry=options["dry_run"])
        if is_cut:
            raise CommandError("Interrupted: run the same command again, it goes on from here.")
        if self.refused:
            raise CommandError(f"{len(self.refused)} could not be imported: see above.")

    def go_through(
        self, sources: list[Source], *, progress: Progress, options: dict[str, Any]
    ) -> None:
        """Each message of each source, in order."""
        done = 0
        intake = Intake.PAST if options["history"] else Intake.QUIET
        for source in sources:
            for found in self.readable(source):
                if found.is_too_large:
                    self.refuse(
                        source, f"a message of more than {settings.MAX_MESSAGE_BYTES} bytes"
                    )
                elif options["dry_run"]:
                    self.counts[self.looked_at(found.raw)] += 1
                else:
                    at = now() if options["received_now"] else self.date_of(found)
                    self.counts[WORDS[self.taken(found.raw, intake=intake, at=at)]] += 1
                progress.tell(done + found.read, count=progress.count + 1)
            done += source.size

    def readable(self, source: Source) -> Iterator[Found]:
        """The messages of a source; a file that cannot be read is told and left out."""
        try:
            yield from messages_in(source, at_most=settings.MAX_MESSAGE_BYTES)
        except OSError as error:
            self.refuse(source, error.strerror or str(error))

    def refuse(self, source: Source, why: str) -> None:
        """Say at the end what could not be imported."""
        self.refused.append(f"{source.path}: {why}")

    def date_of(self, found: Found) -> datetime:
        """The date in its headers, else that of now."""
        return dated(found.raw) or now()

    def taken(self, raw: bytes, *, intake: str, at: datetime) -> Taken:
        """What became of it; a database that is away for a while is waited for."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return take(raw, intake=intake, received_at=at)
            except Error:
                connection.close()
                if time.monotonic() > deadline:
                    raise
                time.sleep(1.0)

    def looked_at(self, raw: bytes) -> str:
        """What would become of it, as far as its content alone tells."""
        if arrival_received(reception_of(raw)) is not None:
            return WORDS[Taken.BEFORE]
        mail = parse(raw)
        if mail.quarantine:
            return WORDS[Taken.QUARANTINED]
        kinds = {Kind.PERSON: "requests or answers of persons", Kind.BOUNCE: WORDS[Taken.BOUNCE]}
        return kinds.get(mail.kind, WORDS[Taken.AUTOMATIC])

    def archive(self) -> int:
        """Archive the tickets of the history; how many."""
        total = 0
        while count := archive_history():
            total += count
        return total

    def summarise(
        self, took: str, *, others: list[Path], archived: int | None, is_dry: bool
    ) -> None:
        """One line for each outcome, and what was left out."""
        self.stdout.write(f"{'Nothing was changed. Read' if is_dry else 'Imported'}: {took}")
        for words, count in self.counts.most_common():
            self.stdout.write(f"{count:9}  {words}")
        if archived is not None:
            self.stdout.write(f"{archived:9}  tickets archived as history")
        if others:
            self.stdout.write(f"{len(others):9}  files without mail, left out: {others[0]} ...")
        for line in self.refused:
            self.stdout.write(f"  not imported: {line}")
