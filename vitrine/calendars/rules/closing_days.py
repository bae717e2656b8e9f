"""The closing days of the federal administration in a year, as far as they can be computed.

Legal days, regulatory days and the days between Christmas and New Year follow from
the year. Bridge days follow only when there are at most two candidates: with more,
the minister decides, so that stored rows are the truth and these are suggestions.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from vitrine.calendars.choices import ClosingKind
from vitrine.calendars.errors import YearOutOfRange

FIRST_YEAR, LAST_YEAR = 2000, 2100
FIRST_YEAR_WITH_BRIDGES = 2023
MOST_BRIDGES_BY_RULE = 2
TUESDAY, THURSDAY, SATURDAY = 1, 3, 5

Names = tuple[str, str, str, str]
"""French, Dutch, German, English."""


@dataclass(frozen=True, order=True)
class PlannedClosing:
    """A day on which the desk is expected to be closed, and why."""

    day: date
    kind: ClosingKind
    names: Names


FIXED_LEGAL: dict[tuple[int, int], Names] = {
    (1, 1): ("Nouvel An", "Nieuwjaar", "Neujahr", "New Year's Day"),
    (5, 1): ("Fête du Travail", "Dag van de Arbeid", "Tag der Arbeit", "Labour Day"),
    (7, 21): ("Fête nationale", "Nationale feestdag", "Nationalfeiertag", "National Day"),
    (8, 15): (
        "Assomption",
        "Onze-Lieve-Vrouw-Hemelvaart",
        "Mariä Himmelfahrt",
        "Assumption Day",
    ),
    (11, 1): ("Toussaint", "Allerheiligen", "Allerheiligen", "All Saints' Day"),
    (11, 11): ("Armistice", "Wapenstilstand", "Waffenstillstand", "Armistice Day"),
    (12, 25): ("Noël", "Kerstmis", "Weihnachten", "Christmas Day"),
}
"""Month and day of the legal days that do not move."""

MOVING_LEGAL: dict[int, Names] = {
    1: ("Lundi de Pâques", "Paasmaandag", "Ostermontag", "Easter Monday"),
    39: (
        "Ascension",
        "Onze-Lieve-Heer-Hemelvaart",
        "Christi Himmelfahrt",
        "Ascension Day",
    ),
    50: ("Lundi de Pentecôte", "Pinkstermaandag", "Pfingstmontag", "Whit Monday"),
}
"""Days after Easter of the legal days that move with it."""

FIXED_REGULATORY: dict[tuple[int, int], Names] = {
    (11, 2): ("Jour des Morts", "Allerzielen", "Allerseelen", "All Souls' Day"),
    (11, 15): ("Fête du Roi", "Koningsdag", "Tag des Königs", "King's Day"),
    (12, 26): (
        "Lendemain de Noël",
        "Tweede kerstdag",
        "Zweiter Weihnachtstag",
        "Boxing Day",
    ),
}

YEAR_END: Names = (
    "Fermeture de fin d'année",
    "Eindejaarssluiting",
    "Jahresendschließung",
    "Year-end closing",
)
BRIDGE: Names = ("Jour de pont", "Brugdag", "Brückentag", "Bridge day")


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (method of Meeus, Jones and Butcher)."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    shift = century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    moon = (19 * golden + shift) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def legal_days(year: int) -> list[PlannedClosing]:
    """The ten legal holidays of `year`, those that fall on a weekend included."""
    check_year(year)
    moving = {easter(year) + timedelta(days=after): n for after, n in MOVING_LEGAL.items()}
    fixed = {date(year, *day): names for day, names in FIXED_LEGAL.items()}
    return _closings(fixed | moving, kind=ClosingKind.LEGAL)


def regulatory_days(year: int) -> list[PlannedClosing]:
    """2 and 15 November and 26 December, weekends included."""
    check_year(year)
    fixed = {date(year, *day): names for day, names in FIXED_REGULATORY.items()}
    return _closings(fixed, kind=ClosingKind.REGULATORY)


def year_end_days(year: int) -> list[PlannedClosing]:
    """The working days from 27 to 31 December: they make up for days lost on weekends."""
    check_year(year)
    days = (date(year, 12, day) for day in range(27, 32))
    return _closings(
        {day: YEAR_END for day in days if day.weekday() < SATURDAY}, kind=ClosingKind.REGULATORY
    )


def bridge_day_candidates(year: int) -> list[PlannedClosing]:
    """Mondays before and Fridays after a legal holiday; none before 2023, when the rule began.

    Days that are closed anyway are left out.
    """
    taken = {closing.day for closing in (*legal_days(year), *regulatory_days(year))}
    taken |= {closing.day for closing in year_end_days(year)}
    bridges = set()
    for holiday in legal_days(year):
        if holiday.day.weekday() == TUESDAY:
            bridges.add(holiday.day - timedelta(days=1))
        elif holiday.day.weekday() == THURSDAY:
            bridges.add(holiday.day + timedelta(days=1))
    if year < FIRST_YEAR_WITH_BRIDGES:
        return []
    return _closings(
        {day: BRIDGE for day in bridges - taken if day.year == year}, kind=ClosingKind.BRIDGE
    )


def closings_to_prefill(year: int) -> list[PlannedClosing]:
    """What a new year starts with, in order of day.

    Bridge days are among them only when the rule alone decides: at most two candidates.
    """
    bridges = bridge_day_candidates(year)
    return sorted(
        [
            *legal_days(year),
            *regulatory_days(year),
            *year_end_days(year),
            *(bridges if len(bridges) <= MOST_BRIDGES_BY_RULE else []),
        ]
    )


def check_year(year: int) -> None:
    """Raise YearOutOfRange unless closing days can be computed for `year`."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise YearOutOfRange(year=year)


def _closings(names: dict[date, Names], *, kind: ClosingKind) -> list[PlannedClosing]:
    return sorted(PlannedClosing(day=day, kind=kind, names=n) for day, n in names.items())
