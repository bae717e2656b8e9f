"""Planned maintenance as iCalendar (RFC 5545, RFC 7986): a feed, and each entry alone.

Lines end with CRLF and are folded at 75 octets, never inside a character.
"""

from datetime import UTC, datetime

from vitrine.publication import moments
from vitrine.publication.bulletin import Bulletin, Maintenance, MaintenanceState, Position
from vitrine.publication.pages import spoken
from vitrine.publication.pages.frame import Telling
from vitrine.publication.words import said_in

OCTETS = 75
ZONE = (
    "BEGIN:VTIMEZONE", "TZID:Europe/Brussels",
    "BEGIN:DAYLIGHT", "DTSTART:19810329T020000", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "TZNAME:CEST", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "END:DAYLIGHT",
    "BEGIN:STANDARD", "DTSTART:19961027T030000", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "TZNAME:CET", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "END:STANDARD",
    "END:VTIMEZONE",
)  # fmt: skip
"""The rules of Brussels since 1996."""


def escaped(text: str) -> str:
    """A text value: backslash, semicolon, comma and line ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(each for each in text if each in "\n\t" or ord(each) >= 32)
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def folded(line: str) -> bytes:
    """A content line in pieces of at most 75 octets; what continues begins with a space."""
    whole = line.encode()
    if len(whole) <= OCTETS:
        return whole + b"\r\n"
    pieces: list[bytes] = []
    piece = b""
    for letter in line:
        octets = letter.encode()
        if len(piece) + len(octets) > OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += octets
    pieces.append(piece)
    return b"\r\n".join(pieces) + b"\r\n"


def local(at: datetime) -> str:
    """A date-time in Brussels."""
    return moments.local(at).strftime("%Y%m%dT%H%M%S")


def universal(at: datetime) -> str:
    """A date-time in UTC."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def written(lines: list[str]) -> bytes:
    """The whole object."""
    return b"".join(folded(line) for line in lines)


def calendar(telling: Telling, *, maintenances: tuple[Maintenance, ...]) -> bytes:
    """A calendar with these maintenances."""
    gettext, language = telling.gettext, telling.language
    name = ": ".join((telling.register, gettext("Planned maintenance")))
    address = f"{telling.site.absolute}{language}/maintenance.ics"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//Vitrine//System status//{language.upper()}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME;LANGUAGE={language}:{escaped(name)}",
        f"X-WR-CALNAME;LANGUAGE={language}:{escaped(name)}",
        "X-WR-TIMEZONE:Europe/Brussels",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        f"SOURCE;VALUE=URI:{address}",
        *ZONE,
    ]
    for maintenance in maintenances:
        lines += event(maintenance, telling)
    return written([*lines, "END:VCALENDAR"])


def event(maintenance: Maintenance, telling: Telling) -> list[str]:
    """One entry; with the same UID and a higher SEQUENCE it replaces what was there."""
    language = telling.language
    begin = maintenance.began_at or maintenance.starts_at
    end = maintenance.ended_at or maintenance.ends_at
    state = "CANCELLED" if maintenance.state is MaintenanceState.CANCELLED else "CONFIRMED"
    is_free = maintenance.effect is Position.WORKS or state == "CANCELLED"
    title = said_in(maintenance.titles, language)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{escaped(maintenance.uid)}",
        f"SEQUENCE:{maintenance.sequence}",
        f"DTSTAMP:{universal(maintenance.changed_at)}",
        f"CREATED:{universal(maintenance.announced_at)}",
        f"LAST-MODIFIED:{universal(maintenance.changed_at)}",
        f"DTSTART;TZID=Europe/Brussels:{local(begin)}",
        f"DTEND;TZID=Europe/Brussels:{local(max(begin, end))}",
        f"SUMMARY;LANGUAGE={title.language}:{escaped(f'{telling.register}: {title.text}')}",
        f"DESCRIPTION;LANGUAGE={language}:{escaped(description(maintenance, telling))}",
        f"STATUS:{state}",
        f"TRANSP:{'TRANSPARENT' if is_free else 'OPAQUE'}",
        "CLASS:PUBLIC",
        f"URL;VALUE=URI:{telling.site.absolute}{language}/index.html",
    ]
    names = categories(maintenance, telling.bulletin, language=language)
    if names:
        lines.append(f"CATEGORIES;LANGUAGE={language}:{names}")
    return [*lines, "END:VEVENT"]


def description(maintenance: Maintenance, telling: Telling) -> str:
    """Effect, text, and estimated duration."""
    gettext, language = telling.gettext, telling.language
    length = moments.duration(maintenance.ends_at - maintenance.starts_at, language=language)
    parts = [
        spoken.effect_sentence(maintenance.effect, gettext=gettext),
        said_in(maintenance.texts, language).text,
        gettext("Estimated duration: {duration}").format(duration=length),
    ]
    if maintenance.state is MaintenanceState.CANCELLED:
        parts = [spoken.maintenance_word(maintenance.state, gettext=gettext)]
    return "\n".join(part for part in parts if part)


def categories(maintenance: Maintenance, bulletin: Bulletin, *, language: str) -> str:
    """The names of the components, as a list of text values."""
    return ",".join(
        escaped(said_in(each.names, language).text)
        for each in bulletin.components
        if each.code in maintenance.components
    )
