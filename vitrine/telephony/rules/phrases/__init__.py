"""What the telephone says, in four languages: sentences, numbers, times, and values as phrases.

A phrase has a key; a sentence made of values is a row of keys, the same in every language. How a
phrase sounds is told by `vitrine.voice.sounds`: a recording, or the synthesis of its text.
"""

from vitrine.telephony.rules.phrases.catalogue import (
    LANGUAGES,
    TONGUES,
    all_keys,
    choice_text,
    text,
)
from vitrine.telephony.rules.phrases.naming import sound_name
from vitrine.telephony.rules.phrases.own import Texts, missing_languages, own_key
from vitrine.telephony.rules.phrases.sayings import Part, Saying, sayings
from vitrine.telephony.rules.phrases.spoken import (
    Phrases,
    Window,
    spoken_date,
    spoken_digits,
    spoken_number,
    spoken_opening,
    spoken_place,
    spoken_state,
    spoken_telephone,
    spoken_time,
    spoken_wait,
)

__all__ = [
    "LANGUAGES",
    "TONGUES",
    "Part",
    "Phrases",
    "Saying",
    "Texts",
    "Window",
    "all_keys",
    "choice_text",
    "missing_languages",
    "own_key",
    "sayings",
    "sound_name",
    "spoken_date",
    "spoken_digits",
    "spoken_number",
    "spoken_opening",
    "spoken_place",
    "spoken_state",
    "spoken_telephone",
    "spoken_time",
    "spoken_wait",
    "text",
]
