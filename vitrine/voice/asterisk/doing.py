"""What is ordered, as requests to Asterisk. Nothing here waits: outcomes come back as events."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from vitrine.telephony.rules.routing import Seconds
from vitrine.voice.asterisk.ari import Ari, Reply
from vitrine.voice.asterisk.book import CALL, FACTS, Leg, OnLine, Role
from vitrine.voice.asterisk.speaking import Speaker, Speaking
from vitrine.voice.call_flow import (
    AskColleague,
    Bridge,
    CallerGone,
    DialBack,
    Failure,
    Hold,
    LegFailed,
    LetGo,
    Release,
    Ring,
    StopRinging,
    TakeMessage,
)
from vitrine.voice.call_flow import talking as to
from vitrine.voice.telephones import Telephone

log = logging.getLogger(__name__)

RINGS_LONGER = 4.0
"""Seconds that Asterisk lets a telephone ring after the brain should have stopped it."""
PERSON_RINGS_FOR = 35
ELSEWHERE = "answered_elsewhere"
NO_CALLER = "originator channel was not found"
"""What Asterisk says of a telephone that shall ring for somebody who is not there any more."""
NORMAL = "normal"
PRE_EMPTED = "8"
"""Of Q.850: somebody with more right to it has ended the call."""


class Doing(Speaking):
    """The half of the line that carries out orders."""

    def __init__(self, ari: Ari, *, epoch: str, speaker: Speaker) -> None:
        super().__init__(ari, epoch=epoch, speaker=speaker)
        self.telephones: dict[str, Telephone] = {}
        self.may_dial: Callable[[str], bool] = lambda _number: True
        self._orders: dict[type, Callable[[Any, OnLine], None]] = {
            to.Answer: self._answer,
            to.Say: self._say,
            to.StopSaying: self._stop_saying,
            to.PlayMusic: self._play_music,
            to.Record: self._record,
            to.Remember: self._remember,
            to.HangUp: self._hang_up,
            Ring: self._ring,
            StopRinging: self._stop_ringing,
            Bridge: self._bridge,
            Hold: self._hold,
            Release: self._hang_up,
            AskColleague: self._ask_colleague,
            LetGo: self._let_go,
            TakeMessage: lambda _order, _call: None,
        }

    def order(self, what: Any) -> None:
        """Carry it out; what is only written down, or of a call that has gone, is passed over."""
        if isinstance(what, DialBack):
            self._dial_back(what)
            return
        do = self._orders.get(type(what))
        if do is None:
            return
        call = self.book.calls.get(what.call)
        if call is not None and not call.is_ending:
            do(what, call)
        elif isinstance(what, Ring):
            self._fails(what.call, what.agent, failure=Failure.NO_ANSWER)

    def then(self, reply: "asyncio.Future[Reply]", *, unless_done: Callable[[Reply], None]) -> None:
        """What to do when the answer is no."""

        def look(future: "asyncio.Future[Reply]") -> None:
            if not future.cancelled() and not future.result().is_done:
                unless_done(future.result())

        reply.add_done_callback(look)

    # ------------------------------------------------------------------ legs

    def _ring(self, order: Ring, call: OnLine) -> None:
        if order.agent in call.legs:
            return
        self.start_leg(call, order.agent, ring_for=order.ring_for)

    def _ask_colleague(self, order: AskColleague, call: OnLine) -> None:
        if order.colleague in call.legs:
            return
        self.start_leg(
            call,
            order.colleague,
            ring_for=order.ring_for,
            role=Role.COLLEAGUE,
            number=order.number,
        )

    def start_leg(
        self,
        call: OnLine,
        agent: str,
        *,
        ring_for: Seconds,
        role: Role = Role.AGENT,
        number: str = "",
    ) -> None:
        """Let a telephone ring; without one, or when Asterisk cannot, it is unreachable."""
        outside = Telephone(address=f"PJSIP/{number}@trunk") if number else None
        telephone = outside or self.telephones.get(agent)
        if telephone is None:
            self._fails(call.name, agent, failure=Failure.UNREACHABLE)
            return
        if number and not self.may_dial(number):
            self._fails(call.name, agent, failure=Failure.NOT_DIALLED)
            return
        leg = Leg(
            channel=self.new_name("l"),
            agent=agent,
            role=role,
            must_accept=telephone.must_accept,
        )
        self.book.put_leg(call, leg)
        link = {"originator": call.channel} if call.channel else {"formats": "alaw"}
        reply = self.ari.ask(
            "POST",
            "channels",
            body={
                "variables": {
                    CALL: call.name,
                    FACTS: f'{{"leg":"{agent}","role":"{role}"}}',
                    "PJSIP_HEADER(add,X-Vitrine-Call)": call.name,
                }
            },
            endpoint=telephone.address,
            app=self.ari.application,
            appArgs=f"leg,{call.name},{agent}",
            channelId=leg.channel,
            callerId=call.number or "anonymous",
            timeout=int(ring_for + RINGS_LONGER),
            **link,
        )
        self.then(reply, unless_done=lambda said: self._leg_refused(call, leg, said=said))

    def _leg_refused(self, call: OnLine, leg: Leg, *, said: Reply) -> None:
        if call.legs.get(leg.agent) is not leg:
            return
        log.info("No telephone of %s rings: %s %s", leg.agent, said.status, said.body)
        if said.status == 0:
            self.end_leg(leg)
        self.book.drop_leg(call, leg)
        if call.channel and NO_CALLER in str(said.body):
            self.caller_ended(call)  # he has just hung up: no fault of the agent's telephone
        elif leg.role != Role.EAR:
            self._fails(call.name, leg.agent, failure=Failure.UNREACHABLE)

    def _fails(self, call: str, agent: str, *, failure: Failure) -> None:
        self.hear_now(LegFailed(call=call, agent=agent, failure=failure))

    def end_leg(self, leg: Leg, *, reason: str = NORMAL, is_cut: bool = False) -> None:
        """Hang up; that it ends is no news then.

        is_cut  a supervisor has ended the call: the telephone can tell that from the cause
        """
        if not leg.is_ending:
            leg.is_ending = True
            path = f"channels/{leg.channel}"
            if is_cut:
                self.ari.ask("DELETE", path, reason_code=PRE_EMPTED)
            else:
                self.ari.ask("DELETE", path, reason=reason)

    def _stop_ringing(self, order: StopRinging, call: OnLine) -> None:
        leg = call.legs.get(order.agent)
        if leg is not None:
            self.book.drop_leg(call, leg)
            self.book.legs[leg.channel] = (call, leg)  # until it says that it has ended
            self.end_leg(leg, reason=ELSEWHERE if order.elsewhere else NORMAL)

    def _let_go(self, order: LetGo, call: OnLine) -> None:
        self._stop_ringing(StopRinging(call=order.call, agent=order.colleague), call)
        self.unbridge_if_alone(call)

    # ------------------------------------------------------------------ who hears whom

    def _bridge(self, order: Bridge, call: OnLine) -> None:
        leg = call.legs.get(order.agent)
        if leg is None or not leg.is_up:
            return
        self._silence(call)
        self.quiet.silence(call.channel)  # even what is not said: nothing may hold the bridge up
        self._no_music(call)
        if call.back_for == order.agent:
            self.ari.ask("DELETE", f"channels/{leg.channel}/ring")  # else it rings on in his ear
        is_first, call.is_bridged = not call.is_bridged, True
        self.quiet.when_silent(
            call.channel,
            lambda: self.quiet.when_silent(
                leg.channel, lambda: self._join(call, leg, is_first=is_first)
            ),
        )

    def _join(self, call: OnLine, leg: Leg, *, is_first: bool) -> None:
        if call.is_ending or leg.is_ending or not call.is_bridged:
            return  # somebody has hung up meanwhile
        both = [leg.channel]
        if is_first:
            self.ari.ask("POST", "bridges", type="mixing", bridgeId=call.bridge, name=call.name)
            both.insert(0, call.channel)
        self.ari.ask("POST", f"bridges/{call.bridge}/addChannel", channel=",".join(both))
        if leg.role == Role.AGENT:
            self.write(call, a=leg.agent, h=False)

    def _hold(self, order: Hold, call: OnLine) -> None:
        if call.is_held == order.is_held or not call.is_bridged:
            return
        call.is_held = order.is_held
        way = "removeChannel" if order.is_held else "addChannel"
        if not order.is_held:
            self.ari.ask("DELETE", f"channels/{call.channel}/moh")
        self.ari.ask("POST", f"bridges/{call.bridge}/{way}", channel=call.channel)
        if order.is_held:
            self.ari.ask("POST", f"channels/{call.channel}/moh")
        self.write(call, h=order.is_held)

    def unbridge_if_alone(self, call: OnLine) -> None:
        """Nobody of ours is left: the caller hears us again, not an empty bridge."""
        others = (leg for leg in call.legs.values() if leg.is_up and leg.role != Role.EAR)
        if not call.is_bridged or call.is_ending or any(not leg.is_ending for leg in others):
            return
        call.is_bridged = False
        if call.is_held:
            call.is_held = False
            self.ari.ask("DELETE", f"channels/{call.channel}/moh")
        self.ari.ask("DELETE", f"bridges/{call.bridge}")
        self.write(call, a="", h=False)

    # ------------------------------------------------------------------ calling back, ending

    def _dial_back(self, order: DialBack) -> None:
        """First the agent's telephone; when he has picked up, the person's."""
        if order.call in self.book.calls and not self.book.calls[order.call].is_ending:
            return
        call = self.book.add(OnLine(name=order.call, number=order.number, back_for=order.agent))
        if not self.may_dial(order.number):
            self.book.drop(call)
            self._fails(order.call, order.agent, failure=Failure.NOT_DIALLED)
            return
        self.start_leg(call, order.agent, ring_for=PERSON_RINGS_FOR)

    def dial_person(self, call: OnLine, leg: Leg) -> None:
        """The agent is there: call the person; he hears it ring."""
        call.channel = self.new_name("k")
        self.book.callers[call.channel] = call
        self.ari.ask("POST", f"channels/{leg.channel}/ring")
        reply = self.ari.ask(
            "POST",
            "channels",
            body={"variables": {CALL: call.name, FACTS: call.written()}},
            endpoint=f"PJSIP/{call.number}@trunk",
            app=self.ari.application,
            appArgs=f"back,{call.name}",
            channelId=call.channel,
            originator=leg.channel,
            callerId=call.dialled or "anonymous",
            timeout=PERSON_RINGS_FOR,
        )
        self.then(reply, unless_done=lambda _reply: self.caller_ended(call))

    def caller_ended(self, call: OnLine) -> None:
        """His side is gone: end what is left, and say so unless we have ended it."""
        was_ours = call.is_ending
        self._end_all(call)
        self.quiet.forget(call.channel)
        self.book.drop(call)
        if not was_ours:
            self.hear_now(CallerGone(call=call.name))

    def _hang_up(self, order: to.HangUp | Release, call: OnLine) -> None:
        self._end_all(call, is_cut=isinstance(order, Release) and order.is_cut)
        if call.channel:
            self.ari.ask("DELETE", f"channels/{call.channel}", reason=NORMAL)
        else:
            self.book.drop(call)

    def _end_all(self, call: OnLine, *, is_cut: bool = False) -> None:
        """Every leg and the bridge."""
        call.is_ending = True
        for leg in list(call.legs.values()):
            self.end_leg(leg, is_cut=is_cut)
        if call.is_bridged:
            call.is_bridged = False
            self.ari.ask("DELETE", f"bridges/{call.bridge}")
