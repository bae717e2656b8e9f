"""Tickets of an interruption, and the surge that announces one."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from django.db.models import Count, QuerySet
from django.utils.translation import override

from vitrine.accounts.models import Account
from vitrine.kernel.languages import Language
from vitrine.publication import moments
from vitrine.publication.bulletin import Position, Texts
from vitrine.status.models import Interruption
from vitrine.status.queries import standing_bulletin
from vitrine.status.rules import Report, Surge, surges
from vitrine.tickets.access import tickets_for
from vitrine.tickets.choices import CALL_SUBJECT
from vitrine.tickets.models import InterruptionAnswer, Ticket, TicketInterruption

LAST = 2000
"""So many of the newest tickets are looked at: more do not come within a surge."""
WORD = re.compile(r"[^\W\d_]{6,}")
USUAL_FACTOR = 3
"""A topic is a surge only when it comes so much more often than it did before."""

END_TEXTS = {
    Language.FR: "Madame, Monsieur,\n\nLa perturbation que vous nous avez signalée est terminée "
    "depuis le {end}. {name} fonctionne de nouveau normalement.\n\nVous n'avez rien à faire. Si "
    "vous constatez encore un problème, répondez à ce message.",
    Language.NL: "Geachte mevrouw, geachte heer,\n\nDe storing die u ons hebt gemeld, is voorbij "
    "sinds {end}. {name} werkt opnieuw normaal.\n\nU hoeft niets te doen. Ondervindt u nog een "
    "probleem, beantwoord dan dit bericht.",
    Language.DE: "Sehr geehrte Damen und Herren,\n\ndie Störung, die Sie uns gemeldet haben, ist "
    "seit {end} behoben. {name}: wieder störungsfrei.\n\nSie brauchen nichts zu unternehmen. "
    "Besteht noch ein Problem, so antworten Sie auf diese Nachricht.",
    Language.EN: "Dear Sir or Madam,\n\nThe disturbance that you reported to us has been over "
    "since {end}. {name} is working normally again.\n\nYou need not do anything. If there is "
    "still a problem, reply to this message.",
}
"""What is proposed as answer to all; somebody reads it before it is sent."""


def tickets_per_interruption(rows: Sequence[Interruption]) -> dict[int, int]:
    """How many tickets belong to each, by the number of the row; one statement."""
    counted = (
        TicketInterruption.objects.filter(interruption__in=[row.pk for row in rows])
        .values_list("interruption")
        .annotate(Count("pk"))
    )
    return dict(counted)


def links_of_interruption(
    interruption: Interruption, *, account: Account
) -> QuerySet[TicketInterruption]:
    """The tickets of `interruption` that `account` may read, the first to join first."""
    return (
        TicketInterruption.objects.filter(
            interruption=interruption, ticket__in=tickets_for(account)
        )
        .select_related("ticket", "ticket__organisation", "ticket__requester")
        .order_by("pk")
    )


def answers_of_interruption(interruption: Interruption) -> QuerySet[InterruptionAnswer]:
    """The answers to all that were sent, the newest first."""
    return InterruptionAnswer.objects.filter(interruption=interruption).select_related("by")


def interruption_of(ticket: Ticket) -> TicketInterruption | None:
    """The interruption that `ticket` belongs to."""
    return TicketInterruption.objects.filter(ticket=ticket).select_related("interruption").first()


def open_interruption() -> Interruption | None:
    """The interruption to which a new ticket most likely belongs: the latest open one.

    Costs nothing while everything works: the standing is known without a statement of its own.
    """
    bulletin = standing_bulletin()
    if bulletin is None or all(each.ended_at for each in bulletin.interruptions):
        return None
    return Interruption.objects.filter(ended_at__isnull=True).order_by("-began_at").first()


def end_texts(interruption: Interruption) -> Texts:
    """The answer to all that is proposed, in four languages."""
    bulletin = standing_bulletin()
    assert interruption.ended_at is not None
    names = bulletin.register_names if bulletin else {}
    return {
        str(code): text.format(
            end=moments.moment(interruption.ended_at, language=code),
            name=names.get(code, ""),
        ).strip()
        for code, text in END_TEXTS.items()
    }


def present_surges(
    *, tickets: int, organisations: int, within: timedelta, at: datetime
) -> list[Surge]:
    """Topics about which unusually many ask now; empty while a disturbance is public already."""
    bulletin = standing_bulletin()
    if bulletin and bulletin.position is not Position.WORKS:
        return []
    rows = list(
        Ticket.objects.order_by("-id")
        .select_related("question_type")
        .only("opened_at", "subject", "organisation_id", "requester_id", "question_type__code")[
            :LAST
        ]
    )
    reports = [_report(row) for row in rows]
    found = surges(reports, tickets=tickets, organisations=organisations, within=within, at=at)
    usual = _usual(reports, within=within, at=at)
    return [one for one in found if len(one.tickets) >= USUAL_FACTOR * usual.get(one.topic, 0)]


def _usual(reports: Sequence[Report], *, within: timedelta, at: datetime) -> dict[str, float]:
    """How often each topic came in a window of the same length before this one, on average."""
    earlier = [each for each in reports if each.at < at - within]
    if not earlier:
        return {}
    windows = max((at - within - min(each.at for each in earlier)) / within, 1.0)
    counted = Counter(topic for each in earlier for topic in each.topics)
    return {topic: number / windows for topic, number in counted.items()}


def _report(row: Ticket) -> Report:
    topics = {f"“{word}”" for word in _words(row.subject)}
    if row.question_type:
        topics.add(row.question_type.code)
    asker = f"o{row.organisation_id}" if row.organisation_id else f"p{row.requester_id or row.pk}"
    return Report(ticket=row.pk, at=row.opened_at, topics=frozenset(topics), organisation=asker)


def _words(subject: str) -> set[str]:
    """Words that somebody chose: none in the subject that the desk gives to each call."""
    if subject.partition(":")[0].strip() in _subjects_of_calls():
        return set()
    return {word.casefold() for word in WORD.findall(subject)}


@cache
def _subjects_of_calls() -> frozenset[str]:
    """What a call is called until somebody writes it up, in each language."""
    subjects = set()
    for language in Language:
        with override(language):
            subjects.add(str(CALL_SUBJECT))
    return frozenset(subjects)
