"""What a language needs to speak: sentences, and words for numbers, times and days."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Words = Callable[[int], str]


def words(text: str) -> tuple[str, ...]:
    """The words of `text`, one by one."""
    return tuple(text.split())


@dataclass(frozen=True, kw_only=True)
class Tongue:
    """One language of the telephone. Every part can end a sentence, so that each is said alone."""

    sentences: Mapping[str, str]
    number: Words
    """0 to 999."""
    minutes: Words
    """A duration of 1 to 60 minutes."""
    hour: Words
    """0 to 23, when minutes follow."""
    sharp: Words
    """0 to 23, when none follow."""
    minute: Words
    """1 to 59, after the hour."""
    day: Words
    """1 to 31, between weekday and month."""
    weekdays: tuple[str, ...]
    """Monday first, with the word that puts something on a day."""
    months: tuple[str, ...]
    choice: str
    """Sentence of a menu: `{topic}` and the `{key}` to press."""
