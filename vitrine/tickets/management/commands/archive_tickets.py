"""`vitrine tickets archive`: archive what was closed long ago, without waiting for the worker."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from vitrine.kernel.clock import now
from vitrine.tickets.actions import archive_closed


class Command(BaseCommand):
    """Prints how many tickets went to the archive."""

    help = "Archive tickets that were closed at least so many days ago."

    def add_arguments(self, parser: CommandParser) -> None:
        """--days N, 0 or more; the default is the setting."""
        parser.add_argument("--days", type=int, default=settings.ARCHIVE_AFTER_DAYS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Archive in portions, so that no lock is held for long."""
        days = options["days"]
        if days < 0:
            raise CommandError("--days is 0 or more.")
        before = now() - timedelta(days=days)
        archived = 0
        while portion := archive_closed(before=before):
            archived += portion
        self.stdout.write(f"{archived} tickets archived.")
