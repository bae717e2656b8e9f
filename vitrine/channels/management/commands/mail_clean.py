"""`mail_clean`: HTML on standard input, the same page made inert on standard output."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from vitrine.channels.mail.clean import clean_html


class Command(BaseCommand):
    """Reads a page, writes a page; needs no database."""

    help = "Make the HTML page on standard input inert and print it."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the clean page; bytes that are not UTF-8 are read as Windows-1252."""
        raw = sys.stdin.buffer.read()
        try:
            page = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            page = raw.decode("cp1252", "replace")
        sys.stdout.buffer.write(clean_html(page).encode("utf-8", "replace") + b"\n")
