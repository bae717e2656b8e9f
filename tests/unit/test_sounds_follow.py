"""The folder of sounds follows the recordings that the records have, and never falls silent."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.test_loudness import file_of, good, tone
from vitrine.telephony.rules.recordings import Sound, read_sound
from vitrine.voice.sounds import Kept, Phrase, SoundStore, follow, store

HELLO = Phrase(key="welcome", language="fr", text="Bonjour.")
BYE = Phrase(key="goodbye", language="fr", text="Au revoir.")
SAID = [HELLO, BYE]
SHORT, LONG = file_of(good(0.3), rate=48000), file_of(good(0.9), rate=48000)


@pytest.fixture
def sounds(tmp_path, monkeypatch):
    """A folder where the machine has said everything: a tone of half a second."""

    def fake(_text, *, language, rate):
        assert language == "fr"
        return Sound(samples=tone(rate=rate, seconds=0.5), rate=rate)

    monkeypatch.setattr(store, "speak", fake)
    made = SoundStore(tmp_path)
    made.make(SAID)
    return made


def kept(phrase=HELLO, *, pk=1, sha256="one"):
    return Kept(pk=pk, phrase=phrase, sha256=sha256)


def followed(sounds, *rows, content=SHORT, said=SAID, **more):
    return follow(sounds, kept=rows, said=said, content_of=lambda _pk: content, workers=0, **more)


def heard(sounds, key="welcome"):
    """Kind of the sound that is played, and its length."""
    [file] = SoundStore(sounds.folder).files("fr", [key])
    return Path(file).parts[-3], round(read_sound(Path(f"{file}.wav").read_bytes()).seconds, 1)


def test_a_recording_is_heard_and_the_others_stay(sounds):
    assert followed(sounds, kept()) == 1

    assert heard(sounds) == ("recorded", 0.3)
    assert heard(sounds, "goodbye") == ("made", 0.5)
    assert followed(sounds, kept()) == 0


def test_another_recording_takes_its_place_while_the_first_is_played(sounds):
    followed(sounds, kept())
    [playing] = sounds.files("fr", ["welcome"])
    with Path(f"{playing}.wav").open("rb") as open_file:
        assert followed(sounds, kept(pk=2, sha256="two"), content=LONG) == 1
        assert round(read_sound(open_file.read()).seconds, 1) == 0.3

    assert heard(sounds) == ("recorded", 0.9)


def test_a_dropped_recording_is_said_by_the_machine_again(sounds):
    followed(sounds, kept())

    assert followed(sounds) == 1

    assert heard(sounds) == ("made", 0.5)
    assert sounds.alarms(SAID) == []


def test_the_machine_learns_to_say_it_before_a_recording_goes(sounds, tmp_path):
    fresh = SoundStore(tmp_path / "other")
    followed(fresh, kept())
    assert fresh.lacks_voice(HELLO)

    followed(fresh)

    assert heard(fresh) == ("made", 0.5)


def test_a_recording_of_what_was_said_before_is_not_heard_and_an_alarm_says_so(sounds):
    followed(sounds, kept())
    now = replace(HELLO, text="Bonjour et bienvenue.")
    sounds.make([now])

    followed(sounds, kept(), kept(BYE, pk=2), said=[now, BYE])

    assert heard(sounds) == ("made", 0.5)
    assert [alarm.why for alarm in sounds.alarms([now])] == ["synthesised"]


def test_one_recording_is_heard_for_every_phrase_of_the_same_words(sounds):
    twin = replace(HELLO, key="hello-again")

    followed(sounds, kept(), said=[*SAID, twin])

    assert heard(sounds, "hello-again") == heard(sounds) == ("recorded", 0.3)


def test_what_a_process_left_half_done_is_done_again(sounds):
    followed(sounds, kept())
    index = json.loads((sounds.folder / "index.json").read_text())
    index["adopted"]["fr"][HELLO.name] = ""
    (sounds.folder / "index.json").write_text(json.dumps(index))

    assert followed(SoundStore(sounds.folder), kept(), content=LONG) == 1
    assert heard(sounds) == ("recorded", 0.9)

    index["adopted"]["fr"][HELLO.name] = ""
    (sounds.folder / "index.json").write_text(json.dumps(index))
    assert followed(SoundStore(sounds.folder)) == 1
    assert heard(sounds) == ("made", 0.5)


def test_a_file_that_vanished_is_written_again(sounds):
    followed(sounds, kept())
    (sounds.folder / "recorded" / "fr" / f"{HELLO.name}.wav").unlink()

    assert followed(sounds, kept()) == 1
    assert heard(sounds) == ("recorded", 0.3)


def test_a_recording_that_the_folder_has_from_elsewhere_stays(sounds):
    sounds.adopt(BYE, content=SHORT)

    followed(sounds, kept())

    assert heard(sounds, "goodbye")[0] == heard(sounds)[0] == "recorded"
    followed(sounds)
    assert (heard(sounds, "goodbye")[0], heard(sounds)[0]) == ("recorded", "made")


@pytest.mark.parametrize("content", [None, b"no sound"])
def test_what_is_gone_or_broken_changes_nothing(sounds, content):
    assert followed(sounds, kept(), content=content) == 0

    assert heard(sounds) == ("made", 0.5)


def test_who_must_end_takes_no_more(sounds):
    assert followed(sounds, kept(), goes_on=lambda: False) == 0
    assert heard(sounds) == ("made", 0.5)


def test_a_process_of_its_own_does_the_work(sounds):
    assert follow(sounds, kept=[kept()], said=SAID, content_of=lambda _pk: LONG, workers=1) == 1

    assert heard(sounds) == ("recorded", 0.9)
