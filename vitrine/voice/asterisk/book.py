"""What the line remembers: which channel is whose. Values and look-ups only."""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

CALL, FACTS = "VITRINE_CALL", "VITRINE_FACTS"
"""Channel variables; Asterisk shows them in each description of the channel."""


class Role(StrEnum):
    """What a leg is there for."""

    AGENT = "agent"
    """It was rung for the call, or talks."""
    COLLEAGUE = "colleague"
    """Asked by the agent during the call."""
    EAR = "ear"
    """A supervisor who listens."""


@dataclass
class Leg:
    """A telephone of ours, or of a colleague outside."""

    channel: str
    agent: str
    role: Role = Role.AGENT
    must_accept: bool = False
    """Whoever picks up has to press 1, so that no answering machine takes the call."""
    is_up: bool = False
    is_ending: bool = False
    """We have ended it: its end is no news."""


@dataclass
class OnLine:
    """A call as the line sees it."""

    name: str
    channel: str = ""
    """The caller's; blank while he is called back and has not been dialled."""
    number: str = ""
    dialled: str = ""
    kept: dict[str, Any] = field(default_factory=dict)
    """What is written on the channel."""
    is_unwritten: bool = False
    """Some of it will be as soon as nothing is played."""
    legs: dict[str, Leg] = field(default_factory=dict)
    """By agent."""
    say: str = ""
    """What is said to him, or will be in a moment."""
    has_music: bool = False
    """Music is to be heard when nothing else is."""
    is_answered: bool = False
    is_bridged: bool = False
    is_held: bool = False
    is_ending: bool = False
    back_for: str = ""
    """The agent for whom the caller is called back."""
    records: str = ""

    @property
    def bridge(self) -> str:
        """Its bridge: one for each call."""
        return f"b-{self.name}"

    def written(self) -> str:
        """What stands on the channel, as text."""
        return json.dumps(self.kept | {"n": self.number, "d": self.dialled}, separators=(",", ":"))


def read(text: str) -> dict[str, Any]:
    """What was written on a channel; empty when it cannot be read."""
    try:
        facts = json.loads(text)
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


class Book:
    """The calls by name and by channel, the legs by channel."""

    def __init__(self) -> None:
        self.calls: dict[str, OnLine] = {}
        self.callers: dict[str, OnLine] = {}
        self.legs: dict[str, tuple[OnLine, Leg]] = {}

    def channels(self) -> set[str]:
        """Of callers and legs, as they are now."""
        return set(self.callers) | set(self.legs)

    def add(self, call: OnLine) -> OnLine:
        """A call that is there from now on."""
        self.calls[call.name] = call
        if call.channel:
            self.callers[call.channel] = call
        return call

    def put_leg(self, call: OnLine, leg: Leg) -> None:
        """A leg that is there from now on, before Asterisk hears of it."""
        call.legs[leg.agent] = leg
        self.legs[leg.channel] = (call, leg)

    def drop_leg(self, call: OnLine, leg: Leg) -> None:
        """It has gone."""
        self.legs.pop(leg.channel, None)
        if call.legs.get(leg.agent) is leg:
            del call.legs[leg.agent]

    def drop(self, call: OnLine) -> None:
        """The caller has gone; legs that still ring or talk are dropped when they end."""
        self.callers.pop(call.channel, None)
        if self.calls.get(call.name) is call:
            del self.calls[call.name]

    def clear(self) -> None:
        """Nothing is there any more."""
        self.__init__()  # type: ignore[misc]  # the same empty book
