"""HTML, SVG and XML as values: every text is escaped unless it is markup already."""

import re
from html import escape

VOID = frozenset({"meta", "link", "input", "br", "path", "rect", "atom:link"})
"""Elements without content; closed as XML wants it, which HTML reads too."""


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


TRICKY = re.compile("[&<>\"']")


def safe(text: str) -> str:
    """`text` without signs of markup; most texts have none, and there are thousands a version."""
    return escape(text, quote=True) if TRICKY.search(text) else text


def written(child: str | None) -> str:
    """A child of an element as it stands in the file."""
    if child is None:
        return ""
    return child if isinstance(child, Markup) else safe(child)


def tag(name: str, /, *children: str | None, **attributes: str | bool | None) -> Markup:
    """An element. `class_` is class, `data_part` is data-part; True: no value; None: absent."""
    parts = [name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        key = key.rstrip("_").replace("_", "-")
        parts.append(key if value is True else f'{key}="{safe(value)}"')
    opening = f"<{' '.join(parts)}"
    if name in VOID and not children:
        return Markup(f"{opening}/>")
    return Markup(f"{opening}>{''.join(map(written, children))}</{name}>")


def joined(*children: str | None, between: str = "") -> Markup:
    """Several children as one; those that are empty are left out."""
    return Markup(between.join(written(child) for child in children if child))
