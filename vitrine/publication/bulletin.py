"""What the public reads, as frozen values: the whole content of one published version.

A bulletin holds everything that a page, a feed or a calendar needs, so that the emergency
console can change a position and publish with nothing but the last one. It is pure: instants
are aware and in UTC, texts are dictionaries from language to text, and what is missing in a
language is absent from them.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum

Texts = dict[str, str]
"""Language (`fr nl de en`) -> text; a language without a text has no key."""


class Position(StrEnum):
    """The three positions of a component, and of the whole."""

    WORKS = "works"
    SLOWED = "slowed"
    """Slowed, or partly disturbed: the sub-reason says which."""
    INTERRUPTED = "interrupted"

    @property
    def severity(self) -> int:
        """0, 1, 2: the whole is as bad as its worst component."""
        return list(Position).index(self)


class SubReason(StrEnum):
    """Why a component is in the middle position; blank in the two others."""

    NONE = ""
    SLOW = "slow"
    PARTIAL = "partial"


class Phase(StrEnum):
    """How far an interruption is behind the three positions."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"


class MaintenanceState(StrEnum):
    """What became of a planned maintenance."""

    ANNOUNCED = "announced"
    BEGUN = "begun"
    ENDED = "ended"
    CANCELLED = "cancelled"


class Availability(IntEnum):
    """How a day of a component is drawn in the history of 90 days."""

    UNKNOWN = -1
    WORKS = 0
    SLOWED = 1
    INTERRUPTED = 2


@dataclass(frozen=True, kw_only=True)
class Component:
    """A part of the register whose position is told."""

    code: str
    """Stable for ever: `[a-z0-9-]{1,40}`."""
    names: Texts
    position: Position = Position.WORKS
    sub_reason: SubReason = SubReason.NONE
    since: datetime
    order: int = 0
    availability: tuple[tuple[int, float | None], ...] = ()
    """(year, share of the time in which it was not interrupted, 0 to 1; None: unknown)."""
    observed: tuple[tuple[int, int, int], ...] = ()
    """(year, milliseconds seen, milliseconds of them interrupted): whole numbers, so that the
    desk and the console, each adding to what stands here, come to the same availability."""
    days: tuple[Availability, ...] = ()
    """The worst position of each of the last 90 days in Brussels, today last."""


@dataclass(frozen=True, kw_only=True)
class Update:
    """One line of the timeline of an interruption."""

    at: datetime
    phase: Phase
    position: Position
    comments: Texts = field(default_factory=dict)
    version: int
    """Of the bulletin that told it first."""


@dataclass(frozen=True, kw_only=True)
class Interruption:
    """A time in which one or more components did not work as they should."""

    code: str
    """Stable for ever; stands in addresses and feeds."""
    components: tuple[str, ...]
    worst: Position
    began_at: datetime
    ended_at: datetime | None = None
    expected_end: datetime | None = None
    meanwhile: Texts = field(default_factory=dict)
    """What one can do while it lasts."""
    review: Texts = field(default_factory=dict)
    """What had happened and what was done about it, published afterwards."""
    updates: tuple[Update, ...] = ()
    """The newest last."""


@dataclass(frozen=True, kw_only=True)
class Maintenance:
    """A planned window."""

    uid: str
    """Of the calendar entry: stable for ever."""
    sequence: int = 0
    """Grows with each change, as iCalendar wants it."""
    components: tuple[str, ...]
    titles: Texts
    texts: Texts = field(default_factory=dict)
    effect: Position
    """What is to be expected: `works` means no effect."""
    starts_at: datetime
    ends_at: datetime
    """Planned; the estimated duration is the difference."""
    state: MaintenanceState = MaintenanceState.ANNOUNCED
    began_at: datetime | None = None
    ended_at: datetime | None = None
    """Actual."""
    announced_at: datetime
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Sentences:
    """The official sentence of each position and sub-reason, as versioned texts of the house.

    Keys: `works`, `slowed.slow`, `slowed.partial`, `interrupted`, `overrun` ("the expected end
    has passed, a new estimate follows").
    """

    revision: int
    texts: dict[str, Texts]


@dataclass(frozen=True, kw_only=True)
class Bulletin:
    """One published version: all of it, in all languages."""

    version: int
    """1, 2, 3, ...: never goes back."""
    published_at: datetime
    hash: str
    """Of the event that made this version: hex of SHA-256."""
    register_names: Texts
    """Whose state this is."""
    components: tuple[Component, ...]
    comments: Texts = field(default_factory=dict)
    """The present comment, at most 280 characters a language; empty: none."""
    expected_end: datetime | None = None
    interruptions: tuple[Interruption, ...] = ()
    """Open ones first, then those that ended in the last 400 days, the newest first."""
    maintenances: tuple[Maintenance, ...] = ()
    """Present, coming, and of the last 400 days; by start."""
    sentences: Sentences
    desk: dict[str, str] = field(default_factory=dict)
    """How to reach the desk: `phone`, `mail`, `url`."""

    @property
    def position(self) -> Position:
        """Of the whole: as bad as the worst component; `works` when there is none."""
        return max(
            (component.position for component in self.components),
            key=lambda each: each.severity,
            default=Position.WORKS,
        )
