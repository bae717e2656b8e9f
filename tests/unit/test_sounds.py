"""The folder of sounds: synthesis by text, recordings before it, alarms when a text has changed."""

import json
import wave
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.unit.test_loudness import file_of, good, tone
from vitrine.telephony.rules.loudness import loudness
from vitrine.telephony.rules.menus import PhoneMenu
from vitrine.telephony.rules.phrases import LANGUAGES, all_keys
from vitrine.telephony.rules.recordings import TARGET, Sound, read_sound
from vitrine.voice.sounds import (
    CannotSpeak,
    Phrase,
    SoundStore,
    catalogue,
    own_phrases,
    speak,
    store,
    voice_program,
)

HELLO = Phrase(key="welcome", language="fr", text="Bonjour.")
needs_espeak = pytest.mark.skipif(voice_program() is None, reason="espeak-ng is not installed")


@cache
def half_a_second(rate):
    return Sound(samples=tone(rate=rate, seconds=0.5), rate=rate)


@pytest.fixture
def spoken(monkeypatch):
    """Every text sounds like a tone; the texts that were spoken."""
    texts = []

    def fake(text, *, language, rate):
        texts.append((language, text))
        return half_a_second(rate)

    monkeypatch.setattr(store, "speak", fake)
    return texts


def test_a_phrase_is_heard_by_its_file(tmp_path, spoken):
    sounds = SoundStore(tmp_path)

    assert sounds.make([HELLO]) == 1

    [file] = sounds.files("fr", ["welcome"])
    assert file == str(tmp_path / "made" / "fr" / HELLO.name)
    with wave.open(f"{file}.wav") as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8000, 1, 2)


def test_nothing_is_spoken_twice(tmp_path, spoken):
    sounds = SoundStore(tmp_path)
    minute, number = replace(HELLO, key="minute-5"), replace(HELLO, key="number-5")

    assert sounds.make([minute, number]) == 1
    assert SoundStore(tmp_path).make([minute, number, HELLO]) == 0
    assert len(spoken) == 1
    assert len(SoundStore(tmp_path).files("fr", ["minute-5", "number-5", "welcome"])) == 3


def test_a_phrase_without_a_sound_is_passed_over_and_logged_once(tmp_path, spoken, caplog):
    sounds = SoundStore(tmp_path)
    sounds.make([HELLO])

    for _ in range(3):
        assert len(sounds.files("fr", ["welcome", "goodbye"])) == 1

    assert len(caplog.records) == 1


def test_another_process_sees_new_sounds_at_once(tmp_path, spoken):
    telephone = SoundStore(tmp_path)
    assert telephone.files("fr", ["welcome"]) == []

    SoundStore(tmp_path).make([HELLO])

    assert len(telephone.files("fr", ["welcome"])) == 1


def test_wide_band_sounds_stand_beside_the_others(tmp_path, spoken):
    SoundStore(tmp_path, rates=(8000, 16000)).make([HELLO])

    names = sorted(file.name for file in (tmp_path / "made" / "fr").iterdir())
    assert names == [f"{HELLO.name}.wav", f"{HELLO.name}.wav16"]


def test_a_recording_goes_before_the_synthesis_at_the_loudness_of_all(tmp_path, spoken):
    sounds = SoundStore(tmp_path)
    sounds.make([HELLO])

    sounds.adopt(HELLO, content=file_of(tone(level=0.5, seconds=0.6)))

    [file] = sounds.files("fr", ["welcome"])
    assert "/recorded/" in file
    heard = read_sound(Path(f"{file}.wav").read_bytes())
    assert heard.rate == 8000
    assert loudness(heard.samples, rate=8000) == pytest.approx(TARGET, abs=1.0)
    assert sounds.alarms([HELLO]) == []


def test_a_changed_text_is_synthesised_and_an_alarm_says_so(tmp_path, spoken):
    sounds = SoundStore(tmp_path)
    sounds.adopt(HELLO, content=file_of(good()))
    changed = replace(HELLO, text="Bonjour et bienvenue.")

    assert [alarm.why for alarm in sounds.alarms([changed])] == ["silent"]
    sounds.make([changed])

    assert "/made/" in sounds.files("fr", ["welcome"])[0]
    assert [alarm.why for alarm in sounds.alarms([changed])] == ["synthesised"]
    sounds.adopt(changed, content=file_of(good()))
    assert sounds.alarms([changed]) == []


def test_a_recording_can_be_dropped(tmp_path, spoken):
    sounds = SoundStore(tmp_path)
    sounds.make([HELLO])
    sounds.adopt(HELLO, content=file_of(good()))

    sounds.drop(HELLO)

    assert "/made/" in sounds.files("fr", ["welcome"])[0]
    assert sounds.alarms([HELLO]) == []


@pytest.mark.parametrize("content", [b"MP3", file_of(tone(level=0.0, seconds=0.5))])
def test_an_unusable_recording_changes_nothing(tmp_path, spoken, content):
    sounds = SoundStore(tmp_path)
    sounds.make([HELLO])

    with pytest.raises(ValueError, match=r"not-wave|silent"):
        sounds.adopt(HELLO, content=content)

    assert "/made/" in sounds.files("fr", ["welcome"])[0]


def test_a_broken_index_silences_nobody_who_was_heard(tmp_path, spoken):
    sounds = SoundStore(tmp_path)
    sounds.make([HELLO])

    (tmp_path / "index.json").write_text("{")

    assert len(sounds.files("fr", ["welcome"])) == 1
    SoundStore(tmp_path).make([HELLO])
    assert json.loads((tmp_path / "index.json").read_text())["phrases"]["fr"]


def test_several_at_once_lose_nothing_of_each_other(tmp_path, spoken):
    phrases = [replace(HELLO, key=f"number-{number}", text=str(number)) for number in range(40)]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: SoundStore(tmp_path).make([one]), phrases))

    assert len(SoundStore(tmp_path).files("fr", [one.key for one in phrases])) == 40


def test_without_espeak_what_has_a_sound_is_still_heard(tmp_path, spoken, monkeypatch):
    sounds = SoundStore(tmp_path)
    sounds.adopt(HELLO, content=file_of(good()))

    def mute(*_args, **_more):
        raise CannotSpeak("espeak-ng is not installed")

    monkeypatch.setattr(store, "speak", mute)
    with pytest.raises(CannotSpeak):
        sounds.make([HELLO, replace(HELLO, key="goodbye", text="Au revoir.")])

    assert len(sounds.files("fr", ["welcome", "goodbye"])) == 1


def test_every_phrase_of_every_language_has_its_file(tmp_path, spoken):
    sounds = SoundStore(tmp_path)

    sounds.make([*catalogue(), *own_phrases(PhoneMenu().own_texts())])

    assert sounds.alarms(catalogue()) == []
    for language in LANGUAGES:
        assert len(sounds.files(language, all_keys())) == len(all_keys())
        own = [choice.phrase for choice in PhoneMenu().choices]
        assert len(sounds.files(language, own)) == len(own)


def test_the_voice_of_last_resort_speaks_every_language(tmp_path, spoken):
    sounds = SoundStore(tmp_path)
    sounds.make(catalogue())

    files = sounds.make_fallback()

    assert sorted(file.name for file in files) == ["fallback-message.wav", "fallback.wav"]
    for file in files:
        assert read_sound(file.read_bytes()).seconds == pytest.approx(4 * 0.5, abs=0.05)


@needs_espeak
@pytest.mark.parametrize("language", LANGUAGES)
def test_espeak_says_every_language_at_one_loudness(language):
    lengths = []
    for words in ("Deux.", "Willkommen beim Helpdesk des Registers."):
        sound = speak(words, language=language, rate=8000)
        lengths.append(sound.seconds)
        assert loudness(sound.samples, rate=8000) == pytest.approx(TARGET, abs=1.5)
        assert sound.rate == 8000
    assert 0.2 < lengths[0] < lengths[1] < 8.0


@needs_espeak
def test_a_text_is_never_an_option_of_the_program():
    assert speak("--version", language="en", rate=8000).seconds > 0.3


def test_a_pause_is_silent():
    sound = speak(",", language="fr", rate=8000)

    assert set(sound.samples) == {0}
    assert sound.seconds == pytest.approx(0.3)


@needs_espeak
def test_several_processes_speak_at_once(tmp_path):
    phrases = [replace(HELLO, key=f"number-{number}", text=str(number)) for number in range(4)]

    assert SoundStore(tmp_path).make(phrases, workers=2) == 4

    assert len(SoundStore(tmp_path).files("fr", [one.key for one in phrases])) == 4


@needs_espeak
def test_who_must_end_makes_no_more_sounds(tmp_path):
    phrases = [replace(HELLO, key=f"n-{one}", text=f"{one}") for one in range(3 * store.BATCH)]
    answers = iter([True, False])

    SoundStore(tmp_path).make(phrases, workers=2, goes_on=lambda: next(answers))

    assert len(list(tmp_path.glob("made/fr/*.wav"))) == store.BATCH
