"""What shall happen: the adapter carries it out in this order; each may be sent twice."""

from dataclasses import dataclass

from vitrine.telephony.rules.routing import Choice, Seconds
from vitrine.voice.call_flow.state import AgentState, Outcome


@dataclass(frozen=True, kw_only=True)
class Ring:
    """Let an agent's telephone ring for a call."""

    call: str
    agent: str
    ring_for: Seconds
    choice: Choice
    """Why: stored, and shown to the supervisor."""


@dataclass(frozen=True, kw_only=True)
class StopRinging:
    """It rings no more; `elsewhere`: a colleague has taken the call."""

    call: str
    agent: str
    elsewhere: bool = False


@dataclass(frozen=True, kw_only=True)
class Bridge:
    """Caller and agent hear each other."""

    call: str
    agent: str


@dataclass(frozen=True, kw_only=True)
class DialBack:
    """The agent is reserved: call the person who has kept his place."""

    call: str
    agent: str
    number: str
    choice: Choice


@dataclass(frozen=True, kw_only=True)
class GiveUpCallBack:
    """The person called back has not answered often enough: a ticket keeps the number."""

    call: str
    number: str


@dataclass(frozen=True, kw_only=True)
class Hold:
    """Music for the caller, or an end of it."""

    call: str
    is_held: bool


@dataclass(frozen=True, kw_only=True)
class AskColleague:
    """Let a colleague's telephone ring; the caller is held, the agent hears it ring."""

    call: str
    colleague: str
    number: str
    """E.164, of somebody outside; blank: the colleague is an agent."""
    ring_for: Seconds


@dataclass(frozen=True, kw_only=True)
class LetGo:
    """An agent or colleague leaves the call: end his side, whether it rings or talks."""

    call: str
    colleague: str


@dataclass(frozen=True, kw_only=True)
class Release:
    """The other side has gone: end what is left of the call."""

    call: str
    is_cut: bool = False
    """A supervisor has ended it: the agent is told that it was not the caller."""


@dataclass(frozen=True, kw_only=True)
class OfferAlternatives:
    """Ask the caller whether he would be called back or leave a message; he may wait on."""

    call: str
    closes: bool = False
    """Because the desk closes."""


@dataclass(frozen=True, kw_only=True)
class TakeMessage:
    """Record what the caller says; a ticket is made of it."""

    call: str


@dataclass(frozen=True, kw_only=True)
class TellAgent:
    """Show the agent why his state has changed."""

    agent: str
    words: str
    """`missed-calls`, `unreachable`, `colleague-busy`, `colleague-no-answer`."""


@dataclass(frozen=True, kw_only=True)
class StartTimer:
    """Send `TimerFired(key)` at an instant; a void one is ignored by the engine."""

    key: tuple[str, ...]
    at: Seconds


@dataclass(frozen=True, kw_only=True)
class OutcomeDecided:
    """How the call ended in the queue, said once: nothing to do but to write it down."""

    call: str
    outcome: Outcome


@dataclass(frozen=True, kw_only=True)
class CallEnded:
    """The brain has forgotten the call: nothing to do but to write it down."""

    call: str


@dataclass(frozen=True, kw_only=True)
class AgentChanged:
    """What an agent does from now on: nothing to do but to write it down and to show it."""

    agent: str
    state: AgentState
    call: str = ""
    reason: str = ""
    """Of a pause."""
    until: Seconds | None = None
    """When the wrap-up ends by itself."""


Command = (
    Ring
    | StopRinging
    | Bridge
    | DialBack
    | GiveUpCallBack
    | Hold
    | AskColleague
    | LetGo
    | Release
    | OfferAlternatives
    | TakeMessage
    | TellAgent
    | StartTimer
    | OutcomeDecided
    | CallEnded
    | AgentChanged
)
