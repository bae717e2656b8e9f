"""What happens to the telephone's records by the clock."""

from datetime import UTC, datetime

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from vitrine.telephony.actions import (
    TELL_CALLS,
    erase_what_is_due,
    forget_credentials,
    forget_instructions,
    leave_call_backs_to_people,
    tell_calls,
    tell_left_behind,
)


@app.task(name=TELL_CALLS, retry=RetryStrategy(max_attempts=3, wait=2), pass_context=False)
def tell(names: list[str]) -> None:
    """Tell calls whose entries were kept by somebody who had no time for it."""
    tell_calls(names)


@app.periodic(cron="* * * * * */10")
@app.task(name="vitrine.telephony.sweep", queueing_lock="telephony.sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    """Every ten seconds: what a killed process of the telephone has left to others.

    timestamp  the instant this is for, seconds since 1970
    """
    tell_left_behind()
    leave_call_backs_to_people(at=datetime.fromtimestamp(timestamp, tz=UTC))


@app.periodic(cron="23 * * * *")
@app.task(name="vitrine.telephony.tidy", queueing_lock="telephony.tidy", pass_context=False)
def tidy(timestamp: int) -> None:
    """Each hour: what is of no use any more, and what may not be kept any longer (L-12).

    timestamp  the hour this is for, seconds since 1970
    """
    forget_instructions()
    forget_credentials()
    erase_what_is_due(at=datetime.fromtimestamp(timestamp, tz=UTC))
