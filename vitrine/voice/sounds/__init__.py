"""How phrases sound: recordings where there are some, the synthesis of their texts elsewhere."""

from vitrine.voice.sounds.following import Kept, follow
from vitrine.voice.sounds.speech import CannotSpeak, speak, voice_program
from vitrine.voice.sounds.store import (
    FALLBACKS,
    Alarm,
    Phrase,
    SoundStore,
    catalogue,
    own_phrases,
)

__all__ = [
    "FALLBACKS",
    "Alarm",
    "CannotSpeak",
    "Kept",
    "Phrase",
    "SoundStore",
    "catalogue",
    "follow",
    "own_phrases",
    "speak",
    "voice_program",
]
