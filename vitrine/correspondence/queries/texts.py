"""The texts of the house with what the house knows already filled in."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.dateformat import format as format_date

from vitrine.accounts.models import Account
from vitrine.calendars.models import OpeningHours
from vitrine.calendars.queries import desk_state
from vitrine.correspondence.models import Text
from vitrine.correspondence.queries.built_in_texts import BUILT_IN
from vitrine.correspondence.rules import (
    Frame,
    clock_time,
    filled,
    hours_in_words,
    without_blank_lines_of,
)
from vitrine.kernel.clock import BRUSSELS, now
from vitrine.kernel.languages import Language
from vitrine.kernel.phone_numbers import display

_OPEN: dict[Language, str] = {
    Language.FR: "Notre bureau est ouvert aujourd'hui jusqu'à {time}.",
    Language.NL: "Onze dienst is vandaag open tot {time} uur.",
    Language.DE: "Unsere Dienststelle ist heute bis {time} Uhr geöffnet.",
    Language.EN: "Our office is open today until {time}.",
}
_CLOSED: dict[Language, str] = {
    Language.FR: "Notre bureau est fermé en ce moment. Il rouvre le {day} à {time}.",
    Language.NL: "Onze dienst is nu gesloten. Wij zijn opnieuw open op {day} om {time} uur.",
    Language.DE: "Unsere Dienststelle ist zurzeit geschlossen. Sie öffnet am {day} um {time} Uhr.",
    Language.EN: "Our office is closed at the moment. It opens again on {day} at {time}.",
}
_DAY: dict[Language, str] = {
    Language.FR: "l j F Y",
    Language.NL: "l j F Y",
    Language.DE: "l, j. F Y",
    Language.EN: "l j F Y",
}


def text_in(key: str, language: str, *, at: datetime | None = None) -> Text:
    """The text `key` in `language`: the edited one, else the built-in one (not stored).

    {hours}, {opening}, {phone} and {address} are filled in as they are at `at` (default
    now); the other placeholders are left for `fill`. Raises KeyError for an unknown key.
    """
    spoken = Language(language)
    text = Text.objects.filter(key=key, language=spoken).first()
    if text is None:
        subject, body = BUILT_IN[key][spoken]
        text = Text(key=key, language=spoken, subject=subject, body=body)
    values = house_values(text.subject + text.body, language=spoken, at=at or now())
    text.subject = filled(text.subject, values)
    text.body = filled(without_blank_lines_of(text.body, values), values)
    return text


def fill(text: str, /, **values: object) -> str:
    """`text` with `{name}` replaced by the values; unknown placeholders stay."""
    return filled(text, values)


def house_values(text: str, *, language: Language, at: datetime) -> dict[str, str]:
    """What the house knows of the placeholders that stand in `text`."""
    values = {"address": settings.DESK_ADDRESS}
    if "{phone}" in text:
        values["phone"] = display(settings.DESK_PHONE, language=language)
    if "{hours}" in text:
        values["hours"] = opening_hours(language)
    if "{opening}" in text:
        values["opening"] = opening_sentence(language, at=at)
    return values


def opening_hours(language: Language) -> str:
    """The regular opening hours in words."""
    hours: dict[int, list[Frame]] = {}
    for row in OpeningHours.objects.all():
        hours.setdefault(row.weekday, []).append((row.opens, row.closes))
    return hours_in_words(hours, language=language)


def opening_sentence(language: Language, *, at: datetime) -> str:
    """Until when the desk is open, or when it opens again; blank when it never does."""
    state = desk_state(at)
    if state.is_open and state.closes_at:
        closes = state.closes_at.astimezone(BRUSSELS).time()
        return _OPEN[language].format(time=clock_time(closes, language=language))
    if state.next_opening is None:
        return ""
    opens = state.next_opening.astimezone(BRUSSELS)
    with translation.override(language):
        day = format_date(opens, _DAY[language])
    return _CLOSED[language].format(day=day, time=clock_time(opens.time(), language=language))


def closing_block(handler: Account | None, *, language: str) -> str:
    """Who is able to inform (name, function, telephone: law of 11 April 1994), then the desk."""
    desk = text_in("desk", language).body
    if handler is None:
        return desk
    phone = display(handler.phone, language=language) if handler.phone else ""
    lines = [part for part in (handler.name, handler.function, phone) if part]
    return f"{fill(text_in('signature', language).body, handler=chr(10).join(lines))}\n\n{desk}"
