"""`phone_call`: somebody calls the desk, so that one can try the telephone alone."""

import asyncio
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from vitrine.kernel.phone_numbers import normalise
from vitrine.voice.asterisk.ari import Ari, NoConnection
from vitrine.voice.asterisk.instance import described

OURS = "+3225550100"
CONTEXT = "demonstration"
"""Of the dialplan: keys what it is told, then hums."""


class Command(BaseCommand):
    """The caller is Asterisk itself: he keys, waits, hums when he is answered, and hangs up."""

    help = "Let a demonstration caller call the desk through the Asterisk of this machine."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        parser.add_argument("--number", default="+3222001234", help="who calls (%(default)s)")
        parser.add_argument("--dialled", default="", help="our number; none: that of the desk")
        parser.add_argument("--keys", default="1w1", help="keyed; w waits 4 s (%(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Call."""
        found = described(Path(settings.STATE) / "asterisk" / "instance")
        if found is None:
            raise CommandError("No Asterisk runs here: `make run PHONE=1` starts one.")
        dialled = options["dialled"] or normalise(settings.DESK_PHONE) or OURS
        try:
            status = asyncio.run(call(found["url"], dialled=dialled, **_of_caller(options)))
        except NoConnection as reason:
            raise CommandError(f"Asterisk does not answer: {reason}") from None
        if not 200 <= status < 300:
            raise CommandError(f"Asterisk has refused the call: {status}")
        self.stdout.write(f"{options['number']} calls {dialled}.")


def _of_caller(options: dict[str, Any]) -> dict[str, str]:
    return {"number": options["number"], "keys": options["keys"]}


async def call(url: str, *, dialled: str, number: str, keys: str) -> int:
    """The status of the answer."""
    ari = Ari(url, application="demonstration")
    await ari.connect()
    reader = asyncio.create_task(ari.hear(lambda _event: None))
    reply = await ari.ask(
        "POST",
        "channels",
        body={"variables": {"KEYS": keys.replace("w", "wwwwwwww")}},
        endpoint=f"Local/{dialled}@from-trunk/n",
        extension="s",
        context=CONTEXT,
        priority="1",
        callerId=number,
    )
    await ari.close()
    await reader
    return reply.status
