"""A recording is put right before it is kept, or refused with every reason."""

import struct
from array import array
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.test_loudness import file_of, good, tone
from vitrine.telephony.actions import MENDINGS, REFUSALS
from vitrine.telephony.rules.loudness import loudness
from vitrine.telephony.rules.recordings import (
    MENDED,
    SUBTYPE,
    TARGET,
    Fault,
    Unusable,
    prepared,
    read_sound,
)


def test_every_fault_has_its_sentence():
    assert set(MENDINGS) == MENDED
    assert set(REFUSALS) == set(Fault) - MENDED
    sentences = [str(one) for one in (*MENDINGS.values(), *REFUSALS.values())]
    assert len(set(sentences)) == len(Fault)


@pytest.mark.parametrize(
    ("samples", "was"),
    [
        (tone(level=0.02, seconds=0.6), (Fault.TOO_QUIET,)),
        (tone(level=0.9, seconds=0.6), (Fault.TOO_LOUD,)),
        (array("h", bytes(2 * 60000)) + good(), (Fault.SILENCE_AROUND,)),
        (good(), ()),
    ],
)
def test_what_can_be_put_right_is_and_is_told(samples, was):
    ready = prepared(file_of(samples))

    assert ready.was == was
    kept = read_sound(ready.content)
    assert kept == ready.sound
    assert loudness(kept.samples, rate=kept.rate) == pytest.approx(TARGET, abs=0.3)
    assert ready.loudness == pytest.approx(loudness(kept.samples, rate=kept.rate), abs=0.1)
    assert kept.seconds < 0.8


def test_what_is_kept_is_not_put_right_again():
    once = prepared(file_of(tone(level=0.5, seconds=0.6)))

    assert prepared(once.content).was == ()


def test_peaks_allow_no_more_and_the_figure_says_so():
    clicks = array("h", (25000 if at % 24000 == 0 else one for at, one in enumerate(good(1.0))))

    ready = prepared(file_of(clicks))

    assert ready.loudness <= TARGET + 0.1
    measured = loudness(ready.sound.samples, rate=ready.sound.rate)
    assert ready.loudness == pytest.approx(measured, abs=0.2)


def test_every_reason_is_named():
    loud = array("h", (max(-32767, min(32767, 3 * one)) for one in tone(level=0.9)))

    with pytest.raises(Unusable) as refused:
        prepared(file_of(loud))

    assert refused.value.faults == (Fault.CLIPPED,)


def wave_file(raw, *, tag=1, bits=16, extra=b"", before=b""):
    """A WAV file as other programs write it."""
    form = struct.pack("<HHIIHH", tag, 1, 48000, 48000 * bits // 8, bits // 8, bits) + extra
    body = b"WAVE" + before + b"fmt " + struct.pack("<I", len(form)) + form
    body += b"data" + struct.pack("<I", len(raw)) + raw
    return b"RIFF" + struct.pack("<I", len(body)) + body


def test_files_of_other_programs_are_read():
    samples = good(0.3)
    plain = samples.tobytes()
    pcm = struct.pack("<HHIH", 22, 16, 4, 1) + SUBTYPE
    deep = b"".join(b"\x7f" + plain[at : at + 2] for at in range(0, len(plain), 2))
    odd = b"LIST" + struct.pack("<I", 3) + b"abc\0"

    for content in (
        wave_file(plain),
        wave_file(plain, tag=0xFFFE, extra=pcm),
        wave_file(deep, bits=24),
        wave_file(plain, before=odd),
        wave_file(plain).replace(struct.pack("<I", len(plain)), b"\xff\xff\xff\xff"),
    ):
        assert read_sound(content).samples == samples


@pytest.mark.parametrize("tag", [3, 6, 0x11, 0x55, 0xFFFE])
def test_another_encoding_is_refused(tag):
    with pytest.raises(Unusable) as refused:
        prepared(wave_file(good(0.3).tobytes(), tag=tag))

    assert refused.value.faults == (Fault.NOT_WAVE,)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_file_however_broken_is_more_than_refused(data):
    whole = bytearray(file_of(good(0.2)))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, 60))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))

    with suppress(Unusable):
        assert read_sound(prepared(bytes(whole[:cut])).content).samples
