"""The queue: who waits, who is rung for whom, and how each call ends."""

from bisect import insort

from vitrine.telephony.rules.routing import Caller, Choice, Policy, Seconds, next_choice
from vitrine.voice.call_flow import commands as do
from vitrine.voice.call_flow.roster import Roster
from vitrine.voice.call_flow.state import AgentState, Call, Outcome, Phase

RESTING = frozenset({AgentState.PAUSED, AgentState.UNREACHABLE})


class Matching:
    """The state of all calls and agents, and the matching of the two."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.policy = policy or Policy()
        self.calls: dict[str, Call] = {}
        self.roster = Roster()
        self.is_closed = False
        self.offered = 0
        self.outcomes: dict[Outcome, int] = dict.fromkeys(Outcome, 0)
        self.ended: list[Call] = []
        """Calls whose outcome the last event has decided: whoever counts reads and empties it."""
        self._queue: list[Caller] = []
        self._newcomers: list[Call] = []
        self._out: list[do.Command] = []

    def _wait(self, call: Call) -> None:
        call.phase = Phase.WAITING
        self._join_queue(call)
        self._newcomers.append(call)

    def _start_timers(self, *, at: Seconds) -> None:
        """For those who begin to wait and were not given to anybody at once."""
        for call in self._newcomers:
            if call.phase != Phase.WAITING:
                continue
            for instant in self._instants_to_look(call.caller):
                if instant > at:
                    self._out.append(do.StartTimer(key=("widen", call.name), at=instant))
            last = at + self.policy.most_wait
            self._out.append(do.StartTimer(key=("most-wait", call.name), at=last))
        self._newcomers.clear()

    def _instants_to_look(self, caller: Caller) -> list[Seconds]:
        """When somebody who may not take the call now may take it."""
        policy, since = self.policy, caller.waiting_since
        instants = {since + after for after, _level in policy.widening if after}
        if self.roster.scarce and policy.reserve_for and caller.language not in self.roster.scarce:
            instants.add(since + policy.reserve_for)
        if caller.known_agent:
            instants.add(since + policy.prefer_known_for)
        return sorted(instants)

    def _match(self, at: Seconds) -> None:
        while self._queue and self.roster.free:
            choice = next_choice(
                self._queue,
                list(self.roster.free.values()),
                policy=self.policy,
                at=at,
                scarce=self.roster.scarce,
            )
            if choice is None:
                return
            self._ring(choice, at=at)

    def _ring(self, choice: Choice, *, at: Seconds) -> None:
        call = self.calls[choice.call]
        self._take_from_queue(call)
        call.agents = choice.agents if not call.is_call_back else choice.agents[:1]
        for name in call.agents:
            desk = self.roster[name]
            self.roster.put(desk, AgentState.RINGING, at=at, call=call.name)
        if call.is_call_back:
            call.phase = Phase.DIALLING_BACK
            [name] = call.agents
            self._out.append(
                do.DialBack(call=call.name, agent=name, number=call.number, choice=choice)
            )
            return
        call.phase = Phase.RINGING
        for name in call.agents:
            key = ("ring", name, str(self.roster[name].turn))
            ring_for = self.policy.ring_for
            self._out.append(do.Ring(call=call.name, agent=name, ring_for=ring_for, choice=choice))
            self._out.append(do.StartTimer(key=key, at=at + ring_for))

    def _join_queue(self, call: Call) -> None:
        """Take the place that his waiting time gives him."""
        insort(self._queue, call.caller, key=_turn)

    def _is_queued(self, call: Call) -> bool:
        return any(caller.call == call.name for caller in self._queue)

    def _take_from_queue(self, call: Call) -> None:
        for place, caller in enumerate(self._queue):
            if caller.call == call.name:
                del self._queue[place]
                return

    def _decide(self, call: Call, outcome: Outcome) -> None:
        """The first outcome counts: a caller who was answered is not abandoned later."""
        if call.outcome is None:
            is_late = self.is_closed and outcome == Outcome.ABANDONED
            call.outcome = Outcome.CLOSED_WHILE_WAITING if is_late else outcome
            self.outcomes[call.outcome] += 1
            self.ended.append(call)
            self._out.append(do.OutcomeDecided(call=call.name, outcome=call.outcome))

    def _forget(self, call: Call) -> None:
        if self.calls.pop(call.name, None) is not None:
            self._out.append(do.CallEnded(call=call.name))

    def _tell_changes(self) -> None:
        """What the agents do now, for whoever writes it down and shows it."""
        for name in self.roster.changed:
            desk = self.roster.get(name)
            if desk is None:
                self._out.append(do.AgentChanged(agent=name, state=AgentState.OFFLINE))
                continue
            self._out.append(
                do.AgentChanged(
                    agent=name,
                    state=desk.state,
                    call=desk.call,
                    reason=desk.reason if desk.state in RESTING else "",
                    until=desk.until,
                )
            )
        self.roster.changed.clear()


def _turn(caller: Caller) -> tuple[int, Seconds, str]:
    return caller.turn
