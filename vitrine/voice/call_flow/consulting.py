"""Asking a colleague during a call: attended transfer, conference, and back again.

While an agent asks, the caller is held; the colleague joins the agent in the call's bridge. Then
the agent hands over, lets both talk together with the caller, or goes back to him. A colleague is
an agent of ours, or somebody with a number outside, whom no desk stands for.
"""

from vitrine.telephony.rules.routing import Caller, Choice, Seconds, Why
from vitrine.voice.call_flow import commands as do
from vitrine.voice.call_flow import events as has
from vitrine.voice.call_flow.agents import AgentSide
from vitrine.voice.call_flow.state import AgentState, Call, Failure, Outcome, Phase

IN_TALK = (Phase.TALKING, Phase.HELD)


class Consulting(AgentSide):
    """What an agent does with a call beside talking."""

    def _colleague_asked(self, event: has.ColleagueAsked, at: Seconds) -> None:
        call = self.calls.get(event.call)
        if call is None or call.phase not in IN_TALK or call.colleague or len(call.agents) != 1:
            return
        desk = self.roster.get(event.colleague)
        is_free = desk is not None and desk.state == AgentState.READY
        if not event.number and not is_free:
            self._out.append(do.TellAgent(agent=call.agents[0], words="colleague-busy"))
            return
        call.colleague, call.colleague_is_there = event.colleague, False
        self._hold_now(call, is_held=True)
        ring_for = self.policy.ring_for
        self._out.append(
            do.AskColleague(
                call=call.name, colleague=event.colleague, number=event.number, ring_for=ring_for
            )
        )
        if desk is not None and not event.number:
            self.roster.put(desk, AgentState.RINGING, at=at, call=call.name)
            key = ("ring", event.colleague, str(desk.turn))
            self._out.append(do.StartTimer(key=key, at=at + ring_for))

    def _colleague_answered(self, call: Call, *, at: Seconds) -> None:
        if call.colleague_is_there:
            return
        call.colleague_is_there = True
        if desk := self.roster.get(call.colleague):
            self.roster.put(desk, AgentState.TALKING, at=at, call=call.name)
        self._out.append(do.Bridge(call=call.name, agent=call.colleague))

    def _colleague_failed(self, call: Call) -> None:
        """He does not pick up: the agent is told, the caller stays on hold until he resumes."""
        call.colleague, call.colleague_is_there = "", False
        for name in call.agents:
            self._out.append(do.TellAgent(agent=name, words="colleague-no-answer"))

    def _consultation_ended(self, event: has.ConsultationEnded, at: Seconds) -> None:
        call = self.calls.get(event.call)
        if call is None or not call.colleague or call.phase not in IN_TALK:
            return
        if event.end == has.End.RETURN:
            self._leave_colleague(call, at=at)
            self._hold_now(call, is_held=False)
        elif not call.colleague_is_there:
            return
        elif event.end == has.End.JOIN:
            self._hold_now(call, is_held=False)
        else:
            for name in call.agents:
                self._out.append(do.LetGo(call=call.name, colleague=name))
            self._hand_over(call, at=at)

    def _hand_over(self, call: Call, *, at: Seconds) -> None:
        """The agent leaves the call to his colleague."""
        colleague, call.colleague, call.colleague_is_there = call.colleague, "", False
        self._end_talk(call, at=at)
        if colleague in self.roster.desks:
            call.agents = (colleague,)
        else:
            call.guest = colleague
        self._hold_now(call, is_held=False)

    def _leave_colleague(self, call: Call, *, at: Seconds) -> None:
        """The agent's side has no need of him any more."""
        name, call.colleague, call.colleague_is_there = call.colleague, "", False
        self._out.append(do.LetGo(call=call.name, colleague=name))
        if desk := self.roster.get(name):
            self._free_desk(desk, at=at)

    def _colleague_gone(self, event: has.ColleagueGone, at: Seconds) -> None:
        call = self.calls.get(event.call)
        if call is None:
            return
        if event.colleague in call.agents:
            self._agent_hung_up(has.AgentHungUp(agent=event.colleague), at)
        elif event.colleague == call.guest:
            self._forget(call)
            self._out.append(do.Release(call=call.name))
        elif event.colleague == call.colleague:
            if desk := self.roster.get(event.colleague):
                self._free_desk(desk, at=at)
            was_there = call.colleague_is_there
            self._colleague_failed(call)
            if was_there and call.phase == Phase.TALKING:
                self._out.pop()  # of a conference: the agent has heard him leave

    def _new_call(
        self, event: has.CallOffered | has.TalkFound | has.CallBackOwed, *, at: Seconds
    ) -> Call:
        raise NotImplementedError

    def _wait_for_known(self, call: Call, *, known: str) -> None:
        raise NotImplementedError

    def _left_alone(self, call: Call, *, at: Seconds) -> bool:
        """The agent has hung up while he asked: his colleague has the call, or the queue has."""
        if not call.colleague:
            return False
        if call.colleague_is_there:
            self._hand_over(call, at=at)
            return True
        name = call.colleague
        self._leave_colleague(call, at=at)
        self._end_talk(call, at=at)
        self._hold_now(call, is_held=False)
        self._wait_for_known(call, known=name)
        return True

    def _hold_now(self, call: Call, *, is_held: bool) -> None:
        after = Phase.HELD if is_held else Phase.TALKING
        if call.phase != after:
            call.phase = after
            self._out.append(do.Hold(call=call.name, is_held=is_held))

    def _talk_found(self, event: has.TalkFound, at: Seconds) -> None:
        """After a restart: somebody talks already. How the call was answered is written down."""
        desk = self.roster.get(event.agent)
        if event.call in self.calls or desk is None or desk.call:
            return
        call = self._new_call(event, at=at)
        call.phase = Phase.HELD if event.is_held else Phase.TALKING
        call.agents, call.answered_at, call.outcome = (event.agent,), at, Outcome.ANSWERED
        self.calls[event.call] = call
        self.roster.put(desk, AgentState.TALKING, at=at, call=event.call)

    def _call_back_owed(self, event: has.CallBackOwed, at: Seconds) -> None:
        """After a restart: somebody has accepted a call-back and keeps his place."""
        if event.call in self.calls:
            return
        call = self._new_call(event, at=at)
        call.phase, call.is_call_back, call.tries = Phase.TO_CALL_BACK, True, event.tries
        call.outcome = Outcome.CALL_BACK
        self.calls[event.call] = call
        self._join_queue(call)

    def _dialled(self, event: has.NumberDialled, at: Seconds) -> None:
        """Like a call-back that this agent alone makes, once; whoever pauses pauses on."""
        desk = self.roster.get(event.agent)
        if desk is None or desk.call or event.call in self.calls or not event.number:
            return
        if desk.state in (AgentState.PAUSED, AgentState.UNREACHABLE):
            desk.pause_after = desk.reason
        caller = Caller(call=event.call, waiting_since=at)
        call = Call(caller=caller, number=event.number, offered_at=at)
        call.phase, call.agents = Phase.DIALLING_BACK, (event.agent,)
        call.is_call_back = call.is_dialled = True
        call.outcome = Outcome.ANSWERED  # it never waited: nothing is decided
        self.calls[event.call] = call
        self.roster.put(desk, AgentState.RINGING, at=at, call=event.call)
        choice = Choice(event.call, (event.agent,), Why.ONLY_ONE, 0.0)
        self._out.append(
            do.DialBack(call=call.name, agent=event.agent, number=event.number, choice=choice)
        )

    def _leg_failed(self, event: has.LegFailed, at: Seconds) -> None:
        """A colleague who does not pick up is not counted as having missed a call."""
        call = self.calls.get(event.call)
        if call is not None and call.colleague and event.agent == call.colleague:
            desk = self.roster.get(event.agent)
            if desk is not None and desk.state == AgentState.RINGING:
                self._free_desk(desk, at=at)
                if event.failure == Failure.UNREACHABLE:
                    self._rest(desk, AgentState.UNREACHABLE, words="unreachable", at=at)
            self._colleague_failed(call)
            return
        super()._leg_failed(event, at)
