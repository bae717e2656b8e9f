"""`vitrine status import-journal`: take over what the emergency console published."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from vitrine.console.journal import EVENTS, every_event
from vitrine.console.options import options_from
from vitrine.status.actions import export_for_console, import_console_events, take_over_public
from vitrine.status.errors import BrokenHistory


class Command(BaseCommand):
    """Exit code 0 and what was taken over, or 1 and which version does not follow."""

    help = "Take over what the emergency console published."

    def add_arguments(self, parser: CommandParser) -> None:
        """The journal; default: that of the console on this machine."""
        parser.add_argument("journal", nargs="?", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Take over, and say what."""
        journal = options["journal"] or options_from().directory / EVENTS
        if options["journal"] and not journal.is_file():
            raise CommandError(_("There is no journal at %(path)s.") % {"path": journal})
        try:
            public = take_over_public()
            taken = import_console_events(every_event(journal), by=None)
        except BrokenHistory as broken:
            raise CommandError(f"{broken} ({broken.reason})") from broken
        export_for_console()
        versions = [*public.taken, *taken.taken]
        self.stdout.write(
            _("%(taken)s changes taken over, %(known)s known already, %(aside)s set aside.")
            % {
                "taken": len(versions),
                "known": taken.known - len(public.taken),
                "aside": len({*public.set_aside, *taken.set_aside}),
            }
        )
