"""What happens to the public state by the clock."""

import logging

from procrastinate.contrib.django import app

from vitrine.status.actions import (
    check_chain,
    draw_new_day,
    export_for_console,
    propose_by_the_clock,
    publish_standing,
    take_over_public,
)
from vitrine.status.errors import BrokenHistory

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="vitrine.status.each_minute", queueing_lock="status.minute", pass_context=False)
def each_minute(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
    """Each minute: take over from the console, draw a new day, publish, propose, export.

    timestamp  the minute this is for, seconds since 1970
    """
    take_over_what_is_public()
    draw_new_day()
    publish_standing()
    propose_by_the_clock()
    export_for_console()


def take_over_what_is_public() -> None:
    """After the emergency console worked; what cannot be taken over stays in the log, and red."""
    try:
        take_over_public()
    except BrokenHistory as broken:
        log.error("What is public cannot be taken over: %s (%s)", broken, broken.reason)


@app.periodic(cron="23 * * * *")
@app.task(name="vitrine.status.check_chain", queueing_lock="status.chain", pass_context=False)
def check_the_chain(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
    """Each hour: replay every event and compare.

    timestamp  the hour this is for, seconds since 1970
    """
    check_chain()
