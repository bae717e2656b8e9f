"""What happens to the public state by the clock."""

from procrastinate.contrib.django import app

from vitrine.status.actions import (
    check_chain,
    draw_new_day,
    export_for_console,
    propose_by_the_clock,
    publish_standing,
    run_due_probes,
    take_over_if_possible,
)


@app.periodic(cron="* * * * *")
@app.task(name="vitrine.status.each_minute", queueing_lock="status.minute", pass_context=False)
def each_minute(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
    """Each minute: take over from the console, draw a new day, publish, propose, export.

    timestamp  the minute this is for, seconds since 1970
    """
    take_over_if_possible()
    draw_new_day()
    publish_standing()
    propose_by_the_clock()
    export_for_console()


@app.periodic(cron="* * * * *")
@app.task(name="vitrine.status.run_probes", queueing_lock="status.probes", pass_context=False)
def run_probes(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
    """Each minute: look wherever a probe is due.

    timestamp  the minute this is for, seconds since 1970
    """
    run_due_probes()


@app.periodic(cron="23 * * * *")
@app.task(name="vitrine.status.check_chain", queueing_lock="status.chain", pass_context=False)
def check_the_chain(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes it
    """Each hour: replay every event and compare.

    timestamp  the hour this is for, seconds since 1970
    """
    check_chain()
