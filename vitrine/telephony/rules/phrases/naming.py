"""Which sound belongs to a text: its name, the same on every machine."""

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
