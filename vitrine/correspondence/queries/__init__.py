"""Reads of the correspondence: texts of the house, arrivals to handle, promises to keep."""

from vitrine.correspondence.queries.arrivals import (
    are_behind,
    arrival_received,
    arrivals_in_quarantine,
    arrivals_left_behind,
    handled_twin,
    known_message_ids,
    waiting_arrivals,
)
from vitrine.correspondence.queries.mailboxes import (
    Health,
    mailbox_healths,
    mailboxes_to_fetch,
    secrets_of,
)
from vitrine.correspondence.queries.promises import (
    AutomaticAnswers,
    automatic_answers_to,
    promise_with_message_id,
    promises_due,
    promises_in_hand,
    promises_to_keep,
    sink_has,
    sink_messages,
)
from vitrine.correspondence.queries.texts import closing_block, fill, text_in

__all__ = [
    "AutomaticAnswers",
    "Health",
    "are_behind",
    "arrival_received",
    "arrivals_in_quarantine",
    "arrivals_left_behind",
    "automatic_answers_to",
    "closing_block",
    "fill",
    "handled_twin",
    "known_message_ids",
    "mailbox_healths",
    "mailboxes_to_fetch",
    "promise_with_message_id",
    "promises_due",
    "promises_in_hand",
    "promises_to_keep",
    "secrets_of",
    "sink_has",
    "sink_messages",
    "text_in",
    "waiting_arrivals",
]
