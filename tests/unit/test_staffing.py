"""Erlang's formulas against the values of the literature, recomputed elsewhere."""

from datetime import timedelta

import pytest

from vitrine.telephony.rules import (
    agents_needed,
    announced_wait,
    erlang_a,
    erlang_b,
    erlang_c,
    expected_wait,
    lines_needed,
)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


@pytest.mark.parametrize(
    ("agents", "erlangs", "waits"),
    [
        (2, 1, 0.3333),
        (3, 2, 0.4444),
        (6, 5, 0.5875),
        (8, 5, 0.1673),
        (12, 10, 0.4494),
        (25, 20, 0.2091),
        (110, 100, 0.2370),
    ],
)
def test_the_share_of_those_who_wait_is_erlangs(agents, erlangs, waits):
    found = erlang_c(calls_per_hour=erlangs * 60, handle_time=seconds(60), agents=agents)

    assert found.probability_of_wait == pytest.approx(waits, abs=5e-5)


@pytest.mark.parametrize(
    ("calls", "handle", "agents", "wait", "level", "occupancy"),
    [
        (20, 300, 3, 67.5, 72.6, 55.6),
        (60, 300, 7, 48.6, 71.6, 71.4),
        (100, 180, 8, 10.0, 88.0, 62.5),
        (120, 240, 11, 19.6, 80.9, 72.7),
        (360, 240, 26, 71.6, 49.5, 92.3),
    ],
)
def test_a_patient_queue_waits_as_long_as_erlang_c_says(
    calls, handle, agents, wait, level, occupancy
):
    found = erlang_c(calls_per_hour=calls, handle_time=seconds(handle), agents=agents)

    assert found.mean_wait.total_seconds() == pytest.approx(wait, abs=0.06)
    assert found.service_level * 100 == pytest.approx(level, abs=0.06)
    assert found.occupancy * 100 == pytest.approx(occupancy, abs=0.06)


def test_a_desk_that_is_too_small_never_answers_in_time():
    found = erlang_c(calls_per_hour=120, handle_time=seconds(240), agents=8)

    assert (found.probability_of_wait, found.service_level) == (1.0, 0.0)
    assert found.mean_wait == timedelta.max


@pytest.mark.parametrize(
    ("agents", "waits", "gone", "wait"),
    [
        (6, 0.7135, 0.3156, 37.9),
        (7, 0.5960, 0.2320, 27.8),
        (8, 0.4719, 0.1627, 19.5),
        (9, 0.3525, 0.1085, 13.0),
        (10, 0.2475, 0.0684, 8.2),
        (11, 0.1630, 0.0407, 4.9),
    ],
)
def test_an_impatient_queue_loses_as_many_as_erlang_a_says(agents, waits, gone, wait):
    found = erlang_a(
        calls_per_hour=120, handle_time=seconds(240), agents=agents, patience=seconds(120)
    )

    assert found.probability_of_wait == pytest.approx(waits, abs=5e-5)
    assert found.abandoned == pytest.approx(gone, abs=5e-5)
    assert found.mean_wait.total_seconds() == pytest.approx(wait, abs=0.06)
    assert found.abandoned == pytest.approx(found.mean_wait / seconds(120))


def test_endless_patience_makes_erlang_a_erlang_c():
    patient = erlang_c(calls_per_hour=120, handle_time=seconds(240), agents=10)
    nearly = erlang_a(
        calls_per_hour=120, handle_time=seconds(240), agents=10, patience=seconds(1e8)
    )

    assert nearly.service_level == pytest.approx(patient.service_level, abs=1e-4)
    assert nearly.probability_of_wait == pytest.approx(patient.probability_of_wait, abs=1e-4)


@pytest.mark.parametrize(("erlangs", "lines"), [(1, 5), (2, 7), (5, 11), (10, 18), (30, 42)])
def test_one_call_in_a_hundred_finds_no_line(erlangs, lines):
    assert lines_needed(erlangs=erlangs) == lines
    assert erlang_b(erlangs=erlangs, lines=lines) <= 0.01
    assert erlang_b(erlangs=erlangs, lines=lines - 1) > 0.01


def test_the_fewest_agents_keep_the_level():
    needed = agents_needed(calls_per_hour=120, handle_time=seconds(240), patience=None)

    assert needed == 11
    assert agents_needed(calls_per_hour=0, handle_time=seconds(240), patience=None) == 0


def test_who_waits_is_told_whole_minutes_or_nothing():
    told = announced_wait(ahead=2, agents=3, mean_call=seconds(240), patience=None)

    assert told == timedelta(minutes=4)
    assert announced_wait(ahead=2, agents=0, mean_call=seconds(240), patience=None) is None


def test_those_who_will_give_up_shorten_the_wait():
    wait = expected_wait(ahead=3, agents=5, mean_call=seconds(240), patience=seconds(240))

    assert wait == sum((seconds(240) / (5 + k) for k in range(4)), timedelta())
    with pytest.raises(ValueError, match="ahead=-1"):
        expected_wait(ahead=-1, agents=1, mean_call=seconds(1), patience=None)
