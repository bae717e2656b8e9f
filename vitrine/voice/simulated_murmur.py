"""Something to hear where somebody would have spoken: a voice without words, for demonstrations."""

import math
import wave
from array import array
from pathlib import Path

from vitrine.telephony.rules.routing import Seconds

RATE = 8000
PITCH = 140.0
SYLLABLES = 2.5
"""A second."""


def write_murmur(file: Path, *, seconds: Seconds) -> None:
    """A WAV file of so many seconds."""
    count = int(seconds * RATE)
    samples = array(
        "h",
        (
            round(
                2500
                * math.sin(2 * math.pi * PITCH * at / RATE)
                * max(0.0, math.sin(2 * math.pi * SYLLABLES * at / RATE))
            )
            for at in range(count)
        ),
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
