"""`phone_verify`: replay the journal of calls and compare it with what is stored."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from vitrine.telephony.actions import tell_left_behind
from vitrine.telephony.queries.verifying import replay_all


class Command(BaseCommand):
    """Exit code 1 when a row is not what its journal tells, or a call has no outcome."""

    help = "Replay the journal of calls; compare rows, and offered calls with their outcomes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        parser.add_argument("--json", action="store_true", help="one JSON object, nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell what was left behind, then compare and print."""
        tell_left_behind(at_most=100_000)
        found = replay_all()
        facts = {
            "calls": found.calls,
            "offered": found.offered,
            "outcomes": found.outcomes,
            "present": found.present,
            "stale": found.stale,
            "differing": found.differing,
            "balanced": found.is_balanced,
        }
        if options["json"]:
            self.stdout.write(json.dumps(facts))
        else:
            for name, value in facts.items():
                self.stdout.write(f"{name:10} {value}")
        if not found.is_whole:
            raise CommandError("Rows and journal of calls differ.")
