"""Every write of the correspondence: what arrived, what we owe, what was sent."""

from vitrine.correspondence.actions.arrivals import (
    HANDLE_ARRIVAL,
    begin_attempt,
    dismiss_arrival,
    reopen_arrival,
    settle_arrival,
    store_arrival,
)
from vitrine.correspondence.actions.fetching import (
    Fetched,
    begin_folder,
    note_failure,
    note_look,
    note_marked,
    store_fetched,
)
from vitrine.correspondence.actions.mailboxes import (
    MAILBOXES_CHANGED,
    change_mailbox,
    create_mailbox,
    keep_refresh_token,
)
from vitrine.correspondence.actions.pacing import closed_until, end_pause, slow_down, take_turn
from vitrine.correspondence.actions.promises import (
    KEEP_PROMISE,
    accept_promise,
    begin_hand_over,
    claim_promise,
    fail_promise,
    keep_promise,
    let_promise_wait,
    note_return,
    postpone_promise,
    promise,
    redirect_promise,
    renew_promise,
    take_into_sink,
)
from vitrine.correspondence.actions.spam import believe_arrival, erase_spam

__all__ = [
    "HANDLE_ARRIVAL",
    "KEEP_PROMISE",
    "MAILBOXES_CHANGED",
    "Fetched",
    "accept_promise",
    "begin_attempt",
    "begin_folder",
    "begin_hand_over",
    "believe_arrival",
    "change_mailbox",
    "claim_promise",
    "closed_until",
    "create_mailbox",
    "dismiss_arrival",
    "end_pause",
    "erase_spam",
    "fail_promise",
    "keep_promise",
    "keep_refresh_token",
    "let_promise_wait",
    "note_failure",
    "note_look",
    "note_marked",
    "note_return",
    "postpone_promise",
    "promise",
    "redirect_promise",
    "renew_promise",
    "reopen_arrival",
    "settle_arrival",
    "slow_down",
    "store_arrival",
    "store_fetched",
    "take_into_sink",
    "take_turn",
]
