"""`phone_serve`: answer calls, through Asterisk or with callers who are played."""

import asyncio
import logging
import os
import signal
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from vitrine.voice.asterisk.instance import described
from vitrine.voice.serving import Options, serve

log = logging.getLogger(__name__)


class Command(BaseCommand):
    """One process for each telephone; a second one stands by until the first is gone."""

    help = "Answer calls: through Asterisk, or with simulated callers."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        parser.add_argument(
            "--asterisk",
            metavar="URL|FOLDER",
            default=os.environ.get("VITRINE_ASTERISK_URL", ""),
            help="http://name:password@host:port/ari, or the folder of an instance; "
            "none: the instance in the state directory",
        )
        parser.add_argument("--application", default="vitrine", help="its name (%(default)s)")
        parser.add_argument("--recordings", type=Path, help="where Asterisk leaves messages")
        parser.add_argument("--simulated", action="store_true", help="callers who are played")
        parser.add_argument(
            "--always-open", action="store_true", help="whatever the calendar says: to try it"
        )
        parser.add_argument("--standby", action="store_true", help="wait until the other is gone")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until somebody asks for the end."""
        wanted = options_of(options)
        try:
            code = asyncio.run(until_asked(wanted))
        except KeyboardInterrupt:
            code = 0
        sys.exit(code)


def options_of(options: dict[str, Any]) -> Options:
    """What is asked for. Raises CommandError when there is no Asterisk to speak with."""
    state = Path(settings.STATE)
    plain = Options(
        state=state / "phone",
        sounds=Path(settings.SOUNDS),
        is_simulated=options["simulated"],
        is_always_open=options["always_open"],
        stands_by=options["standby"],
        recordings=options["recordings"] or state / "phone" / "recordings",
        application=options["application"],
        url="",
    )
    if plain.is_simulated:
        return plain
    named = options["asterisk"]
    if named.startswith(("http://", "https://")):
        return plain.through(named, recordings=options["recordings"])
    found = described(Path(named) if named else state / "asterisk" / "instance")
    if found is None:
        raise CommandError("There is no Asterisk: name one with --asterisk, or say --simulated.")
    return plain.through(found["url"], recordings=Path(found["recordings"]))


async def until_asked(wanted: Options) -> int:
    """The exit code: 0 when asked to end, 3 when another process has taken over."""
    task = asyncio.create_task(serve(wanted))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, task.cancel)
    try:
        return await task
    except asyncio.CancelledError:
        return 0
