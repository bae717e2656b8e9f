"""The line: where calls come from. Asterisk is one, the simulated callers are another."""

from collections.abc import Callable
from typing import Protocol

from vitrine.telephony.rules.routing import Seconds
from vitrine.voice.call_flow import Command, Event
from vitrine.voice.call_flow.talking import Heard, Order

Ear = Callable[[Event | Heard, Seconds], None]
"""Takes what happened and when, on the monotonic clock; returns at once."""


class Line(Protocol):
    """Calls in and out of the house.

    Hears `talking.Heard` and the core's `LegAnswered`, `LegFailed`, `AgentHungUp`, `CallerGone`,
    `AgentPaused(unreachable=True)` and `EngineLost`. Every order may come twice, and too late: then
    it does nothing. What cannot be done becomes an event (`LegFailed`, `SaidAll`, `CallerGone`).
    """

    async def run(self, ear: Ear) -> None:
        """Connect, and again when the connection breaks, until cancelled."""

    async def carry_out(self, order: Order | Command) -> None:
        """Do it; commands that are only written down (`OutcomeDecided`, ...) are passed over."""
