"""What a change says, read from JSON that anybody may have written: values or `Refused`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from unicodedata import category

from vitrine.publication.bulletin import Texts
from vitrine.publication.events import Change, Json, read_instant
from vitrine.publication.refusals import Refused

LANGUAGES = ("fr", "nl", "de", "en")
LEGAL = ("fr", "nl", "de")
COMMENT_CHARACTERS = 280
TEXT_CHARACTERS = 10_000
NAME_CHARACTERS = 200
YEARS = range(2000, 2200)
"""Outside of these an instant is a slip of the pen, and arithmetic with it might overflow."""


def change_of(values: object) -> Change:
    """The change that stands as JSON in an event. Raises Refused (`malformed`)."""
    types: dict[str, type] = {
        "from_version": int,
        "kind": str,
        "actor": str,
        "nonce": str,
        "issued_at": str,
        "body": dict,
    }
    if not isinstance(values, dict) or set(values) != set(types):
        raise Refused("malformed")
    if any(type(values[name]) is not wanted for name, wanted in types.items()):
        raise Refused("malformed")
    return Change(**values)


def moment(value: object, *, name: str = "") -> datetime:
    """The instant in `value`. Raises Refused (`malformed`)."""
    try:
        at = read_instant(value if isinstance(value, str) else "")
    except ValueError:
        raise Refused("malformed", about=name) from None
    if at.year not in YEARS:
        raise Refused("malformed", about=name)
    return at


def plain(value: object, *, name: str = "") -> str:
    """The text in `value`, trimmed. Raises Refused for what no page and no feed can hold."""
    if not isinstance(value, str):
        raise Refused("malformed", about=name)
    text = value.replace("\r\n", "\n").strip()
    if any(is_unprintable(letter) for letter in text):
        raise Refused("malformed", about=name)
    return text


def is_unprintable(letter: str) -> bool:
    """Whether `letter` may not stand in XML: a control character, half a pair, no character."""
    if letter in "\n\t":
        return False
    return category(letter) in ("Cc", "Cs") or ord(letter) & 0xFFFE == 0xFFFE


def texts(value: object, *, at_most: int, code: str = "text-too-long", name: str = "") -> Texts:
    """Language -> text, the empty ones left out. Raises Refused, with `code` when too long."""
    if not isinstance(value, Mapping):
        raise Refused("malformed", about=name)
    found: Texts = {}
    for language, each in value.items():
        if language not in LANGUAGES:
            raise Refused("unknown-language", about=str(language)[:20])
        text = plain(each, name=name)
        if len(text) > at_most:
            raise Refused(code, about=language)
        if text:
            found[language] = text
    return found


def comments(value: object) -> Texts:
    """A comment of at most 280 characters a language. Raises Refused."""
    return texts(value, at_most=COMMENT_CHARACTERS, code="comment-too-long", name="comments")


def names(value: object) -> Texts:
    """The names of a component or of the register. Raises Refused when a legal one is missing."""
    found = texts(value, at_most=NAME_CHARACTERS, name="names")
    if any(language not in found for language in LEGAL):
        raise Refused("name-missing")
    return found


def mapping(value: object, *, name: str = "") -> Json:
    """`value` if it is an object of JSON. Raises Refused (`malformed`)."""
    if not isinstance(value, dict) or any(not isinstance(key, str) for key in value):
        raise Refused("malformed", about=name)
    return value


def only(body: Json, *names: str) -> None:
    """Check that `body` says nothing that we would pass over. Raises Refused (`malformed`)."""
    if unknown := set(body) - set(names):
        raise Refused("malformed", about=min(unknown)[:40])


def codes(value: object, *, known: Mapping[str, Any] | set[str]) -> tuple[str, ...]:
    """A list of codes of components, each once, in its order. Raises Refused."""
    if not isinstance(value, list | tuple) or not value:
        raise Refused("malformed", about="components")
    for code in value:
        if not isinstance(code, str) or code not in known:
            raise Refused("unknown-component", about=str(code)[:40])
    return tuple(dict.fromkeys(value))
