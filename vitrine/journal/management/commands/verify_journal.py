"""`vitrine journal verify`: redo the hash chain of the journal."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from vitrine.journal.errors import BrokenChain
from vitrine.journal.queries import verified_length


class Command(BaseCommand):
    """Exit code 0 and the number of entries, or 1 and where the chain breaks."""

    help = "Verify the hash chain of the journal."

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify the chain and say its length."""
        try:
            length = verified_length()
        except BrokenChain as broken:
            raise CommandError(str(broken)) from broken
        self.stdout.write(f"The journal is whole: {length} entries.")
