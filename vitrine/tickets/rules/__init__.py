"""What a supervisor would say about a ticket: values in, values out."""

from vitrine.tickets.rules.question_types import QUESTION_TYPES, PlannedType
from vitrine.tickets.rules.requests import (
    TIME_TO_RESOLVE,
    ReceivedFile,
    check_can_close,
    check_live,
    numbered,
    priority,
    subject_with_number,
)

__all__ = [
    "QUESTION_TYPES",
    "TIME_TO_RESOLVE",
    "PlannedType",
    "ReceivedFile",
    "check_can_close",
    "check_live",
    "numbered",
    "priority",
    "subject_with_number",
]
