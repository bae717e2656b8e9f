"""What a supervisor would say about a ticket: values in, values out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from vitrine.tickets.choices import Impact, Priority, State, Urgency
from vitrine.tickets.errors import AlreadyClosed, AnswerMissing, Archived, NotOpen


@dataclass(frozen=True)
class ReceivedFile:
    """A file that came with a message.

    name          as the sender called it, made safe
    content       the bytes; empty when it was refused
    content_type  sniffed from the bytes
    size          bytes, also of a refused file
    refused       why it was not kept, a sentence; blank when it was
    content_id    by which the page of the message shows it; blank: it does not
    danger        one of `choices.FileDanger`; blank: nothing is known against it
    """

    name: str
    content: bytes
    content_type: str = "application/octet-stream"
    size: int = 0
    refused: str = ""
    content_id: str = ""
    danger: str = ""


TIME_TO_RESOLVE: dict[Priority, timedelta] = {
    Priority.P1: timedelta(minutes=15),
    Priority.P2: timedelta(minutes=15),
    Priority.P3: timedelta(hours=8),
    Priority.P4: timedelta(hours=40),
}
"""Working time until somebody must have acted (domain section 11); 8 h are one day of the desk."""


def priority(*, impact: int, urgency: int) -> Priority:
    """The priority of a request: impact x urgency (domain section 11).

    P1 is for what touches everybody or a whole category and blocks it; an organisation
    or a person that is blocked is P2; a question of one user is P3; a question that
    touches nobody's work now but a whole group's (statistics) is P4.
    """
    if urgency == Urgency.BLOCKED:
        return Priority.P1 if impact <= Impact.CATEGORY else Priority.P2
    if urgency == Urgency.DISTURBED:
        return Priority.P2 if impact <= Impact.CATEGORY else Priority.P3
    return Priority.P4 if impact <= Impact.CATEGORY else Priority.P3


def check_live(state: str) -> None:
    """Raise Archived or NotOpen unless somebody still owes something."""
    if state == State.ARCHIVED:
        raise Archived
    if state == State.CLOSED:
        raise NotOpen


def check_can_close(state: str, answer: str) -> None:
    """Raise Archived, AlreadyClosed or AnswerMissing when a ticket cannot be closed."""
    if state == State.ARCHIVED:
        raise Archived
    if state == State.CLOSED:
        raise AlreadyClosed
    if not answer.strip():
        raise AnswerMissing


def numbered(serial: int, *, opened_at: datetime) -> str:
    """`2026-000418`: the year of opening and a serial that never starts again, >= 1."""
    return f"{opened_at.year}-{serial:06d}"


def subject_with_number(subject: str, *, number: str, hook: str) -> str:
    """The subject of a message about a ticket: `[RN-2026-000418] subject`."""
    mark = f"[{hook}-{number}]"
    return subject if mark in subject else f"{mark} {subject}".strip()
