"""The agents' side: telephones that ring, and what somebody at a telephone is doing."""

from dataclasses import replace

from vitrine.telephony.rules.routing import Seconds
from vitrine.voice.call_flow import commands as do
from vitrine.voice.call_flow import events as has
from vitrine.voice.call_flow.matching import Matching
from vitrine.voice.call_flow.state import AgentState, Call, Desk, Failure, Outcome, Phase


class AgentSide(Matching):
    """What happens at the agents' telephones."""

    def _colleague_answered(self, call: Call, *, at: Seconds) -> None:
        raise NotImplementedError

    def _colleague_failed(self, call: Call) -> None:
        raise NotImplementedError

    def _colleague_gone(self, event: has.ColleagueGone, at: Seconds) -> None:
        raise NotImplementedError

    def _left_alone(self, call: Call, *, at: Seconds) -> bool:
        raise NotImplementedError

    def _answered(self, event: has.LegAnswered, at: Seconds) -> None:
        asked = self.calls.get(event.call)
        if asked is not None and asked.colleague and event.agent == asked.colleague:
            self._colleague_answered(asked, at=at)
            return
        call, desk = self.calls.get(event.call), self.roster.get(event.agent)
        rung = call is not None and event.agent in call.agents
        if call is None or desk is None or not rung or desk.call != event.call:
            self._out.append(do.StopRinging(call=event.call, agent=event.agent))
            return
        if call.phase not in (Phase.RINGING, Phase.DIALLING_BACK):
            return  # said twice
        for other in call.agents:
            if other != event.agent:
                self._free_desk(self.roster[other], at=at)
                self._out.append(do.StopRinging(call=call.name, agent=other, elsewhere=True))
        call.agents, call.phase, call.answered_at = (event.agent,), Phase.TALKING, at
        self.roster.put(desk, AgentState.TALKING, at=at, call=call.name)
        self.roster.has_answered(desk)
        self._decide(call, Outcome.ANSWERED)
        self._out.append(do.Bridge(call=call.name, agent=event.agent))

    def _leg_failed(self, event: has.LegFailed, at: Seconds) -> None:
        desk = self.roster.get(event.agent)
        if desk is None or desk.state != AgentState.RINGING or desk.call != event.call:
            return
        call = self.calls[desk.call]
        if event.failure == Failure.NOT_DIALLED and call.phase == Phase.DIALLING_BACK:
            self._not_dialled(call, at=at)
        else:
            self._missed(desk, failure=event.failure, at=at)

    def _not_dialled(self, call: Call, *, at: Seconds) -> None:
        """No try in vain, and no use in another one: people see it among the call-backs."""
        for name in call.agents:
            self._free_desk(self.roster[name], at=at)
        call.agents = ()
        if not call.is_dialled:
            self._out.append(do.GiveUpCallBack(call=call.name, number=call.number))
        self._forget(call)

    def _call_back_failed(self, call: Call, *, at: Seconds) -> None:
        """The person called back did not answer: the agent is free, we try again later."""
        for name in call.agents:
            self._free_desk(self.roster[name], at=at)
        call.agents = ()
        if call.is_dialled:
            self._forget(call)
            return
        call.tries += 1
        if call.tries >= self.policy.call_back_tries:
            self._out.append(do.GiveUpCallBack(call=call.name, number=call.number))
            self._forget(call)
            return
        call.phase = Phase.TO_CALL_BACK
        key = ("call-back", call.name)
        self._out.append(do.StartTimer(key=key, at=at + self.policy.call_back_pause))

    def _missed(self, desk: Desk, *, failure: Failure, at: Seconds) -> None:
        """The telephone was not answered: the caller goes back to his place."""
        call = self.calls[desk.call]
        name = desk.agent.name
        self._free_desk(desk, at=at)
        if call.is_dialled:
            call.agents = ()
            self._forget(call)
            return
        if name == call.colleague:
            self._colleague_failed(call)
            if failure == Failure.UNREACHABLE:
                self._rest(desk, AgentState.UNREACHABLE, words="unreachable", at=at)
            return
        desk.missed += 1
        desk.missed_in_all += 1
        if failure == Failure.UNREACHABLE:
            self._rest(desk, AgentState.UNREACHABLE, words="unreachable", at=at)
        elif desk.missed >= self.policy.most_missed:
            self._rest(desk, AgentState.PAUSED, words="missed-calls", at=at)
        call.agents = tuple(agent for agent in call.agents if agent != name)
        call.caller = replace(call.caller, missed_by={**call.caller.missed_by, name: at})
        if not call.agents:
            call.phase = Phase.TO_CALL_BACK if call.is_call_back else Phase.WAITING
            self._join_queue(call)

    def _rest(self, desk: Desk, state: AgentState, *, words: str, at: Seconds) -> None:
        if desk.agent.name in self.roster.desks and desk.state != AgentState.OFFLINE:
            self.roster.put(desk, state, at=at)
            desk.reason, desk.missed = words, 0
            self._out.append(do.TellAgent(agent=desk.agent.name, words=words))

    def _stop_ringing(self, call: Call, *, at: Seconds) -> None:
        for name in call.agents:
            self._free_desk(self.roster[name], at=at)
            self._out.append(do.StopRinging(call=call.name, agent=name))
        call.agents = ()

    def _signed_in(self, event: has.AgentSignedIn, at: Seconds) -> None:
        self.roster.sign_in(
            event.agent,
            languages=event.languages,
            services=event.services,
            rank=event.rank,
            at=at,
        )

    def _ready(self, event: has.AgentReady, at: Seconds) -> None:
        desk = self.roster.get(event.agent)
        if desk is None:
            return
        desk.pause_after, desk.leaves_after, desk.reason = None, False, ""
        if desk.state in (AgentState.PAUSED, AgentState.UNREACHABLE, AgentState.WRAP_UP):
            desk.missed = 0
            self.roster.put(desk, AgentState.READY, at=at)

    def _paused(self, event: has.AgentPaused, at: Seconds) -> None:
        desk = self.roster.get(event.agent)
        if desk is None:
            return
        if desk.state == AgentState.RINGING and event.unreachable:
            self._missed(desk, failure=Failure.UNREACHABLE, at=at)
        elif desk.state in (AgentState.RINGING, AgentState.TALKING):
            desk.pause_after = event.reason
        else:
            state = AgentState.UNREACHABLE if event.unreachable else AgentState.PAUSED
            self.roster.put(desk, state, at=at)
            desk.reason = event.reason

    def _signed_out(self, event: has.AgentSignedOut, at: Seconds) -> None:
        desk = self.roster.get(event.agent)
        if desk is None:
            return
        if desk.state in (AgentState.RINGING, AgentState.TALKING):
            desk.leaves_after = True
        else:
            self.roster.settle(desk, at=at)
            self.roster.remove(event.agent)

    def _agent_hung_up(self, event: has.AgentHungUp, at: Seconds) -> None:
        desk = self.roster.get(event.agent)
        if desk is None or desk.state != AgentState.TALKING:
            return
        call = self.calls[desk.call]
        if event.agent == call.colleague:
            self._colleague_gone(has.ColleagueGone(call=call.name, colleague=event.agent), at)
            return
        if self._left_alone(call, at=at):
            return
        self._end_talk(call, at=at)
        self._forget(call)
        self._out.append(do.Release(call=call.name))

    def _wrap_up_extended(self, event: has.WrapUpExtended, at: Seconds) -> None:
        desk = self.roster.get(event.agent)
        if desk is not None and desk.state == AgentState.WRAP_UP and event.seconds > 0:
            desk.turn = self.roster.next_turn()
            self._wrap_up_until(desk, at=at + event.seconds)

    def _wrap_up_ended(self, event: has.WrapUpEnded, at: Seconds) -> None:
        desk = self.roster.get(event.agent)
        if desk is not None and desk.state == AgentState.WRAP_UP:
            self._free_desk(desk, at=at)

    def _free_desk(self, desk: Desk, *, at: Seconds) -> None:
        """What an agent does when nothing holds him: leave, pause, or be ready."""
        if desk.leaves_after:
            self.roster.settle(desk, at=at)
            self.roster.remove(desk.agent.name)
            desk.state = AgentState.OFFLINE
        elif desk.pause_after is not None:
            self.roster.put(desk, AgentState.PAUSED, at=at)
            desk.reason, desk.pause_after = desk.pause_after, None
        else:
            self.roster.put(desk, AgentState.READY, at=at)

    def _end_talk(self, call: Call, *, at: Seconds) -> None:
        """The agent writes up what was said; then he is free."""
        if not call.agents:
            return  # he had been handed over to somebody outside
        [name] = call.agents
        call.agents = ()
        desk = self.roster[name]
        self.roster.has_talked(desk, seconds=at - desk.since)
        if self.policy.wrap_up > 0:
            self.roster.put(desk, AgentState.WRAP_UP, at=at)
            self._wrap_up_until(desk, at=at + self.policy.wrap_up)
        else:
            self._free_desk(desk, at=at)

    def _wrap_up_until(self, desk: Desk, *, at: Seconds) -> None:
        desk.until = at
        self.roster.changed[desk.agent.name] = None
        key = ("wrap-up", desk.agent.name, str(desk.turn))
        self._out.append(do.StartTimer(key=key, at=at))
