"""How fast calls are handled and how soon callers give up: measured, for an honest announcement."""

from vitrine.telephony.rules.routing import Caller, Seconds
from vitrine.voice.call_flow import commands as do
from vitrine.voice.call_flow.engine import CallFlow
from vitrine.voice.call_flow.state import AgentState, Desk, Outcome

AT_WORK = frozenset({AgentState.READY, AgentState.RINGING, AgentState.TALKING, AgentState.WRAP_UP})
BUSY_WITH_CALL = frozenset({AgentState.TALKING, AgentState.WRAP_UP})
BELIEF = 20.0
"""Weight of the usual values, in calls."""
MEMORY = 0.995
"""Of each earlier call when one more is measured: some two hundred count."""
GAVE_UP = frozenset({Outcome.ABANDONED, Outcome.CLOSED_WHILE_WAITING})


class Pace:
    """Mean handling time, from answer to end of wrap-up, and mean patience, both in seconds.

    Patience is measured as its maximum likelihood says when it is exponential: all the time that
    callers have waited, by how many of them gave up; who was answered did not give up.
    """

    def __init__(self, *, usual_call: Seconds, usual_patience: Seconds) -> None:
        self._handled, self._calls = usual_call * BELIEF, BELIEF
        self._waited, self._gave_up = usual_patience * BELIEF, BELIEF
        self._since: dict[str, Seconds] = {}
        self._waiting: dict[str, Seconds] = {}

    @property
    def mean_call(self) -> Seconds:
        """From answer to end of wrap-up."""
        return self._handled / self._calls

    @property
    def mean_patience(self) -> Seconds:
        """After which a caller gives up."""
        return self._waited / self._gave_up

    def begins_to_wait(self, call: str, *, at: Seconds) -> None:
        """A caller has entered the queue."""
        self._waiting.setdefault(call, at)

    def hears(self, command: do.Command, *, at: Seconds) -> None:
        """Measure what the core has decided."""
        match command:
            case do.Bridge():
                self._since[command.agent] = at
            case do.AgentChanged() if command.state not in BUSY_WITH_CALL:
                since = self._since.pop(command.agent, None)
                if since is not None and command.state != AgentState.RINGING:
                    self._handled = self._handled * MEMORY + (at - since)
                    self._calls = self._calls * MEMORY + 1
            case do.OutcomeDecided():
                self._ends_waiting(command, at=at)

    def _ends_waiting(self, decided: do.OutcomeDecided, *, at: Seconds) -> None:
        since = self._waiting.pop(decided.call, None)
        if since is not None:
            self._waited = self._waited * MEMORY + (at - since)
            self._gave_up = self._gave_up * MEMORY + (decided.outcome in GAVE_UP)


def ahead_and_agents(core: CallFlow, caller: Caller) -> tuple[int, int]:
    """(callers who are served before `caller`, agents at work who can take him).

    Who waits before him counts by the share of his own agents that are also agents of this caller:
    one who can be taken by anybody seldom takes the one who speaks German.
    """
    mine = _agents_for(core, caller)
    ahead = 0.0
    for other in core.callers_waiting():
        if other.turn < caller.turn:
            others = mine if _same(other, caller) else _agents_for(core, other)
            ahead += len(mine & others) / len(others) if others else 0.0
    return round(ahead), len(mine)


def _agents_for(core: CallFlow, caller: Caller) -> frozenset[str]:
    return frozenset(
        desk.agent.name for desk in core.roster.desks.values() if _can_take(desk, caller)
    )


def _can_take(desk: Desk, caller: Caller) -> bool:
    return (
        desk.state in AT_WORK
        and desk.agent.serves(caller.service)
        and (not caller.language or caller.language in desk.agent.languages)
    )


def _same(one: Caller, other: Caller) -> bool:
    return (one.language, one.service) == (other.language, other.service)
