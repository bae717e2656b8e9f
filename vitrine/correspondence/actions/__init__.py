"""Every write of the correspondence: what arrived, what we owe, what was sent."""

from vitrine.correspondence.actions.arrivals import (
    begin_attempt,
    reopen_arrival,
    settle_arrival,
    store_arrival,
)
from vitrine.correspondence.actions.promises import (
    begin_hand_over,
    claim_promise,
    fail_promise,
    keep_promise,
    postpone_promise,
    promise,
    renew_promise,
    take_into_sink,
)

__all__ = [
    "begin_attempt",
    "begin_hand_over",
    "claim_promise",
    "fail_promise",
    "keep_promise",
    "postpone_promise",
    "promise",
    "renew_promise",
    "reopen_arrival",
    "settle_arrival",
    "store_arrival",
    "take_into_sink",
]
