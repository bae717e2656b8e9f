"""Phrases of the telephone as a person says them: taken, replaced, dropped.

The processes of the telephone look by themselves at what is kept, see `voice.recordings`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from django.db import connection, transaction
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.models import Account
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.telephony.errors import NoSuchPhrase, RecordedMeanwhile, RecordingRefused
from vitrine.telephony.models import PhraseRecording
from vitrine.telephony.queries.phrases import said_in, saying_of
from vitrine.telephony.rules.phrases import Saying
from vitrine.telephony.rules.recordings import Fault, Prepared, Unusable, prepared

LOCKS = 0x7068_7261
"""The first key of the advisory locks: recordings of a language change one by one."""

REFUSALS: Mapping[Fault, str | LazyText] = {
    Fault.NOT_WAVE: _(
        "This is no uncompressed WAV file. Export the recording as “WAV, 16-bit PCM”, with one or "
        "two channels."
    ),
    Fault.RATE: _(
        "The sampling rate is unusual. Export the recording with 44.1 or 48 kHz; 8, 16, 22.05, 24 "
        "and 32 kHz will do as well."
    ),
    Fault.TOO_LARGE: _(
        "The file is too large: 16 MB is the limit. One phrase belongs in one file."
    ),
    Fault.TOO_LONG: _(
        "The recording is longer than a minute. Cut it, so that only this phrase is left."
    ),
    Fault.TOO_SHORT: _("The recording is shorter than a tenth of a second: nothing can be heard."),
    Fault.SILENT: _("Nothing is heard in the recording. Check the microphone and record it again."),
    Fault.CLIPPED: _(
        "The recording is distorted: it was too loud for the microphone. Record it again with less "
        "level, or farther away."
    ),
}
"""Why a recording is refused."""

MENDINGS: Mapping[Fault, str | LazyText] = {
    Fault.TOO_LOUD: _("It was louder than the other phrases: it was made quieter."),
    Fault.TOO_QUIET: _("It was quieter than the other phrases: it was made louder."),
    Fault.SILENCE_AROUND: _("The silence before and after the words was cut."),
}
"""What is put right when a recording is taken."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A recording that is heard now."""

    row: PhraseRecording
    mended: tuple[Fault, ...]
    """What was put right."""

    @property
    def sentences(self) -> list[str]:
        """What was put right, in words."""
        return [str(MENDINGS[fault]) for fault in self.mended]


def take_recording(
    key: str, *, language: str, content: bytes, seen: int | None = None, by: Account | None
) -> Taken:
    """Let a phrase be heard as recorded from now on, within seconds. The same twice is once.

    content  a WAV file as it was uploaded; loudness and silence are put right
    seen     number of the recording that was shown to whoever replaces it, 0 for none; None: it
             does not matter
    Raises NoSuchPhrase, RecordingRefused (with a sentence for each reason) or RecordedMeanwhile.
    """
    saying = saying_of(key, language=language)
    if saying is None:
        raise NoSuchPhrase
    try:
        ready = prepared(content)
    except Unusable as unusable:
        raise RecordingRefused([REFUSALS[fault] for fault in unusable.faults]) from unusable
    return _keep(saying, ready=ready, seen=seen, by=by)


@transaction.atomic
def _keep(saying: Saying, *, ready: Prepared, seen: int | None, by: Account | None) -> Taken:
    _lock(saying.language)
    content = ready.content
    digest = sha256(content).hexdigest()
    of_language = PhraseRecording.objects.defer("content").filter(language=saying.language)
    standing = of_language.filter(text=saying.text).first()
    if standing is not None and standing.sha256 == digest:
        return Taken(row=standing, mended=ready.was)
    if seen is not None and seen != (standing.pk if standing else 0):
        raise RecordedMeanwhile
    said = {one.text for one in said_in(saying.language)}
    replaced = of_language.filter(key__in=saying.keys).exclude(text__in=said)
    gone = [row.pk for row in (standing, *replaced) if row is not None]
    PhraseRecording.objects.filter(pk__in=gone).delete()
    row = PhraseRecording.objects.create(
        language=saying.language,
        text=saying.text,
        key=saying.key,
        sha256=digest,
        content=content,
        seconds=ready.sound.seconds,
        loudness=ready.loudness,
        recorded_by=by,
        at=now(),
    )
    facts = {"sha256": digest, "seconds": round(row.seconds, 2), "replaces": gone}
    record("phrase_recording.taken", subject=row, by=by, **_named(row), **facts)
    return Taken(row=row, mended=ready.was)


@transaction.atomic
def drop_recording(row: PhraseRecording, *, by: Account | None) -> bool:
    """The machine says the phrase again, within seconds. False: it was gone or replaced already."""
    _lock(row.language)
    found = PhraseRecording.objects.defer("content").filter(pk=row.pk).first()
    if found is None:
        return False
    record("phrase_recording.dropped", subject=found, by=by, **_named(found), sha256=found.sha256)
    found.delete()
    return True


def _lock(language: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCKS, language])


def _named(row: PhraseRecording) -> dict[str, str]:
    return {"key": row.key, "language": row.language, "text": row.text}
