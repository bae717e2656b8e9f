"""What the engine remembers: calls and the agents' desks."""

from dataclasses import dataclass, field
from enum import StrEnum

from vitrine.telephony.rules.routing import Agent, Caller, Seconds


class Phase(StrEnum):
    """Where a call stands."""

    WAITING = "waiting"
    RINGING = "ringing"
    """Somebody's telephone rings for it; the caller still hears music."""
    TALKING = "talking"
    HELD = "held"
    LEAVING_MESSAGE = "leaving-message"
    TO_CALL_BACK = "to-call-back"
    """The caller has hung up and keeps his place."""
    DIALLING_BACK = "dialling-back"


class Outcome(StrEnum):
    """How an offered call ended in the queue: exactly one for each."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    MESSAGE = "message"
    CALL_BACK = "call-back"
    """Accepted; whether it was made is told by the call-back itself."""
    CLOSED_WHILE_WAITING = "closed-while-waiting"
    LOST = "lost"
    """The engine of the telephone broke down."""


class AgentState(StrEnum):
    """What somebody at a telephone is doing."""

    OFFLINE = "offline"
    READY = "ready"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap-up"
    PAUSED = "paused"
    UNREACHABLE = "unreachable"
    """The softphone is not registered any more."""


class Failure(StrEnum):
    """Why a telephone that rang was not answered."""

    NO_ANSWER = "no-answer"
    DECLINED = "declined"
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    NOT_DIALLED = "not-dialled"
    """A number outside that the house does not call, or not more today: nobody was tried."""


@dataclass
class Call:
    """An offered call until it has ended for everybody."""

    caller: Caller
    number: str = ""
    """E.164; blank: withheld."""
    offered_at: Seconds = 0.0
    phase: Phase = Phase.WAITING
    agents: tuple[str, ...] = ()
    """Who is rung, or who talks."""
    outcome: Outcome | None = None
    answered_at: Seconds | None = None
    is_call_back: bool = False
    is_dialled: bool = False
    """An agent has dialled the number himself: nobody tries it again."""
    for_colleague: str = ""
    """The absent colleague who was called."""
    alternatives_offered: bool = False
    tries: int = 0
    """How often he was called back in vain."""
    colleague: str = ""
    """Whom the agent asks, or who talks with both; an agent, or somebody outside."""
    colleague_is_there: bool = False
    guest: str = ""
    """Somebody outside to whom the caller was handed over."""

    @property
    def name(self) -> str:
        """Its identifier, given by whoever offered it."""
        return self.caller.call


@dataclass
class Desk:
    """An agent with what he is doing."""

    agent: Agent
    state: AgentState = AgentState.PAUSED
    since: Seconds = 0.0
    call: str = ""
    missed: int = 0
    """Calls missed one after the other."""
    until: Seconds | None = None
    """When a wrap-up ends by itself."""
    turn: int = 0
    """Another with each change of state, of the desk or of one there before: see the roster."""
    reason: str = ""
    """Of the pause."""
    pause_after: str | None = None
    """A pause asked for during a call, with its reason."""
    leaves_after: bool = False
    """Signed out during a call: it is finished first."""
    busy_time: Seconds = 0.0
    """Ringing, talking and wrapping up, added when a state ends."""
    signed_in_time: Seconds = 0.0
    paused_time: Seconds = 0.0
    missed_in_all: int = field(default=0)
