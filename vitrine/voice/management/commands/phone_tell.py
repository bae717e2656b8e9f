"""`phone_tell`: tell the calls named on the standard input; `phone_serve` starts it."""

import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand

from vitrine.telephony.actions import tell_calls, tell_left_behind
from vitrine.voice.priority import Niceness, take_turn
from vitrine.voice.records import AWAY, with_database
from vitrine.voice.telling import tell_from


class Command(BaseCommand):
    """Ends with the process that routes, after everything it has named is told."""

    help = "Tell calls whose names come on the standard input, one a line."
    requires_system_checks = ()
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        """Until the standard input ends; a request to end is for whoever holds its other side."""
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        take_turn(Niceness.TELLING)
        tell_from(
            sys.stdin.fileno(),
            tell=lambda names: unless_away(partial(tell_calls, names)),
            look=lambda: unless_away(tell_left_behind),
        )


def unless_away(do: Callable[[], object]) -> None:
    """While the database is away nothing is told: it is found to be left behind, later."""
    with suppress(*AWAY):
        with_database(do)
