"""Storing and handling one imported message: once, whoever was interrupted when."""

import hashlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5

from vitrine.channels.mail.arrive import handle_stored
from vitrine.channels.mail.mailboxes.envelopes import envelope_of, header_of
from vitrine.correspondence.actions import store_arrival
from vitrine.correspondence.choices import Channel
from vitrine.correspondence.queries import arrival_received
from vitrine.kernel.clock import now

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


class Taken(StrEnum):
    """What became of a message: an outcome, or that it had been imported before."""

    BEFORE = "before"
    FAILED = "failed"
    TICKET = "ticket"
    ENTRY = "entry"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    OWN = "own"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"
    SPAM = "spam"


def reception_of(raw: bytes) -> UUID:
    """The same content is the same reception, from whichever file it comes."""
    return uuid5(NAMESPACE_URL, f"import:{hashlib.sha256(raw).hexdigest()}")


def dated(raw: bytes) -> datetime | None:
    """When the last server on the way took the message, else when it was written; UTC.

    None: neither stands there, or it cannot be: before 1990 or after now.
    """
    for text in (header_of(raw, name=b"received").rpartition(";")[2], header_of(raw, name=b"date")):
        try:
            at = parsedate_to_datetime(text.strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        if EARLIEST < at <= now():
            return at.astimezone(UTC)
    return None


def take(raw: bytes, *, intake: str, received_at: datetime) -> Taken:
    """Store and handle a message. Raises Error when the database is away; nothing is lost then.

    A message that was stored, but whose handling was cut off, is handled now.
    """
    reception = reception_of(raw)
    arrival = arrival_received(reception)
    if arrival is not None and arrival.handled_at is not None:
        return Taken.BEFORE
    if arrival is None:
        sender, to = envelope_of(raw, mailbox="")
        arrival = store_arrival(
            raw,
            channel=Channel.MAIL,
            reception=reception,
            envelope_from=sender,
            envelope_to=to,
            received_at=received_at,
            intake=intake,
            defer=False,
        )
    handle_stored([arrival.pk])
    arrival = arrival_received(reception)
    if arrival is None or not arrival.outcome:
        return Taken.FAILED  # in other hands: the worker sees to it
    try:
        return Taken(arrival.outcome)
    except ValueError:  # somebody has put it aside meanwhile
        return Taken.BEFORE
