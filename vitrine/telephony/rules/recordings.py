"""A recording that somebody uploads for a phrase: can it be used, and does it sound right?"""

import io
import math
import wave
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from vitrine.telephony.rules.loudness import loudness, peak

RATES = (8000, 16000, 22050, 24000, 32000, 44100, 48000)
LONGEST = 60.0
"""Seconds."""
SHORTEST = 0.1
LARGEST_FILE = 16_000_000
"""Bytes: a minute at 48 kHz in stereo, and some."""
TARGET = -23.0
"""LUFS."""
TOLERANCE = 2.0
"""LU; more than that is heard as a jump between two phrases."""
LOUDEST_PEAK = -1.0
"""dB of full scale."""
MOST_CLIPPED = 3
"""Samples at full scale one after the other: a flat top."""
LONGEST_SILENCE = 1.0
"""Seconds before and after the words."""
FULL = 32766
QUIET = 328
"""1 % of full scale, -40 dB."""


class Fault(StrEnum):
    """What is wrong with a recording."""

    NOT_WAVE = "not-wave"
    """No uncompressed WAV of 16 bits."""
    RATE = "rate"
    TOO_LARGE = "too-large"
    TOO_LONG = "too-long"
    TOO_SHORT = "too-short"
    SILENT = "silent"
    TOO_LOUD = "too-loud"
    TOO_QUIET = "too-quiet"
    CLIPPED = "clipped"
    SILENCE_AROUND = "silence-around"


MENDED = frozenset({Fault.TOO_LOUD, Fault.TOO_QUIET, Fault.SILENCE_AROUND})
"""What is put right by itself when the recording is taken; the others are refused."""


@dataclass(frozen=True, kw_only=True)
class Sound:
    """One channel of 16 bits."""

    samples: "array[int]"
    rate: int

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / self.rate


def read_sound(content: bytes) -> Sound:
    """The sound of a WAV file; of two channels the mean. Raises ValueError for anything else."""
    try:
        with wave.open(io.BytesIO(content)) as file:
            if file.getsampwidth() != 2 or file.getcomptype() != "NONE":
                raise ValueError(Fault.NOT_WAVE)
            channels, rate = file.getnchannels(), file.getframerate()
            raw = file.readframes(min(file.getnframes(), len(content)))
    except (wave.Error, EOFError, OSError, MemoryError) as fault:
        raise ValueError(Fault.NOT_WAVE) from fault
    if channels not in (1, 2) or rate not in RATES:
        raise ValueError(Fault.RATE if channels in (1, 2) else Fault.NOT_WAVE)
    samples = array("h", raw[: len(raw) // (2 * channels) * 2 * channels])
    if channels == 2:
        samples = array(
            "h",
            ((one + other) // 2 for one, other in zip(samples[::2], samples[1::2], strict=True)),
        )
    return Sound(samples=samples, rate=rate)


def faults_of_recording(content: bytes) -> list[Fault]:
    """Everything that is wrong; empty: it can be used as it is."""
    if len(content) > LARGEST_FILE:
        return [Fault.TOO_LARGE]
    try:
        sound = read_sound(content)
    except ValueError as fault:
        return [Fault(str(fault))]
    if sound.seconds > LONGEST:
        return [Fault.TOO_LONG]
    if sound.seconds < SHORTEST:
        return [Fault.TOO_SHORT]
    return list(_heard(sound))


def _heard(sound: Sound) -> Iterator[Fault]:
    loud = loudness(sound.samples, rate=sound.rate)
    if loud == -math.inf or peak(sound.samples) < -40:
        yield Fault.SILENT
        return
    if loud > TARGET + TOLERANCE:
        yield Fault.TOO_LOUD
    elif loud < TARGET - TOLERANCE:
        yield Fault.TOO_QUIET
    if _longest_flat_top(sound.samples) > MOST_CLIPPED:
        yield Fault.CLIPPED
    begin, end = spoken_part(sound)
    around = max(begin, len(sound.samples) - end)
    if around > LONGEST_SILENCE * sound.rate:
        yield Fault.SILENCE_AROUND


def _longest_flat_top(samples: "array[int]") -> int:
    longest = run = 0
    for one in samples:
        run = run + 1 if abs(one) >= FULL else 0
        longest = max(longest, run)
    return longest


def spoken_part(sound: Sound) -> tuple[int, int]:
    """First sample and end of what is louder than silence; (0, 0) when nothing is."""
    first = next((at for at, one in enumerate(sound.samples) if abs(one) > QUIET), None)
    if first is None:
        return 0, 0
    last = next(
        at for at in range(len(sound.samples) - 1, -1, -1) if abs(sound.samples[at]) > QUIET
    )
    return first, last + 1


def mended(sound: Sound, *, target: float = TARGET) -> Sound:
    """At the right loudness, without clipping, with a breath of silence around the words."""
    begin, end = spoken_part(sound)
    breath = int(0.06 * sound.rate)
    part = sound.samples[max(0, begin - breath) : end + breath]
    loud = loudness(part, rate=sound.rate)
    if loud == -math.inf:
        return sound
    gain = min(target - loud, LOUDEST_PEAK - peak(part))
    factor = 10 ** (gain / 20)
    return Sound(samples=array("h", (round(one * factor) for one in part)), rate=sound.rate)
