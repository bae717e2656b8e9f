"""The three positions as shapes: a tick in a circle, a triangle, a cross in an octagon."""

from vitrine.publication.bulletin import Position
from vitrine.publication.pages.markup import Markup, tag

SHAPES = {
    Position.WORKS: ("M16 3a13 13 0 1 0 0 26 13 13 0 0 0 0-26Z", "m9.5 16.5 4.5 4.5 8.5-9.5"),
    Position.SLOWED: ("M16 3.5 30 28H2Z", "M16 12.5v7.5M16 23.6v.8"),
    Position.INTERRUPTED: (
        "M10.6 3h10.8L29 10.6v10.8L21.4 29H10.6L3 21.4V10.6Z",
        "m11 11 10 10M21 11 11 21",
    ),
}
"""Outline, and the sign in it, on 32 by 32."""


def icon(position: Position, *, size: int = 32) -> Markup:
    """The shape of a position, drawn in the colour of the text; says nothing to a reader."""
    outline, sign = SHAPES[position]
    return tag(
        "svg",
        tag("path", d=outline),
        tag("path", d=sign),
        class_="icon",
        viewBox="0 0 32 32",
        width=str(size),
        height=str(size),
        aria_hidden="true",
    )
