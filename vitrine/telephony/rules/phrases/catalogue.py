"""Every phrase of the telephone by its key, in every language.

A key is a sentence (`welcome`) or one of a family: `number-17`, `minutes-3` (a duration), `hour-8`
and `minute-30` (a time), `sharp-8` (a time without minutes), `weekday-0` (Monday), `day-4`,
`month-1`. Phrases follow each other in the same order in every language.
"""

from collections.abc import Callable, Mapping

from vitrine.telephony.rules.phrases.dutch import DUTCH
from vitrine.telephony.rules.phrases.english import ENGLISH
from vitrine.telephony.rules.phrases.french import FRENCH
from vitrine.telephony.rules.phrases.german import GERMAN
from vitrine.telephony.rules.phrases.tongue import Tongue

TONGUES: Mapping[str, Tongue] = {"fr": FRENCH, "nl": DUTCH, "de": GERMAN, "en": ENGLISH}
LANGUAGES = tuple(TONGUES)
LARGEST_NUMBER = 999
LONGEST_DURATION = 60
"""Minutes."""

Family = tuple[range, Callable[[Tongue, int], str]]
FAMILIES: Mapping[str, Family] = {
    "number": (range(1000), lambda tongue, number: tongue.number(number)),
    "minutes": (range(1, LONGEST_DURATION + 1), lambda tongue, number: tongue.minutes(number)),
    "hour": (range(24), lambda tongue, number: tongue.hour(number)),
    "sharp": (range(24), lambda tongue, number: tongue.sharp(number)),
    "minute": (range(1, 60), lambda tongue, number: tongue.minute(number)),
    "weekday": (range(7), lambda tongue, number: tongue.weekdays[number]),
    "day": (range(1, 32), lambda tongue, number: tongue.day(number)),
    "month": (range(1, 13), lambda tongue, number: tongue.months[number - 1]),
}
NUMBERS_WITH_SOUND = (*range(100), *range(100, LARGEST_NUMBER, 100))
"""The others are said in two parts."""


def all_keys() -> tuple[str, ...]:
    """Every key for which there is a sound in every language."""
    families = [
        f"{name}-{number}"
        for name, (numbers, _word) in FAMILIES.items()
        for number in (NUMBERS_WITH_SOUND if name == "number" else numbers)
    ]
    return (*FRENCH.sentences, *families)


def text(key: str, *, language: str) -> str:
    """What is said. Raises KeyError for an unknown key or language."""
    tongue = TONGUES[language]
    if key in tongue.sentences:
        return tongue.sentences[key]
    name, _, number = key.rpartition("-")
    numbers, word = FAMILIES[name]
    if not (number.isascii() and number.isdecimal()) or int(number) not in numbers:
        raise KeyError(key)
    return word(tongue, int(number))


def choice_text(*, topic: str, key: str, language: str) -> str:
    """The sentence of a menu for one choice, such as `Pour une clé d’accès, tapez un`."""
    tongue = TONGUES[language]
    return tongue.choice.format(topic=topic.strip(), key=tongue.number(int(key)))
