"""Who gets the next call: the callers who wait and the agents who are free, in; one choice out.

Callers are taken in the order of priority and patience: the longest waiting first, and whoever
accepted a call-back keeps the time at which he began to wait. Among the agents who can take him
the default order is: who has not just missed this call, fewest languages, best level in the
caller's language, longest idle. So those who speak few languages are busy first, and whoever
speaks the rare one stays free for the caller who has nobody else: on a simulated day with two
speakers of German in thirteen that is worth some twenty points of service level to a German
caller, and costs the others nothing.

Each choice says why: what decided, and who was passed over for which reason.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

ANY_LANGUAGE = ""
"""The caller chose none: everybody can take him."""
ANY_SERVICE = ""

Seconds = float
"""Of the clock that drives the events: monotonic, from any beginning."""


class Strategy(StrEnum):
    """The order in which free agents are asked."""

    DEFAULT = "default"
    """Fewest languages, best level, longest idle."""
    LONGEST_IDLE = "longest-idle"
    FEWEST_CALLS = "fewest-calls"
    LEAST_TALK_TIME = "least-talk-time"
    RANK = "rank"
    """As the supervisor has put them; equal ranks by longest idle."""
    RING_ALL = "ring-all"
    """Several at once, in the default order; the first who answers has the call."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How calls are routed: set by the supervisor, versioned with the events."""

    strategy: Strategy = Strategy.DEFAULT
    widening: tuple[tuple[Seconds, int], ...] = ((0.0, 2), (45.0, 1))
    """(after so long, the lowest level of the language that will do), 3 native to 1 basic."""
    reserve_for: Seconds = 20.0
    """How long the last free speaker of a scarce language is kept from other callers; 0: never."""
    scarce_share: float = 1 / 3
    """A language is scarce when at most this share of the agents signed in speaks it."""
    rings_at_once: int = 3
    """With `RING_ALL`."""
    ring_for: Seconds = 18.0
    most_missed: int = 2
    """Calls missed one after the other until the agent is paused."""
    wrap_up: Seconds = 20.0
    most_wait: Seconds = 600.0
    """Then the caller is offered a call-back or a message; he is never cut."""
    call_back_tries: int = 3
    call_back_pause: Seconds = 300.0
    """Between two tries to call somebody back."""
    prefer_known_for: Seconds = 30.0
    """How long the agent who had the same person's last call is waited for."""


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Somebody who waits."""

    call: str
    language: str = ANY_LANGUAGE
    service: str = ANY_SERVICE
    waiting_since: Seconds
    priority: int = 0
    """Higher goes first."""
    known_agent: str = ""
    missed_by: Mapping[str, Seconds] = field(default_factory=dict)
    """Agents who have not answered this call, and when."""

    @property
    def turn(self) -> tuple[int, Seconds, str]:
        """Smaller goes first."""
        return (-self.priority, self.waiting_since, self.call)


@dataclass(frozen=True, kw_only=True)
class Agent:
    """Somebody who is signed in and free."""

    name: str
    languages: Mapping[str, int]
    """Language -> level, 3 native to 1 basic."""
    services: Collection[str] = ()
    """Empty: all of them."""
    idle_since: Seconds = 0.0
    calls_taken: int = 0
    talk_time: Seconds = 0.0
    rank: int = 0
    """Lower is asked first, with `RANK`."""

    def serves(self, service: str) -> bool:
        """Whether the agent takes calls for `service`."""
        return service == ANY_SERVICE or not self.services or service in self.services


class Why(StrEnum):
    """What decided, or why somebody was passed over."""

    ONLY_ONE = "only-one"
    KNOWN = "known"
    FEWEST_LANGUAGES = "fewest-languages"
    BEST_LEVEL = "best-level"
    LONGEST_IDLE = "longest-idle"
    FEWEST_CALLS = "fewest-calls"
    LEAST_TALK_TIME = "least-talk-time"
    RANK = "rank"
    MISSED_LEAST_RECENTLY = "missed-least-recently"
    RESERVED = "reserved"
    LEVEL_TOO_LOW = "level-too-low"
    OTHER_LANGUAGE = "other-language"
    OTHER_SERVICE = "other-service"
    WAITS_FOR_KNOWN = "waits-for-known"


@dataclass(frozen=True)
class Skipped:
    """A free agent who was not asked."""

    agent: str
    why: Why
    language: str = ""
    """The scarce language for which he is kept free."""


@dataclass(frozen=True)
class Choice:
    """Whom to ring for which call, and why."""

    call: str
    agents: tuple[str, ...]
    """In the order of preference; one, except with `RING_ALL`."""
    why: Why
    waited: Seconds
    skipped: tuple[Skipped, ...] = ()


def scarce_languages(
    signed_in: Iterable[Mapping[str, int]], *, share: float = Policy.scarce_share
) -> frozenset[str]:
    """The languages that at most `share` of the agents signed in speak.

    signed_in  for each agent, language -> level
    """
    speakers: dict[str, int] = {}
    count = 0
    for languages in signed_in:
        count += 1
        for language in languages:
            speakers[language] = speakers.get(language, 0) + 1
    return frozenset(language for language, by in speakers.items() if by <= share * count)


def lowest_level(policy: Policy, *, waited: Seconds) -> int:
    """The level of a language that will do after waiting so long."""
    return min((level for after, level in policy.widening if waited >= after - 1e-9), default=3)


def next_choice(
    callers: Iterable[Caller],
    free: Sequence[Agent],
    *,
    policy: Policy,
    at: Seconds,
    scarce: Collection[str] = (),
) -> Choice | None:
    """The next call that can be given to somebody; None: nobody who waits can be served now.

    callers  in the order of their turn
    scarce   see `scarce_languages`; of all agents signed in, not of the free ones
    """
    if not free:
        return None
    in_vain: dict[tuple[str, str], Seconds] = {}
    for caller in callers:
        # Whoever wants the same and has waited no longer cannot be served either: with two hundred
        # who wait, that is the difference between one look at every free agent and two hundred.
        wish = (caller.language, caller.service)
        if caller.waiting_since >= in_vain.get(wish, math.inf):
            continue
        if not _somebody_speaks(caller.language, free):
            in_vain[wish] = -math.inf
            continue
        if choice := choice_for(caller, free, policy=policy, at=at, scarce=scarce):
            return choice
        if not caller.known_agent:
            in_vain[wish] = min(caller.waiting_since, in_vain.get(wish, math.inf))
    return None


def _somebody_speaks(language: str, free: Sequence[Agent]) -> bool:
    """Asked at every event while somebody waits for the one who is busy: no more than a look."""
    return language == ANY_LANGUAGE or any(language in agent.languages for agent in free)


def choice_for(
    caller: Caller,
    free: Sequence[Agent],
    *,
    policy: Policy,
    at: Seconds,
    scarce: Collection[str] = (),
) -> Choice | None:
    """Whom to ring for `caller`; None: nobody now."""
    waited = at - caller.waiting_since
    able, skipped = [], []
    for agent in free:
        if obstacle := _obstacle(agent, caller=caller, policy=policy, waited=waited):
            skipped.append(Skipped(agent.name, obstacle))
        elif kept := _kept_for(agent, free, caller=caller, policy=policy, at=at, scarce=scarce):
            skipped.append(Skipped(agent.name, Why.RESERVED, kept))
        else:
            able.append(agent)
    if not able:
        return None
    if len(able) == 1:
        return Choice(
            caller.call, (able[0].name,), _why_alone(able[0], caller), waited, (*skipped,)
        )
    orders = [(_order(agent, caller=caller, policy=policy), agent) for agent in able]
    orders.sort(key=lambda pair: (pair[0], pair[1].name))
    most = policy.rings_at_once if policy.strategy == Strategy.RING_ALL else 1
    chosen = tuple(agent.name for _order, agent in orders[:most])
    return Choice(
        caller.call,
        chosen,
        _what_decided(orders[0][0], orders[1][0], policy=policy),
        waited,
        (*skipped,),
    )


def _obstacle(agent: Agent, *, caller: Caller, policy: Policy, waited: Seconds) -> Why | None:
    if not agent.serves(caller.service):
        return Why.OTHER_SERVICE
    if caller.known_agent and agent.name != caller.known_agent and waited < policy.prefer_known_for:
        return Why.WAITS_FOR_KNOWN
    if caller.language == ANY_LANGUAGE:
        return None
    level = agent.languages.get(caller.language)
    if level is None:
        return Why.OTHER_LANGUAGE
    return Why.LEVEL_TOO_LOW if level < lowest_level(policy, waited=waited) else None


def _kept_for(
    agent: Agent,
    free: Sequence[Agent],
    *,
    caller: Caller,
    policy: Policy,
    at: Seconds,
    scarce: Collection[str],
) -> str:
    """The scarce language whose last free speaker `agent` is; blank: he may take the call."""
    if not scarce or caller.language in scarce or at - caller.waiting_since >= policy.reserve_for:
        return ""
    if policy.strategy != Strategy.DEFAULT:
        return ""
    for language in sorted(scarce):
        if language in agent.languages and not any(
            language in other.languages for other in free if other is not agent
        ):
            return language
    return ""


Order = tuple[float, ...]


def _order(agent: Agent, *, caller: Caller, policy: Policy) -> Order:
    """Smaller is asked first; what each place means stands in `_PLACES`."""
    missed = caller.missed_by.get(agent.name, -1.0)
    known = 0.0 if agent.name == caller.known_agent else 1.0
    match policy.strategy:
        case Strategy.LONGEST_IDLE:
            return (missed, known, agent.idle_since)
        case Strategy.FEWEST_CALLS:
            return (missed, known, agent.calls_taken, agent.idle_since)
        case Strategy.LEAST_TALK_TIME:
            return (missed, known, agent.talk_time, agent.idle_since)
        case Strategy.RANK:
            return (missed, known, agent.rank, agent.idle_since)
    level = agent.languages.get(caller.language, 0)
    return (missed, known, len(agent.languages), -level, agent.idle_since)


_DEFAULT_PLACES = (Why.FEWEST_LANGUAGES, Why.BEST_LEVEL, Why.LONGEST_IDLE)
_PLACES: dict[Strategy, tuple[Why, ...]] = {
    Strategy.LONGEST_IDLE: (Why.LONGEST_IDLE,),
    Strategy.FEWEST_CALLS: (Why.FEWEST_CALLS, Why.LONGEST_IDLE),
    Strategy.LEAST_TALK_TIME: (Why.LEAST_TALK_TIME, Why.LONGEST_IDLE),
    Strategy.RANK: (Why.RANK, Why.LONGEST_IDLE),
}


def _what_decided(first: Order, second: Order, *, policy: Policy) -> Why:
    """The first place in which the chosen agent differs from the next one."""
    places = (
        Why.MISSED_LEAST_RECENTLY,
        Why.KNOWN,
        *_PLACES.get(policy.strategy, _DEFAULT_PLACES),
    )
    for place, one, other in zip(places, first, second, strict=True):
        if one != other:
            return place
    return places[-1]


def _why_alone(agent: Agent, caller: Caller) -> Why:
    return Why.KNOWN if agent.name == caller.known_agent else Why.ONLY_ONE
