"""A telephone house in virtual time: conversation, core, callers who key, and a line with faults.

The line says an utterance as long as its text takes, rings telephones, records. `Faults` lose,
repeat, delay and reorder what it tells, as a bad network would.
"""

import heapq
import itertools
import random
from collections import Counter
from dataclasses import dataclass, field

from vitrine.telephony.rules.menus import PhoneMenu
from vitrine.telephony.rules.phrases import text
from vitrine.telephony.rules.routing import Policy
from vitrine.voice.call_flow import (
    AgentReady,
    AgentSignedIn,
    Bridge,
    CallBackAccepted,
    CallerGone,
    CallFlow,
    CallOffered,
    DialBack,
    LegAnswered,
    Release,
    Ring,
    StartTimer,
    TimerFired,
    talking,
)
from vitrine.voice.call_flow.commands import Command
from vitrine.voice.call_flow.conversation import Conversation
from vitrine.voice.call_flow.events import Event


@dataclass
class Faults:
    """Shares from 0 to 1 of the events of the line."""

    lost: float = 0.0
    doubled: float = 0.0
    late: float = 0.0
    seed: int = 0
    dice: random.Random = field(init=False)

    def __post_init__(self):
        self.dice = random.Random(self.seed)

    def delays(self):
        """After how many seconds it is told; empty: never; two: twice."""
        if self.dice.random() < self.lost:
            return []
        delays = [0.0, 0.0] if self.dice.random() < self.doubled else [0.0]
        return [
            self.dice.uniform(0.0, 3.0) if self.dice.random() < self.late else delay
            for delay in delays
        ]


class House:
    """Events in the order of their instants; everything ordered and said is kept."""

    def __init__(self, *, menu=None, policy=None, faults=None, answer_after=2.0, **agents):
        self.core = CallFlow(policy or Policy(wrap_up=0.0))
        self.conversation = Conversation(core=self.core, menu=menu or PhoneMenu())
        self.faults = faults or Faults()
        self.answer_after = answer_after
        self.now = 0.0
        self.due = []
        self.serial = itertools.count()
        self.orders = []
        self.to_core = []
        self.heard = {}
        """Call -> what it has heard to the end or in part: (language, key) one by one."""
        self.saying = {}
        self.up = set()
        self.music = set()
        self.recording = set()
        self.answers = True
        """Whether agents pick up."""
        for name, spoken in agents.items():
            levels = spoken if isinstance(spoken, dict) else dict.fromkeys(spoken.split(), 3)
            self.feed(AgentSignedIn(agent=name, languages=levels))
            self.feed(AgentReady(agent=name))

    # ------------------------------------------------------------------ what tests do
    def call(self, call="1", *, number="+3225550100", **more):
        self.up.add(call)
        self.heard.setdefault(call, [])
        self.feed(talking.CallArrived(call=call, number=number, **more))

    def key(self, call="1", *keys):
        for key in keys or "":
            self.now += 0.2
            self.feed(talking.KeyPressed(call=call, key=key))

    def hang_up(self, call="1"):
        if call in self.up:
            self.up.discard(call)
            self._quiet(call)
            if call in self.recording:
                self.recording.discard(call)
                self.tell(talking.Recorded(call=call, file=f"{call}.wav", seconds=9.0, spoken=7.0))
            self.tell(CallerGone(call=call))

    def wait(self, seconds):
        """Let the time pass."""
        until = self.now + seconds
        while self.due and self.due[0][0] <= until:
            at, _serial, event = heapq.heappop(self.due)
            self.now = max(self.now, at)
            if isinstance(event, talking.SaidAll):
                if self.saying.get(event.call) != event.say:
                    continue
                self._quiet(event.call)
            self.feed(event)
        self.now = max(self.now, until)

    def words(self, call="1", language=None):
        """What a caller has heard, as text."""
        return " ".join(
            text(key, language=spoken)
            for spoken, key in self.heard[call]
            if not key.startswith("own-") and language in (None, spoken)
        )

    def keys_heard(self, call="1"):
        return [key for _language, key in self.heard[call]]

    def ordered(self, kind, call="1"):
        return [one for one in self.orders if isinstance(one, kind) and one.call == call]

    def offered(self, call="1"):
        return [e for e in self.to_core if isinstance(e, CallOffered) and e.call == call]

    @property
    def left(self):
        """Call -> why it left the menu."""
        return {o.call: o.reason for o in self.orders if isinstance(o, talking.LeftMenu)}

    # ------------------------------------------------------------------ the works
    def tell(self, event, *, after=0.0):
        """The line tells something, with its faults."""
        for delay in self.faults.delays():
            self.later(event, after=after + delay)

    def later(self, event, *, after):
        heapq.heappush(self.due, (self.now + after, next(self.serial), event))

    def feed(self, event):
        waiting = [event]
        while waiting:
            for effect in self.conversation.handle(waiting.pop(0), at=self.now):
                if isinstance(effect, StartTimer):
                    self.later(TimerFired(key=effect.key), after=effect.at - self.now)
                elif isinstance(effect, Event):
                    self.to_core.append(effect)
                    commands = list(self.core.handle(effect, at=self.now))
                    for command in commands:
                        self._carry_out(command)
                    waiting += commands
                else:
                    self._carry_out(effect)

    def _carry_out(self, order):
        if isinstance(order, StartTimer):
            self.later(TimerFired(key=order.key), after=order.at - self.now)
            return
        self.orders.append(order)
        {talking.Say: self._say, Ring: self._ring, DialBack: self._ring}.get(type(order), self._do)(
            order
        )

    def _say(self, order):
        assert not self.saying.get(order.call), "two voices at once"
        self.music.discard(order.call)
        self.heard.setdefault(order.call, []).extend((order.language, key) for key in order.phrases)
        if order.call in self.up:
            self.saying[order.call] = order.say
        seconds = 0.5 + 0.4 * len(order.phrases)
        self.tell(talking.SaidAll(call=order.call, say=order.say), after=seconds)

    def _ring(self, order):
        if self.answers:
            self.up.add(order.call)
            answer = LegAnswered(call=order.call, agent=order.agent)
            self.tell(answer, after=self.answer_after)

    def _do(self, order):
        match order:
            case talking.StopSaying():
                self._quiet(order.call)
            case talking.PlayMusic():
                self.music.add(order.call)
            case Bridge():
                self.music.discard(order.call)
            case talking.Record() if order.call in self.up:
                self.recording.add(order.call)
            case talking.HangUp() | Release():
                self.hang_up(order.call)

    def _quiet(self, call):
        self.saying.pop(call, None)

    def count(self):
        """How often each kind of order was given."""
        return Counter(type(order).__name__ for order in self.orders)


__all__ = ["CallBackAccepted", "Command", "Faults", "House"]
