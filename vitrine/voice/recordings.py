"""The telephone's processes look at the recordings of phrases and let their folder follow.

Each machine does so by itself, whoever answers calls; while the database is away the folder stays
as it is.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from contextlib import suppress

from vitrine.telephony import actions, queries
from vitrine.telephony.errors import PhoneError
from vitrine.telephony.rules.phrases import LANGUAGES
from vitrine.voice.records import AWAY, with_database
from vitrine.voice.sounds import CannotSpeak, Kept, Phrase, SoundStore, follow

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds, of one statement on a key."""
Mark = tuple[int, int, int]


class Follower:
    """What one folder knows of the recordings."""

    def __init__(self, store: SoundStore, *, workers: int = 1) -> None:
        self._store, self._workers = store, workers
        self._seen: Mark | None = None
        self._trouble = ""

    def look(self, *, goes_on: Callable[[], bool] = lambda: True) -> int:
        """Take over what has changed since the last look; how many sounds are others now.

        Trouble with the database or the folder is logged once, and tried again at the next look.
        """
        try:
            count = self._look(goes_on)
        except (*AWAY, OSError, BrokenExecutor) as fault:
            if str(fault) != self._trouble:
                self._trouble = str(fault)
                log.warning("Recordings cannot be followed now: %s", fault)
            return 0
        self._trouble = ""
        return count

    def _look(self, goes_on: Callable[[], bool]) -> int:
        mark = with_database(queries.recordings_mark)
        if mark == self._seen:
            return 0
        if self._seen is None and with_database(lambda: hand_over(self._store)):
            mark = with_database(queries.recordings_mark)
        said = with_database(_said)
        count = follow(
            self._store,
            kept=with_database(_kept),
            said=said,
            content_of=lambda pk: with_database(lambda: queries.recording_content(pk)),
            goes_on=goes_on,
            workers=self._workers,
        )
        if count:
            log.info("%s sounds follow their recordings", count)
            with suppress(CannotSpeak):
                self._store.make_fallback()
        if goes_on():
            self._seen = mark
            self._say_what_is_stale(said)
        return count

    def _say_what_is_stale(self, said: list[Phrase]) -> None:
        """The machine speaks what somebody has recorded: a text has changed."""
        found = [one for one in self._store.alarms(said) if one.why == "synthesised"]
        if found:
            named = ", ".join(f"{one.phrase.key} ({one.phrase.language})" for one in found[:5])
            log.warning("%s recordings are of earlier texts, such as %s", len(found), named)


def _kept() -> list[Kept]:
    return [
        Kept(
            pk=row.pk,
            phrase=Phrase(key=row.key, language=row.language, text=row.text),
            sha256=row.sha256,
        )
        for row in queries.recordings_kept()
        if row.language in LANGUAGES
    ]


def _said() -> list[Phrase]:
    return [
        Phrase(key=key, language=language, text=saying.text)
        for language in LANGUAGES
        for saying in queries.said_in(language)
        for key in saying.keys
    ]


def hand_over(store: SoundStore) -> int:
    """Recordings that this folder has from before there was a database: how many were taken in.

    One whose phrase says something else by now, or has another recording already, is left alone.
    """
    adopted, count = store.entered("adopted"), 0
    texts = {(one.language, one.key): one.name for one in _said()}
    for (language, key), name in store.entered("recorded").items():
        content = store.recording((language, name))
        if (language, name) in adopted or texts.get((language, key)) != name or content is None:
            continue
        with suppress(PhoneError):
            actions.take_recording(key, language=language, content=content, seen=0, by=None)
            count += 1
    return count


async def keep_recordings(store: SoundStore) -> None:
    """Until cancelled: what somebody records at the desk is heard within seconds."""
    follower, ends = Follower(store), threading.Event()
    try:
        while True:
            await asyncio.to_thread(follower.look, goes_on=lambda: not ends.is_set())
            await asyncio.sleep(LOOK_EVERY)
    finally:
        ends.set()
