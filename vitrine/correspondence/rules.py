"""Pure rules of the correspondence: placeholders, Message-IDs, back-off, sentences on hours."""

import re
from collections.abc import Mapping, Sequence
from datetime import time, timedelta

from vitrine.kernel.languages import Language

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
"""How long a promise waits after its first, second, third and every later temporary failure."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_HEADER = re.compile(rb"^message-id:[ \t\r\n]*(<[^<>\r\n]{1,996}>)", re.IGNORECASE | re.MULTILINE)
_HEADER_BLOCK_BYTES = 256 * 1024


def filled(text: str, values: Mapping[str, object]) -> str:
    """`text` with `{name}` replaced by its value; unknown names and other braces stay.

    A value that looks like a placeholder is not filled again.
    """
    return _PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), text)


def without_blank_lines_of(text: str, values: Mapping[str, object]) -> str:
    """`text` without the lines whose placeholder would be filled with nothing."""
    blank = tuple(f"{{{name}}}" for name, value in values.items() if value == "")
    kept = [line for line in text.split("\n") if not any(name in line for name in blank)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept))


def message_id_of(raw: bytes) -> str:
    """The Message-ID in the headers of a raw message, with its angle brackets; else blank."""
    head = raw[:_HEADER_BLOCK_BYTES]
    end = re.search(rb"\r?\n\r?\n", head)
    match = _HEADER.search(head[: end.start()] if end else head)
    return match[1].decode("ascii", "replace") if match else ""


def content_of(raw: bytes) -> bytes:
    """What was sent, without the headers that each server on the way puts in front.

    Two copies of a message that came by different ways are equal in it.
    """
    match = re.search(rb"\r?\n\r?\n", raw)
    return raw[match.end() :] if match else raw


def pause_after(attempts: int) -> timedelta:
    """The pause after `attempts` temporary failures (>= 1)."""
    return BACK_OFF[min(max(attempts, 1), len(BACK_OFF)) - 1]


def clock_time(at: time, *, language: Language) -> str:
    """The time of day as one writes it in `language`."""
    if language == Language.FR:
        return f"{at.hour} h {at.minute:02}" if at.minute else f"{at.hour} h"
    if language == Language.EN:
        return f"{at.hour}:{at.minute:02}"
    return f"{at.hour}.{at.minute:02}"


_WEEKDAYS: dict[Language, tuple[str, ...]] = {
    Language.FR: ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    Language.NL: (
        *("maandag", "dinsdag", "woensdag", "donderdag"),
        *("vrijdag", "zaterdag", "zondag"),
    ),
    Language.DE: (
        *("Montag", "Dienstag", "Mittwoch", "Donnerstag"),
        *("Freitag", "Samstag", "Sonntag"),
    ),
    Language.EN: (
        *("Monday", "Tuesday", "Wednesday", "Thursday"),
        *("Friday", "Saturday", "Sunday"),
    ),
}
_DAYS: dict[Language, str] = {
    Language.FR: "du {first} au {last}",
    Language.NL: "van {first} tot {last}",
    Language.DE: "{first} bis {last}",
    Language.EN: "{first} to {last}",
}
_HOURS: dict[Language, str] = {
    Language.FR: "{days} de {opens} à {closes}",
    Language.NL: "{days} van {opens} tot {closes} uur",
    Language.DE: "{days} von {opens} bis {closes} Uhr",
    Language.EN: "{days} from {opens} to {closes}",
}

Frame = tuple[time, time]


def hours_in_words(hours: Mapping[int, Sequence[Frame]], *, language: Language) -> str:
    """`du lundi au vendredi de 8 h 30 à 16 h 30`; blank when the desk never opens.

    hours   the frames of each weekday, Monday is 0; neighbours with equal frames join
    """
    groups: list[tuple[int, int, tuple[Frame, ...]]] = []
    for weekday in sorted(hours):
        frames = tuple(hours[weekday])
        if groups and groups[-1][2] == frames and groups[-1][1] == weekday - 1:
            groups[-1] = (groups[-1][0], weekday, frames)
        elif frames:
            groups.append((weekday, weekday, frames))
    names = _WEEKDAYS[language]
    parts = []
    for first, last, frames in groups:
        days = (
            _DAYS[language].format(first=names[first], last=names[last])
            if last > first
            else names[first]
        )
        for opens, closes in frames:
            parts.append(
                _HOURS[language].format(
                    days=days,
                    opens=clock_time(opens, language=language),
                    closes=clock_time(closes, language=language),
                )
            )
            days = ""
    return ", ".join(part.strip() for part in parts)
