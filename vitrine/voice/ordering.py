"""In which order what was decided at one instant goes to the line."""

from collections.abc import Sequence
from typing import Any

from vitrine.voice.call_flow import Ring
from vitrine.voice.call_flow.talking import Order


def soonest_first(orders: Sequence[Any]) -> Sequence[Any]:
    """Telephones ring before anything is said: everything else keeps its order.

    A caller hears music or words a moment later without noticing; an agent who is rung late is
    somebody who waits longer.
    """
    if len(orders) < 2 or not any(isinstance(one, Ring) for one in orders):
        return orders
    said = [isinstance(one, Order) for one in orders]
    last_ring = max(place for place, one in enumerate(orders) if isinstance(one, Ring))
    before = orders[: last_ring + 1]
    return [
        *(one for one, is_said in zip(before, said, strict=False) if not is_said),
        *(one for one, is_said in zip(before, said, strict=False) if is_said),
        *orders[last_ring + 1 :],
    ]
