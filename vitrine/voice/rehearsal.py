"""Telephones that are not there: the core's commands carried out in virtual time.

Every simulation is one: it brings the events, says how long people talk, and counts. The core is
the very one that routes real calls.
"""

import heapq
import itertools

from vitrine.telephony.rules.routing import Policy, Seconds
from vitrine.voice.call_flow import commands as do
from vitrine.voice.call_flow import events as has
from vitrine.voice.call_flow.engine import CallFlow
from vitrine.voice.call_flow.state import Call, Phase


class Rehearsal:
    """A core, the events to come in the order of their instants, and telephones that obey."""

    def __init__(self, policy: Policy, *, answer_after: Seconds = 0.0) -> None:
        self.core = CallFlow(policy)
        self.answer_after = answer_after
        self._due: list[tuple[Seconds, int, has.Event | None]] = []
        self._serial = itertools.count()

    def talk_time(self) -> Seconds:
        """How long the conversation lasts that begins now."""
        raise NotImplementedError

    def has_ended(self, call: Call, *, at: Seconds) -> None:
        """The outcome of `call` was decided at `at`."""
        raise NotImplementedError

    def feed(self, event: has.Event, *, at: Seconds) -> None:
        """Hand an event to the core and do what it says, as telephones would."""
        if isinstance(event, has.CallerGone) and self._talks(event.call):
            return  # he was answered before his patience ended
        waiting = [event]
        while waiting:
            for command in self.core.handle(waiting.pop(0), at=at):
                waiting += self._carry_out(command, at=at)
            for call in self.core.ended:
                self.has_ended(call, at=at)
            self.core.ended.clear()

    def _carry_out(self, command: do.Command, *, at: Seconds) -> list[has.Event]:
        """What happens at once because of it; the rest comes later."""
        if isinstance(command, do.StartTimer):
            self.later(command.at, has.TimerFired(key=command.key))
        elif isinstance(command, do.Ring):
            answer = has.LegAnswered(call=command.call, agent=command.agent)
            if not self.answer_after:
                return [answer]
            self.later(at + self.answer_after, answer)
        elif isinstance(command, do.Bridge):
            self.later(at + self.talk_time(), has.AgentHungUp(agent=command.agent))
        return []

    def later(self, at: Seconds, event: has.Event | None) -> None:
        """Have `event` happen at `at`; None: an instant of the simulation's own."""
        heapq.heappush(self._due, (at, next(self._serial), event))

    def next_due(self) -> tuple[Seconds, has.Event | None]:
        """The next instant and its event; IndexError when there is none."""
        at, _serial, event = heapq.heappop(self._due)
        return at, event

    def busy_time(self, at: Seconds) -> Seconds:
        """What all agents have spent ringing, talking and wrapping up until `at`."""
        for desk in self.core.roster.desks.values():
            self.core.roster.settle(desk, at=at)
        return sum(desk.busy_time for desk in self.core.roster.desks.values())

    def _talks(self, call: str) -> bool:
        present = self.core.calls.get(call)
        return present is not None and present.phase in (Phase.TALKING, Phase.HELD)
