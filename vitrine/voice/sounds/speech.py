"""Text made audible by espeak-ng: robotic, but there in every language and for every new text.

espeak-ng is a program of its own (Debian package `espeak-ng`); a recording always goes before it.
"""

import io
import os
import shutil
import subprocess
import wave
from array import array
from pathlib import Path

from vitrine.telephony.rules.phrases.naming import VOICES, WORDS_PER_MINUTE
from vitrine.telephony.rules.recordings import Sound, mended
from vitrine.voice.sounds.resampling import resample

PROGRAM = "espeak-ng"
PAUSE = 0.3
"""Seconds of silence for a phrase without a letter."""
TIME_LIMIT = 20
"""Seconds for one phrase."""


class CannotSpeak(Exception):
    """espeak-ng is not there, or has failed: the message says which."""


def voice_program() -> str | None:
    """Where espeak-ng stands; None: nowhere. `VITRINE_ESPEAK` names another place."""
    named = os.environ.get("VITRINE_ESPEAK")
    return named if named and Path(named).exists() else shutil.which(PROGRAM)


def speak(text: str, *, language: str, rate: int) -> Sound:
    """`text` at the loudness of every phrase. Raises CannotSpeak."""
    if not any(letter.isalnum() for letter in text):
        return Sound(samples=array("h", bytes(2 * int(PAUSE * rate))), rate=rate)
    spoken = _synthesise(text, language=language)
    samples = resample(spoken.samples, rate=spoken.rate, to=rate)
    return mended(Sound(samples=samples, rate=rate))


def _synthesise(text: str, *, language: str) -> Sound:
    program = voice_program()
    if program is None:
        raise CannotSpeak("espeak-ng is not installed")
    command = [program, "-v", VOICES[language], "-s", str(WORDS_PER_MINUTE), "--stdout", "--stdin"]
    try:
        done = subprocess.run(
            command, input=text.encode(), capture_output=True, check=True, timeout=TIME_LIMIT
        )
    except (OSError, subprocess.SubprocessError) as fault:
        raise CannotSpeak(f"espeak-ng has failed: {fault}") from fault
    return _streamed(done.stdout)


def _streamed(content: bytes) -> Sound:
    """A WAV written to a pipe says 2 GB for its length: what is there counts."""
    try:
        with wave.open(io.BytesIO(content)) as file:
            rate = file.getframerate()
    except (wave.Error, EOFError) as fault:
        raise CannotSpeak("espeak-ng gave no sound") from fault
    begin = content.index(b"data") + 8
    raw = content[begin:]
    return Sound(samples=array("h", raw[: len(raw) // 2 * 2]), rate=rate)
