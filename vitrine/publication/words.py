"""The texts of the public pages: the product's own catalogues, read by the standard library.

A catalogue that is missing or broken gives English, never an exception: publishing a position
does not wait for a translation. What the technical centre wrote itself stands in the bulletin.
"""

import gettext
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vitrine.publication.bulletin import Texts

LANGUAGES = ("fr", "nl", "de", "en")
"""In the order in which a missing text is looked for in another language."""
OFFICIAL = ("fr", "nl", "de")
"""Sentences are complete in these, or nothing is published."""
OWN_NAMES = {"fr": "Français", "nl": "Nederlands", "de": "Deutsch", "en": "English"}
"""Each language as its speakers call it."""
CATALOGUES = Path(__file__).resolve().parent.parent / "locale"
DOMAIN = "django"


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The compiled catalogue of `language`; English sentences when there is none."""
    try:
        return gettext.translation(DOMAIN, localedir=CATALOGUES, languages=[language])
    except (OSError, ValueError, UnicodeError):
        return gettext.NullTranslations()


@dataclass(frozen=True)
class Said:
    """A text of the bulletin, and in which language it is."""

    text: str
    language: str

    def __bool__(self) -> bool:
        return bool(self.text)


def said_in(texts: Texts, language: str) -> Said:
    """The text in `language`, else in the first language that has one, else nothing."""
    for each in (language, *LANGUAGES):
        if text := texts.get(each, "").strip():
            return Said(text, each)
    return Said("", language)
