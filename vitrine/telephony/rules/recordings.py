"""A recording that somebody uploads for a phrase: can it be used, and does it sound right?"""

import io
import math
import struct
import wave
from array import array
from collections.abc import Iterator, Sequence
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
PCM, EXTENSIBLE = 1, 0xFFFE
SUBTYPE = bytes.fromhex("000000001000800000aa00389b71")
"""Of an extensible WAV file, after the encoding: it is one of the plain encodings."""


class Fault(StrEnum):
    """What is wrong with a recording."""

    NOT_WAVE = "not-wave"
    """No uncompressed WAV of 16 or 24 bits."""
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


class Unusable(ValueError):
    """A recording that is refused, with everything that is wrong and cannot be put right."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(", ".join(faults))


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
    """The sound of a WAV file; of two channels the mean. Raises ValueError for anything else.

    Of 24 bits the upper 16 count. What a file promises and does not hold is left out.
    """
    form, raw = _parts(content)
    tag, channels, rate, bits = form
    if tag != PCM or channels not in (1, 2) or bits not in (16, 24):
        raise ValueError(Fault.NOT_WAVE)
    if rate not in RATES:
        raise ValueError(Fault.RATE)
    frame = channels * bits // 8
    raw = raw[: len(raw) // frame * frame]
    samples = array("h", raw if bits == 16 else _upper_16(raw))
    if channels == 2:
        samples = array(
            "h",
            ((one + other) // 2 for one, other in zip(samples[::2], samples[1::2], strict=True)),
        )
    return Sound(samples=samples, rate=rate)


def _parts(content: bytes) -> tuple[tuple[int, int, int, int], bytes]:
    """Encoding, channels, rate, bits; and the sound as it stands in the file."""
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise ValueError(Fault.NOT_WAVE)
    at, form = 12, b""
    while at + 8 <= len(content):
        name, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        part = content[at + 8 : at + 8 + size]
        if name == b"data" and form:
            return _form(form), part
        form = part if name == b"fmt " else form
        at += 8 + size + size % 2
    raise ValueError(Fault.NOT_WAVE)


def _form(part: bytes) -> tuple[int, int, int, int]:
    if len(part) < 16:
        raise ValueError(Fault.NOT_WAVE)
    tag, channels, rate, _speed, _frame, bits = struct.unpack("<HHIIHH", part[:16])
    if tag == EXTENSIBLE and part[26:40] == SUBTYPE:
        tag = int.from_bytes(part[24:26], "little")
    return tag, channels, rate, bits


def _upper_16(raw: bytes) -> bytes:
    upper = bytearray(len(raw) // 3 * 2)
    upper[::2], upper[1::2] = raw[1::3], raw[2::3]
    return bytes(upper)


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
    return _mend(sound, target=target)[0]


def _mend(sound: Sound, *, target: float) -> tuple[Sound, float]:
    """The sound put right, and its loudness then in LUFS."""
    begin, end = spoken_part(sound)
    breath = int(0.06 * sound.rate)
    part = sound.samples[max(0, begin - breath) : end + breath]
    loud = loudness(part, rate=sound.rate)
    if loud == -math.inf:
        return sound, loud
    gain = min(target - loud, LOUDEST_PEAK - peak(part))
    factor = 10 ** (gain / 20)
    samples = array("h", (round(one * factor) for one in part))
    return Sound(samples=samples, rate=sound.rate), loud + gain


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A recording as it is kept."""

    sound: Sound
    loudness: float
    """LUFS; lower than the target where peaks allow no more."""
    was: tuple[Fault, ...]
    """What was put right."""

    @property
    def content(self) -> bytes:
        """A WAV file: one channel, 16 bits."""
        return wave_of(self.sound)


def prepared(content: bytes) -> Prepared:
    """A recording put right, ready to be heard. Raises Unusable, which names each reason."""
    faults = faults_of_recording(content)
    if refused := [fault for fault in faults if fault not in MENDED]:
        raise Unusable(refused)
    sound, loud = _mend(read_sound(content), target=TARGET)
    return Prepared(sound=sound, loudness=loud, was=tuple(faults))


def wave_of(sound: Sound) -> bytes:
    """A WAV file of one channel, 16 bits."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sound.rate)
        file.writeframes(sound.samples.tobytes())
    return out.getvalue()
