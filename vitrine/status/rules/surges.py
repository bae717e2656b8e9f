"""When many ask the same at once: n tickets from m organisations within t minutes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class Report:
    """One ticket, as far as it may be one of many."""

    ticket: int
    at: datetime
    topics: frozenset[str]
    """What it is about: its question type, and the telling words of its subject."""
    organisation: str
    """Who asks; a person without an organisation counts as one of its own."""


@dataclass(frozen=True, kw_only=True)
class Surge:
    """Tickets about the same, the first of them at `since`."""

    topic: str
    tickets: tuple[int, ...]
    organisations: int
    since: datetime


def surges(
    reports: Iterable[Report], *, tickets: int, organisations: int, within: timedelta, at: datetime
) -> list[Surge]:
    """The surges at `at`, the largest first; a ticket counts for the largest one only.

    tickets        at least so many about one topic, >= 1
    organisations  from at least so many, >= 1
    within         opened so long before `at`, not earlier, not later
    """
    lately = [each for each in reports if at - within <= each.at <= at]
    by_topic: dict[str, list[Report]] = {}
    for report in lately:
        for topic in report.topics:
            by_topic.setdefault(topic, []).append(report)
    found: list[Surge] = []
    spoken_for: set[int] = set()
    for topic, several in sorted(by_topic.items(), key=lambda each: (-len(each[1]), each[0])):
        left = [each for each in several if each.ticket not in spoken_for]
        asking = {each.organisation for each in left}
        if len(left) < tickets or len(asking) < organisations:
            continue
        numbers = tuple(sorted(each.ticket for each in left))
        spoken_for.update(numbers)
        since = min(each.at for each in left)
        found.append(Surge(topic=topic, tickets=numbers, organisations=len(asking), since=since))
    return found
