"""The live core in virtual time against Erlang, and what the order of agents is worth."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from vitrine.telephony.rules import Policy, Strategy, erlang_a, erlang_c
from vitrine.voice.simulator import Scenario, simulate

NO_WRAP_UP = Policy(wrap_up=0.0)


@pytest.mark.parametrize(("agents", "patience"), [(8, 120), (10, 120), (11, None)])
def test_the_core_does_what_erlang_says(agents, patience):
    report = simulate(
        Scenario(
            calls_per_hour=120,
            handle_time=240,
            patience=patience,
            agents=[(("fr",), agents)],
            languages={"fr": 1},
            calls=20_000,
            policy=NO_WRAP_UP,
        )
    )
    told = {"calls_per_hour": 120, "handle_time": timedelta(seconds=240), "agents": agents}
    theory = (
        erlang_a(**told, patience=timedelta(seconds=patience)) if patience else erlang_c(**told)
    )
    found = report.whole.as_json()

    assert found["service_level"] == pytest.approx(theory.service_level, abs=0.02)
    assert found["probability_of_wait"] == pytest.approx(theory.probability_of_wait, abs=0.02)
    assert found["abandoned"] / found["offered"] == pytest.approx(theory.abandoned, abs=0.01)
    assert report.occupancy == pytest.approx(theory.occupancy, abs=0.01)


def test_every_call_offered_has_one_end():
    report = simulate(
        Scenario(
            calls_per_hour=200,
            handle_time=240,
            patience=60,
            agents=[(("fr", "nl"), 9), (("nl",), 2)],
            languages={"fr": 2, "nl": 1},
            calls=5_000,
        )
    )

    for tally in (report.whole, *report.by_language.values()):
        assert tally.offered == tally.answered + tally.abandoned
    assert report.whole.offered == 5_000
    assert sum(tally.offered for tally in report.by_language.values()) == 5_000


def test_the_order_of_agents_is_worth_fifteen_points_to_the_smallest_language():
    team = [(("fr", "nl"), 9), (("fr", "nl", "en"), 2), (("fr", "nl", "de", "en"), 2)]
    callers = {"fr": 48, "nl": 40, "en": 7, "de": 5}

    def level(strategy):
        report = simulate(
            Scenario(
                calls_per_hour=120,
                handle_time=300,
                patience=180,
                agents=team,
                languages=callers,
                calls=15_000,
                policy=Policy(strategy=strategy, wrap_up=0.0),
            )
        )
        return {
            name: tally.as_json()["service_level"] for name, tally in report.by_language.items()
        }

    usual, ours = level(Strategy.LONGEST_IDLE), level(Strategy.DEFAULT)

    assert ours["de"] - usual["de"] >= 0.15
    assert ours["en"] - usual["en"] >= 0.08
    assert usual["fr"] - ours["fr"] <= 0.025
    assert usual["nl"] - ours["nl"] <= 0.025


def simulated(*options):
    out = StringIO()
    call_command("phone_simulate", *options, "--json", stdout=out)
    return json.loads(out.getvalue())


ONE_QUEUE = ("--calls-per-hour", "60", "--handle-time", "300", "--agents", "fr:8", "--calls", "500")


def test_the_command_prints_the_published_names_and_repeats_itself():
    first, second = simulated(*ONE_QUEUE), simulated(*ONE_QUEUE)

    assert first == second != simulated(*ONE_QUEUE, "--seed", "2")
    assert {
        "offered",
        "answered",
        "abandoned",
        "probability_of_wait",
        "mean_wait_seconds",
        "service_level",
        "occupancy",
        "by_language",
    } <= set(first)
    assert first["offered"] == first["by_language"]["fr"]["offered"] == 500


@pytest.mark.parametrize(
    "wrong",
    [
        ["--agents", "fr:x"],
        ["--agents", ""],
        ["--calls-per-hour", "0"],
        ["--patience", "-1"],
        ["--languages", "fr=many"],
        ["--languages", "sv=3"],
        ["--languages", "fr=nan"],
        ["--calls-per-hour", "nan"],
        ["--handle-time", "inf"],
        ["--wrap-up", "-1"],
        ["--warm-up", "-5"],
        ["--agents", "fr:0"],
        ["--agents", "fr:100000000"],
    ],
)
def test_what_cannot_be_simulated_is_a_sentence(wrong):
    with pytest.raises(CommandError):
        simulated(*ONE_QUEUE, *wrong)
