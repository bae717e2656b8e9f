"""Every write of the correspondence: what arrived, what we owe, what was sent."""

from vitrine.correspondence.actions.arrivals import (
    HANDLE_ARRIVAL,
    begin_attempt,
    dismiss_arrival,
    reopen_arrival,
    settle_arrival,
    store_arrival,
)
from vitrine.correspondence.actions.promises import (
    KEEP_PROMISE,
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
    "HANDLE_ARRIVAL",
    "KEEP_PROMISE",
    "begin_attempt",
    "begin_hand_over",
    "claim_promise",
    "dismiss_arrival",
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
