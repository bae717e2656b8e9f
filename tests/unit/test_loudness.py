"""Loudness as BS.1770 says it, and what is refused or mended in a recording."""

import io
import math
import wave
from array import array

import pytest

from vitrine.telephony.rules.loudness import loudness, peak
from vitrine.telephony.rules.recordings import (
    Fault,
    Sound,
    faults_of_recording,
    mended,
    read_sound,
    spoken_part,
)
from vitrine.voice.sounds.resampling import resample


def tone(hertz=1000.0, *, seconds=2.0, level=0.1, rate=48000):
    count = int(seconds * rate)
    step = 2 * math.pi * hertz / rate
    return array("h", (round(32767 * level * math.sin(step * at)) for at in range(count)))


def file_of(samples, *, rate=48000, channels=1, width=2):
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return out.getvalue()


def power_at(samples, hertz, *, rate):
    """Goertzel: the amplitude of one frequency, 0 to 1."""
    turn = 2 * math.pi * hertz / rate
    real = sum(one * math.cos(turn * at) for at, one in enumerate(samples))
    imaginary = sum(one * math.sin(turn * at) for at, one in enumerate(samples))
    return 2 * math.hypot(real, imaginary) / len(samples) / 32767


@pytest.mark.parametrize("rate", [8000, 16000, 48000])
def test_the_reference_tone_is_as_loud_as_the_standard_says(rate):
    """BS.1770: 997 Hz at 0 dBFS in one channel is -3.01 LUFS; EBU Tech 3341 allows 0.1."""
    samples = tone(997.0, level=1.0, rate=rate, seconds=3.0)

    assert loudness(samples, rate=rate) == pytest.approx(-3.01, abs=0.1 if rate > 8000 else 0.2)


def test_pauses_do_not_make_speech_quieter():
    quiet = array("h", bytes(2 * 48000 * 3))
    loud = tone(seconds=3.0)

    alone = loudness(loud, rate=48000)

    assert loudness(loud + quiet, rate=48000) == pytest.approx(alone, abs=0.3)


def test_silence_has_no_loudness():
    assert loudness(array("h", bytes(9600)), rate=8000) == -math.inf
    assert loudness(array("h"), rate=8000) == -math.inf
    assert peak(array("h")) == -math.inf
    assert peak(array("h", [0, -32768])) == 0.0


def test_a_sound_shorter_than_a_block_is_measured_whole():
    short, long = tone(seconds=0.3), tone(seconds=2.0)

    assert loudness(short, rate=48000) == pytest.approx(loudness(long, rate=48000), abs=0.3)


def good(seconds=0.6, **more):
    """A tone at the loudness that is wanted."""
    sound = Sound(samples=tone(seconds=seconds, **more), rate=48000)
    return mended(sound).samples


def test_a_good_recording_has_no_fault():
    assert faults_of_recording(file_of(good())) == []


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault.NOT_WAVE),
        (b"RIFF" + b"\0" * 100, Fault.NOT_WAVE),
        (b"ID3" + b"\0" * 4000, Fault.NOT_WAVE),
        (file_of(array("b", [0] * 8000), rate=8000, width=1), Fault.NOT_WAVE),
        (file_of(array("h", [0] * 8000), rate=11025), Fault.RATE),
        (file_of(array("h", [0] * 8000), rate=8000), Fault.SILENT),
        (file_of(array("h", [0] * 100), rate=8000), Fault.TOO_SHORT),
        (file_of(array("h", [0] * 8000 * 61), rate=8000), Fault.TOO_LONG),
        (file_of(tone(level=0.9)), Fault.TOO_LOUD),
        (file_of(tone(level=0.02)), Fault.TOO_QUIET),
        (file_of(array("h", [0] * 96000) + tone()), Fault.SILENCE_AROUND),
    ],
)
def test_what_is_wrong_with_a_recording_is_named(content, fault):
    assert fault in faults_of_recording(content)


def test_a_flat_top_is_clipped():
    loud = array("h", (max(-32767, min(32767, 3 * one)) for one in tone(level=0.9)))

    assert Fault.CLIPPED in faults_of_recording(file_of(loud))
    assert Fault.CLIPPED not in faults_of_recording(file_of(tone(level=0.99)))


def test_a_file_that_is_cut_off_is_read_as_far_as_it_goes_or_refused():
    whole = file_of(good())
    for length in range(0, 200, 7):
        assert faults_of_recording(whole[:length])
    assert isinstance(faults_of_recording(whole[: len(whole) // 2 + 1]), list)


def test_of_two_channels_the_mean_is_taken():
    left = tone(level=0.2)
    both = array("h", (value for one in left for value in (one, 0)))

    sound = read_sound(file_of(both, channels=2))

    assert len(sound.samples) == len(left)
    assert peak(sound.samples) == pytest.approx(peak(left) - 6.02, abs=0.1)


def test_mending_sets_the_loudness_and_cuts_the_silence_and_never_clips():
    silence = array("h", bytes(2 * 48000))
    found = mended(Sound(samples=silence + tone(level=0.02) + silence, rate=48000))

    assert loudness(found.samples, rate=48000) == pytest.approx(-23.0, abs=0.3)
    assert found.seconds == pytest.approx(2.12, abs=0.02)
    crackling = array(
        "h", (one + (30000 if at == 5000 else 0) for at, one in enumerate(tone(level=0.01)))
    )
    assert peak(mended(Sound(samples=crackling, rate=48000)).samples) <= -0.99


def test_silence_has_no_spoken_part():
    assert spoken_part(Sound(samples=array("h", [0] * 50), rate=8000)) == (0, 0)


@pytest.mark.parametrize(
    ("rate", "to"), [(22050, 8000), (22050, 16000), (48000, 8000), (8000, 16000)]
)
def test_another_rate_keeps_what_it_can_hold_and_folds_nothing(rate, to):
    kept = resample(tone(1000.0, rate=rate, seconds=0.5), rate=rate, to=to)
    assert len(kept) == pytest.approx(to / 2, abs=1)
    assert power_at(kept[200:-200], 1000.0, rate=to) == pytest.approx(0.1, rel=0.03)

    if rate > to:
        folded = resample(tone(to * 0.8, rate=rate, seconds=0.5), rate=rate, to=to)
        assert power_at(folded[200:-200], to * 0.2, rate=to) < 0.1 * 0.02


def test_the_same_rate_changes_nothing():
    samples = tone(rate=8000, seconds=0.1)

    assert resample(samples, rate=8000, to=8000) == samples
