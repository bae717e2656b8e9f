"""A supervisor listens to a call, or speaks to the agent alone.

A tap (a snoop channel) on the agent's side hears both and, when whispering, speaks to the agent
only. The supervisor's own telephone rings; when it is picked up, tap and telephone share a bridge.
"""

from functools import partial

from vitrine.telephony.rules.routing import Seconds
from vitrine.voice.asterisk.ari import Facts
from vitrine.voice.asterisk.book import Leg, OnLine, Role
from vitrine.voice.asterisk.finding import Finding
from vitrine.voice.call_flow import Failure, LegFailed

RING_FOR: Seconds = 20.0
TAPS = {False: ("s", "t"), True: ("w", "x")}
"""How the name of a tap begins, by whether it whispers. A name is free again only some time after
its channel was ended: whoever is tapped anew at once takes the other one."""


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
            self._close_ear(leg.channel)

    def join_ear(self, call: OnLine, leg: Leg) -> None:
        """The supervisor has picked up: put the tap and him into one bridge."""
        agent = next((one for one in call.legs.values() if one.role == Role.AGENT), None)
        if agent is None:
            self.end_leg(leg)
            return
        whispers = bool(call.kept.get(f"whisper-{leg.agent}"))
        bridge, before = self._ear_bridge(leg.channel), call.kept.get(f"tap-{leg.agent}")
        tap = next(one for one in self._taps(leg.channel, whispers=whispers) if one != before)
        self._end_taps(leg.channel, but=tap)
        call.kept[f"tap-{leg.agent}"] = tap
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

    def moved(self, channel: Facts, *, old: str) -> None:
        """A page was loaded again: whoever listens is given a new tap.

        The old one has gone with the agent's channel, or plays to the supervisor's old one.
        """
        super().moved(channel, old=old)
        call, leg = self.book.legs.get(channel["id"], (None, None))
        if call is None or leg is None:
            return
        if leg.role == Role.EAR:
            self._close_ear(old)
            call.kept.pop(f"tap-{leg.agent}", None)
        ears = [one for one in call.legs.values() if one.role == Role.EAR and one.is_up]
        for ear in ears if leg.role == Role.AGENT else [one for one in ears if one is leg]:
            self.join_ear(call, ear)

    def _taps(self, channel: str, *, whispers: bool) -> list[str]:
        return [f"{letter}{channel}" for letter in TAPS[whispers]]

    def _ear_bridge(self, channel: str) -> str:
        return f"e{channel}"

    def _ear_up(self, channel: str) -> None:
        self._join_ear(f"e{channel[1:]}", channel)

    def _leg_ended(self, call: OnLine, leg: Leg, *, cause: int | None) -> None:
        if leg.role == Role.EAR:
            call.kept.pop(f"tap-{leg.agent}", None)
            self._close_ear(leg.channel)
        super()._leg_ended(call, leg, cause=cause)

    def _close_ear(self, channel: str) -> None:
        """Tap and bridge go with the supervisor."""
        self._end_taps(channel)
        self.ari.ask("DELETE", f"bridges/{self._ear_bridge(channel)}")

    def _end_taps(self, channel: str, *, but: str = "") -> None:
        for whispers in TAPS:
            for tap in self._taps(channel, whispers=whispers):
                if tap != but:
                    self.ari.ask("DELETE", f"channels/{tap}")
