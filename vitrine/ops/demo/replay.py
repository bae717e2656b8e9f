"""Plays the demonstration requests in the order of time, with the clock of each step.

Everything goes through the real actions: numbers, deadlines, journal and timelines are
what the product makes of them. What is promised on the way lies in the local sink at once
and goes nowhere else, whatever mail server is configured.
"""

import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

from procrastinate.contrib.django import app
from procrastinate.testing import InMemoryConnector

from vitrine.calendars.queries import working_calendar
from vitrine.calendars.rules import WorkingCalendar
from vitrine.channels.mail.deliver import composed
from vitrine.correspondence.actions import begin_hand_over, keep_promise, take_into_sink
from vitrine.correspondence.models import Promise
from vitrine.kernel.clock import now, stopped_at
from vitrine.ops.demo.courses import COURSES, Age, Course, Request
from vitrine.ops.demo.mails import receive_mails
from vitrine.ops.demo.plan import Row, planned
from vitrine.ops.demo.register import Register
from vitrine.tickets.actions import archive_closed
from vitrine.tickets.rules import ReceivedFile

AGENTS = {
    "fr": ("agent1", "agent5", "agent2"),
    "nl": ("agent2", "agent4", "supervisor"),
    "de": ("agent3", "agent4"),
    "en": ("agent5", "agent2"),
}
"""Who takes a request in a language, in turns."""
PAST = timedelta(days=40)
"""How far back the finished requests begin."""
RECENT = timedelta(hours=24)
"""Working time in which the unfinished ones came in; the finished ones came before."""
FRESH = timedelta(hours=3)
"""Working time in which the requests came in that nobody has taken yet."""
STILL = timedelta(minutes=6)
"""The newest request is that old."""
ARCHIVED_AFTER = timedelta(days=25)
"""Earlier than in production, so that the archive is not empty."""

Planned = tuple[datetime, int, Course]


def replay_requests(register: Register) -> int:
    """Play all of them; how many."""
    requests = list(planned_requests(register))
    with app.replace_connector(InMemoryConnector()):
        play(requests)
        receive_mails(register, times=hours_of_mails())
        keep_promises()
    return len(requests)


def hours_of_mails() -> list[datetime]:
    """When the messages arrive that are told byte by byte: among the newest requests."""
    calendar, present = working_calendar(), now()
    first = back(present, by=FRESH, calendar=calendar)
    whole = calendar.working_time_between(first, present - STILL)
    return [calendar.add_working_time(first, whole * part / 20) for part in range(3, 20, 3)]


def planned_requests(register: Register) -> Iterator[Request]:
    """What the files hold, the languages mixed."""
    rows: list[tuple[float, str, Row]] = []
    for language in AGENTS:
        found = planned(f"requests_{language}")["request"]
        rows += [(index / len(found), language, row) for index, row in enumerate(found)]
    for number, (_place, language, row) in enumerate(sorted(rows, key=lambda each: each[:2])):
        yield request_of(row, number=number, language=language, register=register)


def request_of(row: Row, *, number: int, language: str, register: Register) -> Request:
    """One request of the files; the turn decides the agent."""
    agents = AGENTS[language]
    attachment = row.get("attachment")
    return Request(
        key=f"demonstration-{number:03d}",
        language=language,
        requester=register.persons[row["from"]],
        agent=register.accounts[agents[number % len(agents)]],
        question_type=register.types[row["type"]],
        channel=row.get("channel", "mail"),
        subject=row["subject"],
        text=row["text"].strip(),
        course=row["course"],
        answer=row.get("answer", "").strip(),
        reply=row.get("reply", "").strip(),
        follow_up=row.get("follow_up", "").strip(),
        note=row.get("note", "").strip(),
        service=register.services.get(row.get("service", "")),
        impact=row.get("impact", 4),
        urgency=row.get("urgency", 3),
        attachment=attachment
        and ReceivedFile(attachment, f"{row['subject']}\n\n{row['text']}".encode()),
    )


def play(requests: list[Request]) -> None:
    """Every step of every course, the earliest first, none of them in the future."""
    calendar = working_calendar()
    present = now()
    turn = count()
    steps = [
        (at, next(turn), COURSES[request.course][0](request))
        for at, request in schedule(requests, calendar=calendar, present=present)
    ]
    heapq.heapify(steps)
    while steps:
        at, _turn, course = heapq.heappop(steps)
        with stopped_at(at):
            pause = next(course, None)
            keep_promises()
        if pause is not None:
            later = calendar.add_working_time(at, pause)
            heapq.heappush(steps, (min(later, present), next(turn), course))
    archive_closed(before=present - ARCHIVED_AFTER)


def schedule(
    requests: list[Request], *, calendar: WorkingCalendar, present: datetime
) -> Iterator[tuple[datetime, Request]]:
    """When each comes in: the finished ones over past weeks, the others these days."""
    days = back(present, by=RECENT, calendar=calendar)
    hours = back(present, by=FRESH, calendar=calendar)
    for age, first, last in (
        (Age.WEEKS, present - PAST, days),
        (Age.DAYS, days, hours),
        (Age.HOURS, hours, present - STILL),
    ):
        chosen = [each for each in requests if COURSES[each.course][1] is age]
        whole = calendar.working_time_between(first, last)
        for index, request in enumerate(chosen):
            yield calendar.add_working_time(first, whole * index / len(chosen)), request


def back(present: datetime, *, by: timedelta, calendar: WorkingCalendar) -> datetime:
    """The latest whole hour with at least that much working time until now."""
    at = present.replace(minute=0, second=0, microsecond=0)
    while calendar.working_time_between(at, present) < by:
        at -= timedelta(hours=1)
    return at


def keep_promises() -> None:
    """What was promised in this step lies in the sink, as the worker would have done it."""
    for owed in Promise.objects.filter(sent_at__isnull=True, failed_at__isnull=True):
        raw = composed(owed).as_bytes()
        begun = begin_hand_over(owed)
        take_into_sink(begun.message_id, to=begun.to_address, raw=raw)
        keep_promise(begun, proof="demonstration")
