"""What somebody typed into the search box, and how found words are shown. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

MOST_WORDS = 12
LONGEST_WORD = 60
FIRST_YEAR = 2005

_TERM = re.compile(r'(?P<not>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_NUMBER = re.compile(r"(?:[A-Za-z]{2}-)?((?:19|20)\d\d)-(\d{3})[ -]?(\d{3,6})(?!\d)")
_SERIAL = re.compile(r"#?\s*(\d{1,3}(?: \d{3})+|\d{1,9})")
_LETTER = re.compile(r"\w")


class Segment(NamedTuple):
    """A piece of a headline: plain text, never HTML."""

    text: str
    is_marked: bool


@dataclass(frozen=True)
class SearchWords:
    """What must, and what must not, stand in a ticket."""

    required: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    """Words that stand side by side."""
    excluded: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    """Ticket numbers as stored, most likely first; looked up apart from the words."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for (exclusions alone ask for nothing)."""
        return not (self.required or self.phrases or self.numbers)


def parse_words(typed: str, *, year: int) -> SearchWords:
    """The words of a search box: `clé "code postal" -fax 2026-000 418`.

    year   the present year: a serial alone may belong to any year up to it
    """
    typed = typed.replace("\x00", " ")[:500]
    numbers = [f"{found[1]}-{found[2]}{found[3]}" for found in _NUMBER.finditer(typed)]
    words = _NUMBER.sub(" ", typed)
    if (alone := _SERIAL.fullmatch(words.strip())) and not numbers:
        serial = int(alone[1].replace(" ", ""))
        numbers = [f"{of}-{serial:06d}" for of in range(year, FIRST_YEAR, -1)]
    required: list[str] = []
    phrases: list[str] = []
    excluded: list[str] = []
    for term in list(_TERM.finditer(words))[:MOST_WORDS]:
        text = (term["phrase"] or term["word"] or "")[:LONGEST_WORD].strip()
        if not _LETTER.search(text):
            continue
        where = excluded if term["not"] else phrases if term["phrase"] else required
        where.append(text)
    return SearchWords(tuple(required), tuple(phrases), tuple(excluded), tuple(numbers))


class _Folding(dict[int, str]):
    """A table for `str.translate` that fills itself: one letter for one letter."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKD", chr(code))[0].lower()
        self[code] = plain if len(plain) == 1 else chr(code)
        return self[code]


_FOLDING = _Folding()


def folded(text: str) -> str:
    """`text` in lower case without accents, exactly as long as `text`."""
    return text.lower() if text.isascii() else text.translate(_FOLDING)


def close_words(word: str, *, among: Iterable[str], most: int = 5) -> list[str]:
    """The words that `word` may be a typing error of, the likest first."""
    likeness = {other: SequenceMatcher(None, word, other).ratio() for other in among}
    near = [other for other, ratio in likeness.items() if ratio >= 0.75 and other != word]
    return sorted(near, key=lambda other: -likeness[other])[:most]


def headline(
    texts: Sequence[str], *, lexemes: Iterable[str], length: int = 180
) -> tuple[Segment, ...]:
    """The piece of the first text that shows most of the words, cut at words.

    lexemes   stems as the dictionaries make them; a word that begins with one is marked.
              A word whose stem is spelt otherwise (`cheval`, `chevaux`) is not marked.

    The beginning of the first text, unmarked, when no word is found.
    """
    stems = sorted({stem for stem in lexemes if len(stem) > 1}, key=len, reverse=True)
    if not texts:
        return ()
    if not stems:
        return (Segment(_cut(texts[0], begin=0, length=length), False),)
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, stems))})\w*")
    best, found = texts[0], list[tuple[int, int]]()
    for text in texts:
        spans = [match.span() for match in pattern.finditer(folded(text[:20_000]))]
        if len(spans) > len(found):
            best, found = text, spans
            if len(found) >= len(stems):
                break
    return tuple(_segments(best, spans=found, length=length))


def _segments(text: str, *, spans: Sequence[tuple[int, int]], length: int) -> Iterable[Segment]:
    first = spans[0][0] if spans else 0
    begin = max(0, first - length // 4)
    if begin:
        begin = text.find(" ", begin, first) + 1 or begin
    piece = _cut(text, begin=begin, length=length)
    end = begin + len(piece)
    marks = [(start, min(stop, end)) for start, stop in spans if begin <= start < end]
    edges = [begin, *(edge for mark in marks for edge in mark), end]
    for index, (start, stop) in enumerate(pairwise(edges)):
        if stop > start:
            yield Segment(re.sub(r"\s+", " ", text[start:stop]), index % 2 == 1)


def _cut(text: str, *, begin: int, length: int) -> str:
    piece = text[begin : begin + length]
    if begin + length >= len(text):
        return piece
    return piece[: piece.rfind(" ")] if " " in piece[length // 2 :] else piece
