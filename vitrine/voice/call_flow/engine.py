"""Events in, commands out: see the package."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from vitrine.telephony.rules.routing import Caller, Policy, Seconds
from vitrine.voice.call_flow import commands as do
from vitrine.voice.call_flow import events as has
from vitrine.voice.call_flow.consulting import Consulting
from vitrine.voice.call_flow.state import AgentState, Call, Desk, Failure, Outcome, Phase

Handler = Callable[[Any, Seconds], None]


class CallFlow(Consulting):
    """The callers' side and the whole desk; `handle` is the only door.

    Invariants, after every event: no agent has two calls; no caller waits while an agent who may
    take him is free (but for the reservation of a scarce language and the wait for a known agent);
    every call offered is present or has exactly one outcome.
    """

    def __init__(self, policy: Policy | None = None) -> None:
        super().__init__(policy)
        self._handlers: dict[type, Handler] = {
            has.CallOffered: self._offered,
            has.CallerGone: self._caller_gone,
            has.LegAnswered: self._answered,
            has.LegFailed: self._leg_failed,
            has.AgentHungUp: self._agent_hung_up,
            has.AgentSignedIn: self._signed_in,
            has.AgentReady: self._ready,
            has.AgentPaused: self._paused,
            has.AgentSignedOut: self._signed_out,
            has.WrapUpExtended: self._wrap_up_extended,
            has.WrapUpEnded: self._wrap_up_ended,
            has.CallerHeld: self._held,
            has.CallerResumed: self._resumed,
            has.Transferred: self._transferred,
            has.ColleagueAsked: self._colleague_asked,
            has.ConsultationEnded: self._consultation_ended,
            has.ColleagueGone: self._colleague_gone,
            has.TalkFound: self._talk_found,
            has.CallBackOwed: self._call_back_owed,
            has.NumberDialled: self._dialled,
            has.CallBackAccepted: self._call_back_accepted,
            has.MessageLeft: self._message_left,
            has.DeskClosed: self._closed,
            has.DeskOpened: self._opened,
            has.EngineLost: self._engine_lost,
            has.PolicyChanged: self._policy_changed,
            has.TimerFired: self._timer,
        }

    def handle(self, event: has.Event, *, at: Seconds) -> Sequence[do.Command]:
        """What shall be done after `event`, which happened at `at`; never goes back in time."""
        self._out = []
        self._handlers[type(event)](event, at)
        if self._queue and self.roster.free:
            self._match(at)
        if self._newcomers:
            self._start_timers(at=at)
        if self.roster.changed:
            self._tell_changes()
        return self._out

    def callers_waiting(self) -> Sequence[Caller]:
        """Those who wait for somebody, call-backs included, in the order of their turn."""
        return self._queue

    def ahead_of(self, call: str) -> int:
        """How many callers of the same language and service wait before this one."""
        mine = self.calls[call].caller
        return sum(
            1
            for other in self._queue
            if other.turn < mine.turn
            and (other.language, other.service) == (mine.language, mine.service)
        )

    def _offered(self, event: has.CallOffered, at: Seconds) -> None:
        if event.call in self.calls:
            return
        self.offered += 1
        call = self._new_call(event, at=at)
        call.caller = replace(call.caller, known_agent=event.known_agent)
        self.calls[event.call] = call
        self._wait(call)

    def _wait_for_known(self, call: Call, *, known: str) -> None:
        call.caller = replace(call.caller, known_agent=known, missed_by={})
        self._wait(call)

    def _new_call(
        self, event: has.CallOffered | has.TalkFound | has.CallBackOwed, *, at: Seconds
    ) -> Call:
        since = at if event.waiting_since is None else event.waiting_since
        caller = Caller(
            call=event.call,
            language=event.language,
            service=event.service,
            waiting_since=since,
            priority=event.priority,
        )
        return Call(
            caller=caller, number=event.number, offered_at=at, for_colleague=event.for_colleague
        )

    def _caller_gone(self, event: has.CallerGone, at: Seconds) -> None:
        call = self.calls.get(event.call)
        if call is None:
            return
        if call.phase == Phase.TO_CALL_BACK:
            return  # he has hung up and is called back: that is what he wants
        if call.phase == Phase.DIALLING_BACK:
            self._call_back_failed(call, at=at)
            return
        if call.phase == Phase.RINGING:
            self._stop_ringing(call, at=at)
        if call.phase in (Phase.TALKING, Phase.HELD):
            if call.colleague:
                self._leave_colleague(call, at=at)
            self._end_talk(call, at=at)
        else:
            self._take_from_queue(call)
            self._decide(call, Outcome.ABANDONED)
        self._forget(call)

    def _call_back_accepted(self, event: has.CallBackAccepted, at: Seconds) -> None:
        call = self.calls.get(event.call)
        if call is None or call.phase not in (Phase.WAITING, Phase.RINGING):
            return
        call.number = event.number or call.number
        if not call.number:
            return
        if call.phase == Phase.RINGING:
            self._stop_ringing(call, at=at)
            self._join_queue(call)
        self._decide(call, Outcome.CALL_BACK)
        call.phase, call.is_call_back = Phase.TO_CALL_BACK, True
        self._out.append(do.Release(call=call.name))

    def _message_left(self, event: has.MessageLeft, at: Seconds) -> None:
        call = self.calls.get(event.call)
        if call is None or call.phase not in (Phase.WAITING, Phase.RINGING):
            return
        if call.phase == Phase.RINGING:
            self._stop_ringing(call, at=at)
        self._take_from_queue(call)
        self._decide(call, Outcome.MESSAGE)
        call.phase = Phase.LEAVING_MESSAGE
        self._out.append(do.TakeMessage(call=call.name))

    def _transferred(self, event: has.Transferred, at: Seconds) -> None:
        call = self.calls.get(event.call)
        if call is None or call.phase not in (Phase.TALKING, Phase.HELD):
            return
        if call.colleague:
            self._leave_colleague(call, at=at)
        for name in call.agents:
            self._out.append(do.LetGo(call=call.name, colleague=name))
        self._hold_now(call, is_held=False)
        self._end_talk(call, at=at)
        call.guest = ""
        call.caller = replace(
            call.caller,
            language=event.language,
            service=event.service,
            known_agent=event.known_agent,
            missed_by={},
        )
        self._wait(call)

    def _held(self, event: has.CallerHeld, at: Seconds) -> None:
        self._change_hold(event.call, is_held=True)

    def _resumed(self, event: has.CallerResumed, at: Seconds) -> None:
        self._change_hold(event.call, is_held=False)

    def _change_hold(self, name: str, *, is_held: bool) -> None:
        call = self.calls.get(name)
        before, after = (Phase.TALKING, Phase.HELD) if is_held else (Phase.HELD, Phase.TALKING)
        if call is not None and call.phase == before:
            call.phase = after
            self._out.append(do.Hold(call=name, is_held=is_held))

    def _closed(self, event: has.DeskClosed, at: Seconds) -> None:
        self.is_closed = True
        for caller in self._queue:
            call = self.calls[caller.call]
            if call.phase == Phase.WAITING:
                call.alternatives_offered = True
                self._out.append(do.OfferAlternatives(call=call.name, closes=True))

    def _opened(self, event: has.DeskOpened, at: Seconds) -> None:
        self.is_closed = False

    def _engine_lost(self, event: has.EngineLost, at: Seconds) -> None:
        """Calls that were up are gone; who had accepted a call-back keeps his place."""
        for call in list(self.calls.values()):
            if call.phase == Phase.TO_CALL_BACK:
                continue
            for name in (*call.agents, call.colleague):
                if desk := self.roster.get(name):
                    desk.missed = 0
                    self._free_desk(desk, at=at)
            call.agents, call.colleague, call.guest = (), "", ""
            if call.phase == Phase.DIALLING_BACK and not call.is_dialled:
                call.phase = Phase.TO_CALL_BACK
                self._join_queue(call)
                continue
            self._take_from_queue(call)
            self._decide(call, Outcome.LOST)
            self._forget(call)

    def _policy_changed(self, event: has.PolicyChanged, at: Seconds) -> None:
        self.policy = event.policy
        self.roster.look_again(scarce_share=event.policy.scarce_share)

    def _timer(self, event: has.TimerFired, at: Seconds) -> None:
        """A timer of an earlier state is void: its turn is no longer that of the desk."""
        kind, name, *rest = event.key
        if kind in ("wrap-up", "ring"):
            desk = self.roster.get(name)
            if desk is not None and rest == [str(desk.turn)]:
                self._desk_timer(desk, kind=kind, at=at)
        elif call := self.calls.get(name):
            self._call_timer(call, kind=kind)

    def _desk_timer(self, desk: Desk, *, kind: str, at: Seconds) -> None:
        if kind == "wrap-up" and desk.state == AgentState.WRAP_UP:
            self._free_desk(desk, at=at)
        elif kind == "ring" and desk.state == AgentState.RINGING:
            self._out.append(do.StopRinging(call=desk.call, agent=desk.agent.name))
            self._missed(desk, failure=Failure.NO_ANSWER, at=at)

    def _call_timer(self, call: Call, *, kind: str) -> None:
        """`widen` is nothing but a reason to look again, which `handle` does."""
        if kind == "most-wait" and call.phase == Phase.WAITING and not call.alternatives_offered:
            call.alternatives_offered = True
            self._out.append(do.OfferAlternatives(call=call.name))
        elif kind == "call-back" and call.phase == Phase.TO_CALL_BACK and not self._is_queued(call):
            self._join_queue(call)
