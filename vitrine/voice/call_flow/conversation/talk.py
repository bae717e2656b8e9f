"""What the conversation remembers of each caller."""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

from vitrine.telephony.rules.menus import PhoneMenu
from vitrine.telephony.rules.routing import Seconds


class Stage(StrEnum):
    """Where a caller is with us."""

    LANGUAGE = "language"
    """Asked for his language."""
    SERVICE = "service"
    """Asked for what he calls."""
    CLOSED = "closed"
    """Told that the desk is closed, and what he can do."""
    WAITING = "waiting"
    """In the queue, with music."""
    CALL_BACK = "call-back"
    """Asked whether the number is right at which he would be called back; his place is kept."""
    NUMBER = "number"
    """Keys in another number; his place is kept."""
    PROMISED = "promised"
    """Hears that he will be called back."""
    MESSAGE = "message"
    """Hears how to leave a message, and leaves it."""
    LEAVING = "leaving"
    """Hears the last sentence."""
    TALKING = "talking"
    """With a person: nothing is said by us."""


class Then(StrEnum):
    """What follows when everything has been said."""

    LISTEN = "listen"
    """Wait for a key."""
    MUSIC = "music"
    RECORD = "record"
    PROMISE = "promise"
    """Put the call-back into the queue."""
    HANG_UP = "hang-up"


Utterance = tuple[str, tuple[str, ...]]
"""(language, phrases)."""


@dataclass
class Talk:
    """One caller, from his arrival until a person takes over, and again when he is handed back."""

    call: str
    menu: PhoneMenu
    """The version that counted when he arrived."""
    number: str = ""
    stage: Stage = Stage.LANGUAGE
    language: str = ""
    """Blank: not known (yet)."""
    for_colleague: str = ""
    known_agent: str = ""
    came_open: bool = True
    """Whether the desk was open when he called."""
    path: str = ""
    """Keys pressed in the menu of services."""
    tries: int = 0
    """How often he has not chosen, or chosen what is not there, on this screen."""
    is_welcomed: bool = False
    has_heard_news: bool = False
    """The desk's own announcement, and the state of the register."""
    is_informed: bool = False
    """Whether the state of the register was said."""
    is_offered: bool = False
    """Whether he is in the queue, or was."""
    is_gone: bool = False
    """He has hung up; only his recording is still to come."""
    waiting_since: Seconds = 0.0
    announcements: int = 0
    call_back_number: str = ""
    """At which he would be called back."""
    keyed: str = ""
    """The digits of a number so far."""
    script: deque[Utterance] = field(default_factory=deque)
    then: Then = Then.LISTEN
    saying: str = ""
    """The utterance that is being said; blank: silence or music."""
    is_recording: bool = False
    has_left_message: bool = False
    turn: int = 0
    """Grows with everything that makes an earlier timer or utterance void."""
    last_key: str = ""
    last_key_at: Seconds = -1.0

    @property
    def languages(self) -> tuple[str, ...]:
        """In which he is spoken to: his own, or all while it is not known."""
        return (self.language,) if self.language else self.menu.languages

    @property
    def exit(self) -> str:
        """How he left the menu, when he was never in the queue: see `talking.LeftMenu`."""
        if self.has_left_message:
            return "message"
        if not self.came_open:
            return "closed"
        return "informed" if self.is_informed else "gone"
