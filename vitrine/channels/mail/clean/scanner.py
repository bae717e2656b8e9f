"""A stranger's page as tokens, in one pass and linear in its length.

Safety does not rest on this: `nh3` reads what comes out, as a browser would, and has the last
word. This pass bounds what `nh3` is given, whose time grows with the square of the depth.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from html import unescape
from typing import NamedTuple

from vitrine.channels.mail.clean.allowed import DROPPED_WITH_CONTENT, ELEMENTS, RENAMED

MOST_ATTRIBUTES = 60

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,40})")
_ATTRIBUTE = re.compile(
    r"""[\s/]*+([^\s/>=][^\s/>=]*+)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+))?"""
)
_TAG_END = re.compile(r"[^>]*+>")


class Sort(Enum):
    """What a token is."""

    TEXT = 1
    OPEN = 2
    CLOSE = 3
    SHEET = 4


class Token(NamedTuple):
    """A piece of the page: text as it stands, a tag, or the content of a style sheet.

    text        the text, else the name of the element in lower case
    attributes  names in lower case, values with their entities resolved
    """

    sort: Sort
    text: str
    attributes: dict[str, str]


@dataclass
class _Ends:
    """The ends that are known to be missing: they are not looked for twice."""

    missing: set[str] = field(default_factory=set)

    def find(self, html: str, *, end: str, start: int) -> tuple[int, int] | None:
        """Where `end` begins and stops, in any case of its letters; None: there is none."""
        if end in self.missing:
            return None
        match = re.compile(re.escape(end), re.IGNORECASE).search(html, start)
        if match is None:
            self.missing.add(end)
            return None
        return match.span()


def tokens(html: str) -> Iterator[Token]:
    """The tokens of `html`; elements that are not allowed are left out, their text is not."""
    ends = _Ends()
    position, length = 0, len(html)
    while position < length:
        opening = html.find("<", position)
        if opening < 0:
            opening = length
        if opening > position:
            yield Token(Sort.TEXT, html[position:opening], {})
        if opening == length:
            return
        token, position = _markup(html, opening, ends=ends)
        if token is not None:
            yield token


def _markup(html: str, opening: int, *, ends: _Ends) -> tuple[Token | None, int]:
    """What begins at the `<` at `opening`, and where reading goes on."""
    match = _TAG.match(html, opening)
    if match is None:
        if html[opening + 1 : opening + 2] in ("!", "?", "/") and len(html) > opening + 2:
            return None, _after_declaration(html, opening, ends=ends)
        return Token(Sort.TEXT, "<", {}), opening + 1
    name = match[2].lower()
    attributes, after = _attributes(html, match.end(), is_wanted=not match[1])
    if name in DROPPED_WITH_CONTENT and not match[1]:
        return _dropped(html, name, start=after, ends=ends)
    name = RENAMED.get(name, name)
    if name not in ELEMENTS:
        return None, after
    if name == "br":
        return Token(Sort.OPEN, name, {}), after  # `</br>` is one, too
    return Token(Sort.CLOSE if match[1] else Sort.OPEN, name, attributes), after


def _after_declaration(html: str, opening: int, *, ends: _Ends) -> int:
    """Behind a comment, a document type or an instruction; one without an end is only its sign."""
    is_comment = html.startswith("<!--", opening)
    if is_comment:
        if html.startswith(("<!-->", "<!--->"), opening):
            return html.index(">", opening) + 1
        if found := ends.find(html, end="-->", start=opening + 4):
            return found[1]
    found = ends.find(html, end=">", start=opening + 2)
    return found[1] if found else len(html)


def _dropped(html: str, name: str, *, start: int, ends: _Ends) -> tuple[Token | None, int]:
    """Behind an element that goes with its content; the content of a style sheet is kept."""
    found = ends.find(html, end=f"</{name}", start=start)
    if found is None:
        return None, (len(html) if name in ("script", "style", "plaintext") else start)
    end = _TAG_END.match(html, found[1])
    token = Token(Sort.SHEET, html[start : found[0]], {}) if name == "style" else None
    return token, end.end() if end else len(html)


def _attributes(html: str, position: int, *, is_wanted: bool) -> tuple[dict[str, str], int]:
    """The attributes of a tag and where the tag ends; of a name that comes twice, the first."""
    attributes: dict[str, str] = {}
    while match := _ATTRIBUTE.match(html, position):
        position = match.end()
        name = match[1].lower()
        if is_wanted and len(attributes) < MOST_ATTRIBUTES and name not in attributes:
            attributes[name] = _unquoted(match[2] or "")
    end = _TAG_END.match(html, position)
    return attributes, end.end() if end else len(html)


def _unquoted(value: str) -> str:
    if value[:1] in ('"', "'"):
        value = value[1:-1]
    return unescape(value) if "&" in value else value
