"""`vitrine fetch`: fetch mail from the mailboxes."""

from typing import Any

from django.core.management.base import BaseCommand

from vitrine.channels.mail.mailboxes import Fetcher


class Command(BaseCommand):
    """Watches the mailboxes until it is ended."""

    help = "Fetch mail from the mailboxes of the settings, by IMAP."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Watch."""
        Fetcher().run()
