"""The folder of sounds: one file for each text and voice, and an index from phrases to files.

    index.json                  `phrases` and `recorded`: language -> key of the phrase -> name;
                                `adopted`: language -> name -> digest (see `following`)
    made/fr/NAME.wav            synthesised; NAME is made of text and voice
    recorded/fr/NAME.wav        spoken by a person, for the text that NAME is made of
    fallback.wav, fallback-message.wav    what callers hear when there is no brain, in all languages

A changed text has another name: its old recording is not played any more, its synthesis is, and
`alarms` says so. Files come whole or not at all, so a telephone may play while we write.
"""

import fcntl
import json
import logging
import os
import threading
import time
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from multiprocessing import get_context
from pathlib import Path

from vitrine.telephony.rules.phrases import LANGUAGES, Texts, all_keys, sound_name, text
from vitrine.telephony.rules.recordings import Sound, prepared, read_sound, wave_of
from vitrine.voice.priority import Niceness, take_turn
from vitrine.voice.sounds.resampling import resample
from vitrine.voice.sounds.speech import CannotSpeak, speak

log = logging.getLogger(__name__)

RATE = 8000
"""Of telephones; 16 000 can be made as well, for lines with wide-band sound."""
BATCH = 16
"""Phrases that are entered in the index together."""
ENDINGS = {8000: ".wav", 16000: ".wav16"}
"""Asterisk takes whichever suits the call."""
FALLBACKS = {"fallback": "fallback", "fallback-message": "message-invitation"}
"""Files for a telephone without its brain (see `asterisk.dialplan`), and the phrases in them."""
FIRST = "fr"
"""The language of what is said to somebody of whom none is known, such as an agent's mobile."""


Index = dict[str, dict[str, dict[str, str]]]
"""`phrases` or `recorded` -> language -> key -> name; `adopted` -> language -> name -> digest."""
PARTS = ("phrases", "recorded", "adopted")
Place = tuple[str, str]
"""Language and name of a sound."""


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """One text of one language."""

    key: str
    language: str
    text: str

    @property
    def name(self) -> str:
        """Of its file."""
        return sound_name(self.text, language=self.language)


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """A phrase that does not sound as it should."""

    phrase: Phrase
    why: str
    """`silent`: nothing at all is heard; `synthesised`: its recording is of an earlier text."""


class SoundStore:
    """What stands in one folder; several processes may write there at once."""

    def __init__(self, folder: Path, *, rates: Sequence[int] = (RATE,)) -> None:
        self.folder, self.rates = folder, tuple(rates)
        self._index: Index = {}
        self._read_at = -1
        self._missed: set[tuple[str, str]] = set()

    def files(self, language: str, phrases: Sequence[str]) -> list[str]:
        """Absolute, without endings; a phrase without a sound is passed over and logged once."""
        self._look_again()
        found = []
        for key in phrases:
            name = self._name_of(key, language=language or FIRST)
            file = self._file(language or FIRST, name) if name else None
            if file is not None:
                found.append(str(file.with_suffix("")))
            elif (language, key) not in self._missed:
                self._missed.add((language, key))
                log.error("No sound for %s in %r: nothing is said", key, language)
        return found

    def make(
        self,
        phrases: Iterable[Phrase],
        *,
        workers: int = 1,
        goes_on: Callable[[], bool] = lambda: True,
    ) -> int:
        """Synthesise what has no sound and enter everything in the index; how many were made.

        In the order given, each batch entered when it is done: what is needed most is heard first.
        workers  processes that do it; 1: this one
        goes_on  asked before each batch: False leaves the rest for another time
        Raises CannotSpeak when something must be made and espeak-ng is not there; what has a sound
        is in the index then.
        """
        wanted = list(phrases)
        lacking = _without_twins(
            one for one in wanted if self._file(one.language, one.name) is None
        )
        say = partial(synthesise, folder=self.folder, rates=self.rates)
        try:
            if workers > 1 and len(lacking) > workers:
                with behind_calls(workers) as pool:
                    for at in takewhile(lambda _at: goes_on(), range(0, len(lacking), BATCH)):
                        list(pool.map(say, lacking[at : at + BATCH], chunksize=2))
                        self._enter(lacking[at : at + BATCH])
            else:
                for phrase in lacking:
                    say(phrase)
        finally:
            self._enter(wanted)
        return len(lacking)

    def make_fallback(self) -> list[Path]:
        """All languages in one file, for a telephone that has lost its brain."""
        return [self._in_all_languages(key, name=name) for name, key in FALLBACKS.items()]

    def _in_all_languages(self, key: str, *, name: str) -> Path:
        samples = array("h")
        for phrase in [_of_catalogue(key, language) for language in LANGUAGES]:
            if (spoken := self._file(phrase.language, phrase.name)) is None:
                raise CannotSpeak(f"{phrase.language}: {phrase.text}")
            samples += read_sound(spoken.with_suffix(".wav").read_bytes()).samples
        file = self.folder / f"{name}.wav"
        _write(file, Sound(samples=samples, rate=RATE))
        return file

    def adopt(self, phrase: Phrase, *, content: bytes) -> None:
        """Take a recording: loudness put right, silence cut. Raises ValueError when it is unusable.

        The faults that cannot be mended are the message.
        """
        place = (phrase.language, phrase.name)
        write_recording(
            prepared(content).content, folder=self.folder, place=place, rates=self.rates
        )
        with self.changing() as index:
            index["adopted"].get(phrase.language, {}).pop(phrase.name, None)
        self._enter([phrase], recorded=True)

    def drop(self, phrase: Phrase) -> None:
        """Forget a recording: the synthesis is played again."""
        self.forget([(phrase.language, phrase.name)])

    def forget(self, places: Iterable[Place]) -> None:
        """These sounds are recorded no more."""
        with self.changing() as index:
            for language, name in places:
                for ending in ENDINGS.values():
                    file = self.folder / "recorded" / language / f"{name}{ending}"
                    file.unlink(missing_ok=True)
                index["adopted"].get(language, {}).pop(name, None)
                by_key = index["recorded"].get(language, {})
                for key in [key for key, known in by_key.items() if known == name]:
                    del by_key[key]

    def entered(self, part: str) -> dict[Place, str]:
        """What the index says, by language and key (of `adopted`: name)."""
        self._look_again()
        return {
            (language, key): value
            for language, entries in self._index.get(part, {}).items()
            for key, value in entries.items()
        }

    def has_recording(self, place: Place) -> bool:
        """Whether the file of a recording is there."""
        return self._recorded(place).exists()

    def recording(self, place: Place) -> bytes | None:
        """The WAV file of a recording; None: it is not there."""
        try:
            return self._recorded(place).read_bytes()
        except FileNotFoundError:
            return None

    def _recorded(self, place: Place) -> Path:
        language, name = place
        return self.folder / "recorded" / language / f"{name}{ENDINGS[self.rates[0]]}"

    def lacks_voice(self, phrase: Phrase) -> bool:
        """Whether nothing would be heard without its recording."""
        name = f"{phrase.name}{ENDINGS[self.rates[0]]}"
        return not (self.folder / "made" / phrase.language / name).exists()

    def alarms(self, phrases: Iterable[Phrase]) -> list[Alarm]:
        """What does not sound as it should."""
        self._look_again()
        found = []
        for phrase in phrases:
            file = self._file(phrase.language, phrase.name)
            recorded = self._index.get("recorded", {}).get(phrase.language, {}).get(phrase.key)
            if file is None:
                found.append(Alarm(phrase=phrase, why="silent"))
            elif recorded not in (None, phrase.name):
                found.append(Alarm(phrase=phrase, why="synthesised"))
        return found

    def _name_of(self, key: str, *, language: str) -> str:
        return self._index.get("phrases", {}).get(language, {}).get(key, "")

    def _file(self, language: str, name: str) -> Path | None:
        """The recording, else the synthesis, else None."""
        for kind in ("recorded", "made"):
            file = self.folder / kind / language / f"{name}{ENDINGS[self.rates[0]]}"
            if file.exists():
                return file
        return None

    def _enter(self, phrases: Iterable[Phrase], *, recorded: bool = False) -> None:
        """Into the index, beside what others have entered."""
        with self.changing() as index:
            for phrase in phrases:
                if self._file(phrase.language, phrase.name) is not None:
                    index["phrases"].setdefault(phrase.language, {})[phrase.key] = phrase.name
                    if recorded:
                        index["recorded"].setdefault(phrase.language, {})[phrase.key] = phrase.name

    @contextmanager
    def changing(self) -> Iterator[Index]:
        """The index, to be changed by one process at a time."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "index.turn").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            self._look_again()
            before = json.dumps(self._index, indent=0, sort_keys=True)
            index = json.loads(before)
            for part in PARTS:
                index.setdefault(part, {})
            yield index
            after = json.dumps(index, indent=0, sort_keys=True)
            if after != before:
                _replace(self.folder / "index.json", partial(_write_text, content=after))
                self._look_again()

    def _look_again(self) -> None:
        """The index as it is now; unreadable: as it was."""
        file = self.folder / "index.json"
        try:
            changed = file.stat().st_mtime_ns
            if changed != self._read_at:
                self._index, self._read_at = json.loads(file.read_bytes()), changed
                self._missed.clear()
        except FileNotFoundError:
            self._index = {}
        except (OSError, ValueError) as fault:
            log.error("The index of sounds cannot be read: %s", fault)


def catalogue() -> list[Phrase]:
    """Every phrase of the catalogue in every language, the most needed first."""
    return [_of_catalogue(key, language) for key in all_keys() for language in LANGUAGES]


def own_phrases(texts: Mapping[str, Texts]) -> list[Phrase]:
    """The phrases that a desk has written itself: key -> language -> text."""
    return [
        Phrase(key=key, language=language, text=words)
        for key, spoken in texts.items()
        for language, words in spoken.items()
        if language in LANGUAGES and words.strip()
    ]


def _of_catalogue(key: str, language: str) -> Phrase:
    return Phrase(key=key, language=language, text=text(key, language=language))


def _without_twins(phrases: Iterable[Phrase]) -> list[Phrase]:
    """Each sound once: `number-30` is also `minute-30` in Dutch."""
    return list({(one.language, one.name): one for one in phrases}.values())


def behind_calls(workers: int) -> ProcessPoolExecutor:
    """Processes that work while no call needs the processors, and end with this one."""
    return ProcessPoolExecutor(
        workers,
        mp_context=get_context("spawn"),
        initializer=_stay_behind,
        initargs=(os.getpid(),),
    )


def _stay_behind(maker: int) -> None:
    """Calls go first; and when whoever makes the sounds is killed, nobody waits for more to do."""
    take_turn(Niceness.SOUNDS)

    def watch() -> None:
        while os.getppid() == maker:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, name="watch", daemon=True).start()


def _write(file: Path, sound: Sound) -> None:
    _replace(file, partial(_write_sound, sound=sound))


def _write_sound(file: Path, *, sound: Sound) -> None:
    file.write_bytes(wave_of(sound))


def write_recording(content: bytes, *, folder: Path, place: Place, rates: Sequence[int]) -> bool:
    """The files of a recording at every rate; False: its content is no sound."""
    language, name = place
    try:
        sound = read_sound(content)
    except ValueError:
        return False
    for rate in rates:
        samples = resample(sound.samples, rate=sound.rate, to=rate)
        file = folder / "recorded" / language / name
        _write(file.with_suffix(ENDINGS[rate]), Sound(samples=samples, rate=rate))
    return True


def _write_text(file: Path, *, content: str) -> None:
    file.write_text(content)


def synthesise(phrase: Phrase, *, folder: Path, rates: Sequence[int]) -> None:
    """The files of a phrase as the machine says it. Raises CannotSpeak."""
    for rate in rates:
        sound = speak(phrase.text, language=phrase.language, rate=rate)
        file = folder / "made" / phrase.language / phrase.name
        _write(file.with_suffix(ENDINGS[rate]), sound)


def _replace(file: Path, write: Callable[[Path], None]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        write(draft)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
