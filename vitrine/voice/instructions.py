"""What pages tell the telephone, as events for the brain.

Each gives blank, or why it cannot be done, as a code for the page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from vitrine.voice.brain import Brain, Hears
from vitrine.voice.call_flow import (
    AgentHungUp,
    AgentPaused,
    AgentReady,
    AgentSignedIn,
    AgentSignedOut,
    AgentState,
    CallerGone,
    CallerHeld,
    CallerResumed,
    ColleagueAsked,
    ConsultationEnded,
    Desk,
    End,
    LetGo,
    NumberDialled,
    Release,
    StopRinging,
    Transferred,
    WrapUpEnded,
    WrapUpExtended,
)

NOT_SIGNED_IN, NO_CALL, UNKNOWN, BUSY = "not-signed-in", "no-call", "unknown-agent", "busy"
OUTSIDE = "outside:"


@dataclass(frozen=True, kw_only=True)
class Told:
    """An instruction."""

    kind: str
    agent: str = ""
    call: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Known:
    """What an agent can do."""

    languages: Mapping[str, int]
    services: tuple[str, ...] = ()
    rank: int = 0


class Hands(Protocol):
    """What a line can do beside the orders of the core; one without says False."""

    def pick_up(self, agent: str) -> bool:
        """Answer what rings at this place."""

    def decline(self, agent: str) -> bool:
        """Refuse what rings at this place."""

    def listen(self, call: str, *, supervisor: str, whisper: bool = False) -> bool:
        """Let a supervisor listen."""

    def stop_listening(self, call: str, *, supervisor: str) -> None:
        """No more."""


class Desks:
    """Carries instructions out."""

    def __init__(
        self,
        brain: Brain,
        *,
        hear: Callable[[Hears], None],
        emit: Callable[[Any], None],
        hands: Hands,
        known: Callable[[str], Known | None],
        new_name: Callable[[], str],
    ) -> None:
        self.why_not_dial: Callable[[str], str] = lambda _number: ""
        """Why a number outside is not dialled now, as a code for the page; blank: it is."""
        self._brain, self._hear, self._emit, self._hands = brain, hear, emit, hands
        self._known, self._new_name = known, new_name
        self.blind: dict[str, str] = {}
        """Call -> somebody outside who gets it as soon as he answers."""
        self._ways: dict[str, Callable[[Told], str]] = {
            "sign-in": self._sign_in,
            "ready": lambda told: self._with_desk(told, AgentReady(agent=told.agent)),
            "pause": self._pause,
            "sign-out": lambda told: self._with_desk(told, AgentSignedOut(agent=told.agent)),
            "extend-wrap-up": self._extend,
            "end-wrap-up": lambda told: self._with_desk(told, WrapUpEnded(agent=told.agent)),
            "answer": lambda told: "" if hands.pick_up(told.agent) else "at-the-telephone",
            "decline": self._decline,
            "hold": self._hold,
            "resume": self._resume,
            "hang-up": self._hang_up,
            "transfer": self._transfer,
            "consult": self._consult,
            "complete-transfer": lambda told: self._end_consulting(told, End.TRANSFER),
            "cancel-transfer": lambda told: self._end_consulting(told, End.RETURN),
            "conference": lambda told: self._end_consulting(told, End.JOIN),
            "listen": lambda told: self._listen(told, whisper=False),
            "whisper": lambda told: self._listen(told, whisper=True),
            "stop-listening": self._stop_listening,
            "end-call": self._end_call,
            "dial": self._dial,
        }

    def carry_out(self, told: Told) -> str:
        """Blank when it is done, else why not."""
        way = self._ways.get(told.kind)
        return way(told) if way else "unknown-instruction"

    def _desk(self, told: Told) -> Desk | None:
        return self._brain.core.roster.get(told.agent)

    def _with_desk(self, told: Told, event: Hears) -> str:
        if self._desk(told) is None:
            return NOT_SIGNED_IN
        self._hear(event)
        return ""

    def _with_call(self, told: Told, make: Callable[[str], Hears]) -> str:
        """An event about the call in which the agent talks."""
        desk = self._desk(told)
        if desk is None:
            return NOT_SIGNED_IN
        if desk.state != AgentState.TALKING:
            return NO_CALL
        self._hear(make(desk.call))
        return ""

    def _sign_in(self, told: Told) -> str:
        known = self._known(told.agent)
        if known is None:
            return UNKNOWN
        self._hear(
            AgentSignedIn(
                agent=told.agent,
                languages=known.languages,
                services=known.services,
                rank=known.rank,
            )
        )
        return ""

    def _pause(self, told: Told) -> str:
        reason = str(told.facts.get("reason", ""))
        return self._with_desk(told, AgentPaused(agent=told.agent, reason=reason))

    def _extend(self, told: Told) -> str:
        seconds = float(told.facts.get("seconds", 30))
        return self._with_desk(told, WrapUpExtended(agent=told.agent, seconds=seconds))

    def _decline(self, told: Told) -> str:
        return "" if self._hands.decline(told.agent) else NO_CALL

    def _hold(self, told: Told) -> str:
        return self._with_call(told, lambda call: CallerHeld(call=call))

    def _resume(self, told: Told) -> str:
        return self._with_call(told, lambda call: CallerResumed(call=call))

    def _hang_up(self, told: Told) -> str:
        desk = self._desk(told)
        if desk is None or desk.state not in (AgentState.TALKING, AgentState.RINGING):
            return NO_CALL
        call = desk.call
        if desk.state == AgentState.RINGING:
            return self._decline(told)
        self._hear(AgentHungUp(agent=told.agent))
        self._emit(LetGo(call=call, colleague=told.agent))
        return ""

    def _transfer(self, told: Told) -> str:
        number, colleague = str(told.facts.get("number", "")), str(told.facts.get("to", ""))
        desk = self._desk(told)
        if desk is None or desk.state != AgentState.TALKING:
            return NO_CALL
        call = self._brain.core.calls[desk.call]
        if number:
            why_not = self._consult(told)
            if not why_not:
                self.blind[call.name] = f"{OUTSIDE}{number}"
            return why_not
        language = str(told.facts.get("language", call.caller.language))
        service = str(told.facts.get("service", call.caller.service))
        return self._with_call(
            told,
            lambda name: Transferred(
                call=name, language=language, service=service, known_agent=colleague
            ),
        )

    def _consult(self, told: Told) -> str:
        number, colleague = str(told.facts.get("number", "")), str(told.facts.get("to", ""))
        if number and (why_not := self.why_not_dial(number)):
            return why_not
        if not number:
            other = self._brain.core.roster.get(colleague)
            if other is None or other.state != AgentState.READY:
                return BUSY
        name = f"{OUTSIDE}{number}" if number else colleague
        return self._with_call(
            told, lambda call: ColleagueAsked(call=call, colleague=name, number=number)
        )

    def _end_consulting(self, told: Told, end: End) -> str:
        return self._with_call(told, lambda call: ConsultationEnded(call=call, end=end))

    def _listen(self, told: Told, *, whisper: bool) -> str:
        is_there = self._hands.listen(told.call, supervisor=told.agent, whisper=whisper)
        return "" if is_there else NO_CALL

    def _stop_listening(self, told: Told) -> str:
        self._hands.stop_listening(told.call, supervisor=told.agent)
        return ""

    def _end_call(self, told: Told) -> str:
        call = self._brain.core.calls.get(told.call)
        if call is None and told.call not in self._brain.conversation.talks:
            return NO_CALL
        rung = call.agents if call else ()
        self._emit(Release(call=told.call, is_cut=True))
        self._hear(CallerGone(call=told.call, ended_by=told.agent))
        for agent in rung:
            self._emit(StopRinging(call=told.call, agent=agent))
        return ""

    def _dial(self, told: Told) -> str:
        desk, number = self._desk(told), str(told.facts.get("number", ""))
        if desk is None:
            return NOT_SIGNED_IN
        if desk.call or not number:
            return BUSY
        if why_not := self.why_not_dial(number):
            return why_not
        self._hear(NumberDialled(call=self._new_name(), agent=told.agent, number=number))
        return ""

    def look_after(self, event: Hears) -> None:
        """A blind transfer to somebody outside is completed when he answers."""
        call, agent = getattr(event, "call", ""), getattr(event, "agent", "")
        if self.blind.get(call) == agent and type(event).__name__ == "LegAnswered":
            del self.blind[call]
            self._hear(ConsultationEnded(call=call, end=End.TRANSFER))
        elif call not in self._brain.core.calls:
            self.blind.pop(call, None)
