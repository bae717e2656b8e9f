"""Instants as the desk writes them."""

from datetime import datetime

from django.utils.formats import date_format

from vitrine.kernel.clock import BRUSSELS, today


def moment_words(at: datetime) -> str:
    """The time, with the day unless it is today."""
    local = at.astimezone(BRUSSELS)
    if local.date() == today():
        return local.strftime("%H:%M")
    return dated_words(at)


def dated_words(at: datetime) -> str:
    """The day and the time."""
    return date_format(at.astimezone(BRUSSELS), "SHORT_DATETIME_FORMAT")
