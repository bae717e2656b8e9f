"""Phrases of the telephone as a person says them: kept once, and followed by every telephone."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import translation

from tests.threads import all_at_once
from tests.unit.test_loudness import file_of, good, tone
from vitrine.journal.models import Entry
from vitrine.telephony import queries
from vitrine.telephony.actions import REFUSALS, change_menu, drop_recording, take_recording
from vitrine.telephony.errors import NoSuchPhrase, RecordedMeanwhile, RecordingRefused
from vitrine.telephony.models import PhraseRecording
from vitrine.telephony.rules.menus import PhoneMenu
from vitrine.telephony.rules.phrases import catalogue as texts
from vitrine.telephony.rules.phrases import own_key, text
from vitrine.telephony.rules.recordings import Fault, Sound, read_sound
from vitrine.voice import recordings
from vitrine.voice.recordings import Follower, keep_recordings
from vitrine.voice.sounds import Phrase, SoundStore, store

SHORT, LONG = file_of(good(0.3)), file_of(good(0.9))


def take(key="welcome", *, language="de", content=SHORT, **more):
    """A recording of a phrase."""
    return take_recording(key, language=language, content=content, **({"by": None} | more))


def phrase(key="welcome", *, language="de"):
    """How it is heard."""
    found = queries.spoken_phrases(language)
    return next(one for one in found if key in one.saying.keys)


@pytest.fixture
def sounds(tmp_path, monkeypatch):
    """The folder of a telephone, where every text sounds like half a second of tone."""
    monkeypatch.setattr(
        store,
        "speak",
        lambda _text, *, language, rate: Sound(samples=tone(rate=rate, seconds=0.5), rate=rate),
    )
    # Within the transaction of a test the connection is not opened anew.
    monkeypatch.setattr(recordings, "with_database", lambda do: do())
    return SoundStore(tmp_path)


def heard(sounds, key="welcome", *, language="de"):
    """Kind of the sound that is played, and its length."""
    [file] = SoundStore(sounds.folder).files(language, [key])
    return Path(file).parts[-3], round(read_sound(Path(f"{file}.wav").read_bytes()).seconds, 1)


def hello(language="de"):
    """The greeting as it is said now."""
    return Phrase(key="welcome", language=language, text=text("welcome", language=language))


def test_a_recording_is_kept_with_who_and_what_it_was_for(world):
    taken = take(content=file_of(tone(level=0.02, seconds=0.6)), by=world.sofie)

    row = PhraseRecording.objects.get()
    assert row == taken.row
    assert (row.language, row.key, row.text) == ("de", "welcome", hello().text)
    assert row.recorded_by == world.sofie
    assert row.loudness == pytest.approx(-23.0, abs=0.1)
    assert taken.mended == (Fault.TOO_QUIET,)
    assert read_sound(bytes(row.content)).seconds == pytest.approx(row.seconds)
    entry = Entry.objects.get(verb="phrase_recording.taken")
    assert (entry.by, entry.subject_id) == (world.sofie, row.pk)
    assert entry.facts["key"] == "welcome"
    assert phrase().recording == row


def test_the_same_recording_twice_is_once(world):
    first = take(by=world.sofie)

    assert take(by=world.marc).row == first.row
    assert Entry.objects.filter(verb="phrase_recording.taken").count() == 1


def test_another_recording_replaces_the_first(world):
    first = take()
    second = take(content=LONG, by=world.marc)

    assert [row.pk for row in PhraseRecording.objects.all()] == [second.row.pk]
    replaced = Entry.objects.filter(verb="phrase_recording.taken").latest("pk")
    assert replaced.facts["replaces"] == [first.row.pk]


def test_who_did_not_hear_the_newest_recording_does_not_replace_it(world):
    first = take().row
    second = take(content=LONG, seen=first.pk).row

    for seen in (0, first.pk):
        with pytest.raises(RecordedMeanwhile):
            take(content=file_of(good(0.6)), seen=seen)

    assert phrase().recording == second
    assert not drop_recording(first, by=world.sofie)
    assert drop_recording(second, by=world.sofie)
    with pytest.raises(RecordedMeanwhile):
        take(seen=second.pk)


@pytest.mark.django_db(transaction=True)
def test_of_several_who_record_the_same_phrase_at_once_one_is_heard(world):
    def work(number):
        try:
            return take(content=file_of(good(0.3 + number / 10)), seen=0, by=world.sofie).row.pk
        except RecordedMeanwhile:
            return 0

    kept = [pk for pk in all_at_once(work, of=range(4)) if pk]

    assert kept == [PhraseRecording.objects.get().pk]
    assert Entry.objects.filter(verb="phrase_recording.taken").count() == 1


@pytest.mark.parametrize(
    ("key", "language"), [("nothing", "de"), ("welcome", "xx"), ("pause", "fr")]
)
def test_what_is_not_said_is_not_recorded(world, key, language):
    with pytest.raises(NoSuchPhrase):
        take(key, language=language)


def test_a_refused_recording_changes_nothing(world):
    row = take().row

    with pytest.raises(RecordingRefused) as refused:
        take(content=b"MP3")

    assert refused.value.sentences == (REFUSALS[Fault.NOT_WAVE],)
    assert phrase().recording == row


def test_a_changed_text_is_said_by_the_machine_until_it_is_recorded_again(world, monkeypatch):
    row = take().row
    german = texts.TONGUES["de"]
    changed = replace(german, sentences={**german.sentences, "welcome": "Guten Tag!"})
    monkeypatch.setattr(texts, "TONGUES", {**texts.TONGUES, "de": changed})
    monkeypatch.setattr(
        queries.phrases, "said_in", lambda language: uncached(language, german=changed)
    )
    assert (phrase().recording, phrase().outdated) == (None, row)

    monkeypatch.setattr(
        "vitrine.telephony.actions.phrase_recordings.said_in",
        lambda language: uncached(language, german=changed),
    )
    taken = take(content=LONG)

    assert [one.pk for one in PhraseRecording.objects.all()] == [taken.row.pk]
    assert (phrase().recording, phrase().outdated) == (taken.row, None)


def uncached(language, *, german):
    """What is said, with another German."""
    said = [one for one in queries.phrases.sayings(language, own={}) if one.key != "welcome"]
    first = replace(
        queries.phrases.sayings(language, own={})[0],
        keys=("welcome",),
        text=german.sentences["welcome"],
    )
    return [first, *said] if language == "de" else said


def test_a_word_is_recorded_once_for_every_phrase_that_says_it(world):
    take("minute-30", language="nl")

    assert phrase("number-30", language="nl").recording is not None


def test_what_the_desk_wrote_itself_keeps_its_recording_when_another_language_changes(world):
    welcome = {"fr": "Bonjour.", "nl": "Dag.", "de": "Tag.", "en": "Hello."}
    change_menu(replace(PhoneMenu(), welcome=welcome).as_json(), by=world.sofie)
    row = take(own_key(welcome), language="fr").row
    other = {**welcome, "de": "Guten Tag."}

    change_menu(replace(PhoneMenu(), welcome=other).as_json(), by=world.sofie)

    assert phrase(own_key(other), language="fr").recording == row
    said = queries.spoken_phrases("fr")
    assert queries.not_said("fr", phrases=said) == []
    change_menu(PhoneMenu().as_json(), by=world.sofie)
    assert queries.not_said("fr", phrases=queries.spoken_phrases("fr")) == [row]


def test_a_telephone_follows_what_is_recorded_and_dropped(world, sounds):
    sounds.make([hello()])
    follower = Follower(sounds, workers=0)
    assert follower.look() == 0
    row = take().row

    assert follower.look() == 1
    assert heard(sounds) == ("recorded", 0.3)
    assert follower.look() == 0
    take(content=LONG)
    assert follower.look() == 1
    assert heard(sounds) == ("recorded", 0.9)
    assert not drop_recording(row, by=None)
    drop_recording(PhraseRecording.objects.get(), by=None)
    assert follower.look() == 1
    assert heard(sounds) == ("made", 0.5)


def test_the_log_says_which_recordings_are_of_earlier_texts(world, sounds, caplog):
    take()
    PhraseRecording.objects.update(text="Guten Tag von früher.")
    sounds.make([hello()])

    Follower(sounds, workers=0).look()

    assert heard(sounds) == ("made", 0.5)
    [said] = [one.getMessage() for one in caplog.records]
    assert said == "1 recordings are of earlier texts, such as welcome (de)"


def test_each_telephone_follows_by_itself_also_what_happened_while_it_was_off(
    world, sounds, tmp_path
):
    other = SoundStore(tmp_path / "other")
    take()
    Follower(sounds, workers=0).look()
    take(content=LONG)

    for one in (sounds, other):
        Follower(one, workers=0).look()
        assert heard(one) == ("recorded", 0.9)


def hang_up():
    """The connection of this thread; the proxy looks for it when it is called."""
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_what_is_recorded_is_heard_within_seconds_by_a_process_that_serves(
    world, tmp_path, monkeypatch
):
    monkeypatch.setattr(recordings, "LOOK_EVERY", 0.02)
    sounds = SoundStore(tmp_path)

    async def serve():
        hands = ThreadPoolExecutor(1)
        asyncio.get_running_loop().set_default_executor(hands)
        keeping = asyncio.create_task(keep_recordings(sounds))
        for content, length in ((SHORT, 0.3), (LONG, 0.9)):
            await asyncio.wrap_future(aside.submit(take, content=content))
            async with asyncio.timeout(60):
                while not sounds.files("de", ["welcome"]) or heard(sounds) != ("recorded", length):
                    await asyncio.sleep(0.02)
        keeping.cancel()
        await asyncio.to_thread(hang_up)

    with ThreadPoolExecutor(1) as aside:
        asyncio.run(serve())
        aside.submit(hang_up).result()


def test_while_the_database_is_away_the_folder_stays_as_it_is(world, sounds, monkeypatch, caplog):
    take()
    follower = Follower(sounds, workers=0)
    follower.look()

    def away(_do):
        raise OperationalError("no connection")

    with monkeypatch.context() as blackout:
        blackout.setattr(recordings, "with_database", away)
        assert [follower.look() for _ in range(3)] == [0, 0, 0]
        assert [Follower(sounds).look(), heard(sounds)] == [0, ("recorded", 0.3)]
    assert len([one for one in caplog.records if "no connection" in one.message]) == 2

    take(content=LONG)
    assert follower.look() == 1


def test_a_folder_that_cannot_be_written_is_tried_again(world, sounds, monkeypatch, caplog):
    take()
    follower = Follower(sounds, workers=0)

    def full(*_args, **_more):
        raise OSError("no space left")

    with monkeypatch.context() as disk:
        disk.setattr("vitrine.voice.sounds.following.write_recording", full)
        assert [follower.look(), follower.look()] == [0, 0]
    assert len(caplog.records) == 1

    assert follower.look() == 1
    assert heard(sounds) == ("recorded", 0.3)


def test_what_a_folder_has_from_before_is_taken_in_once(world, sounds):
    sounds.adopt(hello(), content=SHORT)
    sounds.adopt(hello("fr"), content=SHORT)
    take(language="fr", content=LONG)
    stale = replace(hello("nl"), text="Welkom van vroeger.")
    sounds.adopt(stale, content=SHORT)

    Follower(sounds, workers=0).look()

    assert phrase().recording is not None
    assert heard(sounds, language="fr") == ("recorded", 0.9)
    assert PhraseRecording.objects.count() == 2
    drop_recording(PhraseRecording.objects.get(language="de"), by=None)
    sounds.make([hello()])
    Follower(sounds, workers=0).look()
    assert PhraseRecording.objects.count() == 1


def test_the_command_takes_a_recording_like_the_page(world, tmp_path, capsys):
    file = tmp_path / "welcome-de.wav"
    file.write_bytes(SHORT)
    asked = {"recording": file, "key": "welcome", "language": "de"}

    call_command("phone_speak", **asked)
    assert phrase().recording is not None
    file.write_bytes(b"MP3")
    with translation.override("fr"), pytest.raises(CommandError, match="no uncompressed WAV"):
        call_command("phone_speak", **asked)
    with pytest.raises(CommandError, match="no phrase nothing"):
        call_command("phone_speak", **(asked | {"key": "nothing"}))


def test_a_folder_that_is_built_without_the_records_takes_a_recording_too(world, tmp_path):
    file, folder = tmp_path / "welcome.wav", tmp_path / "sounds"
    file.write_bytes(SHORT)

    call_command("phone_speak", recording=file, key="welcome", language="de", into=folder)

    assert heard(SoundStore(folder)) == ("recorded", 0.3)
    assert PhraseRecording.objects.count() == 0
