"""Telephone numbers: one form to store (E.164), one form to show."""

import unicodedata

import phonenumbers
from phonenumbers import PhoneNumberFormat

LONGEST = 60
"""Characters; longer text is no telephone number."""
LONGEST_EXTENSION = 6

_SPOKEN_EXTENSION = {"fr": "ext.", "nl": "toestel", "de": "Durchwahl", "en": "ext."}
_EXTENSION_WORDS = ("toestel", "poste", "durchwahl", "apparat", "tst.", "intern")


def normalise(raw: str, *, region: str = "BE") -> str | None:
    """`raw` in E.164 (`+3225550100`), with `;ext=12` where there is an extension.

    region  ISO country of numbers written without country code
    None when `raw` is no number that can exist.
    """
    written = unicodedata.normalize("NFKC", raw[: LONGEST + 1]).strip().casefold()
    if not written or len(written) > LONGEST:
        return None
    for word in _EXTENSION_WORDS:
        written = written.replace(word, " ext. ")
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    stored = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if number.extension and len(number.extension) <= LONGEST_EXTENSION:
        return f"{stored};ext={number.extension}"
    return stored


def display(number: str, *, language: str) -> str:
    """`number` as people write it: `+32 2 555 01 00 ext. 12`; unchanged when it is none of ours."""
    stored, _, extension = number.partition(";ext=")
    try:
        parsed = phonenumbers.parse(stored, None)
    except phonenumbers.NumberParseException:
        return number
    shown = phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
    if not extension:
        return shown
    return f"{shown} {_SPOKEN_EXTENSION.get(language, 'ext.')} {extension}"
