"""The agents: who is signed in, what each is doing, who is free, which languages are scarce."""

from collections.abc import Mapping
from dataclasses import replace

from vitrine.telephony.rules.routing import Agent, Seconds, scarce_languages
from vitrine.voice.call_flow.state import AgentState, Desk

BUSY = frozenset({AgentState.RINGING, AgentState.TALKING, AgentState.WRAP_UP})


class Roster:
    """The desks by name; the free ones apart, since every event asks for them."""

    def __init__(self) -> None:
        self.desks: dict[str, Desk] = {}
        self.free: dict[str, Agent] = {}
        self.scarce: frozenset[str] = frozenset()
        self.scarce_share = 1 / 3
        self.changed: dict[str, None] = {}
        """Who does something else since this was last emptied, in order."""
        self._turns = 0

    def __getitem__(self, name: str) -> Desk:
        """The desk of an agent; KeyError when he is not signed in."""
        return self.desks[name]

    def get(self, name: str) -> Desk | None:
        """The desk of an agent; None when he is not signed in."""
        return self.desks.get(name)

    def sign_in(
        self,
        name: str,
        *,
        languages: Mapping[str, int],
        services: tuple[str, ...],
        rank: int,
        at: Seconds,
    ) -> None:
        """A desk that is paused until its agent says he is ready; again: only what he can do."""
        agent = Agent(
            name=name, languages=dict(languages), services=services, rank=rank, idle_since=at
        )
        if name in self.desks:
            desk = self.desks[name]
            desk.agent = replace(
                desk.agent, languages=dict(languages), services=services, rank=rank
            )
            desk.leaves_after = False
            if name in self.free:
                self.free[name] = desk.agent
        else:
            self.desks[name] = Desk(agent=agent, since=at, turn=self.next_turn())
            self.changed[name] = None
        self._look_for_scarce()

    def remove(self, name: str) -> None:
        """The agent has left."""
        self.desks.pop(name, None)
        self.free.pop(name, None)
        self.changed[name] = None
        self._look_for_scarce()

    def put(self, desk: Desk, state: AgentState, *, at: Seconds, call: str = "") -> None:
        """Change what an agent is doing and keep the account of his time."""
        self.settle(desk, at=at)
        desk.state, desk.since, desk.call, desk.until = state, at, call, None
        desk.turn = self.next_turn()
        self.changed[desk.agent.name] = None
        if state == AgentState.READY:
            desk.agent = replace(desk.agent, idle_since=at)
            self.free[desk.agent.name] = desk.agent
        else:
            self.free.pop(desk.agent.name, None)

    def next_turn(self) -> int:
        """A number that no desk has had: timers outlive desks, and an agent may come back."""
        self._turns += 1
        return self._turns

    def settle(self, desk: Desk, *, at: Seconds) -> None:
        """Add the time since the last change to its account."""
        spent = at - desk.since
        desk.signed_in_time += spent
        if desk.state in BUSY:
            desk.busy_time += spent
        elif desk.state in (AgentState.PAUSED, AgentState.UNREACHABLE):
            desk.paused_time += spent
        desk.since = at

    def has_answered(self, desk: Desk) -> None:
        """Count a call taken."""
        desk.missed = 0
        desk.agent = replace(desk.agent, calls_taken=desk.agent.calls_taken + 1)

    def has_talked(self, desk: Desk, *, seconds: Seconds) -> None:
        """Add to the talk time."""
        desk.agent = replace(desk.agent, talk_time=desk.agent.talk_time + seconds)

    def look_again(self, *, scarce_share: float) -> None:
        """The supervisor has changed what scarce means."""
        self.scarce_share = scarce_share
        self._look_for_scarce()

    def _look_for_scarce(self) -> None:
        self.scarce = scarce_languages(
            (desk.agent.languages for desk in self.desks.values()), share=self.scarce_share
        )
