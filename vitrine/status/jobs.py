"""What happens to the public state by the clock."""

from procrastinate.contrib.django import app

from vitrine.status.actions import (
    check_chain,
    draw_new_day,
    propose_by_the_clock,
    publish_standing,
)
from vitrine.status.actions.publishing import refresh_when_due


@app.periodic(cron="* * * * *")
@app.task(name="vitrine.status.each_minute", queueing_lock="status.minute", pass_context=False)
def each_minute(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
    """Each minute: a new day is drawn, red targets are tried, time-bound texts are told anew.

    timestamp  the minute this is for, seconds since 1970
    """
    draw_new_day()
    publish_standing()
    refresh_when_due()
    propose_by_the_clock()


@app.periodic(cron="23 * * * *")
@app.task(name="vitrine.status.check_chain", queueing_lock="status.chain", pass_context=False)
def check_the_chain(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
    """Each hour: replay every event and compare.

    timestamp  the hour this is for, seconds since 1970
    """
    check_chain()
