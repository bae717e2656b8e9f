"""How many people, with which languages: the search plays days through the core of real calls."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from vitrine.telephony.rules.what_if import Demand, Foreseen, WhatIf, together
from vitrine.voice.planning import Effort, foresee
from vitrine.voice.simulated_day import play_days

ALL_DAY = tuple(f"{hour:02}:{minute:02}" for hour in range(9, 11) for minute in (0, 30))
EFFORT = Effort(for_a_look=2500, for_figures=5000)
TINY = Effort(for_a_look=300, for_figures=300)


def asked(*, calls: float = 20, **changes: Any) -> WhatIf:
    """A morning of even calls for people of whom few speak German."""
    shares = {"fr": 0.5, "nl": 0.42, "de": 0.08}
    one = {language: share * calls for language, share in shares.items()}
    values: dict[str, Any] = {
        "demand": tuple(Demand(begins=begins, calls=one) for begins in ALL_DAY),
        "team": ((("fr", "nl"), 4), (("fr", "nl", "de"), 1)),
        "talk": 180.0,
    }
    return WhatIf(**values | changes)


def test_the_people_that_are_asked_for_reach_the_level_for_every_language() -> None:
    question = asked()

    answer = foresee(question, effort=EFFORT)

    day = together(answer.needed)
    assert answer.is_reached
    assert (day.whole.level or 0) >= 0.8
    for language in question.languages:
        assert (day.by_language[language].level or 0) >= 0.77, language


def test_with_one_fewer_in_every_half_hour_the_level_is_missed() -> None:
    question = asked(each_language=False)
    answer = foresee(question, effort=EFFORT)
    fewer = [list(slot.people) for slot in answer.needed]
    for places in fewer:
        places[places.index(max(places))] -= 1

    slots, _calls = play_days(question, people=fewer, days=40)

    assert (together(slots).whole.level or 1) < 0.8


def test_the_same_question_has_the_same_answer() -> None:
    question = asked(calls=8)
    assert foresee(question, effort=TINY) == foresee(question, effort=TINY)


def test_every_call_is_counted_once() -> None:
    question = asked(calls=30, team=((("fr", "nl"), 2), (("de",), 0)))

    slots, came = play_days(question, people=[[2, 0]] * 4, days=10)

    assert sum(slot.whole.offered for slot in slots) == came
    spoken = sum(one.offered for slot in slots for one in slot.by_language.values())
    assert spoken == came
    german = together(slots).by_language["de"]
    assert german.offered
    assert not german.answered


def test_where_nobody_gives_up_and_nobody_speaks_the_language_the_day_still_ends() -> None:
    question = asked(calls=4, patience=None, team=((("fr", "nl"), 2), (("de",), 0)))
    slots, came = play_days(question, people=[[2, 0]] * 4, days=2)
    assert sum(slot.whole.offered for slot in slots) == came


def test_a_search_that_runs_out_of_time_says_what_it_has() -> None:
    answer = foresee(asked(), effort=TINY, may_go_on=lambda: False)
    assert not answer.is_reached
    assert len(answer.needed) == len(ALL_DAY)
    assert all(sum(slot.people) for slot in answer.needed)


def test_question_and_answer_survive_being_kept() -> None:
    question = asked(calls=6)
    answer = foresee(question, effort=TINY)
    assert WhatIf.from_json(json.loads(json.dumps(question.as_json()))).team == question.team
    assert Foreseen.from_json(json.loads(json.dumps(answer.as_json()))) == answer


def wrong() -> Iterator[tuple[str, dict[str, Any]]]:
    """What cannot be played, by the name of what is wrong."""
    yield "demand", {"demand": ()}
    yield "demand", {"calls": float("nan")}
    yield "demand", {"calls": 6000.0}
    yield "unspoken", {"team": ((("fr", "nl"), 4),)}
    yield "talk", {"talk": 0.0}
    yield "patience", {"patience": 0.0}
    yield "level", {"level": 1.0}
    yield "team", {"team": ((("fr", "nl", "de"), 1000),)}
    yield "wrap_up", {"wrap_up": float("nan")}


@pytest.mark.parametrize(("name", "changes"), [*wrong()])
def test_what_cannot_be_played_is_refused_by_name(name: str, changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=name):
        asked(**changes)
