"""What an attribute may say: a value in its canonical form, or None when it is dropped."""

import re
from collections.abc import Callable

from vitrine.channels.mail.clean.signs import without_misleading_signs
from vitrine.channels.mail.clean.styles import clean_colour, clean_style

LONGEST_ADDRESS = 4000
LONGEST_WORDS = 500

_WEB = re.compile(r"https?://[^\s/?#\\\"'<>][^\s\"'<>]*", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[^\s\"'<>]+", re.IGNORECASE)
_TELEPHONE = re.compile(r"tel:[+0-9().\-/;=a-z]{2,60}", re.IGNORECASE)
_CONTENT_ID = re.compile(r"[^\s\"'<>]{1,200}")
_LENGTH = re.compile(r"\s*(\d{1,5})(?:\.\d*)?\s*(px|%)?\s*", re.IGNORECASE)
_COUNT = re.compile(r"\s*(\d{1,5})\s*")
_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8}){0,4}")
_FACES = re.compile(r"[\w ,\-]{1,200}")
_FONT_SIZE = re.compile(r"[+-]?[1-7]")
_WHITE = re.compile(r"[\s\x00-\x20]+")


def clean_link(value: str) -> str | None:
    """The address of a link: web, mail or telephone; anything else is no link."""
    address = _WHITE.sub("", without_misleading_signs(value))
    if len(address) > LONGEST_ADDRESS:
        return None
    scheme, colon, rest = address.partition(":")
    address = f"{scheme.lower()}{colon}{rest}"
    is_known = any(form.fullmatch(address) for form in (_WEB, _MAIL, _TELEPHONE))
    return address if is_known else None


def clean_picture_address(value: str) -> str | None:
    """The web address of a picture; one without a scheme is taken as https."""
    address = _WHITE.sub("", without_misleading_signs(value))
    if address.startswith("//"):
        address = f"https:{address}"
    if len(address) > LONGEST_ADDRESS or not _WEB.fullmatch(address):
        return None
    scheme, colon, rest = address.partition(":")
    return f"{scheme.lower()}{colon}{rest}"


def clean_content_id(value: str) -> str | None:
    """The Content-ID of a picture inside the message, without `cid:`."""
    address = _WHITE.sub("", without_misleading_signs(value))
    name = address[4:] if address[:4].lower() == "cid:" else address
    return name if _CONTENT_ID.fullmatch(name) else None


def _words(value: str) -> str:
    return _WHITE.sub(" ", without_misleading_signs(value)).strip()[:LONGEST_WORDS].strip()


def _length(*, at_most: int) -> Callable[[str], str | None]:
    def clean(value: str) -> str | None:
        match = _LENGTH.fullmatch(value)
        if not match:
            return None
        number, is_share = int(match[1]), match[2] == "%"
        if number > (100 if is_share else at_most):
            return None
        return f"{number}%" if is_share else str(number)

    return clean


def _count(*, at_least: int, at_most: int) -> Callable[[str], str | None]:
    def clean(value: str) -> str | None:
        match = _COUNT.fullmatch(value)
        if not match or not at_least <= int(match[1]) <= at_most:
            return None
        return str(int(match[1]))

    return clean


def _one_of(*words: str) -> Callable[[str], str | None]:
    def clean(value: str) -> str | None:
        word = value.strip().lower()
        return word if word in words else None

    return clean


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str | None]:
    def clean(value: str) -> str | None:
        stripped = value.strip()
        return stripped if pattern.fullmatch(stripped) else None

    return clean


CLEANERS: dict[str, Callable[[str], str | None]] = {
    "style": lambda value: clean_style(value) or None,
    "href": clean_link,
    "data-picture": clean_picture_address,
    "data-cid": clean_content_id,
    "alt": _words,
    "title": _words,
    "dir": _one_of("ltr", "rtl", "auto"),
    "lang": _matching(_LANGUAGE),
    "align": _one_of("left", "right", "center", "justify", "middle", "top", "bottom"),
    "valign": _one_of("top", "middle", "bottom", "baseline"),
    "width": _length(at_most=2000),
    "height": _length(at_most=2000),
    "border": _count(at_least=0, at_most=20),
    "hspace": _count(at_least=0, at_most=50),
    "vspace": _count(at_least=0, at_most=50),
    "cellpadding": _count(at_least=0, at_most=50),
    "cellspacing": _count(at_least=0, at_most=50),
    "colspan": _count(at_least=1, at_most=50),
    "rowspan": _count(at_least=1, at_most=200),
    "span": _count(at_least=1, at_most=50),
    "start": _count(at_least=0, at_most=99999),
    "value": _count(at_least=0, at_most=99999),
    "nowrap": lambda _value: "nowrap",
    "type": _one_of("1", "a", "i", "disc", "circle", "square"),
    "color": clean_colour,
    "bgcolor": clean_colour,
    "face": _matching(_FACES),
}
"""Attribute -> its canonical value, or None: the attribute is dropped."""


def clean_attribute(value: str, *, element: str, name: str) -> str | None:
    """The value of an allowed attribute in its canonical form; None: it is dropped.

    `src` is not answered here: only addresses of our own stand there.
    """
    if name == "size":
        form = _matching(_FONT_SIZE) if element == "font" else _count(at_least=0, at_most=20)
        return form(value)
    cleaner = CLEANERS.get(name)
    return cleaner(value) if cleaner else None
