"""What we owe in writing, what was sent, and what the local sink took."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from vitrine.correspondence.models import Promise, SinkMessage


def promises_due(*, at: datetime) -> QuerySet[Promise]:
    """Promises without an end whose time has come, the longest due first."""
    return Promise.objects.filter(sent_at=None, failed_at=None, due_at__lte=at).order_by("due_at")


def promises_to_keep(promise_ids: Collection[int], *, along: int, at: datetime) -> list[int]:
    """Those of `promise_ids` that are due, and up to `along` others that nobody wrote by hand.

    Of the others those due the longest, none that anybody has begun.
    """
    due = promises_due(at=at)
    asked = due.filter(pk__in=promise_ids).values_list("pk", flat=True)
    if not along:
        return list(asked)
    others = due.filter(is_automatic=True, handing_over_at=None).exclude(pk__in=promise_ids)
    return [*asked, *others.values_list("pk", flat=True)[:along]]


def promises_in_hand(promise_ids: Collection[int], *, at: datetime) -> QuerySet[Promise]:
    """Those of `promise_ids` that are due still, with everybody whose name stands in them."""
    due = promises_due(at=at).filter(pk__in=promise_ids)
    return due.select_related("to_person", "to_account", "handler").order_by("due_at", "id")


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
SELECT asked.address, own.lately, own.in_all, domain.count
FROM unnest(%(addresses)s::text[]) AS asked (address)
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE promised_at >= %(lately)s) AS lately, count(*) AS in_all
  FROM correspondence_promise
  WHERE is_automatic AND promised_at >= %(since)s AND upper(to_address) = upper(asked.address)
) AS own
CROSS JOIN LATERAL (
  SELECT count(*) FROM (
    SELECT FROM correspondence_promise
    WHERE is_automatic AND promised_at >= %(domain_since)s
      AND lower(substring(to_address, strpos(to_address, '@') + 1))
        = lower(substring(asked.address, strpos(asked.address, '@') + 1))
    LIMIT %(at_most)s) AS counted
) AS domain
"""


def automatic_answers_to(
    addresses: Collection[str],
    *,
    since: tuple[datetime, datetime],
    domain_since: datetime,
    at_most: int,
) -> dict[str, AutomaticAnswers]:
    """What was promised automatically to each address (any case) and its domain; one statement.

    since      the instants from which `lately` and `in_all` count
    at_most    of a domain no more are counted
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            {
                "addresses": list(addresses),
                "lately": since[0],
                "since": since[1],
                "domain_since": domain_since,
                "at_most": at_most,
            },
        )
        return {address: AutomaticAnswers(*counts) for address, *counts in cursor.fetchall()}


def sink_has(message_id: str) -> bool:
    """Whether the local sink took the message already."""
    return SinkMessage.objects.filter(message_id=message_id).exists()


def sink_messages(*, mailbox: str = "") -> QuerySet[SinkMessage]:
    """What the local sink took, newest first; of one mailbox when it is given."""
    rows = SinkMessage.objects.order_by("-id")
    return rows.filter(to_address__iexact=mailbox) if mailbox else rows
