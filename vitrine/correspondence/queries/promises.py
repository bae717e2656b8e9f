"""What we owe in writing, what was sent, and what the local sink took."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from vitrine.correspondence.models import Promise, SinkMessage


def promises_due(*, at: datetime) -> QuerySet[Promise]:
    """Promises without an end whose time has come, the longest due first."""
    return Promise.objects.filter(sent_at=None, failed_at=None, due_at__lte=at).order_by("due_at")


def promise_with_message_id(message_ids: list[str]) -> Promise | None:
    """The newest of our messages that has one of these Message-IDs."""
    return Promise.objects.filter(message_id__in=message_ids).order_by("-id").first()


@dataclass(frozen=True)
class AutomaticAnswers:
    """How many automatic answers were promised: lately and in all to an address, to its domain."""

    lately: int
    in_all: int
    to_domain: int


_COUNT = """
SELECT count(*) FILTER (WHERE promised_at >= %(lately)s), count(*),
  (SELECT count(*) FROM (
    SELECT 1 FROM correspondence_promise
    WHERE is_automatic AND promised_at >= %(domain_since)s
      AND lower(substring(to_address, strpos(to_address, '@') + 1)) = lower(%(domain)s)
    LIMIT %(at_most)s) AS counted)
FROM correspondence_promise
WHERE is_automatic AND promised_at >= %(since)s AND upper(to_address) = upper(%(address)s)
"""


def automatic_answers_to(
    address: str, *, since: tuple[datetime, datetime], domain_since: datetime, at_most: int
) -> AutomaticAnswers:
    """What was promised automatically to `address` (any case) and to its domain; one statement.

    since      the instants from which `lately` and `in_all` count
    at_most    of the domain no more are counted
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            {
                "address": address,
                "domain": address.partition("@")[2],
                "lately": since[0],
                "since": since[1],
                "domain_since": domain_since,
                "at_most": at_most,
            },
        )
        return AutomaticAnswers(*cursor.fetchone())


def sink_has(message_id: str) -> bool:
    """Whether the local sink took the message already."""
    return SinkMessage.objects.filter(message_id=message_id).exists()


def sink_messages(*, mailbox: str = "") -> QuerySet[SinkMessage]:
    """What the local sink took, newest first; of one mailbox when it is given."""
    rows = SinkMessage.objects.order_by("-id")
    return rows.filter(to_address__iexact=mailbox) if mailbox else rows
