"""Calls by half-hour as bars: answered filled, the others hatched, the number above."""

from collections.abc import Sequence
from dataclasses import dataclass

TALL, WIDE = 150, 960
"""Of the drawing, in its own units."""
MOST_NAMES = 16
"""Times under the bars, so that they do not touch."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One half-hour; lengths as SVG writes them in every language."""

    x: str
    width: str
    middle: str
    top: str
    answered_y: str
    answered_height: str
    others_height: str
    calls: int
    name: str
    """Blank: too narrow for it."""


@dataclass(frozen=True, slots=True)
class Chart:
    """The whole drawing."""

    bars: list[Bar]


def drawn(rows: Sequence[tuple[str, int, int]]) -> Chart:
    """The chart of (time, offered, answered); no bars when nobody called."""
    most = max((offered for _name, offered, _answered in rows), default=0)
    if not most:
        return Chart([])
    step = WIDE / len(rows)
    every = -(-len(rows) // MOST_NAMES)
    bars = []
    for place, (name, offered, answered) in enumerate(rows):
        high, filled = TALL * offered / most, TALL * answered / most
        bars.append(
            Bar(
                x=_unit(place * step + step * 0.12),
                width=_unit(step * 0.76),
                middle=_unit(place * step + step / 2),
                top=_unit(TALL - high),
                answered_y=_unit(TALL - filled),
                answered_height=_unit(filled),
                others_height=_unit(high - filled),
                calls=offered,
                name="" if place % every else name,
            )
        )
    return Chart(bars)


def _unit(length: float) -> str:
    return f"{length:.1f}"
