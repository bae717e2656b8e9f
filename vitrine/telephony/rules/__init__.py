"""Who gets the next call, how long one waits, how many people it takes: values in, values out."""

from vitrine.telephony.rules.routing import (
    Agent,
    Caller,
    Choice,
    Policy,
    Skipped,
    Strategy,
    Why,
    next_choice,
    scarce_languages,
)
from vitrine.telephony.rules.staffing import (
    Queueing,
    agents_needed,
    erlang_a,
    erlang_b,
    erlang_c,
    lines_needed,
)
from vitrine.telephony.rules.waiting import announced_wait, expected_wait

__all__ = [
    "Agent",
    "Caller",
    "Choice",
    "Policy",
    "Queueing",
    "Skipped",
    "Strategy",
    "Why",
    "agents_needed",
    "announced_wait",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "expected_wait",
    "lines_needed",
    "next_choice",
    "scarce_languages",
]
