"""Invitations of calendars (RFC 5545, 6047): what, when, where, who. Our own bounded reader."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

MAX_READ = 512 * 1024
MAX_EVENTS = 20
_FOLD = re.compile(r"\r?\n[ \t]")
_FIELD = re.compile(r'^([A-Z-]{3,20})((?:;[^:"\r\n]*(?:"[^"\r\n]*"[^:"\r\n]*)*)?):(.*)$')
_ESCAPED = re.compile(r"\\([\\;,nN])")
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z?))?")
_NAME = re.compile(r';CN=(?:"([^"]*)"|([^;:]*))', re.IGNORECASE)
_ZONE = re.compile(r';TZID=(?:"([^"]*)"|([^;:]*))', re.IGNORECASE)


_Fields = dict[str, list[tuple[str, str]]]


@dataclass(frozen=True)
class Invitation:
    """One event of a calendar file.

    method     REQUEST, CANCEL, REPLY, PUBLISH ...; blank when the file has none
    begins     as it is written there: aware when it is in UTC, else local to `zone`
    zone       the name of the time zone as written; blank for UTC or none
    people     those invited, by name or address, at most 20
    """

    what: str
    begins: datetime | None = None
    ends: datetime | None = None
    is_all_day: bool = False
    zone: str = ""
    where: str = ""
    organiser: str = ""
    people: tuple[str, ...] = ()
    method: str = ""

    def line(self) -> str:
        """What, when, where and who in one line that is the same in every language."""
        when = _span(self)
        parts = (self.what, when, self.where, self.organiser)
        return " · ".join(part for part in parts if part)


def invitations_in(text: str) -> tuple[Invitation, ...]:
    """The events of a calendar file; none when it is damaged beyond reading."""
    found: list[Invitation] = []
    method = ""
    event: _Fields | None = None
    for line in _FOLD.sub("", text[:MAX_READ]).splitlines():
        match = _FIELD.match(line[:4000])
        if match is None:
            continue
        name, value = match[1], match[3].strip()
        if name == "METHOD":
            method = value.upper()[:20]
        elif name == "BEGIN" and value.upper() == "VEVENT":
            event = {}
        elif name == "END" and value.upper() == "VEVENT" and event is not None:
            found.append(_made(event, method=method))
            event = None
            if len(found) == MAX_EVENTS:
                break
        elif event is not None:
            event.setdefault(name, []).append((match[2], value))
    return tuple(found)


def _made(event: _Fields, *, method: str) -> Invitation:
    begins = _first(event, name="DTSTART")
    zone = _ZONE.search(begins[0])
    start = _time(begins[1])
    return Invitation(
        what=_plain(_first(event, name="SUMMARY")[1]),
        begins=start,
        ends=_time(_first(event, name="DTEND")[1]),
        is_all_day=start is not None and "T" not in begins[1],
        zone=(zone[1] or zone[2] or "").strip()[:100] if zone else "",
        where=_plain(_first(event, name="LOCATION")[1]),
        organiser=_person(_first(event, name="ORGANIZER")),
        people=tuple(_person(each) for each in event.get("ATTENDEE", [])[:20]),
        method=method,
    )


def _first(event: _Fields, *, name: str) -> tuple[str, str]:
    return event.get(name, [("", "")])[0]


def _plain(value: str) -> str:
    text = _ESCAPED.sub(lambda match: " " if match[1] in "nN" else match[1], value)
    return " ".join(text.split())[:300]


def _person(field: tuple[str, str]) -> str:
    match = _NAME.search(field[0])
    name = (match[1] or match[2] or "").strip() if match else ""
    address = re.sub(r"^mailto:", "", field[1].strip(), flags=re.IGNORECASE)
    if name and name.lower() != address.lower():
        return f"{name} <{address}>"[:200]
    return address[:200]


def _time(value: str) -> datetime | None:
    match = _TIME.match(value)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(each or 0) for each in match.groups()[:6])
    zone = UTC if match[7] else None
    try:
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
    except ValueError:
        return None


def _span(event: Invitation) -> str:
    """`2026-11-23 10:00 - 11:00 (Europe/Brussels)`."""
    if event.begins is None:
        return ""
    day = f"{event.begins:%Y-%m-%d}"
    if event.is_all_day:
        return day
    text = f"{day} {event.begins:%H:%M}"
    if event.ends is not None:
        is_same = event.ends.date() == event.begins.date()
        text += f" – {event.ends:%H:%M}" if is_same else f" – {event.ends:%Y-%m-%d %H:%M}"
    zone = event.zone or ("UTC" if event.begins.tzinfo else "")
    return f"{text} ({zone})" if zone else text
