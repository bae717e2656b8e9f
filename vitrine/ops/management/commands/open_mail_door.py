"""`vitrine door`: take mail by SMTP and LMTP."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from vitrine.channels.mail.door import serve


class Command(BaseCommand):
    """Listens until it is ended."""

    help = "Take mail by SMTP and LMTP."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--smtp-port", type=int, required=True)
        parser.add_argument("--lmtp-port", type=int, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Listen."""
        serve(options["host"], smtp_port=options["smtp_port"], lmtp_port=options["lmtp_port"])
