"""The tone before a recording, and the music while one waits.

Made here, so that no package and no composer is needed. 8 kHz, 16 bits, mono; the level is that of
speech, 20 dB below full.
"""

import math
import wave
from array import array
from pathlib import Path

RATE = 8000
CHORDS = (
    (220.0, 277.18, 329.63, 440.0),
    (196.0, 246.94, 293.66, 392.0),
    (174.61, 220.0, 261.63, 349.23),
    (196.0, 246.94, 329.63, 392.0),
)
"""Hertz; each is heard as eight plucked notes, up and down."""
NOTE = 0.45
"""Seconds."""
PATTERN = (0, 1, 2, 3, 3, 2, 1, 2)


def make(data: Path) -> None:
    """The files under the data directory of an instance, unless they are there."""
    for file, samples in (
        (data / "sounds" / "en" / "beep.wav", tone),
        (data / "moh" / "waiting.wav", music),
    ):
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            write(file, samples())


def write(file: Path, samples: "array[int]") -> None:
    """A wave file, whole or not at all."""
    draft = file.with_suffix(".draft")
    with wave.open(str(draft), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples.tobytes())
    draft.replace(file)


def tone(*, hertz: float = 1000.0, seconds: float = 0.25, level: float = 0.1) -> "array[int]":
    """A tone that begins and ends softly."""
    count = int(seconds * RATE)
    edge = int(0.01 * RATE)
    return array(
        "h",
        (
            round(
                32767
                * level
                * min(1.0, at / edge, (count - at) / edge)
                * math.sin(2 * math.pi * hertz * at / RATE)
            )
            for at in range(count)
        ),
    )


def music() -> "array[int]":
    """Some fifteen seconds that may be repeated without a seam."""
    count = int(NOTE * RATE)
    notes = [CHORDS[chord][place] for chord in range(len(CHORDS)) for place in PATTERN]
    samples = [0.0] * (count * len(notes))
    for number, hertz in enumerate(notes):
        ring = plucked(hertz, count=2 * count)
        for at, value in enumerate(ring):
            samples[(number * count + at) % len(samples)] += value
    return array("h", (round(32767 * 0.1 * value) for value in samples))


def plucked(hertz: float, *, count: int) -> list[float]:
    """A soft note that fades."""
    turn = 2 * math.pi * hertz / RATE
    return [
        min(1.0, at / 80)
        * math.exp(-3.2 * at / count)
        * (0.7 * math.sin(turn * at) + 0.2 * math.sin(2 * turn * at))
        for at in range(count)
    ]
