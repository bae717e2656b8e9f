"""Who waits, who is free, who is missing: told from the live picture."""

from dataclasses import replace
from datetime import timedelta

from tests.floors import NINE, agent, busy_floor, call
from vitrine.telephony.rules.floor import Floor
from vitrine.telephony.rules.queues import longest_wait, needs, queues, waiting

LANGUAGES = ("fr", "nl", "de", "en")


def test_a_caller_for_whom_a_telephone_rings_still_waits() -> None:
    floor = busy_floor()
    assert [one.call for one in waiting(floor)] == ["c3", "c2", "c4"]
    assert longest_wait(floor) == NINE - timedelta(seconds=48)


def test_each_language_has_its_line_with_those_who_speak_it() -> None:
    lines = {one.language: one for one in queues(busy_floor(), languages=LANGUAGES)}
    assert (lines["de"].waiting, lines["de"].free, lines["de"].present) == (2, 0, 0)
    assert (lines["nl"].waiting, lines["nl"].free, lines["nl"].present) == (0, 1, 4)
    assert lines["de"].since == NINE - timedelta(seconds=48)


def test_callers_who_chose_no_language_have_a_line_of_their_own() -> None:
    floor = Floor(at=NINE, calls=(call("c1", "waiting", "", ago=3),))
    assert [one.language for one in queues(floor, languages=LANGUAGES)] == [*LANGUAGES, ""]


def test_who_is_missing_comes_with_those_who_could_help() -> None:
    [need] = needs(busy_floor(), languages=LANGUAGES)
    assert (need.language, need.waiting, need.helpers) == ("de", 2, ("dan",))


def test_the_one_who_is_finishing_is_asked_before_the_one_who_is_away() -> None:
    floor = Floor(
        at=NINE,
        agents=(agent("pia", "paused", "en", ago=900), agent("wim", "wrap-up", "en", ago=3)),
        calls=(call("c1", "waiting", "en", ago=30),),
    )
    assert needs(floor, languages=("en",))[0].helpers == ("wim", "pia")


def test_nobody_is_missing_while_somebody_free_is_kept_for_a_moment() -> None:
    floor = Floor(
        at=NINE,
        agents=(agent("bea", "ready", "fr", "de"),),
        calls=(call("c1", "waiting", "fr", ago=5),),
    )
    assert needs(floor, languages=("fr", "de")) == []


def test_an_agent_of_another_service_helps_nobody() -> None:
    floor = Floor(
        at=NINE,
        agents=(agent("bea", "paused", "fr", services=("elections",)),),
        calls=(call("c1", "waiting", "fr", ago=5, service="access"),),
    )
    [need] = needs(floor, languages=())
    assert (need.service, need.helpers) == ("access", ())


def test_a_language_that_nobody_speaks_is_told_only_while_the_desk_is_open() -> None:
    floor = busy_floor()
    quiet = replace(floor, calls=(), agents=floor.agents[:2])
    assert [one.language for one in needs(quiet, languages=LANGUAGES)] == ["de", "en"]
    assert needs(replace(quiet, is_open=False), languages=LANGUAGES) == []
