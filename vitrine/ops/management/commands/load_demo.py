"""`vitrine demo load`: the fictitious register, once."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from vitrine.ops.demo.loading import Refused, load_demonstration


class Command(BaseCommand):
    """Loads the demonstration into a database that holds nobody yet."""

    help = "Load the fictitious register."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What `run` says."""
        parser.add_argument("--once", action="store_true", help="no word when it is there")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load."""
        if settings.PRODUCTION:
            raise CommandError("The demonstration is never loaded in production.")
        try:
            load_demonstration(tell=self.stdout.write)
        except Refused as refused:
            if not options["once"]:
                raise CommandError(str(refused)) from refused
