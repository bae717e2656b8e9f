"""Conversation and core together: what happens in, orders for the line and the journal out.

No database, no network, no Django. The clock is the caller's; timers are asked of whoever runs the
loop. Everything that goes in or out is written down in its order, so that playing the first again
gives the second.
"""

import logging
from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime
from typing import Any, get_args

from vitrine.telephony.rules.entries import Entry, entry_of
from vitrine.telephony.rules.menus import PhoneMenu
from vitrine.telephony.rules.routing import Choice, Policy, Seconds
from vitrine.voice.call_flow import (
    AgentPaused,
    AgentReady,
    AgentState,
    CallFlow,
    CallOffered,
    Command,
    DialBack,
    Event,
    OutcomeDecided,
    Ring,
    StartTimer,
    TimerFired,
)
from vitrine.voice.call_flow import talking as to
from vitrine.voice.call_flow.conversation import Conversation
from vitrine.voice.call_flow.talking import Heard, Order

log = logging.getLogger(__name__)

EVENTS = get_args(Event)
UNWRITTEN = (TimerFired, StartTimer)
"""A timer fires because it was asked for: both follow from what is written."""

Hears = Event | Heard
Emit = Callable[[Order | Command], None]
CallAt = Callable[[Seconds, Callable[[], None]], None]


class Brain:
    """`hear` is the only door; back when everything that follows has been ordered."""

    def __init__(
        self,
        *,
        epoch: str,
        emit: Emit,
        write: Callable[[Entry], None],
        call_at: CallAt,
        wall: Callable[[], datetime],
    ) -> None:
        self.epoch = epoch
        self.core = CallFlow(Policy())
        self.conversation = Conversation(core=self.core, menu=PhoneMenu())
        self.choices: dict[str, Choice] = {}
        """The last decision about each call that is there."""
        self.today: Counter[str] = Counter()
        self.faults = 0
        self._emit, self._write, self._call_at, self._wall = emit, write, call_at, wall
        self._day = wall().date()
        self._sequence = 0
        self._last: Seconds = float("-inf")
        self._paused_before: dict[str, str] = {}
        """Agents who were pausing when their telephone vanished, and why."""

    def hear(self, event: Hears, at: Seconds) -> None:
        """What follows from `event`; time never goes back."""
        at = self._last = max(at, self._last)
        waiting: deque[Hears] = deque([event])
        while waiting:
            one = waiting.popleft()
            try:
                self._hear_one(one, waiting, at=at)
            except Exception:
                self.faults += 1
                log.exception("What follows from %s is not known", type(one).__name__)

    def _hear_one(self, event: Hears, waiting: "deque[Hears]", *, at: Seconds) -> None:
        self._note(event, at=at)
        if isinstance(event, to.AgentReachable):
            self._reachable(event, waiting)
        elif isinstance(event, AgentPaused) and event.unreachable:
            self._vanished(event)
        for effect in self.conversation.handle(event, at=at):
            self._follow(effect, event, waiting=waiting, at=at)

    def _follow(self, effect: Any, cause: Hears, *, waiting: "deque[Hears]", at: Seconds) -> None:
        """An event goes on to the core, a timer is set, an order goes out."""
        if isinstance(effect, EVENTS):
            if effect is not cause:
                self._note(effect, at=at)
            self._count(effect)
            for command in list(self.core.handle(effect, at=at)):
                self._do(command, at=at)
                for more in list(self.conversation.handle(command, at=at)):
                    self._follow(more, effect, waiting=waiting, at=at)
        else:
            self._do(effect, at=at)

    def _do(self, order: Any, *, at: Seconds) -> None:
        self._note(order, at=at)
        if isinstance(order, StartTimer):
            self._call_at(order.at, lambda: self.hear(TimerFired(key=order.key), order.at))
            return
        if isinstance(order, Ring | DialBack):
            self.choices[order.call] = order.choice
        elif isinstance(order, OutcomeDecided):
            self.today[str(order.outcome)] += 1
        self._emit(order)

    def _count(self, event: Event) -> None:
        if isinstance(event, CallOffered) and event.waiting_since is None:
            self.today["offered"] += 1

    def _note(self, thing: Any, *, at: Seconds) -> None:
        """Write down what happened or was ordered."""
        wall = self._wall()
        if wall.date() != self._day:
            self._day = wall.date()
            self.today.clear()
        if isinstance(thing, UNWRITTEN):
            return
        self._sequence += 1
        entry = entry_of(thing, epoch=self.epoch, sequence=self._sequence, at=wall, seconds=at)
        self._write(entry)

    def _vanished(self, event: AgentPaused) -> None:
        desk = self.core.roster.get(event.agent)
        if desk is not None and desk.state == AgentState.PAUSED:
            self._paused_before[event.agent] = desk.reason

    def _reachable(self, event: to.AgentReachable, waiting: "deque[Hears]") -> None:
        """His telephone is back: he is again what he was."""
        desk = self.core.roster.get(event.agent)
        reason = self._paused_before.pop(event.agent, None)
        if desk is None or desk.state != AgentState.UNREACHABLE:
            return
        if reason is None:
            waiting.append(AgentReady(agent=event.agent))
        else:
            waiting.append(AgentPaused(agent=event.agent, reason=reason))

    def forget_choices(self) -> None:
        """Of calls that are gone."""
        for call in set(self.choices) - set(self.core.calls):
            del self.choices[call]
