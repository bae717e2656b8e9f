"""Reads of the correspondence: texts of the house, arrivals to handle, promises to keep."""

from vitrine.correspondence.queries.arrivals import (
    arrivals_in_quarantine,
    arrivals_left_behind,
    handled_twin,
)
from vitrine.correspondence.queries.promises import (
    acknowledgements_since,
    promise_with_message_id,
    promises_due,
    sink_has,
    sink_messages,
)
from vitrine.correspondence.queries.texts import closing_block, fill, text_in

__all__ = [
    "acknowledgements_since",
    "arrivals_in_quarantine",
    "arrivals_left_behind",
    "closing_block",
    "fill",
    "handled_twin",
    "promise_with_message_id",
    "promises_due",
    "sink_has",
    "sink_messages",
    "text_in",
]
