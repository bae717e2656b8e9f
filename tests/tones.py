"""Tones: made, coded as G.711 A-law, and found again in what was heard (Goertzel)."""

import math
import struct
import wave
from array import array
from collections.abc import Sequence
from pathlib import Path

RATE = 8000
"""Samples a second of G.711."""
FRAME = 160
"""Samples of 20 ms."""


def tone(frequency: float, *, seconds: float, rate: int = RATE, loud: float = 0.5) -> list[float]:
    """A sine from -1 to 1."""
    step = 2 * math.pi * frequency / rate
    return [loud * math.sin(step * n) for n in range(int(seconds * rate))]


def write_wave(path: Path, *, frequency: float, seconds: float = 10, rate: int = 48000) -> Path:
    """A file of a tone, 16 bit mono, for a browser's false microphone (which plays it again)."""
    samples = array("h", (int(32767 * one) for one in tone(frequency, seconds=seconds, rate=rate)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return path


def share_of(frequency: float, samples: Sequence[float], *, rate: int = RATE) -> float:
    """How much of the energy of `samples` lies at `frequency`: 0 (nothing) to 1 (all of it)."""
    energy = sum(one * one for one in samples)
    if not samples or energy < 1e-6 * len(samples):
        return 0.0
    factor = 2 * math.cos(2 * math.pi * frequency / rate)
    before = last = 0.0
    for one in samples:
        before, last = last, one + factor * last - before
    power = last * last + before * before - factor * last * before
    return 2 * power / (len(samples) * energy)


def loudness(samples: Sequence[float]) -> float:
    """Root mean square; 0 is silence, a full sine 0.7."""
    return math.sqrt(sum(one * one for one in samples) / len(samples)) if samples else 0.0


def alaw(samples: Sequence[float]) -> bytes:
    """Coded as G.711 A-law."""
    return bytes(_alaw(int(32767 * max(-1.0, min(1.0, one)))) for one in samples)


def _alaw(value: int) -> int:
    mask = 0xD5
    if value < 0:
        mask, value = 0x55, -value - 1
    value >>= 3
    if value < 32:
        return (value >> 1) ^ mask
    segment = value.bit_length() - 5
    return ((segment << 4) | ((value >> segment) & 0x0F)) ^ mask


def _linear(code: int) -> float:
    code ^= 0x55
    segment = (code & 0x70) >> 4
    value = (code & 0x0F) << 4
    value += 8 if segment == 0 else 0x108
    if segment > 1:
        value <<= segment - 1
    return (value if code & 0x80 else -value) / 32768


LINEAR = [_linear(code) for code in range(256)]


def from_alaw(payload: bytes) -> list[float]:
    """What was coded, as -1 to 1."""
    return [LINEAR[code] for code in payload]


def packet(payload: bytes, *, number: int, source: int, kind: int = 8) -> bytes:
    """A packet of RTP (RFC 3550); kind 8 is A-law."""
    clock = (number * FRAME) & 0xFFFFFFFF
    return struct.pack("!BBHII", 0x80, kind, number & 0xFFFF, clock, source) + payload
