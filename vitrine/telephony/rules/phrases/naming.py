"""Which sound belongs to a text: its name, the same on every machine."""

import re
from hashlib import sha256

VOICES = {"fr": "fr-be", "nl": "nl", "de": "de", "en": "en-gb"}
"""Of espeak-ng."""
WORDS_PER_MINUTE = 150
RECIPE = "1"
"""Changes with anything that makes the same text sound otherwise."""


def sound_name(text: str, *, language: str) -> str:
    """The name of the file of a text in its voice: a changed text has another one."""
    recipe = f"{RECIPE}|{VOICES[language]}|{WORDS_PER_MINUTE}|{text.strip()}"
    return sha256(recipe.encode()).hexdigest()[:20]


def file_name(key: str, *, language: str) -> str:
    """What the file of a recording is called, so that several can be taken at once."""
    return f"{key}-{language}.wav"


def key_of_file(name: str) -> tuple[str, str]:
    """Key and language that a file name says: `012_Welcome-DE.wav`; blank where it says none.

    A number before the key gives an order and means nothing else.
    """
    stem = name.replace("\\", "/").rpartition("/")[2].strip().casefold()
    stem = stem.removesuffix(".wav").removesuffix(".wave")
    stem = re.sub(r"^\d+[ ._-]+", "", stem)
    stem = re.sub(r" ?\(\d+\)$", "", stem)
    said = re.fullmatch(rf"(.+)[ ._-]({'|'.join(VOICES)})", stem)
    key, language = said.groups() if said else (stem, "")
    return re.sub(r"[ ._-]+", "-", key), language
