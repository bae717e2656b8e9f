"""What a speaker records: each text of a language once, whichever keys say it.

`number-30` and `minute-30` are the same word in Dutch: one recording is heard for both.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from vitrine.telephony.rules.phrases.catalogue import FAMILIES, all_keys, text
from vitrine.telephony.rules.phrases.own import PREFIX, Texts


class Part(StrEnum):
    """Which part of what the telephone says; in the order in which one records."""

    OWN = "own"
    """Written by the desk itself: topics of its menu, its welcome."""
    SENTENCES = "sentences"
    NUMBERS = "numbers"
    MINUTES = "minutes"
    TIMES = "times"
    DAYS = "days"


PARTS = {
    "number": Part.NUMBERS,
    "minutes": Part.MINUTES,
    "hour": Part.TIMES,
    "sharp": Part.TIMES,
    "minute": Part.TIMES,
    "weekday": Part.DAYS,
    "day": Part.DAYS,
    "month": Part.DAYS,
}
"""Of each family of the catalogue."""


@dataclass(frozen=True, kw_only=True)
class Saying:
    """One text of one language."""

    language: str
    text: str
    keys: tuple[str, ...]
    """All that say it, the one first by which it is named."""
    part: Part

    @property
    def key(self) -> str:
        """By which it is named."""
        return self.keys[0]


def sayings(language: str, *, own: Mapping[str, Texts]) -> list[Saying]:
    """Everything that is said in `language`, the desk's own first; a mere pause is left out.

    own  key -> language -> text: see `PhoneMenu.own_texts`
    """
    ours = [(key, texts.get(language, "")) for key, texts in own.items()]
    return _merged((*_together(ours, language=language), *_of_catalogue(language)))


def part_of(key: str) -> Part:
    """The part of what is said to which a key belongs."""
    if key.startswith(PREFIX):
        return Part.OWN
    family, _, number = key.rpartition("-")
    return PARTS[family] if family in FAMILIES and number.isdecimal() else Part.SENTENCES


@cache
def _of_catalogue(language: str) -> tuple[Saying, ...]:
    said = [(key, text(key, language=language)) for key in all_keys()]
    return tuple(_merged(_together(said, language=language)))


def _together(texts: Iterable[tuple[str, str]], *, language: str) -> Iterator[Saying]:
    for key, words in texts:
        if any(letter.isalnum() for letter in words):
            yield Saying(language=language, text=words.strip(), keys=(key,), part=part_of(key))


def _merged(found: Iterable[Saying]) -> list[Saying]:
    by_text: dict[str, Saying] = {}
    for one in found:
        twin = by_text.get(one.text)
        by_text[one.text] = replace(twin, keys=(*twin.keys, *one.keys)) if twin else one
    return list(by_text.values())
