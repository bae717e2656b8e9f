"""Dates as mail programs of all times and languages write them."""

import re
from datetime import UTC, datetime, timedelta, timezone

from vitrine.channels.mail.parse.headers import words

_LONGEST = 160
_HOURS = {
    **dict.fromkeys(("ut", "utc", "gmt", "z", "wet"), 0),
    **dict.fromkeys(("cet", "met", "mez", "bst", "west", "hnec", "mewt", "swt"), 1),
    **dict.fromkeys(("cest", "mest", "mesz", "eet", "haec", "sast", "cat"), 2),
    **dict.fromkeys(("eest", "msk"), 3),
    **dict.fromkeys(("jst", "kst"), 9),
    **dict.fromkeys(("hkt", "sgt", "cst+8"), 8),
    "msd": 4,
    "aest": 10,
    "aedt": 11,
    "nzst": 12,
    "nzdt": 13,
    "adt": -3,
    "ast": -4,
    "edt": -4,
    "est": -5,
    "cdt": -5,
    "cst": -6,
    "mdt": -6,
    "mst": -7,
    "pdt": -7,
    "pst": -8,
    "akst": -9,
    "hst": -10,
}
"""Zones by name, in hours east of Greenwich; an unknown name counts as UTC."""
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan janv januari januar janvier gennaio enero jän jänner gen ene",
            "feb fev fév févr fevr februari februar février febbraio febrero feber",
            "mar mars maart mrt mär märz mrz maerz marzo march",
            "apr avr april avril aprile abril abr",
            "may mai mei maggio mayo mag",
            "jun juin juni june giugno junio giu",
            "jul juil juillet juli july luglio julio lug",
            "aug août aou aoû aout augustus august agosto ago",
            "sep sept september septembre settembre septiembre set",
            "oct okt oktober octobre october ottobre octubre ott",
            "nov november novembre noviembre",
            "dec déc dez dezember décembre december dicembre diciembre dic",
        ),
        start=1,
    )
    for name in names.split()
}
_COMMENT = re.compile(r"\([^()]*\)")
_WORD_MONTH = re.compile(r"(?<![^\W\d_])([^\W\d_]{3,10})\.?(?![^\W\d_])")
_TIME = re.compile(
    r"(?<![\d:])(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,]\d+)?)?(?!\d)\s*([ap]\.?m\b)?",
    re.IGNORECASE,
)
_DOTTED_TIME = re.compile(
    r"(?<![\d:.])(\d{1,2})[.h](\d{2})(?:[.m](\d{2}))?(?![\d.])\s*([ap]\.?m\b)?", re.IGNORECASE
)
_AROUND_COLON = re.compile(r"(?<=\d)\s*:\s*(?=\d)")
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?![\d:])")
_OFFSET = re.compile(r"(?:(?:gmt|utc)\s?)?([+-])(\d{1,2}):?(\d{2})?(?!\d)(?!:)", re.IGNORECASE)
_ZONE_NAME = re.compile(r"\b([a-z]{1,5})\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\d:.+-])(\d{4}|\d{2,3})(?![\d:])")
_DAY = re.compile(r"(?<![\d:.])(\d{1,2})(?:st|nd|rd|th|er|\.)?(?![\d:])", re.IGNORECASE)


def date(value: str) -> datetime | None:
    """The instant of a Date header, aware; a missing zone counts as UTC; None: no date.

    Understood: RFC 5322 and its obsolete forms, asctime, ISO 8601, figures with the day
    first (with the month first beside AM and PM), month names in our languages.
    """
    text = words(value)[:_LONGEST]
    comment = " ".join(_COMMENT.findall(text)).strip("()")
    text = _AROUND_COLON.sub(":", _COMMENT.sub(" ", text)).strip()
    if len(text) < 6:
        return None
    time = _TIME.search(text) or _DOTTED_TIME.search(text)
    rest = f"{text[: time.start()]} {text[time.end() :]}" if time else text
    found = _day_of(text[: time.start()] if time and not time.start() < 6 else rest, whole=rest)
    if found is None:
        return None
    after = text[time.end() :] if time else ""
    return _instant(found, time=time, zone=_zone(after, comment=comment))


def _day_of(before: str, *, whole: str) -> tuple[int, int, int] | None:
    """Year, month and day, looked for before the time and then beside it."""
    for text in (before, whole):
        for attempt in (_iso_day, _named_day, _numbered_day):
            if (found := attempt(text)) is not None:
                return found
    return None


def _iso_day(text: str) -> tuple[int, int, int] | None:
    match = _ISO.search(text)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def _named_day(text: str) -> tuple[int, int, int] | None:
    """`23 Nov 2026`, `Nov 23, 2026`, `Mon Nov 23 10:00 2026` (the time is gone already)."""
    names = (match for match in _WORD_MONTH.finditer(text))
    months = [match for match in names if match[1].lower() in _MONTHS]
    for match in months[:3]:
        rest = f"{text[: match.start()]} {text[match.end() :]}".replace("-", " ").replace("/", " ")
        day = _DAY.search(rest)
        if day is None:
            continue
        year = _YEAR.search(rest, day.end())
        if year is None:
            continue
        return _year(year[1]), _MONTHS[match[1].lower()], int(day[1])
    return None


def _numbered_day(text: str) -> tuple[int, int, int] | None:
    match = _NUMBERS.search(text)
    if match is None:
        return None
    first, second = int(match[1]), int(match[2])
    is_american = second > 12 or bool(re.search(r"[ap]m\b", text, re.IGNORECASE))
    month, day = (first, second) if is_american and first <= 12 else (second, first)
    return _year(match[3]), month, day


def _year(figures: str) -> int:
    """Two figures: 1969 to 2068; three: years since 1900 (RFC 5322, 4.3)."""
    number = int(figures)
    if len(figures) == 3:
        return 1900 + number
    if len(figures) == 2:
        return number + (1900 if number > 68 else 2000)
    return number


def _zone(after: str, *, comment: str) -> timezone:
    """The zone behind the time: an offset, else a name, else the name in a comment."""
    if offset := _OFFSET.search(after):
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if minutes < 24 * 60:
            return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
        return UTC
    for name in _ZONE_NAME.findall(f"{after} {comment}"):
        if name.lower() in _HOURS:
            return timezone(timedelta(hours=_HOURS[name.lower()]))
    return UTC


def _instant(
    day: tuple[int, int, int], *, time: re.Match[str] | None, zone: timezone
) -> datetime | None:
    hour, minute, second = (int(time[1]), int(time[2]), int(time[3] or 0)) if time else (0, 0, 0)
    half = (time[4] or "").lower().replace(".", "") if time else ""
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return datetime(*day, hour, minute, min(second, 59), tzinfo=zone)
    except (ValueError, OverflowError):
        return None
