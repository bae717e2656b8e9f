"""Comments that are chosen at once: their slots, and what is wrong with one."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from vitrine.publication import moments
from vitrine.publication.bulletin import Texts
from vitrine.publication.meaning.asked import COMMENT_CHARACTERS, LEGAL, is_unprintable

SLOTS = frozenset({"time", "day"})
_SLOT = re.compile(r"\{([a-z]*)\}")
_LONG_ENDS = tuple(datetime(2026, 9, day, 21, 59, tzinfo=UTC) for day in (23, 24))
"""A Wednesday and a Thursday in September: no day has longer words in our languages."""


def filled(text: str, *, end: datetime, language: str) -> str:
    """`text` with the time and the day of `end` in its slots."""
    return text.replace("{time}", moments.time_of_day(end, language=language)).replace(
        "{day}", moments.day(end, language=language)
    )


def faults_of(texts: Texts) -> Iterator[tuple[str, str]]:
    """Language and code of what is wrong: `missing slot slots-differ text comment-too-long`.

    A legal language that is missing is wrong; a missing English text is not.
    """
    for language in LEGAL:
        if not texts.get(language):
            yield language, "missing"
    wanted = _slots(texts.get(LEGAL[0], ""))
    for language, text in texts.items():
        if fault := _fault_of(text, language=language, wanted=wanted):
            yield language, fault


def _fault_of(text: str, *, language: str, wanted: set[str]) -> str:
    rest = _SLOT.sub("", text)
    if not _slots(text) <= SLOTS or "{" in rest or "}" in rest:
        return "slot"
    if text and wanted <= SLOTS and _slots(text) != wanted:
        return "slots-differ"
    if any(is_unprintable(letter) for letter in text):
        return "text"
    longest = max(len(filled(text, end=end, language=language)) for end in _LONG_ENDS)
    return "comment-too-long" if longest > COMMENT_CHARACTERS else ""


def _slots(text: str) -> set[str]:
    return set(_SLOT.findall(text))
