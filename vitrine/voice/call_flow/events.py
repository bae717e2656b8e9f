"""What happens: each with nothing but values, so that it can be kept and played again."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from vitrine.telephony.rules.routing import Policy, Seconds
from vitrine.voice.call_flow.state import Failure


@dataclass(frozen=True, kw_only=True)
class CallOffered:
    """A caller has chosen language and service and begins to wait."""

    call: str
    number: str = ""
    language: str = ""
    service: str = ""
    priority: int = 0
    known_agent: str = ""
    for_colleague: str = ""
    waiting_since: Seconds | None = None
    """Of a call found again after a crash; None: since now."""


@dataclass(frozen=True, kw_only=True)
class CallerGone:
    """The caller's side has ended, in whatever phase."""

    call: str
    ended_by: str = ""
    """The supervisor who has ended the call; blank: it was the caller."""


@dataclass(frozen=True, kw_only=True)
class LegAnswered:
    """A telephone that rang was picked up; for a call-back: the person called has answered."""

    call: str
    agent: str


@dataclass(frozen=True, kw_only=True)
class LegFailed:
    """An agent's telephone that rang was not picked up.

    Of a call-back, too: a person who is called back and does not answer is `CallerGone`.
    """

    call: str
    agent: str
    failure: Failure


@dataclass(frozen=True, kw_only=True)
class AgentHungUp:
    """The agent's side has ended during a call."""

    agent: str


@dataclass(frozen=True, kw_only=True)
class AgentSignedIn:
    """Somebody takes his place, not ready yet."""

    agent: str
    languages: Mapping[str, int]
    services: tuple[str, ...] = ()
    rank: int = 0


@dataclass(frozen=True, kw_only=True)
class AgentReady:
    """From now on calls may be given to him."""

    agent: str


@dataclass(frozen=True, kw_only=True)
class AgentPaused:
    """No calls for a while; during a call: after it."""

    agent: str
    reason: str = ""
    unreachable: bool = False
    """The softphone has vanished."""


@dataclass(frozen=True, kw_only=True)
class AgentSignedOut:
    """Leaves; during a call: after it."""

    agent: str


@dataclass(frozen=True, kw_only=True)
class WrapUpExtended:
    """He needs so many seconds more before the next call."""

    agent: str
    seconds: Seconds


@dataclass(frozen=True, kw_only=True)
class WrapUpEnded:
    """He is done before the time."""

    agent: str


@dataclass(frozen=True, kw_only=True)
class CallerHeld:
    """The agent has put the caller on hold."""

    call: str


@dataclass(frozen=True, kw_only=True)
class CallerResumed:
    """The agent is back."""

    call: str


@dataclass(frozen=True, kw_only=True)
class Transferred:
    """The agent hands the caller back to a queue; he keeps the time at which he began to wait."""

    call: str
    language: str
    service: str = ""
    known_agent: str = ""


@dataclass(frozen=True, kw_only=True)
class ColleagueAsked:
    """The agent wants to speak with a colleague first; the caller is held meanwhile."""

    call: str
    colleague: str
    """An agent; of somebody outside: any name that no agent has."""
    number: str = ""
    """E.164, of somebody outside."""


class End(StrEnum):
    """How the asking of a colleague ends."""

    TRANSFER = "transfer"
    """The colleague takes the caller, the agent leaves."""
    JOIN = "join"
    """All three talk."""
    RETURN = "return"
    """The colleague leaves, the agent is back with the caller."""


@dataclass(frozen=True, kw_only=True)
class ConsultationEnded:
    """The agent has decided what becomes of the call."""

    call: str
    end: End


@dataclass(frozen=True, kw_only=True)
class ColleagueGone:
    """The side of a colleague who had been asked, and had picked up, has ended."""

    call: str
    colleague: str


@dataclass(frozen=True, kw_only=True)
class TalkFound:
    """After a restart: a call that somebody is talking in; its outcome is known already."""

    call: str
    agent: str
    number: str = ""
    language: str = ""
    service: str = ""
    priority: int = 0
    for_colleague: str = ""
    waiting_since: Seconds | None = None
    is_held: bool = False


@dataclass(frozen=True, kw_only=True)
class CallBackOwed:
    """After a restart: a call-back that was accepted and not made yet."""

    call: str
    number: str
    language: str = ""
    service: str = ""
    priority: int = 0
    for_colleague: str = ""
    waiting_since: Seconds | None = None
    tries: int = 0


@dataclass(frozen=True, kw_only=True)
class NumberDialled:
    """An agent calls somebody himself: his telephone rings, then the number is dialled."""

    call: str
    agent: str
    number: str
    """E.164."""


@dataclass(frozen=True, kw_only=True)
class CallBackAccepted:
    """The caller wants to be called back and keeps his place."""

    call: str
    number: str = ""
    """E.164, where he wants to be called; blank: where he calls from."""


@dataclass(frozen=True, kw_only=True)
class MessageLeft:
    """The caller has chosen to leave a message."""

    call: str


@dataclass(frozen=True, kw_only=True)
class DeskClosed:
    """Closing time: nobody new comes in; who waits is served or called back, never cut."""

    next_opening: str = ""
    """Wall time of the desk in ISO 8601 without zone, `2027-01-04T08:30`; blank: unknown."""


@dataclass(frozen=True, kw_only=True)
class DeskOpened:
    """The opening hours begin."""


@dataclass(frozen=True, kw_only=True)
class EngineLost:
    """The telephone engine has died: every call that was up is lost."""


@dataclass(frozen=True, kw_only=True)
class PolicyChanged:
    """The supervisor has changed how calls are routed."""

    policy: Policy


@dataclass(frozen=True, kw_only=True)
class TimerFired:
    """An instant asked for by a `StartTimer` has come."""

    key: tuple[str, ...]


Event = (
    CallOffered
    | CallerGone
    | LegAnswered
    | LegFailed
    | AgentHungUp
    | AgentSignedIn
    | AgentReady
    | AgentPaused
    | AgentSignedOut
    | WrapUpExtended
    | WrapUpEnded
    | CallerHeld
    | CallerResumed
    | Transferred
    | ColleagueAsked
    | ConsultationEnded
    | ColleagueGone
    | TalkFound
    | CallBackOwed
    | NumberDialled
    | CallBackAccepted
    | MessageLeft
    | DeskClosed
    | DeskOpened
    | EngineLost
    | PolicyChanged
    | TimerFired
)
