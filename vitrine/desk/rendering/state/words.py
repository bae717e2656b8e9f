"""Words, shapes and tones of positions, and moments in Brussels."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language

from vitrine.publication import moments
from vitrine.publication.bulletin import Position, SubReason
from vitrine.status.choices import POSITIONS, SUB_REASONS

TONES = {Position.WORKS: "good", Position.SLOWED: "warn", Position.INTERRUPTED: "bad"}
SHAPES = {
    Position.WORKS: "circle-tick",
    Position.SLOWED: "triangle",
    Position.INTERRUPTED: "circle-cross",
}


@dataclass(frozen=True)
class PositionWords:
    """A position as it is shown: word, shape and tone."""

    text: str
    tone: str
    shape: str


def words_of(position: str, *, sub_reason: str = "") -> PositionWords:
    """Word, shape and tone; never the colour alone."""
    known = Position(position)
    name = SUB_REASONS[SubReason(sub_reason)] if sub_reason else POSITIONS[known]
    return PositionWords(text=str(name), tone=TONES[known], shape=SHAPES[known])


def moment_words(at: datetime | None) -> str:
    """Day and time in Brussels as the reader's language writes them; blank for None."""
    return moments.moment(at, language=get_language() or "fr") if at else ""
