"""Style declarations that colour and arrange text inside the frame, and do nothing else.

An allow-list of properties, each with the forms that its value may have. Nothing that loads
(`url()`), runs (`expression`, bindings), leaves its place (`position`, negative margins,
transforms), lies over other things or is of an absurd size can be written with them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import tinycss2
import tinycss2.ast as css
import tinycss2.color3 as colours

LONGEST_SOURCE = 8000
LONGEST_STYLE = 2000
"""Characters of a `style` attribute, as it comes and as it leaves."""

_PIXELS = {
    "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "em": 16.0,
    "rem": 16.0, "ex": 8.0, "ch": 8.0,
}  # fmt: skip
_FAMILY = re.compile(r"[A-Za-z][\w\- ]{0,60}")


@dataclass(frozen=True)
class Form:
    """What the value of a property may be made of.

    words    keywords
    longest  of a length, in CSS pixels; 0: no length
    share    the highest percentage; 0: none
    number   the highest bare number; 0 alone is always a length
    most     how many pieces at most
    """

    words: frozenset[str] = frozenset()
    longest: float = 0
    share: float = 0
    number: float = 0
    colour: bool = False
    most: int = 1


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STYLES = _words("none hidden solid dashed dotted double groove ridge inset outset")
_WIDTHS = _words("thin medium thick")
_DISPLAYS = _words(
    "none block inline inline-block list-item table inline-table table-row table-cell "
    "table-row-group table-header-group table-footer-group table-column table-caption"
)
_BORDER = Form(words=_STYLES | _WIDTHS, longest=20, colour=True, most=3)
_SPACE = Form(words=_words("auto"), longest=300, share=100)
_SPACES = Form(words=_words("auto"), longest=300, share=100, most=4)
_SIZE = Form(words=_words("auto none"), longest=2000, share=100)
_COLOUR = Form(colour=True)
_SIDES = ("top", "right", "bottom", "left")
_LISTS = _words("none disc circle square decimal lower-alpha upper-alpha lower-roman upper-roman")
_SIZES_IN_WORDS = _words("xx-small x-small small medium large x-large xx-large smaller larger")

FORMS: dict[str, Form] = {
    "color": _COLOUR,
    "background-color": _COLOUR,
    "font-size": Form(words=_SIZES_IN_WORDS, longest=96, share=400),
    "font-style": Form(words=_words("normal italic oblique")),
    "font-weight": Form(words=_words("normal bold bolder lighter"), number=1000),
    "font-variant": Form(words=_words("normal small-caps")),
    "line-height": Form(words=_words("normal"), longest=200, share=400, number=5),
    "letter-spacing": Form(words=_words("normal"), longest=20),
    "word-spacing": Form(words=_words("normal"), longest=40),
    "text-align": Form(words=_words("left right center justify start end")),
    "text-indent": Form(longest=300, share=50),
    "text-decoration": Form(
        words=_words("none underline line-through overline solid double dotted dashed wavy"),
        colour=True,
        most=3,
    ),
    "text-decoration-line": Form(words=_words("none underline line-through overline"), most=2),
    "text-transform": Form(words=_words("none uppercase lowercase capitalize")),
    "vertical-align": Form(
        words=_words("baseline top middle bottom sub super text-top text-bottom"), share=100
    ),
    "white-space": Form(words=_words("normal nowrap pre pre-wrap pre-line")),
    "word-break": Form(words=_words("normal break-all keep-all break-word")),
    "overflow-wrap": Form(words=_words("normal break-word anywhere")),
    "direction": Form(words=_words("ltr rtl")),
    "display": Form(words=_DISPLAYS),
    "float": Form(words=_words("none left right")),
    "clear": Form(words=_words("none left right both")),
    "width": _SIZE,
    "height": _SIZE,
    "min-width": _SIZE,
    "max-width": _SIZE,
    "min-height": _SIZE,
    "max-height": _SIZE,
    "margin": _SPACES,
    "padding": _SPACES,
    "border": _BORDER,
    "border-width": Form(words=_WIDTHS, longest=20, most=4),
    "border-style": Form(words=_STYLES, most=4),
    "border-color": Form(colour=True, most=4),
    "border-collapse": Form(words=_words("collapse separate")),
    "border-spacing": Form(longest=50, most=2),
    "border-radius": Form(longest=100, share=50, most=4),
    "table-layout": Form(words=_words("auto fixed")),
    "caption-side": Form(words=_words("top bottom")),
    "list-style": Form(words=_LISTS | _words("inside outside"), most=2),
    "list-style-type": Form(words=_LISTS),
    "list-style-position": Form(words=_words("inside outside")),
}
for _side in _SIDES:
    FORMS[f"margin-{_side}"] = FORMS[f"padding-{_side}"] = _SPACE
    FORMS[f"border-{_side}"] = _BORDER
    FORMS[f"border-{_side}-width"] = Form(words=_WIDTHS, longest=20)
    FORMS[f"border-{_side}-style"] = Form(words=_STYLES)
    FORMS[f"border-{_side}-color"] = _COLOUR

Declarations = dict[str, str]


@lru_cache(maxsize=4096)
def clean_style(source: str) -> str:
    """The declarations of a `style` attribute that are kept, in canonical form; may be blank."""
    return written(kept_declarations(tinycss2.parse_blocks_contents(source[:LONGEST_SOURCE])))


def written(declarations: Declarations) -> str:
    """Declarations as the value of a `style` attribute of at most `LONGEST_STYLE` characters."""
    pieces: list[str] = []
    room = LONGEST_STYLE
    for name, value in declarations.items():
        piece = f"{name}: {value}"
        room -= len(piece) + 2
        if room < 0:
            break
        pieces.append(piece)
    return "; ".join(pieces)


def kept_declarations(nodes: Iterable[css.Node]) -> Declarations:
    """What is kept of parsed declarations; of a property that is set twice, the last."""
    kept: Declarations = {}
    for node in nodes:
        if node.type != "declaration":
            continue
        value = [one for one in node.value if one.type not in ("comment", "whitespace")]
        for name, words in _kept(str(node.lower_name), value):
            kept.pop(name, None)
            kept[name] = words
    return kept


def _kept(name: str, value: list[css.Node]) -> Iterator[tuple[str, str]]:
    """The declarations that stand for one declaration: none, one, or those of a shorthand."""
    name = "overflow-wrap" if name == "word-wrap" else name
    if name == "font":
        yield from _font(value)
        return
    if name == "font-family":
        found = _families(value)
    elif name == "background":
        name, found = "background-color", _first_colour(value)
    else:
        form = FORMS.get(name)
        found = _value(value, form=form) if form else None
    if found is not None:
        yield name, found


def _font(value: list[css.Node]) -> Iterator[tuple[str, str]]:
    """`italic bold 11pt/1.2 Calibri, serif`: what stands before the size, the size, the fonts."""
    sizes = [place for place, one in enumerate(value) if one.type in ("dimension", "percentage")]
    if not sizes or any(one.type in ("url", "function", "error") for one in value):
        return
    size, *rest = value[sizes[0] :]
    has_height = bool(rest) and rest[0].type == "literal" and rest[0].value == "/"
    found = [
        (name, word)
        for token in value[: sizes[0]]
        for name in ("font-style", "font-weight", "font-variant")
        if (word := _value([token], form=FORMS[name])) != "normal"
    ]
    found.append(("font-size", _value([size], form=FORMS["font-size"])))
    if has_height:
        found.append(("line-height", _value(rest[1:2], form=FORMS["line-height"])))
    found.append(("font-family", _families(rest[2:] if has_height else rest)))
    yield from ((name, word) for name, word in found if word is not None)


def _value(tokens: list[css.Node], *, form: Form) -> str | None:
    """The whole value, or None when any piece of it is not allowed."""
    pieces: list[str] = []
    for token in tokens:
        piece = _piece(token, form=form)
        if piece is None or len(pieces) == form.most:
            return None
        pieces.append(piece)
    return " ".join(pieces) or None


def _piece(token: css.Node, *, form: Form) -> str | None:
    if token.type == "ident" and token.lower_value in form.words | {"inherit", "initial"}:
        return str(token.lower_value)
    if token.type == "dimension" and form.longest:
        return _length(token, longest=form.longest)
    if token.type == "percentage" and form.share:
        return f"{token.value:g}%" if 0 <= token.value <= form.share else None
    if token.type == "number":
        highest = form.number or 0
        return f"{token.value:g}" if 0 <= token.value <= highest else None
    return _colour(token) if form.colour else None


def _length(token: css.Node, *, longest: float) -> str | None:
    unit = str(token.lower_unit)
    if unit not in _PIXELS or not 0 <= token.value * _PIXELS[unit] <= longest:
        return None
    return f"{token.value:g}{unit}"


def clean_colour(value: str) -> str | None:
    """A colour in canonical form: a name, `#rrggbb` or `rgb()`; None: it is none."""
    token = tinycss2.parse_one_component_value(value[:60])
    return _colour(token)


def _colour(token: css.Node) -> str | None:
    if token.type not in ("ident", "hash", "function"):
        return None
    if token.type == "ident" and token.lower_value in colours._COLOR_KEYWORDS:
        return str(token.lower_value)
    found = colours.parse_color(token)
    if found is None or isinstance(found, str):
        return None
    red, green, blue = (round(min(max(part, 0), 1) * 255) for part in found[:3])
    alpha = round(min(max(found.alpha, 0), 1), 2)
    if alpha < 1:
        return f"rgba({red}, {green}, {blue}, {alpha:g})"
    return f"#{red:02x}{green:02x}{blue:02x}"


def _first_colour(tokens: list[css.Node]) -> str | None:
    """The colour of a `background`; its picture is never shown."""
    return next((found for token in tokens if (found := _colour(token))), None)


def _families(tokens: list[css.Node]) -> str | None:
    """A list of fonts by their plain names."""
    families: list[str] = []
    words: list[str] = []
    for token in (*tokens, None):
        if token is None or (token.type == "literal" and token.value == ","):
            name = " ".join(words)
            if _FAMILY.fullmatch(name):
                families.append(name)
            words = []
        elif token.type in ("ident", "string"):
            words += str(token.value).split()
        else:
            return None
    return ", ".join(families[:10]) or None
