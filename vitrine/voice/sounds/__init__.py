"""How phrases sound: recordings where there are some, the synthesis of their texts elsewhere."""

from vitrine.voice.sounds.speech import CannotSpeak, speak, voice_program
from vitrine.voice.sounds.store import (
    FALLBACK,
    Alarm,
    Phrase,
    SoundStore,
    catalogue,
    own_phrases,
)

__all__ = [
    "FALLBACK",
    "Alarm",
    "CannotSpeak",
    "Phrase",
    "SoundStore",
    "catalogue",
    "own_phrases",
    "speak",
    "voice_program",
]
