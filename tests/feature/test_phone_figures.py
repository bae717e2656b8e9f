"""Figures of the telephone: every call is accounted for, each figure is what its formula says."""

import random
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import World
from tests.phone_journal import MORNING, Journal, random_day, shuffled
from vitrine.telephony.actions import keep_events, tell_left_behind
from vitrine.telephony.models import Call, CallBack
from vitrine.telephony.queries import (
    By,
    arrivals_by_half_hour,
    counts,
    counts_by,
    rebuilt,
    seconds_by_agent,
    waits,
)
from vitrine.telephony.rules.figures import Counts, Formula, figure, occupancy
from vitrine.telephony.rules.stories import FIELDS
from vitrine.tickets.models import Ticket
from vitrine.voice import call_flow as core

DAY: dict[str, Any] = {
    "since": MORNING - timedelta(hours=1),
    "until": MORNING + timedelta(hours=12),
}


@pytest.mark.parametrize("seed", range(5))
def test_random_days_balance_and_the_rows_are_what_a_replay_tells(world: World, seed: int) -> None:
    chance = random.Random(seed)
    journal = Journal()
    random_day(journal, chance=chance, events=90)
    if seed % 2:
        journal.happens(core.EngineLost(), at=journal.seconds + 1)
        journal.happens(core.DeskClosed(), at=journal.seconds + 1)
    entries = journal.entries if seed % 3 else shuffled(journal.entries, by=chance)
    size = chance.choice([15, 60, 1000])
    for start in range(0, len(entries), size):
        keep_events(entries[start : start + size])
    tell_left_behind()  # what waited for something that matters

    found = counts(**DAY)
    assert found.is_balanced
    assert found.offered == journal.flow.offered
    outcomes = journal.flow.outcomes
    assert found.answered == outcomes[core.Outcome.ANSWERED]
    assert found.abandoned == outcomes[core.Outcome.ABANDONED]
    assert found.message == outcomes[core.Outcome.MESSAGE]
    assert found.call_back == outcomes[core.Outcome.CALL_BACK]
    assert found.lost == outcomes[core.Outcome.LOST]
    for call in Call.objects.all():
        story = rebuilt(call.name)
        told = {name: getattr(call, name) for name in FIELDS}
        assert told == {name: getattr(story, name) for name in FIELDS}
        assert call.ticket is not None
    assert not Call.objects.filter(is_stale=True).exists()
    assert set(Call.objects.values_list("ticket", flat=True)) == set(
        Ticket.objects.values_list("pk", flat=True)
    )
    for reason in ("abandoned", "lost"):
        owed = Call.objects.filter(outcome=reason, call_back__isnull=True).exclude(number="")
        for call in owed:  # only who was served since needs no call-back
            later = Call.objects.filter(number=call.number, answered_at__gt=call.decided_at)
            assert later.exists()
    assert CallBack.objects.filter(number="").count() == 0


def test_the_time_of_agents_is_what_the_core_counted(world: World) -> None:
    journal = Journal()
    random_day(journal, chance=random.Random(3), events=120)
    for desk in list(journal.flow.roster.desks.values()):
        journal.flow.roster.settle(desk, at=journal.seconds)
    ends = journal.began + timedelta(seconds=journal.seconds)

    keep_events(journal.entries)

    told = seconds_by_agent(since=MORNING, until=ends)
    for name, desk in journal.flow.roster.desks.items():
        mine = told[name]
        busy = sum(mine.get(state, 0.0) for state in ("ringing", "talking", "wrap-up"))
        assert sum(mine.values()) == pytest.approx(desk.signed_in_time, abs=0.01)
        assert busy == pytest.approx(desk.busy_time, abs=0.01)
        assert mine.get("paused", 0.0) == pytest.approx(desk.paused_time, abs=0.01)


def test_a_life_that_died_ends_the_states_of_its_agents(world: World) -> None:
    first = Journal()
    first.happens(core.AgentSignedIn(agent="agent-1", languages={"fr": 3}), at=0)
    first.happens(core.AgentReady(agent="agent-1"), at=10)
    first.happens(core.AgentSignedIn(agent="agent-2", languages={"fr": 3}), at=100)
    second = Journal(epoch="20261123T100000-b", began=MORNING + timedelta(hours=1))
    second.happens(core.AgentSignedIn(agent="agent-1", languages={"fr": 3}), at=0)
    keep_events([*first.entries, *second.entries])

    told = seconds_by_agent(since=MORNING, until=MORNING + timedelta(hours=1, seconds=30))

    assert told["agent-1"] == {"paused": 40, "ready": 90}
    assert told.get("agent-2", {}) == {}
    half = seconds_by_agent(
        since=MORNING + timedelta(seconds=50), until=MORNING + timedelta(hours=1)
    )
    assert half["agent-1"] == {"ready": 50}


def test_each_figure_is_what_its_formula_says_on_calls_counted_by_hand(world: World) -> None:
    journal = Journal()
    journal.happens(core.AgentSignedIn(agent="agent-1", languages={"fr": 3, "nl": 3}), at=0)
    journal.happens(core.AgentReady(agent="agent-1"), at=0)
    for number, (wait, talk) in enumerate([(10, 100), (20, 200), (40, 60)]):
        start = 1000.0 * number
        name = f"answered-{number}"
        journal.happens(core.CallOffered(call=name, language="fr"), at=start)
        journal.happens(core.LegAnswered(call=name, agent="agent-1"), at=start + wait)
        journal.happens(core.CallerGone(call=name), at=start + wait + talk)
        journal.happens(core.WrapUpEnded(agent="agent-1"), at=start + wait + talk + 15)
    journal.happens(core.AgentPaused(agent="agent-1"), at=3000)
    for number, wait in enumerate([3, 12, 90]):
        start = 4000.0 + 100 * number
        journal.happens(core.CallOffered(call=f"gone-{number}", language="nl"), at=start)
        journal.happens(core.CallerGone(call=f"gone-{number}"), at=start + wait)
    journal.happens(core.CallOffered(call="still", language="de"), at=5000)
    keep_events(journal.entries)

    found = counts(**DAY)

    assert (found.offered, found.answered, found.abandoned, found.short) == (7, 3, 3, 1)
    assert (found.present, found.is_balanced) == (1, True)
    expected = {
        Formula.SERVICE_LEVEL: 2 / 6,
        Formula.SERVICE_LEVEL_OF_ALL: 2 / 7,
        Formula.SERVICE_LEVEL_OF_ANSWERED: 2 / 3,
        Formula.SERVICE_LEVEL_WITH_QUICK_ABANDONS: (2 + 2) / (3 + 3),
        Formula.ANSWER_RATE: 3 / 7,
        Formula.ABANDONMENT: 2 / 6,
        Formula.MEAN_WAIT_OF_ANSWERED: 70 / 3,
        Formula.MEAN_WAIT_OF_ALL: (70 + 105) / 7,
        Formula.MEAN_WAIT_OF_ABANDONED: 105 / 3,
        Formula.HANDLE_TIME: (360 + 45) / 3,
        Formula.TALK_TIME: 120,
        Formula.WRAP_UP_TIME: 15,
        Formula.HOLD_TIME: 0,
        Formula.TRANSFERS: 0,
    }
    assert {name: figure(name, found) for name in expected} == pytest.approx(expected)
    by_language = counts_by(By.LANGUAGE, **DAY)
    assert {key: one.offered for key, one in by_language.items()} == {"de": 1, "fr": 3, "nl": 3}
    assert counts(**DAY, language="nl").abandoned == 3
    assert counts_by(By.AGENT, **DAY)["agent-1"].wrap_up == 45
    assert sum(counts_by(By.HALF_HOUR, **DAY).values(), Counts()).offered == 7
    assert set(counts_by(By.TIME_OF_DAY, **DAY)) == {"10:00", "10:30", "11:00"}
    assert set(counts_by(By.DAY, **DAY)) == {"2026-11-23"}
    assert set(counts_by(By.WEEKDAY, **DAY)) == {1}
    told = waits(**DAY)
    assert (told.median, told.longest) == (20, 40)
    arrivals = arrivals_by_half_hour(**DAY)
    assert (MORNING, "fr", 2) in arrivals


def test_nothing_gives_no_figure_and_not_a_division_by_zero(db: None) -> None:
    found = counts(**DAY)

    assert found == Counts()
    for formula in Formula:
        if formula != Formula.OCCUPANCY:
            assert figure(formula, found) is None
    assert occupancy({}) is None
    assert occupancy({"talking": 30, "wrap-up": 10, "ready": 60, "paused": 500}) == 0.4
    assert waits(**DAY).median is None
