"""Instants, windows and durations as people read them: the day and the zone written out.

Everything is told in the time of Brussels. The end of a day is told as 23:59 of that day, never
as 00:00 of the next or as midnight, which half of the readers take for the other night.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")

DAYS = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS = {
    "fr": ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
           "octobre", "novembre", "décembre"),
    "nl": ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
           "oktober", "november", "december"),
    "de": ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
           "Oktober", "November", "Dezember"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December"),
}  # fmt: skip
TIME = {"fr": "{h} h {m}", "nl": "{h}.{m} uur", "de": "{h}.{m} Uhr", "en": "{h}:{m}"}
DAY = {
    "fr": "{day} {number} {month} {year}",
    "nl": "{day} {number} {month} {year}",
    "de": "{day}, {number}. {month} {year}",
    "en": "{day} {number} {month} {year}",
}
MOMENT = {
    "fr": "{day} à {time}",
    "nl": "{day} om {time}",
    "de": "{day}, {time}",
    "en": "{day} at {time}",
}
SPAN = {
    "fr": "{day}, de {begin} à {end}",
    "nl": "{day}, van {begin} tot {end}",
    "de": "{day}, {begin} bis {end}",
    "en": "{day}, {begin} to {end}",
}
LONG_SPAN = {
    "fr": "du {begin} au {end}",
    "nl": "van {begin} tot {end}",
    "de": "von {begin} bis {end}",
    "en": "from {begin} to {end}",
}
ZONE = {"fr": "heure belge", "nl": "Belgische tijd", "de": "belgische Zeit", "en": "Belgian time"}
DURATION = {
    "fr": ("{n} j", "{n} h", "{n} min"),
    "nl": ("{n} d", "{n} uur", "{n} min."),
    "de": ("{n} Tg.", "{n} Std.", "{n} Min."),
    "en": ("{n} d", "{n} h", "{n} min"),
}
UNBROKEN = "\N{NO-BREAK SPACE}"


def local(at: datetime) -> datetime:
    """`at` in Brussels."""
    return at.astimezone(BRUSSELS)


def before_midnight(at: datetime) -> datetime:
    """An end: exactly midnight is told as 23:59 of the day that ends."""
    here = local(at)
    if (here.hour, here.minute) != (0, 0):
        return here
    return local(at - timedelta(minutes=1))


def time_of_day(at: datetime, *, language: str) -> str:
    """`10 h 12`, `10.12 uur`, `10.12 Uhr`, `10:12`."""
    here = local(at)
    hour = f"{here.hour:02d}" if language == "en" else str(here.hour)
    return TIME[language].format(h=hour, m=f"{here.minute:02d}").replace(" ", UNBROKEN)


def day(at: datetime, *, language: str) -> str:
    """`lundi 23 novembre 2026`."""
    here = local(at)
    first = "1er" if language == "fr" and here.day == 1 else str(here.day)
    return DAY[language].format(
        day=DAYS[language][here.weekday()],
        number=first,
        month=MONTHS[language][here.month - 1],
        year=here.year,
    )


def moment(at: datetime, *, language: str) -> str:
    """`lundi 23 novembre 2026 à 10 h 12`."""
    return MOMENT[language].format(
        day=day(at, language=language), time=time_of_day(at, language=language)
    )


def zoned(text: str, *, language: str) -> str:
    """`text` with the name of our zone."""
    return f"{text} ({ZONE[language]})"


def window(begin: datetime, end: datetime, *, language: str) -> str:
    """From when to when; the day once when it is the same."""
    end = before_midnight(end)
    if local(begin).date() == end.date():
        return SPAN[language].format(
            day=day(begin, language=language),
            begin=time_of_day(begin, language=language),
            end=time_of_day(end, language=language),
        )
    return LONG_SPAN[language].format(
        begin=moment(begin, language=language), end=moment(end, language=language)
    )


def duration(length: timedelta, *, language: str) -> str:
    """Days, hours and minutes, rounded up to a minute; `2 Std. 30 Min.`."""
    minutes = max(1, -(-int(length.total_seconds()) // 60))
    days, rest = divmod(minutes, 24 * 60)
    numbers = (days, *divmod(rest, 60))
    parts = [
        form.format(n=number).replace(" ", UNBROKEN)
        for form, number in zip(DURATION[language], numbers, strict=True)
        if number
    ]
    return " ".join(parts)
