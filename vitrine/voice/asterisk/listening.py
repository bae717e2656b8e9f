"""A supervisor listens to a call, or speaks to the agent alone.

A tap (a snoop channel) on the agent's side hears both and, when whispering, speaks to the agent
only. The supervisor's own telephone rings; when it is picked up, tap and telephone share a bridge.
"""

from functools import partial

from vitrine.telephony.rules.routing import Seconds
from vitrine.voice.asterisk.book import Leg, OnLine, Role
from vitrine.voice.asterisk.finding import Finding
from vitrine.voice.call_flow import Failure, LegFailed

RING_FOR: Seconds = 20.0


class Listening(Finding):
    """The half of the line for supervisors."""

    def pick_up(self, agent: str) -> bool:
        """Nobody can pick up for somebody: False."""
        return False

    def decline(self, agent: str) -> bool:
        """Refuse what rings at this place; whether something did."""
        for call in self.book.calls.values():
            leg = call.legs.get(agent)
            if leg is not None and not leg.is_up:
                self.end_leg(leg)
                self.book.drop_leg(call, leg)
                self.hear_now(LegFailed(call=call.name, agent=agent, failure=Failure.DECLINED))
                return True
        return False

    def listen(self, call: str, *, supervisor: str, whisper: bool = False) -> bool:
        """Let the supervisor's telephone ring; once more changes between listening and whispering.

        False: there is nobody to listen to.
        """
        line = self.book.calls.get(call)
        if line is None or not line.is_bridged or supervisor == line.kept.get("a"):
            return False
        line.kept[f"whisper-{supervisor}"] = whisper
        leg = line.legs.get(supervisor)
        if leg is None:
            self.start_leg(line, supervisor, ring_for=RING_FOR, role=Role.EAR)
        elif leg.role == Role.EAR and leg.is_up:
            self.join_ear(line, leg)
        return True

    def stop_listening(self, call: str, *, supervisor: str) -> None:
        """Hang the supervisor's telephone up."""
        line = self.book.calls.get(call)
        leg = line.legs.get(supervisor) if line else None
        if leg is not None and leg.role == Role.EAR:
            self.end_leg(leg)
            self._close_ear(leg)

    def join_ear(self, call: OnLine, leg: Leg) -> None:
        """The supervisor has picked up: put the tap and him into one bridge."""
        agent = next((one for one in call.legs.values() if one.role == Role.AGENT), None)
        if agent is None:
            self.end_leg(leg)
            return
        whispers = bool(call.kept.get(f"whisper-{leg.agent}"))
        tap, bridge = self._tap(leg, whispers=whispers), self._ear_bridge(leg)
        self.ari.ask("DELETE", f"channels/{self._tap(leg, whispers=not whispers)}")
        self.ari.ask("POST", "bridges", type="mixing", bridgeId=bridge, name="listening")
        self.ari.ask(
            "POST",
            f"channels/{agent.channel}/snoop/{tap}",
            spy="both",
            whisper="out" if whispers else "none",
            app=self.ari.application,
            appArgs=f"ear,{call.name},{leg.agent}",
        )
        self.quiet.when_silent(leg.channel, partial(self._join_ear, bridge, leg.channel))

    def _join_ear(self, bridge: str, channel: str) -> None:
        self.ari.ask("POST", f"bridges/{bridge}/addChannel", channel=channel)

    def _tap(self, leg: Leg, *, whispers: bool) -> str:
        return f"{'w' if whispers else 's'}{leg.channel}"

    def _ear_bridge(self, leg: Leg) -> str:
        return f"e{leg.channel}"

    def _ear_up(self, channel: str) -> None:
        self._join_ear(f"e{channel[1:]}", channel)

    def _leg_ended(self, call: OnLine, leg: Leg, *, cause: int | None) -> None:
        if leg.role == Role.EAR:
            self._close_ear(leg)
        super()._leg_ended(call, leg, cause=cause)

    def _close_ear(self, leg: Leg) -> None:
        """Tap and bridge go with the supervisor."""
        for whispers in (False, True):
            self.ari.ask("DELETE", f"channels/{self._tap(leg, whispers=whispers)}")
        self.ari.ask("DELETE", f"bridges/{self._ear_bridge(leg)}")
