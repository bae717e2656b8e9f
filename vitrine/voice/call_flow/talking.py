"""What a caller and the telephone say to each other, before a person takes over.

A line (`vitrine.voice.line`) hears `Heard` and carries out `Order`; who gets the next call is the
matter of `events` and `commands`, which a line hears and carries out as well. Values only, so that
all of it can be kept, played again, and played without any telephone.
"""

from dataclasses import dataclass

from vitrine.telephony.rules.menus import PhoneMenu
from vitrine.telephony.rules.routing import Seconds
from vitrine.voice.call_flow.events import DeskOpened as DeskOpened


@dataclass(frozen=True, kw_only=True)
class CallArrived:
    """Somebody calls one of our numbers; nobody has answered yet."""

    call: str
    number: str = ""
    """Of the caller, E.164; blank: withheld. Never a proof of who calls."""
    dialled: str = ""
    """The number that was called, E.164 or an extension."""
    diverted_from: str = ""
    """The absent colleague's number from which the call was diverted; only a trunk is believed."""
    language: str = ""
    """Which this number spoke last, or which the direct number's colleague speaks; whoever keeps
    such things fills it in before the conversation hears of the call. Blank: unknown."""
    for_colleague: str = ""
    """The absent colleague, filled in likewise."""
    known_agent: str = ""
    """Who spoke with this person last, filled in likewise."""
    is_simulated: bool = False
    """By a line without telephones: whatever follows is marked as such."""


@dataclass(frozen=True, kw_only=True)
class CallFound:
    """After a restart: a call that is still up, with what was written on it at the line."""

    call: str
    number: str = ""
    dialled: str = ""
    language: str = ""
    service: str = ""
    priority: int = 0
    for_colleague: str = ""
    waiting_since: Seconds | None = None
    """On the clock of the brain; None: he had not begun to wait."""
    agent: str = ""
    """With whom he talks; blank: with nobody."""
    is_held: bool = False


@dataclass(frozen=True, kw_only=True)
class KeyPressed:
    """The caller has pressed a key: 0 to 9, `*` or `#`."""

    call: str
    key: str


@dataclass(frozen=True, kw_only=True)
class SaidAll:
    """A `Say` has come to its end, or was stopped, or could not be played."""

    call: str
    say: str


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A message was recorded."""

    call: str
    file: str
    """Its name in the folder of the line's recordings; blank: nothing was recorded."""
    seconds: Seconds = 0.0
    spoken: Seconds = 0.0
    """Of which somebody spoke."""


@dataclass(frozen=True, kw_only=True)
class AgentReachable:
    """An agent's telephone has registered."""

    agent: str


@dataclass(frozen=True, kw_only=True)
class LineBack:
    """The line is there again, after `EngineLost` or at the start; `CallFound` has gone before."""


@dataclass(frozen=True, kw_only=True)
class StateSpoken:
    """The state of the register has changed: what the menu says about it from now on."""

    phrases: tuple[str, ...]
    """Keys of the catalogue; empty: it works, and nothing is said."""


@dataclass(frozen=True, kw_only=True)
class MenuChanged:
    """Another menu counts for calls that arrive from now on."""

    menu: PhoneMenu


Heard = (
    CallArrived
    | CallFound
    | KeyPressed
    | SaidAll
    | Recorded
    | AgentReachable
    | LineBack
    | DeskOpened
    | StateSpoken
    | MenuChanged
)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Pick up: from now on the caller pays and hears."""

    call: str


@dataclass(frozen=True, kw_only=True)
class Say:
    """Speak these phrases one after the other; `SaidAll(say)` follows in any case."""

    call: str
    say: str
    """Name of this utterance, given once."""
    language: str
    phrases: tuple[str, ...]
    """Keys of the catalogue `telephony.rules.phrases`."""


@dataclass(frozen=True, kw_only=True)
class StopSaying:
    """He has pressed a key, or somebody has answered: be silent at once."""

    call: str
    say: str


@dataclass(frozen=True, kw_only=True)
class PlayMusic:
    """Music until something else is said; what is said comes in between."""

    call: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """A tone, then record until he hangs up, presses `#`, is silent or the time is over."""

    call: str
    most: Seconds = 180.0
    silence: Seconds = 5.0


@dataclass(frozen=True, kw_only=True)
class Remember:
    """Write on the call, at the line, what must be known after a restart."""

    call: str
    language: str = ""
    service: str = ""
    priority: int = 0
    for_colleague: str = ""
    waiting_since: Seconds | None = None


@dataclass(frozen=True, kw_only=True)
class HangUp:
    """End the call; the caller has heard all that there was to say."""

    call: str


@dataclass(frozen=True, kw_only=True)
class LeftMenu:
    """He hung up, or was told that the desk is closed, before he waited: only written down."""

    call: str
    reason: str
    """`gone`, `closed`, `message`, `informed` (heard the state of the register), `lost` (the engine
    of the telephone broke down)."""


@dataclass(frozen=True, kw_only=True)
class WaitAnnounced:
    """He was told how long he will wait: only written down, so that our honesty can be measured."""

    call: str
    ahead: int
    """Callers before him."""
    seconds: Seconds | None
    """As announced, whole minutes; None: that nobody can answer him now."""


Order = (
    Answer | Say | StopSaying | PlayMusic | Record | Remember | HangUp | LeftMenu | WaitAnnounced
)
