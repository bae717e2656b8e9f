"""The figures of some days: every call once, nothing of nothing, the nights the clocks change."""

import csv
import io
import itertools
import random
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from tests.cast import World
from tests.phone_journal import MORNING, Journal, random_day
from tests.phone_scene import english, read
from vitrine.desk.rendering.phone.report import printed_report
from vitrine.telephony.actions import keep_events, tell_left_behind
from vitrine.telephony.models import Call
from vitrine.telephony.queries import report
from vitrine.telephony.rules.figures import Counts
from vitrine.telephony.rules.names import agent_name
from vitrine.tickets.models import Message, QuestionType, Ticket
from vitrine.voice import call_flow as core

PAGE = "/desk/phone/report/"
MONDAY = date(2026, 11, 16)
LATER = datetime(2026, 12, 20, 12, 0, tzinfo=UTC)
NUMBERS = itertools.count()


def called(at: datetime, *, wait: float = 10, talk: float = 60, **facts: Any) -> Call:
    """A call of the past; answered unless `outcome` says otherwise."""
    known = {"outcome": "answered", "language": "fr", "is_stale": False} | facts
    if known["outcome"] == "answered":
        known |= {
            "answered_at": at + timedelta(seconds=wait),
            "answered_by": known.get("answered_by", "agent-1"),
            "talk_seconds": talk,
        }
    decided = at + timedelta(seconds=wait)
    known |= {"decided_at": decided, "ended_at": decided + timedelta(seconds=talk)}
    return Call.objects.create(name=f"past-{next(NUMBERS)}", offered_at=at, **known)


def rows_of(page: str, *, table: str) -> list[list[str]]:
    """The cells of a table, its total last."""
    [found] = re.findall(rf'<h2 id="{table}-title".*?</table>', page, re.DOTALL)
    lines = re.findall(r"<tr>(.*?)</tr>", found, re.DOTALL)[1:]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line, re.DOTALL) for line in lines]
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in line] for line in cells]


@pytest.mark.parametrize("seed", range(3))
def test_every_way_of_counting_adds_up_to_the_same_whole(world: World, seed: int) -> None:
    journal = Journal()
    random_day(journal, chance=random.Random(seed), events=90)
    keep_events(journal.entries)
    tell_left_behind()

    found = report(first=MORNING.date(), last=MORNING.date(), at=MORNING + timedelta(days=2))

    assert found.whole.offered == journal.flow.offered
    assert found.whole.is_balanced
    for groups in (found.half_hours, found.days, found.languages):
        total = sum(groups.values(), start=Counts(wrap_up=found.whole.wrap_up))
        for name in ("offered", "answered", "abandoned", "call_back", "message", "lost", "closed"):
            assert getattr(total, name) == getattr(found.whole, name)
        assert total.wait_all == pytest.approx(found.whole.wait_all)
        assert total.talk == pytest.approx(found.whole.talk)
    of_agents = sum(found.agents.values(), start=Counts())
    assert of_agents.answered == found.whole.answered
    assert of_agents.wrap_up == pytest.approx(found.whole.wrap_up)


def test_no_time_is_counted_that_has_not_passed(world: World) -> None:
    journal = Journal()
    journal.happens(core.AgentSignedIn(agent="agent-1", languages={"fr": 3}), at=0)
    journal.happens(core.AgentReady(agent="agent-1"), at=10)
    keep_events(journal.entries)

    found = report(first=MORNING.date(), last=MORNING.date(), at=MORNING + timedelta(seconds=100))

    assert found.times == {"agent-1": {"paused": 10, "ready": 90}}
    assert found.until == MORNING + timedelta(seconds=100)


def test_the_hour_that_comes_twice_stands_twice(world: World) -> None:
    night = date(2026, 10, 25)
    called(datetime(2026, 10, 25, 0, 15, tzinfo=UTC))
    called(datetime(2026, 10, 25, 1, 15, tzinfo=UTC))
    called(datetime(2026, 10, 25, 22, 59, tzinfo=UTC))  # still Sunday: the day has 25 hours
    called(datetime(2026, 10, 25, 23, 1, tzinfo=UTC))  # Monday

    found = report(first=night, last=night, at=LATER)
    with override("en"):
        told = printed_report(found)

    assert found.until - found.since == timedelta(hours=25)
    assert found.whole.offered == 3
    names = [row.name for row in told.tables[0].rows]
    assert names[:4] == [
        "02:00 summer time",
        "02:30 summer time",
        "02:00 winter time",
        "02:30 winter time",
    ]
    assert len(names) == len(set(names))


def test_the_hour_that_never_was_does_not_stand(world: World) -> None:
    night = date(2026, 3, 29)
    called(datetime(2026, 3, 29, 0, 45, tzinfo=UTC))
    called(datetime(2026, 3, 29, 1, 15, tzinfo=UTC))

    found = report(first=night, last=night, at=LATER)

    assert found.until - found.since == timedelta(hours=23)
    assert [row.name for row in printed_report(found).tables[0].rows] == ["01:30", "03:00"]


def test_an_open_day_shows_each_of_its_half_hours_also_the_quiet_ones(world: World) -> None:
    called(datetime(2026, 11, 16, 9, 40, tzinfo=UTC))

    found = report(first=MONDAY, last=MONDAY, at=LATER)

    rows = printed_report(found).tables[0].rows
    assert [rows[0].name, rows[-1].name] == ["08:30", "16:00"]
    assert {row.name: row.cells[0] for row in rows}["10:30"] == "1"
    quiet = rows[0].cells
    assert quiet == ["0", "0", "0", "0", "0", "0", "–", "–", "–", "–"]


def test_a_closed_day_says_so_and_shows_no_figures(client: Client, world: World) -> None:
    english(world.sofie)
    page = read(client, world.sofie, path=f"{PAGE}?first=2026-11-15&last=2026-11-15")
    assert "The desk was closed, and nobody was put through." in page
    assert "By half-hour" not in page
    week = read(client, world.sofie, path=f"{PAGE}?first=2026-11-09&last=2026-11-15")
    assert "Sat 11/14/2026, Sun 11/15/2026" in week


def test_of_few_calls_the_numbers_stand_and_of_many_the_share(client: Client, world: World) -> None:
    english(world.sofie)
    begins = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
    for number in range(4):
        called(begins + timedelta(minutes=number), wait=60 if number == 3 else 10, language="de")
    for number in range(30):
        called(begins + timedelta(minutes=number), wait=60 if number < 3 else 10)
    called(begins, wait=2, outcome="abandoned", language="nl")

    page = read(client, world.sofie, path=f"{PAGE}?first=2026-11-16&last=2026-11-16")

    cells = {row[0]: row[1:] for row in rows_of(page, table="languages")}
    german = next(row for name, row in cells.items() if "German" in name)
    french = next(row for name, row in cells.items() if "French" in name)
    dutch = next(row for name, row in cells.items() if "Dutch" in name)
    assert german[6] == "3 of 4"
    assert french[6] == "90\u202f%"
    assert dutch[6] == "–"  # the only one hung up at once: nothing to divide by
    assert cells["all together"][:3] == ["35", "34", "1"]


def test_agents_are_named_also_those_who_have_left(client: Client, world: World) -> None:
    english(world.sofie)
    name = agent_name(world.bruno.pk)
    called(datetime(2026, 11, 16, 9, 0, tzinfo=UTC), answered_by=name, talk=90)
    world.bruno.is_active = False
    world.bruno.save()

    page = read(client, world.sofie, path=f"{PAGE}?first=2026-11-16&last=2026-11-16")

    [row, total] = rows_of(page, table="agents")
    assert row == [world.bruno.name, "1", "1:30", "0:00", "1:30", "–"]
    assert total[1:] == row[1:]


def test_the_file_holds_what_the_page_shows_and_no_formula(client: Client, world: World) -> None:
    world.bruno.name = "=HYPERLINK(1)"
    world.bruno.save()
    called(
        datetime(2026, 11, 16, 9, 0, tzinfo=UTC),
        answered_by=agent_name(world.bruno.pk),
        talk=90.5,
    )
    called(datetime(2026, 11, 17, 9, 0, tzinfo=UTC), outcome="message", language="nl")
    client.force_login(world.sofie)

    answer = client.get(f"{PAGE}?first=2026-11-16&last=2026-11-17&format=csv")

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    [whole] = [row for row in rows if row["by"] == "period"]
    assert (whole["offered"], whole["answered"], whole["message"]) == ("2", "1", "1")
    assert (whole["service_level"], whole["talk"], whole["occupancy"]) == ("0.5", "90.5", "")
    for by in ("half_hour", "day", "language"):
        assert sum(int(row["offered"]) for row in rows if row["by"] == by) == 2
    [agent] = [row for row in rows if row["by"] == "agent"]
    assert agent["group"] == "'=HYPERLINK(1)"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("first=2026-11-16&last=2026-11-15", "The last day lies before the first."),
        ("first=2999-01-01", "the future has no figures"),
        ("first=2020-01-01&last=2026-01-01", "Choose a year at most."),
        ("first=0000-00-00", "valid date"),
        ("first=0001-01-01", "before the year 2000"),
        ("first=9999-12-31&last=9999-12-31", "the future has no figures"),
    ],
)
def test_a_period_that_cannot_be_is_refused_in_words(
    client: Client, world: World, query: str, said: str
) -> None:
    english(world.sofie)
    client.force_login(world.sofie)
    for suffix in ("", "&format=csv"):
        answer = client.get(f"{PAGE}?{query}{suffix}")
        assert answer.status_code == 422
        assert said in answer.content.decode()


def test_a_year_stands_by_month(client: Client, world: World) -> None:
    english(world.sofie)
    called(datetime(2025, 12, 31, 22, 59, tzinfo=UTC))
    called(datetime(2025, 12, 31, 23, 1, tzinfo=UTC))
    page = read(client, world.sofie, path=f"{PAGE}?first=2025-09-01&last=2026-01-31")
    cells = {row[0]: row[1] for row in rows_of(page, table="months")}
    assert cells["December 2025"] == "1"
    assert cells["January 2026"] == "1"
    assert "By day" not in page


Changed = Callable[[World, Call, Ticket], object]


def answered_at_once(world: World, *, at: datetime) -> tuple[Call, Ticket]:
    """A call of Ana's whose ticket was answered at once."""
    ticket = a_ticket(world, at=at, outcome="direct")
    return called(at, ticket=ticket, number="+3225550100"), ticket


def a_ticket(world: World, *, at: datetime, **facts: Any) -> Ticket:
    """A closed ticket of Ana's by telephone."""
    known = {"requester": world.ana, "channel": "phone", "state": "closed", "outcome": "direct"}
    number = f"2026-9{next(NUMBERS):05}"
    return Ticket.objects.create(
        **(known | facts),
        number=number,
        subject="Keys",
        language="fr",
        reply_language="fr",
        opened_at=at,
        last_activity_at=at,
        closed_at=at,
    )


def _reopened(world: World, call: Call, ticket: Ticket) -> None:
    ticket.reopened_count = 1
    ticket.save()


def _kept_open(world: World, call: Call, ticket: Ticket) -> None:
    ticket.outcome = "open"
    ticket.save()


def _wrote_again(world: World, call: Call, ticket: Ticket) -> None:
    at = call.ended_at
    assert at is not None
    Message.objects.create(
        ticket=ticket, kind="incoming", channel="mail", at=at + timedelta(days=2), language="fr"
    )


def _asked_again(world: World, call: Call, ticket: Ticket) -> None:
    a_ticket(world, at=ticket.opened_at + timedelta(days=6), channel="mail", outcome="open")


def _rang_again_unknown(world: World, call: Call, ticket: Ticket) -> None:
    called(ticket.opened_at + timedelta(days=1), number=call.number, outcome="abandoned")


def _merged(world: World, call: Call, ticket: Ticket) -> None:
    ticket.merged_into = a_ticket(world, at=ticket.opened_at - timedelta(days=1))
    ticket.save()


@pytest.mark.parametrize(
    "change",
    [_reopened, _kept_open, _wrote_again, _asked_again, _rang_again_unknown, _merged],
)
def test_one_call_was_not_enough(world: World, change: Changed) -> None:
    at = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
    call, ticket = answered_at_once(world, at=at)
    assert report(first=MONDAY, last=MONDAY, at=LATER).first_calls.resolved == 1

    change(world, call, ticket)

    found = report(first=MONDAY, last=MONDAY, at=LATER).first_calls
    assert (found.resolved, found.judged, found.share) == (0, 1, 0.0)


def _other_question(world: World, call: Call, ticket: Ticket) -> None:
    types = QuestionType.objects.order_by("pk")[:2]
    ticket.question_type = types[0]
    ticket.save()
    a_ticket(world, at=ticket.opened_at + timedelta(days=1), question_type=types[1])


def _after_a_week(world: World, call: Call, ticket: Ticket) -> None:
    a_ticket(world, at=ticket.opened_at + timedelta(days=8))


def _spam(world: World, call: Call, ticket: Ticket) -> None:
    a_ticket(world, at=ticket.opened_at + timedelta(days=1), outcome="spam")


def _answered_in_writing(world: World, call: Call, ticket: Ticket) -> None:
    at = ticket.opened_at + timedelta(hours=1)
    Message.objects.create(ticket=ticket, kind="reply", channel="mail", at=at, language="fr")


@pytest.mark.parametrize("change", [_other_question, _after_a_week, _spam, _answered_in_writing])
def test_one_call_was_enough_whatever_else_happened(world: World, change: Changed) -> None:
    at = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
    call, ticket = answered_at_once(world, at=at)

    change(world, call, ticket)

    assert report(first=MONDAY, last=MONDAY, at=LATER).first_calls.resolved == 1


def test_what_nobody_can_know_yet_is_not_judged(client: Client, world: World) -> None:
    at = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
    answered_at_once(world, at=at)
    called(at)

    found = report(first=MONDAY, last=MONDAY, at=at + timedelta(days=6)).first_calls

    assert (found.judged, found.too_early, found.without_ticket) == (0, 1, 1)
    assert found.share is None
