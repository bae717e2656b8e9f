"""Who calls and who answers when there is no telephone: how they behave, and their moods.

Everything random comes from one generator, so that a demonstration can be repeated.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from vitrine.telephony.rules.routing import Seconds

DAY_CURVE: Mapping[int, float] = {
    8: 0.7,
    9: 1.3,
    10: 1.5,
    11: 1.2,
    12: 0.6,
    13: 0.9,
    14: 1.2,
    15: 1.0,
    16: 0.6,
}
"""Calls of each hour of the day, compared with the mean of a working day."""
AT_NIGHT = 0.8
"""So that whoever looks in the evening sees calls as well."""


class Wish(StrEnum):
    """What a caller does when he has to wait."""

    WAIT = "wait"
    CALL_BACK = "call-back"
    MESSAGE = "message"


@dataclass(frozen=True, kw_only=True)
class Manners:
    """How people behave, on average; times in seconds."""

    calls_per_hour: float = 110.0
    first_call_within: Seconds = 5.0
    """Whoever has just started the demonstration looks at it now."""
    languages: Mapping[str, float] | None = None
    """Shares; None: as in the country."""
    patience: Seconds = 150.0
    talk: Seconds = 120.0
    shortest_talk: Seconds = 15.0
    letters_per_second: float = 14.0
    each_phrase: Seconds = 0.3
    """Beside its letters."""
    own_phrase: Seconds = 3.0
    key_after: Seconds = 1.2
    answer_after: Seconds = 4.0
    """Of an agent's telephone."""
    message: Seconds = 12.0
    misses: float = 0.05
    """Share of rings that an agent does not hear."""
    declines: float = 0.02
    reached: float = 0.8
    """Share of those called back who answer."""
    wishes: Mapping[Wish, float] | None = None
    for_colleague: float = 0.05
    """Share of the calls that are diverted from somebody who is away."""
    lasts: Seconds = 1800.0
    """Between two breaks of an agent."""
    pause: Seconds = 240.0


COUNTRY: Mapping[str, float] = {"fr": 45, "nl": 45, "de": 5, "en": 5}
WISHES: Mapping[Wish, float] = {Wish.WAIT: 70, Wish.CALL_BACK: 22, Wish.MESSAGE: 8}


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who calls."""

    number: str
    """E.164; blank: withheld."""
    language: str
    wish: Wish = Wish.WAIT
    patience: Seconds = 150.0
    diverted_from: str = ""


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """An agent played by the line until a person takes his place."""

    name: str
    languages: Mapping[str, int]
    services: tuple[str, ...] = ()
    rank: int = 0


class Population:
    """Who calls next, and how long things take."""

    def __init__(
        self,
        manners: Manners,
        *,
        seed: int = 1,
        numbers: Sequence[tuple[str, str]] = (),
        away: Sequence[str] = (),
    ) -> None:
        """Draw from `seed`.

        numbers  (E.164, language) of people whom the desk knows
        away     direct numbers of colleagues who are away
        """
        self.manners = manners
        self.random = random.Random(seed)  # noqa: S311 - a simulation, no secret
        self._numbers, self._away = tuple(numbers), tuple(away)

    def next_gap(self, *, hour: int) -> Seconds:
        """Until the next call, at this hour of the day."""
        rate = self.manners.calls_per_hour * DAY_CURVE.get(hour, AT_NIGHT)
        return self.random.expovariate(rate / 3600)

    def next_person(self) -> Person:
        """Half of them are known by their number; some withhold it."""
        shares = self.manners.languages or COUNTRY
        wishes = self.manners.wishes or WISHES
        language = self.random.choices(list(shares), list(shares.values()))[0]
        number = self._number()
        if self._numbers and self.chance(0.5):
            number, known = self.random.choice(self._numbers)
            language = known if known in shares else language
        away = self._away and self.chance(self.manners.for_colleague)
        return Person(
            number=number,
            language=language,
            wish=self.random.choices(list(wishes), list(wishes.values()))[0],
            patience=self.some(self.manners.patience),
            diverted_from=self.random.choice(self._away) if away else "",
        )

    def _number(self) -> str:
        """One of the block that nobody has; one in twenty is withheld."""
        return "" if self.chance(0.05) else f"+322555{self.random.randrange(200, 1000):04}"

    def chance(self, share: float) -> bool:
        """Whether something happens that happens with this share."""
        return self.random.random() < share

    def some(self, mean: Seconds, *, least: Seconds = 0.0) -> Seconds:
        """A random time with this mean (over `least`), exponential."""
        return least + self.random.expovariate(1 / mean) if mean > 0 else least

    def about(self, mean: Seconds) -> Seconds:
        """A random time near the mean: from half of it to one and a half."""
        return mean * self.random.uniform(0.5, 1.5)

    def one_of(self, keys: Sequence[str]) -> str:
        """Any of them."""
        return self.random.choice(keys)
