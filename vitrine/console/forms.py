"""The form of the console, read: fields of anybody -> what a change says."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qs

from vitrine.console.export import Knowledge
from vitrine.console.refusals import ConsoleRefused
from vitrine.publication.bulletin import Bulletin, Component, SubReason, Texts
from vitrine.publication.events import Json, instant
from vitrine.publication.moments import BRUSSELS, before_midnight, day, local, time_of_day
from vitrine.publication.words import LANGUAGES

MOST_FIELDS = 500
FIELD = "position-"
COMMENT = "comment-"


@dataclass(frozen=True, kw_only=True)
class Fields:
    """What the form says; every field is there, blank when it was not sent."""

    values: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


def fields_in(text: bytes) -> Fields:
    """The fields of a posted form. Raises ConsoleRefused when it is none."""
    try:
        found = parse_qs(
            text.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(text),
            encoding="utf-8",
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:
        raise ConsoleRefused("form-unreadable", why=str(error)) from None
    return Fields(values={name: each[-1].strip() for name, each in found.items()})


def chosen(component: Component) -> str:
    """The value of the choice that a component is in now."""
    return f"{component.position}.{component.sub_reason}".rstrip(".")


def fields_of(bulletin: Bulletin) -> Fields:
    """The form as it is first shown: everything as it stands."""
    values = {FIELD + each.code: chosen(each) for each in bulletin.components}
    values |= {COMMENT + language: bulletin.comments.get(language, "") for language in LANGUAGES}
    if bulletin.expected_end:
        values["expected_end"] = local(bulletin.expected_end).strftime("%Y-%m-%dT%H:%M")
    return Fields(values={**values, "version": str(bulletin.version)})


def body_of(fields: Fields, *, bulletin: Bulletin, knowledge: Knowledge) -> Json:
    """What the change says: only what differs from what stands. Raises ConsoleRefused."""
    body: Json = {"components": moved(fields, bulletin=bulletin)}
    shown = fields_of(bulletin)
    end = bulletin.expected_end
    if fields["expected_end"] != shown["expected_end"]:
        end = read_local(fields["expected_end"])
        body["expected_end"] = end and instant(end)
    comments = comments_in(fields, knowledge=knowledge, end=end)
    if comments != bulletin.comments:
        body["comments"] = comments
    for name in ("phase", "interruption"):
        if fields[name]:
            body[name] = fields[name]
    return body


def moved(fields: Fields, *, bulletin: Bulletin) -> Json:
    """Code -> position, of those components that shall be in another one."""
    wanted = {}
    for component in bulletin.components:
        choice = fields[FIELD + component.code]
        if choice and choice != chosen(component):
            position, _, reason = choice.partition(".")
            wanted[component.code] = {"position": position, "sub_reason": reason or SubReason.NONE}
    return wanted


def read_local(text: str) -> datetime | None:
    """The instant in a field of date and time in Brussels; None: blank. Raises ConsoleRefused."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ConsoleRefused("no-time", why=text) from None


def comments_in(fields: Fields, *, knowledge: Knowledge, end: datetime | None) -> Texts:
    """The comment: that of the template, else what was written. Raises ConsoleRefused."""
    template = next((each for each in knowledge.templates if each.code == fields["template"]), None)
    if template is None:
        written = {language: fields[COMMENT + language] for language in LANGUAGES}
        return {language: text for language, text in written.items() if text}
    return {
        language: filled(text, language=language, end=end)
        for language, text in template.texts.items()
    }


def filled(text: str, *, language: str, end: datetime | None) -> str:
    """A template with its slots filled by the expected end. Raises ConsoleRefused without one."""
    if "{" not in text:
        return text
    if end is None:
        raise ConsoleRefused("template-needs-end")
    end = before_midnight(end)
    slots = {"{time}": time_of_day(end, language=language), "{day}": day(end, language=language)}
    for slot, value in slots.items():
        text = text.replace(slot, value)
    return text
