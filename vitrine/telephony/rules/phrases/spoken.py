"""Values as phrases: numbers, waits, telephone numbers, times, the state of the register."""

from datetime import date, time, timedelta
from math import ceil

from vitrine.telephony.rules.phrases.catalogue import LARGEST_NUMBER, LONGEST_DURATION

Phrases = tuple[str, ...]

Window = tuple[date, time, time | None]
"""Day, begin and end; None: the end is not said."""

LARGEST_PLACE = 50
MINUTE = timedelta(minutes=1)
HOME = "+32"
GEOGRAPHIC_SHORT = ("2", "3", "4", "9")
"""Belgian zones of one digit; a mobile number begins with 4 and has one digit more."""
MOBILE_DIGITS = 9
STATES = frozenset({"works", "slowed", "interrupted"})


def spoken_number(number: int) -> Phrases:
    """A whole number. Raises ValueError unless it is from 0 to 999."""
    if not 0 <= number <= LARGEST_NUMBER:
        raise ValueError(f"{number} is not from 0 to {LARGEST_NUMBER}")
    hundreds, rest = number // 100 * 100, number % 100
    if hundreds and rest:
        return (f"number-{hundreds}", f"number-{rest}")
    return (f"number-{number}",)


def spoken_digits(digits: str) -> Phrases:
    """Digits one by one. Raises ValueError for anything else."""
    if not (digits.isascii() and digits.isdecimal()):
        raise ValueError(f"{digits!r} is no row of digits")
    return tuple(f"number-{digit}" for digit in digits)


def spoken_telephone(number: str) -> Phrases:
    """A number in E.164, digit by digit as one writes it at home, with pauses between groups.

    Digit by digit, because tens are said the other way round in Dutch and German.
    Raises ValueError when it is not in E.164.
    """
    number = number.partition(";")[0]
    if not number.startswith("+"):
        raise ValueError(f"{number!r} is not in E.164")
    if not number.startswith(HOME):
        return ("international", *_grouped(number[1:], first=2))
    national = number.removeprefix(HOME)
    if len(national) >= MOBILE_DIGITS:
        return _grouped(f"0{national}", first=4)
    return _grouped(f"0{national}", first=2 if national.startswith(GEOGRAPHIC_SHORT) else 3)


def _grouped(digits: str, *, first: int) -> Phrases:
    """Groups of two after the first, the last of three when the number is odd."""
    groups, rest = [digits[:first]], digits[first:]
    while rest:
        size = 3 if len(rest) == 3 else 2
        groups.append(rest[:size])
        rest = rest[size:]
    said: list[str] = []
    for group in groups:
        said += ["pause"] if said else []
        said += spoken_digits(group)
    return tuple(said)


def spoken_time(moment: time) -> Phrases:
    """A time of the day, to the minute."""
    if moment.minute:
        return (f"hour-{moment.hour}", f"minute-{moment.minute}")
    return (f"sharp-{moment.hour}",)


def spoken_date(day: date) -> Phrases:
    """A day without its year: true whenever it is heard, unlike `tomorrow`."""
    return (f"weekday-{day.weekday()}", f"day-{day.day}", f"month-{day.month}")


def spoken_opening(day: date, at: time) -> Phrases:
    """When the desk opens again; wall time of the desk."""
    return ("opens-again", *spoken_date(day), "at", *spoken_time(at))


def spoken_place(ahead: int) -> Phrases:
    """The place of one who has so many before him, >= 0."""
    if ahead == 0:
        return ("next",)
    return ("place", *spoken_number(ahead + 1)) if ahead < LARGEST_PLACE else ("many-before",)


def spoken_wait(wait: timedelta | None) -> Phrases:
    """A waiting time in whole minutes, rounded up; None: nobody is there who could answer."""
    if wait is None:
        return ("nobody-there",)
    minutes = max(1, ceil(wait / MINUTE))
    return ("wait", f"minutes-{minutes}") if minutes <= LONGEST_DURATION else ("wait-long",)


def spoken_state(
    position: str, *, as_of: time | None = None, planned: Window | None = None
) -> Phrases:
    """What the menu says of the register; empty when it works and no maintenance is near.

    position  `works`, `slowed` or `interrupted`; ValueError for another
    as_of     since when, wall time of the desk
    planned   the next maintenance
    """
    if position not in STATES:
        raise ValueError(f"{position!r} is no position")
    said: list[str] = []
    if position != "works":
        said.append(f"state-{position}")
        if as_of is not None:
            said += ["state-as-of", *spoken_time(as_of)]
    if planned is not None:
        day, begins, ends = planned
        said += ["state-maintenance", *spoken_date(day), "from", *spoken_time(begins)]
        said += ["until", *spoken_time(ends)] if ends is not None else []
    return tuple(said)
