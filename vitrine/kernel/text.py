"""Text as people send it: made safe to store, shortened for lists, numbers masked."""

import re
import unicodedata
from collections.abc import Iterator

MASK = "••.••.••-•••.••"
"""What stands in place of a National Register number: its shape, none of its digits."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_SEPARATORS = r"[ \t.\-/_\u00a0\u2007\u2009\u200b\u202f\u2010-\u2014\u2212]"
_ELEVEN_DIGITS = re.compile(rf"(?<!\d)(?=(\d(?:{_SEPARATORS}{{0,3}}\d){{10}})(?!\d))")
_WHITE = re.compile(r"\s+")


def excerpt(text: str, *, length: int = 200) -> str:
    """The first words of `text` on one line, at most `length` characters, cut at a word."""
    flat = _WHITE.sub(" ", text[: length * 8]).strip()
    if len(flat) <= length:
        return flat
    head = flat[: length - 1]
    cut = head.rfind(" ")
    return f"{head[:cut] if cut > length // 2 else head}…"


def without_controls(text: str) -> str:
    """`text` that PostgreSQL and a page accept: no NUL or other control, no lone surrogate.

    Line ends become line feeds; tabs and line ends stay.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", lines))


def mask_national_numbers(text: str) -> str:
    """`text` with every National Register number (and bis number) replaced by `MASK`.

    A number has 11 digits, with or without separators, whose last two are 97 minus
    the rest modulo 97 of the nine before (with 2 in front for births from 2000), and
    whose month and day can be. So telephone and account numbers stay readable.
    """
    parts: list[str] = []
    shown = 0
    for begin, end in _national_numbers(text):
        if begin >= shown:
            parts += [text[shown:begin], MASK]
            shown = end
    return "".join([*parts, text[shown:]]) if parts else text


def is_national_number(digits: str) -> bool:
    """Whether eleven digits pass the check digits and hold a month and a day."""
    month, day = int(digits[2:4]), int(digits[4:6])
    if month % 20 > 12 or month > 52 or day > 31:
        return False
    body, check = int(digits[:9]), int(digits[9:])
    return check in (97 - body % 97, 97 - (body + 2_000_000_000) % 97)


def _national_numbers(text: str) -> Iterator[tuple[int, int]]:
    for match in _ELEVEN_DIGITS.finditer(text):
        written = match[1]
        digits = "".join(str(unicodedata.digit(sign)) for sign in written if sign.isdigit())
        if text[match.start() - 1 : match.start()] != "+" and is_national_number(digits):
            yield match.start(), match.start() + len(written)


def initials(name: str) -> str:
    """At most two letters or figures for an avatar: of the first two words that begin with one."""
    return "".join(word[0] for word in name.split() if word[0].isalnum())[:2].upper()
