"""Whether one call was enough: told from the tickets, which a telephone exchange does not have.

J  calls answered in the period that have a ticket and are at least `JUDGED_AFTER` old.
R  those of J whose ticket was answered at once (its outcome), was not reopened and not merged into
   another one, and about which the same person did not turn to the desk again by any channel within
   that time: no further message or call in the ticket, no new ticket of the same question type.

A ticket without a question type may be about anything: it counts as about the same. Where a ticket
knows no person, the number takes his place. Spam is no contact.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

JUDGED_AFTER = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class FirstCalls:
    """The answered calls of a period by whether one was enough."""

    resolved: int
    judged: int
    too_early: int
    """Younger than `JUDGED_AFTER`: nobody can know yet."""
    without_ticket: int

    @property
    def share(self) -> float | None:
        """R / J; None: nothing to judge."""
        return self.resolved / self.judged if self.judged else None


_FIRST_CALLS = """
WITH answered AS (
    SELECT id, number, ticket_id, message_id, answered_at,
        coalesce(ended_at, answered_at) AS over_at, answered_at + %(time)s AS judged_at
    FROM telephony_call
    WHERE offered_at >= %(since)s AND offered_at < %(until)s AND outcome = 'answered'
), judged AS (
    SELECT answered.*, ticket.requester_id, ticket.question_type_id,
        ticket.outcome = 'direct' AND ticket.reopened_count = 0 AND ticket.merged_into_id IS NULL
            AS was_closed_at_once
    FROM answered JOIN tickets_ticket AS ticket ON ticket.id = answered.ticket_id
    WHERE judged_at <= %(at)s
)
SELECT
    (SELECT count(*) FROM judged WHERE was_closed_at_once
        AND NOT EXISTS (
            SELECT FROM tickets_message AS message
            WHERE message.ticket_id = judged.ticket_id AND message.kind IN ('incoming', 'call')
                AND message.at > judged.over_at AND message.at < judged.judged_at
                AND message.id IS DISTINCT FROM judged.message_id
        ) AND NOT EXISTS (
            SELECT FROM tickets_ticket AS later
            WHERE later.requester_id = judged.requester_id AND later.id <> judged.ticket_id
                AND later.opened_at > judged.answered_at AND later.opened_at < judged.judged_at
                AND later.outcome <> 'spam'
                AND coalesce(later.question_type_id = judged.question_type_id, true)
        ) AND NOT EXISTS (
            SELECT FROM telephony_call AS again
            LEFT JOIN tickets_ticket AS later ON later.id = again.ticket_id
            WHERE again.number = judged.number AND judged.number <> '' AND again.id <> judged.id
                AND again.offered_at > judged.answered_at AND again.offered_at < judged.judged_at
                AND (judged.requester_id IS NULL OR later.requester_id IS NULL)
                AND coalesce(later.question_type_id = judged.question_type_id, true)
        )),
    (SELECT count(*) FROM judged),
    (SELECT count(*) FROM answered WHERE ticket_id IS NOT NULL AND judged_at > %(at)s),
    (SELECT count(*) FROM answered WHERE ticket_id IS NULL)
"""


def first_calls(*, since: datetime, until: datetime, at: datetime) -> FirstCalls:
    """The calls offered from `since` to before `until`, judged by what is known at `at`."""
    values: dict[str, Any] = {"since": since, "until": until, "at": at, "time": JUDGED_AFTER}
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_CALLS, values)
        [(resolved, judged, too_early, without)] = cursor.fetchall()
    return FirstCalls(resolved=resolved, judged=judged, too_early=too_early, without_ticket=without)
