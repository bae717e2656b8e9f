"""A softphone lives in a page, and pages go: its leg moves to the next page, or is given up.

What the browser does is told in docs/reference/soft-phone.md: INVITE with Replaces while one talks,
a call to `PICK_UP` while it still rings. A telephone that comes back soon was never away.
"""

import asyncio

from vitrine.telephony.rules.routing import Seconds
from vitrine.voice.asterisk.ari import Ari, Facts
from vitrine.voice.asterisk.book import CALL, FACTS, Leg, OnLine, Role
from vitrine.voice.asterisk.doing import Doing
from vitrine.voice.asterisk.speaking import Speaker
from vitrine.voice.call_flow import (
    AgentPaused,
    CallerHeld,
    CallerResumed,
    Transferred,
)
from vitrine.voice.call_flow import talking as to

PICK_UP = "*2"
PAGE_CHANGES: Seconds = 3.0
"""How long a telephone may be gone before it counts as unreachable: a page loads meanwhile."""
GIVEN_BACK: Seconds = 15.0
"""How long a caller hears nothing because the browser has gone, until he is back in the queue."""


class Moving(Doing):
    """The half of the line that follows softphones from page to page."""

    def __init__(self, ari: Ari, *, epoch: str, speaker: Speaker) -> None:
        super().__init__(ari, epoch=epoch, speaker=speaker)
        self._leaving: dict[str, list[asyncio.TimerHandle]] = {}
        self._contacts: dict[str, str] = {}
        """Agent -> where his telephone has registered last."""

    def moved(self, channel: Facts, *, old: str) -> None:
        """Asterisk has put another channel in the place of a leg: it is the same leg."""
        call, leg = self.book.legs.pop(old, (None, None))
        self.ari.ask("DELETE", f"channels/{old}")  # nobody is there to answer its BYE
        if call is not None and leg is not None:
            self._stands_for(channel["id"], call, leg=leg)

    def picked_up(self, channel: Facts, *, dialled: str) -> None:
        """The page in which it rang has gone; the next one answers."""
        agent = self.registered_agent(channel["name"].removeprefix("PJSIP/").rpartition("-")[0])
        found = self._rings_at(agent) if agent and dialled == PICK_UP else None
        if found is None:
            self.ari.ask("DELETE", f"channels/{channel['id']}")
            return
        call, leg = found
        old = leg.channel
        self.book.legs.pop(old, None)
        self._stands_for(channel["id"], call, leg=leg)
        self.ari.ask("POST", f"channels/{leg.channel}/answer")
        self.ari.ask("DELETE", f"channels/{old}")
        self.accepted(call, leg)

    def _rings_at(self, agent: str) -> tuple[OnLine, Leg] | None:
        for call in self.book.calls.values():
            leg = call.legs.get(agent)
            if leg is not None and not leg.is_up and not leg.is_ending and not call.is_ending:
                return call, leg
        return None

    def _stands_for(self, channel: str, call: OnLine, *, leg: Leg) -> None:
        """From now on this channel is the leg; a restarted brain must see it, too."""
        leg.channel = channel
        self.book.put_leg(call, leg)
        path = f"channels/{channel}/variable"
        facts = f'{{"leg":"{leg.agent}","role":"{leg.role}"}}'
        self.ari.ask("POST", path, variable=CALL, value=call.name)
        self.ari.ask("POST", path, variable=FACTS, value=facts)

    def held(self, facts: Facts) -> None:
        """The agent's telephone has put the caller on hold, or is back."""
        call, leg = self.book.legs.get(facts["channel"]["id"], (None, None))
        if call is None or leg is None or leg.role != Role.AGENT or not leg.is_up:
            return
        is_held = facts["type"] == "ChannelHold"
        self.hear_now((CallerHeld if is_held else CallerResumed)(call=call.name))

    def is_away(self, agent: str, *, at: str) -> None:
        """His telephone is not registered any more; perhaps only for as long as a page loads.

        at  the address that has gone; when he has registered with another one since, he is there
        """
        if self._contacts.get(agent, at) != at:
            return
        self._stop_waiting(agent)
        loop = asyncio.get_running_loop()
        gone = AgentPaused(agent=agent, reason="unreachable", unreachable=True)
        self._leaving[agent] = [
            loop.call_later(PAGE_CHANGES, self.hear_now, gone),
            loop.call_later(GIVEN_BACK, self._give_back, agent),
        ]

    def is_there(self, agent: str, *, at: str) -> None:
        """It is registered at this address."""
        self._contacts[agent] = at
        self._stop_waiting(agent)
        self.hear_now(to.AgentReachable(agent=agent))

    def _stop_waiting(self, agent: str) -> None:
        for timer in self._leaving.pop(agent, []):
            timer.cancel()

    def _give_back(self, agent: str) -> None:
        """His browser has gone in a call and does not come back: the caller waits again, first."""
        for call in list(self.book.calls.values()):
            leg = call.legs.get(agent)
            if leg is not None and leg.is_up and leg.role == Role.AGENT and not call.is_ending:
                self.hear_now(
                    Transferred(
                        call=call.name,
                        language=str(call.kept.get("l") or ""),
                        service=str(call.kept.get("s") or ""),
                    )
                )

    def registered_agent(self, name: str) -> str | None:
        """Whose telephone registers as `name`."""
        for agent, telephone in self.telephones.items():
            if telephone.registers_as == name:
                return agent
        return None

    def accepted(self, call: OnLine, leg: Leg) -> None:
        """A leg was picked up, and 1 pressed where that is asked; see `hearing`."""
        raise NotImplementedError
