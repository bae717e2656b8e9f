"""What is really up: read from Asterisk after each connection and every half-minute.

Events get lost, processes die. Whatever the book says and Asterisk does not, has ended; whatever
Asterisk has and the book does not, is a call to be taken up again (what stands on its channel says
where it was), or a leg of a dead process, which is ended.

Life goes on between question and answer: whoever has come since is in the book and not in the
answer, whoever has gone since is in the answer and not in the book. Neither is judged.
"""

import logging
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from vitrine.telephony.rules.routing import Seconds
from vitrine.voice.asterisk.ari import Facts, Reply
from vitrine.voice.asterisk.book import CALL, FACTS, Leg, OnLine, Role, read
from vitrine.voice.asterisk.hearing import Hearing
from vitrine.voice.call_flow import talking as to
from vitrine.voice.clocks import wall_ahead

log = logging.getLogger(__name__)

YOUNG = 5.0
"""Seconds: events about so new a channel may still be on their way."""


class Finding(Hearing):
    """The half of the line that compares."""

    async def reconcile(self) -> bool:
        """Bring book and Asterisk together; whether Asterisk has answered."""
        asked = self.ari.ask("GET", "channels"), self.ari.ask("GET", "bridges")
        known = self.book.channels()
        replies = [await one for one in asked]
        if any(reply.status != 200 for reply in replies):
            return False
        channels, bridges = replies
        ours = {one["id"]: one for one in channels.body if self._is_ours(one)}
        self._forget_what_is_gone(known - {one["id"] for one in channels.body})
        inside = self._members(bridges)
        known |= self.book.channels()
        self._ahead = wall_ahead()
        for key, channel in ours.items():
            if key in known or key[1:] in known:  # the second: a supervisor's tap
                continue
            if _age(channel) > YOUNG or not self.was_connected:
                self._take_up(channel, ours=ours, inside=inside)
        self._tell_found()
        self._sweep_bridges(inside)
        return True

    _found: tuple[to.CallFound, ...] = ()
    _ahead: Seconds = 0.0
    """One for all who are found: their order must not depend on when each was looked at."""

    was_connected = False
    """Whether this process has spoken with this Asterisk before."""

    def _is_ours(self, channel: Facts) -> bool:
        """Whether it is in our application, or was dialled by it."""
        plan = channel.get("dialplan") or {}
        if plan.get("app_name") == "Stasis":
            return str(plan.get("app_data", "")).partition(",")[0] == self.ari.application
        return CALL in (channel.get("channelvars") or {}) and bool(channel["channelvars"][CALL])

    def _members(self, bridges: Reply) -> dict[str, list[str]]:
        return {
            one["id"]: one["channels"]
            for one in bridges.body
            if one["id"].startswith(("b-", "el-"))
        }

    def _forget_what_is_gone(self, gone: set[str]) -> None:
        for key, (call, leg) in list(self.book.legs.items()):
            if key in gone:
                self._leg_ended(call, leg, cause=None)
        for key, call in list(self.book.callers.items()):
            if key in gone:
                self.caller_ended(call)
        self.quiet.look_again()

    def _take_up(
        self, channel: Facts, *, ours: Mapping[str, Facts], inside: Mapping[str, list[str]]
    ) -> None:
        kept = channel.get("channelvars") or {}
        facts = read(kept.get(FACTS) or "{}")
        words = str((channel.get("dialplan") or {}).get("app_data", "")).split(",")
        if "leg" in facts or words[1:2] in (["leg"], ["ear"], ["from-agent"]):
            self._end_stray_leg(channel, ours=ours, inside=inside)
        elif name := kept.get(CALL):
            self._caller_found(channel, name=name, facts=facts, ours=ours, inside=inside)
        elif words[1:2] == ["in"]:
            self.arrived(channel, words[2:])
        else:
            self.ari.ask("DELETE", f"channels/{channel['id']}")

    def _end_stray_leg(
        self, channel: Facts, *, ours: Mapping[str, Facts], inside: Mapping[str, list[str]]
    ) -> None:
        """A leg belongs to a call whose caller is in the same bridge, or is ended."""
        for members in inside.values():
            if channel["id"] in members and any(
                other in ours and _is_caller(ours[other]) for other in members
            ):
                return  # taken up with its caller
        name = (channel.get("channelvars") or {}).get(CALL)
        if any(_is_held(one, name) for one in ours.values()):
            return
        self.ari.ask("DELETE", f"channels/{channel['id']}")

    def _caller_found(
        self,
        channel: Facts,
        *,
        name: str,
        facts: Mapping[str, Any],
        ours: Mapping[str, Facts],
        inside: Mapping[str, list[str]],
    ) -> None:
        """A call of an earlier process."""
        call = OnLine(
            name=name,
            channel=channel["id"],
            number=str(facts.get("n", "")),
            dialled=str(facts.get("d", "")),
            kept={key: value for key, value in facts.items() if key not in ("n", "d")},
            is_answered=channel.get("state") == "Up",
        )
        self.book.add(call)
        agent = str(facts.get("a") or "")
        leg = self._leg_of(agent, inside.get(call.bridge, ()), ours=ours) if agent else None
        if leg is not None:
            self.book.put_leg(call, leg)
            call.is_bridged, call.is_held = True, bool(facts.get("h"))
            for other in inside.get(call.bridge, ()):
                if other not in (leg.channel, call.channel):
                    self.ari.ask("DELETE", f"channels/{other}")
        if call.is_answered and not call.is_bridged:
            self.quiet.probe(call.channel)  # an earlier process may have let something play
        self._silence_found(call)
        since = facts.get("w")
        self._found += (
            to.CallFound(
                call=name,
                number=call.number,
                dialled=call.dialled,
                language=str(facts.get("l") or ""),
                service=str(facts.get("s") or ""),
                priority=int(facts.get("p") or 0),
                for_colleague=str(facts.get("c") or ""),
                waiting_since=None if since is None else since - self._ahead,
                agent=agent if leg is not None else "",
                is_held=call.is_held,
            ),
        )

    def _tell_found(self) -> None:
        """First who talks, or a telephone would ring for somebody else; then as they waited."""
        found, self._found = self._found, ()
        for one in sorted(found, key=_turn):
            self.hear_now(one)

    def _silence_found(self, call: OnLine) -> None:
        """What the earlier process let play stops; whoever waits gets new music at once."""
        if not call.is_bridged:
            self.ari.ask("DELETE", f"channels/{call.channel}/moh")

    def _leg_of(
        self, agent: str, members: "list[str] | tuple[()]", *, ours: Mapping[str, Facts]
    ) -> Leg | None:
        for member in members:
            channel = ours.get(member)
            if channel is None:
                continue
            facts = read((channel.get("channelvars") or {}).get(FACTS) or "{}")
            if facts.get("leg") == agent:
                role = Role.AGENT
                return Leg(channel=member, agent=agent, role=role, is_up=True)
        return None

    def _sweep_bridges(self, inside: Mapping[str, list[str]]) -> None:
        wanted = {call.bridge for call in self.book.calls.values() if call.is_bridged}
        for bridge, members in inside.items():
            is_ear = bridge[1:] in self.book.legs
            if bridge not in wanted and not is_ear and not members:
                self.ari.ask("DELETE", f"bridges/{bridge}")


def _age(channel: Facts) -> float:
    """Seconds since it was made; 0 when that cannot be read."""
    try:
        made = datetime.fromisoformat(channel["creationtime"])
    except (KeyError, TypeError, ValueError):
        return 0.0
    return max(0.0, time.time() - made.timestamp())


def _turn(found: to.CallFound) -> tuple[bool, int, float]:
    since = float("inf") if found.waiting_since is None else found.waiting_since
    return (not found.agent, -found.priority, since)


def _is_caller(channel: Facts) -> bool:
    return "leg" not in read((channel.get("channelvars") or {}).get(FACTS) or "{}")


def _is_held(channel: Facts, name: str | None) -> bool:
    """Whether it is the caller of `name`, on hold outside of his bridge."""
    kept = channel.get("channelvars") or {}
    return kept.get(CALL) == name and bool(read(kept.get(FACTS) or "{}").get("h"))
