"""What the telephone says, and which of it a person has recorded."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Max, QuerySet, Sum

from vitrine.telephony.models import PhraseRecording
from vitrine.telephony.queries.setup import current_menu
from vitrine.telephony.rules.menus import PhoneMenu
from vitrine.telephony.rules.phrases import LANGUAGES, Saying, sayings, sound_name

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class SpokenPhrase:
    """A phrase, and how it is heard."""

    saying: Saying
    recording: PhraseRecording | None
    """None: the machine says it."""
    outdated: PhraseRecording | None = None
    """A recording of what the phrase said before; not heard any more."""


def spoken_phrases(language: str) -> list[SpokenPhrase]:
    """Everything that the telephone says in `language`, in the order in which one records.

    One SQL statement beside the menu; what the recordings sound like is not read.
    """
    said = said_in(language)
    rows = list(_light().filter(language=language).select_related("recorded_by").order_by("-pk"))
    texts = {one.text for one in said}
    by_text = {row.text: row for row in rows}
    before = {row.key: row for row in reversed(rows) if row.text not in texts}
    return [_spoken(one, by_text=by_text, before=before) for one in said]


def _spoken(
    one: Saying, *, by_text: dict[str, PhraseRecording], before: dict[str, PhraseRecording]
) -> SpokenPhrase:
    recording = by_text.get(one.text)
    outdated = next((before[key] for key in one.keys if key in before), None)
    return SpokenPhrase(saying=one, recording=recording, outdated=None if recording else outdated)


def said_in(language: str) -> list[Saying]:
    """Everything that the telephone says in `language` now."""
    try:
        own = PhoneMenu.from_json(current_menu()).own_texts()
    except (ValueError, KeyError, TypeError):
        own = PhoneMenu().own_texts()
    return sayings(language, own=own) if language in LANGUAGES else []


def saying_of(key: str, *, language: str) -> Saying | None:
    """What a phrase says now in a language; None: the telephone does not say it."""
    return next((one for one in said_in(language) if key in one.keys), None)


def not_said(language: str, *, phrases: Iterable[SpokenPhrase]) -> list[PhraseRecording]:
    """Recordings of `language` of texts that no phrase has any more, and that belong to none."""
    kept = {row.pk for one in phrases for row in (one.recording, one.outdated) if row is not None}
    rows = _light().filter(language=language).select_related("recorded_by").order_by("pk")
    return [row for row in rows if row.pk not in kept]


def recordings_mark() -> tuple[int, int, int]:
    """Differs as soon as a recording came or went; one look at the primary key."""
    found = PhraseRecording.objects.aggregate(count=Count("pk"), last=Max("pk"), sum=Sum("pk"))
    return found["count"], found["last"] or 0, found["sum"] or 0


def recordings_kept() -> list[PhraseRecording]:
    """All of them, without what they sound like."""
    return list(_light().order_by("pk"))


def recording_content(pk: int) -> bytes | None:
    """The WAV file; None: it is gone."""
    found = PhraseRecording.objects.filter(pk=pk).values_list("content", flat=True).first()
    return None if found is None else bytes(found)


def machine_sound(saying: Saying) -> Path | None:
    """How the machine says it, where this computer has the folder of sounds; None: it has not."""
    name = sound_name(saying.text, language=saying.language)
    file = Path(settings.SOUNDS) / "made" / saying.language / f"{name}.wav"
    return file if file.is_file() else None


def _light() -> QuerySet[PhraseRecording]:
    return PhraseRecording.objects.defer("content")
