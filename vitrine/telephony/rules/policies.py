"""The rules of distribution as JSON, and what can be followed.

Unknown keys of a newer version are passed over, missing ones have their usual value: a process
that is older or newer than the row still routes.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields
from itertools import pairwise
from typing import Any

from vitrine.telephony.rules.routing import Policy, Strategy

BOUNDS: Mapping[str, tuple[float, float]] = {
    "reserve_for": (0, 600),
    "scarce_share": (0, 1),
    "rings_at_once": (1, 20),
    "ring_for": (5, 120),
    "most_missed": (1, 20),
    "wrap_up": (0, 1800),
    "most_wait": (30, 7200),
    "call_back_tries": (1, 10),
    "call_back_pause": (10, 86_400),
    "prefer_known_for": (0, 600),
}
"""Smallest and largest value, both allowed; of times in seconds."""
HOUSE_RULES = (
    "short_abandon_seconds",
    "within_seconds",
    "keep_numbers_days",
    "keep_messages_days",
    "records_calls",
    "recording_purpose",
    "keep_recordings_days",
    "most_calls_out",
    "dial_prefixes",
)
"""What a version sets beside the distribution of calls."""
MOST_STEPS = 6
LEVELS = (1, 2, 3)


def policy_as_json(policy: Policy) -> dict[str, Any]:
    """As `policy_from_json` takes it."""
    facts = asdict(policy)
    return facts | {
        "strategy": policy.strategy.value,
        "widening": [list(step) for step in policy.widening],
    }


def policy_from_json(facts: Mapping[str, Any]) -> Policy:
    """What `policy_as_json` gave. Raises ValueError when it cannot be followed."""
    names = {field.name for field in fields(Policy)}
    known = {name: value for name, value in facts.items() if name in names}
    if "strategy" in known:
        known["strategy"] = Strategy(known["strategy"])
    if "widening" in known:
        known["widening"] = _steps(known["widening"])
    policy = Policy(**known)
    for fault in faults_of(policy):
        raise ValueError(fault)
    return policy


def faults_of(policy: Policy) -> list[str]:
    """What is out of bounds, by the names of the fields; empty: it can be followed."""
    faults = []
    for name, (least, most) in BOUNDS.items():
        value = getattr(policy, name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not least <= value <= most:
            faults.append(name)
    if not _can_widen(policy.widening):
        faults.append("widening")
    return faults


def _can_widen(steps: tuple[tuple[float, int], ...]) -> bool:
    """It begins at once, later steps come later and ask for less."""
    if not steps or len(steps) > MOST_STEPS or steps[0][0] != 0:
        return False
    if any(level not in LEVELS for _after, level in steps):
        return False
    return all(
        earlier[0] < later[0] and earlier[1] > later[1] for earlier, later in pairwise(steps)
    )


def _steps(steps: Any) -> tuple[tuple[float, int], ...]:
    try:
        return tuple((float(after), int(level)) for after, level in steps)
    except TypeError as error:
        raise ValueError("widening") from error
