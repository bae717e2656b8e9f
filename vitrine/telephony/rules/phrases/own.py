"""Phrases that a desk has written itself: topics of its menu, a sentence of its own.

Their key is made of their texts, so that a call that hears an earlier version of the menu goes on
hearing it, and an unchanged text keeps its recording.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256

from vitrine.telephony.rules.phrases.catalogue import LANGUAGES

Texts = Mapping[str, str]
"""Language -> what is said."""

PREFIX = "own-"


def own_key(texts: Texts) -> str:
    """The key of a phrase with these texts."""
    said = json.dumps(sorted((name, words.strip()) for name, words in texts.items()))
    return PREFIX + sha256(said.encode()).hexdigest()[:16]


def missing_languages(texts: Texts, *, wanted: Iterable[str] = LANGUAGES) -> tuple[str, ...]:
    """The languages in which nothing is said."""
    return tuple(language for language in wanted if not texts.get(language, "").strip())
