"""How the phrases of the telephone are heard, in lines, figures and words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vitrine.desk.rendering.moments import dated_words
from vitrine.desk.rendering.phone.words import language_words
from vitrine.telephony.models import PhraseRecording
from vitrine.telephony.queries import SpokenPhrase, machine_sound
from vitrine.telephony.rules.phrases import LANGUAGES, Saying
from vitrine.telephony.rules.phrases.naming import file_name
from vitrine.telephony.rules.recordings import TARGET, TOLERANCE

SHOWN = 60
"""Phrases on one page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordingFacts:
    """A recording in words."""

    pk: int
    who: str
    when: str
    loudness: str
    length: str
    text: str
    """For which it was spoken."""
    sound: str
    removal: str
    is_quiet: bool
    """Whether its peaks left it quieter than the others."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PhraseLine:
    """A phrase as it is heard now."""

    key: str
    language: str
    text: str
    href: str
    state: str
    """`recorded`, `machine` or `outdated`."""
    words: str
    icon: str
    sound: str
    """Where it is heard; blank: nowhere but at the telephone."""
    file: str
    recording: RecordingFacts | None
    outdated: RecordingFacts | None


STATE_ICONS = {"recorded": "circle-tick", "machine": "minus", "outdated": "triangle"}


def phrase_line(one: SpokenPhrase) -> PhraseLine:
    """One phrase."""
    saying, state = one.saying, state_of(one)
    recording = recording_facts(one.recording) if one.recording else None
    return PhraseLine(
        key=saying.key,
        language=saying.language,
        text=saying.text,
        href=phrase_href(saying),
        state=state,
        words=state_words(state),
        icon=STATE_ICONS[state],
        sound=recording.sound if recording else machine_href(saying),
        file=file_name(saying.key, language=saying.language),
        recording=recording,
        outdated=recording_facts(one.outdated) if one.outdated else None,
    )


def phrase_href(saying: Saying) -> str:
    """The page of a phrase."""
    return reverse("desk:phone-recording", args=[saying.language, saying.key])


def machine_href(saying: Saying) -> str:
    """Where the machine is heard saying it; blank where this computer has no such sound."""
    if machine_sound(saying) is None:
        return ""
    return reverse("desk:phone-machine-sound", args=[saying.language, saying.key])


def state_of(one: SpokenPhrase) -> str:
    """`recorded`, `machine` or `outdated`."""
    if one.recording is not None:
        return "recorded"
    return "machine" if one.outdated is None else "outdated"


def state_words(state: str) -> str:
    """How a phrase is heard."""
    if state == "recorded":
        return _("recorded")
    if state == "machine":
        return _("spoken by the machine")
    return _("recording out of date: spoken by the machine")


def recording_facts(row: PhraseRecording) -> RecordingFacts:
    """One recording."""
    return RecordingFacts(
        pk=row.pk,
        who=row.recorded_by.name if row.recorded_by else _("by command"),
        when=dated_words(row.at),
        loudness=f"{number_format(row.loudness, 1).replace('-', '−')}\u00a0LUFS",
        length=f"{number_format(row.seconds, 1)}\u00a0s",
        text=row.text,
        sound=reverse("desk:phone-recording-sound", args=[row.pk]),
        removal=reverse("desk:phone-recording-removal", args=[row.pk]),
        is_quiet=row.loudness < TARGET - TOLERANCE,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A page of the list."""

    lines: list[PhraseLine]
    counted: str
    earlier: str
    later: str


def chosen(
    found: Iterable[SpokenPhrase], *, q: str = "", heard: str = "", part: str = ""
) -> list[SpokenPhrase]:
    """Those that fit; every word must be in the text or the key."""
    words = q.casefold().split()
    return [
        one
        for one in found
        if (not part or one.saying.part == part)
        and (not heard or state_of(one) == heard)
        and all(word in f"{one.saying.text} {one.saying.key}".casefold() for word in words)
    ]


def shown_page(found: Sequence[SpokenPhrase], *, page: int, query: dict[str, str]) -> Shown:
    """`page` of what was found, from 1; beyond the end the last one."""
    last = max(1, -(-len(found) // SHOWN))
    at = min(max(1, page), last)
    lines = [phrase_line(one) for one in found[(at - 1) * SHOWN : at * SHOWN]]
    return Shown(
        lines=lines,
        counted=_("%(first)d to %(last)d of %(count)d")
        % {
            "first": (at - 1) * SHOWN + 1,
            "last": (at - 1) * SHOWN + len(lines),
            "count": len(found),
        }
        if last > 1
        else "",
        earlier=address(query, page=at - 1) if at > 1 else "",
        later=address(query, page=at + 1) if at < last else "",
    )


def address(query: dict[str, str], *, page: int = 1) -> str:
    """The list with what is asked for."""
    asked = {name: value for name, value in query.items() if value}
    asked |= {"page": str(page)} if page > 1 else {}
    return f"{reverse('desk:phone-recordings')}?{urlencode(asked)}"


def language_tabs(current: str) -> list[tuple[str, str, str, bool]]:
    """Address, letters, name, whether it is the one shown."""
    return [
        (address({"in": code}), code, language_words(code), code == current) for code in LANGUAGES
    ]


def progress_words(found: Sequence[SpokenPhrase], *, language: str) -> str:
    """How far the recordings of a language are."""
    done = sum(one.recording is not None for one in found)
    return ngettext(
        "%(done)d of %(count)d phrase is recorded in %(language)s.",
        "%(done)d of %(count)d phrases are recorded in %(language)s.",
        len(found),
    ) % {"done": done, "count": len(found), "language": language_words(language)}
