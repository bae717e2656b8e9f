"""What Asterisk tells, as events for the brain."""

import logging
from collections.abc import Callable

from vitrine.voice.asterisk.ari import Facts
from vitrine.voice.asterisk.book import Leg, OnLine, Role
from vitrine.voice.asterisk.moving import Moving
from vitrine.voice.call_flow import (
    AgentHungUp,
    ColleagueGone,
    Failure,
    LegAnswered,
    LegFailed,
)
from vitrine.voice.call_flow import talking as to

log = logging.getLogger(__name__)

ACCEPT = "1"
BUSY, NO_USER, NO_ANSWER, REJECTED, UNREACHABLE = {17}, {18, 19}, {16}, {21}, {1, 3, 20, 27, 38}
"""Causes of Q.850 by what they mean for a telephone that rang."""
FAILURES = {
    **dict.fromkeys(BUSY, Failure.BUSY),
    **dict.fromkeys(REJECTED, Failure.DECLINED),
    **dict.fromkeys(UNREACHABLE, Failure.UNREACHABLE),
}
GONE, THERE = ("Unreachable", "Removed"), ("Reachable", "NonQualified", "Created", "Updated")


class Hearing(Moving):
    """The half of the line that understands events."""

    _last_key = ("", "", "")

    def hear(self, facts: Facts) -> None:
        """One event; whatever is wrong with it, the next one is heard."""
        do = self._ears.get(facts.get("type", ""))
        if do is None:
            return
        try:
            do(self, facts)
        except (KeyError, TypeError, ValueError, IndexError):
            log.exception("An event of Asterisk is not as expected: %s", facts.get("type"))

    def _entered(self, facts: Facts) -> None:
        kind, *rest = facts["args"] or [""]
        channel = facts["channel"]
        if "replace_channel" in facts:
            self.moved(channel, old=facts["replace_channel"]["id"])
        elif kind == "in":
            self.arrived(channel, rest)
        elif kind == "leg":
            self._leg_up(channel["id"])
        elif kind == "back":
            self._person_up(channel["id"])
        elif kind == "ear":
            self._ear_up(channel["id"])
        elif kind == "from-agent":
            self.picked_up(channel, dialled=rest[0] if rest else "")
        else:
            self.ari.ask("DELETE", f"channels/{channel['id']}")

    def arrived(self, channel: Facts, rest: list[str]) -> None:
        """A call from outside; told twice, it is one."""
        if channel["id"] in self.book.callers:
            return
        dialled, diverted = (*rest, "", "")[:2]
        call = self.book.add(
            OnLine(
                name=self.new_name("c"),
                channel=channel["id"],
                number=_number(channel),
                dialled=dialled,
            )
        )
        self.write(call)
        self.hear_now(
            to.CallArrived(
                call=call.name, number=call.number, dialled=dialled, diverted_from=diverted
            )
        )

    def _leg_up(self, channel: str) -> None:
        call, leg = self.book.legs.get(channel, (None, None))
        if call is None or leg is None or leg.is_ending or call.is_ending:
            self.ari.ask("DELETE", f"channels/{channel}")
            return
        if leg.must_accept:
            files = self._speaker("", ["press-1-to-accept"])
            media = ",".join(f"sound:{file}" for file in files) or "tone:ring"
            self.quiet.play(channel, media, ended=lambda: None)
        else:
            self.accepted(call, leg)

    def accepted(self, call: OnLine, leg: Leg) -> None:
        """He has picked up, and pressed 1 where that is asked; told twice, it is once."""
        if leg.is_up:
            return
        leg.is_up = True
        self.quiet.silence(leg.channel)
        if leg.role == Role.EAR:
            self.join_ear(call, leg)
        elif call.back_for == leg.agent and not call.channel:
            self.dial_person(call, leg)
        else:
            self.hear_now(LegAnswered(call=call.name, agent=leg.agent))

    def _person_up(self, channel: str) -> None:
        call = self.book.callers.get(channel)
        if call is None or call.is_ending:
            self.ari.ask("DELETE", f"channels/{channel}")
        else:
            call.is_answered = True
            self.hear_now(LegAnswered(call=call.name, agent=call.back_for))

    def _key(self, facts: Facts) -> None:
        channel, key = facts["channel"]["id"], facts["digit"]
        mark = (channel, key, facts["timestamp"])
        if mark == self._last_key:
            return  # Asterisk tells it twice: for the channel, and for its endpoint
        self._last_key = mark
        if channel in self.book.legs:
            call, leg = self.book.legs[channel]
            if leg.must_accept and key == ACCEPT:
                self.accepted(call, leg)
            return
        caller = self.book.callers.get(channel)
        if caller is not None and not caller.is_bridged:
            self.hear_now(to.KeyPressed(call=caller.name, key=key))

    def _ended(self, facts: Facts) -> None:
        """StasisEnd or ChannelDestroyed, whichever comes first; the second finds nothing."""
        channel = facts["channel"]["id"]
        if found := self.book.legs.get(channel):
            self._leg_ended(*found, cause=facts.get("cause"))
        elif call := self.book.callers.get(channel):
            self.caller_ended(call)

    def _leg_ended(self, call: OnLine, leg: Leg, *, cause: int | None) -> None:
        self.book.drop_leg(call, leg)
        self.quiet.forget(leg.channel)
        self.unbridge_if_alone(call)
        if leg.is_ending or leg.role == Role.EAR:
            return
        if not leg.is_up:
            failure = FAILURES.get(cause or 0, Failure.NO_ANSWER)
            self.hear_now(LegFailed(call=call.name, agent=leg.agent, failure=failure))
            return
        if call.back_for == leg.agent and not call.is_answered:
            self._end_all(call)
            self.ari.ask("DELETE", f"channels/{call.channel}")
            self.book.drop(call)
            event = LegFailed(call=call.name, agent=leg.agent, failure=Failure.DECLINED)
            self.hear_now(event)
        elif leg.role == Role.COLLEAGUE:
            self.hear_now(ColleagueGone(call=call.name, colleague=leg.agent))
        else:
            self.hear_now(AgentHungUp(agent=leg.agent))

    def _said(self, facts: Facts) -> None:
        self.quiet.finished(facts["playback"]["id"])

    def _recorded(self, facts: Facts) -> None:
        recording = facts["recording"]
        owner = recording["target_uri"].removeprefix("channel:")
        call = self.book.callers.get(owner)
        name = recording["name"]
        if call is None:
            call = next((one for one in self.book.calls.values() if one.records == name), None)
        if call is not None:
            self.recorded(
                call,
                name,
                is_there=facts["type"] == "RecordingFinished",
                seconds=float(recording.get("duration") or 0),
                spoken=float(recording.get("talking_duration") or 0),
            )
        self.quiet.finished(name)

    def _registered(self, facts: Facts) -> None:
        """A telephone has registered or vanished."""
        name = facts["endpoint"]["resource"]
        status, at = facts["contact_info"]["contact_status"], facts["contact_info"]["uri"]
        agent = self.registered_agent(name)
        if agent is None:
            return
        if status in GONE:
            self.is_away(agent, at=at)
        elif status in THERE:
            self.is_there(agent, at=at)

    def join_ear(self, call: OnLine, leg: Leg) -> None:
        """A supervisor has picked up; see `listening`."""

    def _ear_up(self, channel: str) -> None:
        """The tap on somebody's channel is there; see `listening`."""

    _ears: "dict[str, Callable[[Hearing, Facts], None]]" = {}  # noqa: RUF012 - filled below


Hearing._ears = {
    "StasisStart": Hearing._entered,
    "StasisEnd": Hearing._ended,
    "ChannelDestroyed": Hearing._ended,
    "ChannelDtmfReceived": Hearing._key,
    "PlaybackFinished": Hearing._said,
    "RecordingFinished": Hearing._recorded,
    "RecordingFailed": Hearing._recorded,
    "ContactStatusChange": Hearing._registered,
    "ChannelHold": Hearing.held,
    "ChannelUnhold": Hearing.held,
}


def _number(channel: Facts) -> str:
    """Who calls, as the network says; blank: withheld."""
    number = str((channel.get("caller") or {}).get("number") or "")
    return number if number.lstrip("+").isdigit() else ""
