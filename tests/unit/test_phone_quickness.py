"""What keeps the telephone quick: who goes first, who tells calls, what a picture costs."""

import os
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from vitrine.telephony.rules.floor import Floor, FloorCall
from vitrine.telephony.rules.routing import Choice, Why
from vitrine.voice.call_flow import Release, Ring, StopRinging
from vitrine.voice.call_flow import talking as to
from vitrine.voice.floor import differs
from vitrine.voice.ordering import soonest_first
from vitrine.voice.telling import tell_from

NOON = datetime(2026, 11, 2, 11, tzinfo=UTC)


def ring(call, agent="agent-1"):
    choice = Choice(call, (agent,), Why.ONLY_ONE, 0.0)
    return Ring(call=call, agent=agent, ring_for=18.0, choice=choice)


def test_a_telephone_rings_before_anything_is_said():
    said = [to.Answer(call="a"), to.Say(call="a", say="1", language="fr", phrases=("welcome",))]

    assert soonest_first([*said, ring("a")]) == [ring("a"), *said]


def test_a_telephone_that_must_stop_ringing_stops_before_it_rings_again():
    stops, rings = StopRinging(call="a", agent="agent-1"), ring("b")
    music = to.PlayMusic(call="b")

    assert soonest_first([stops, music, rings]) == [stops, rings, music]


def test_what_comes_behind_the_last_ring_keeps_its_place():
    behind = [to.Answer(call="b"), Release(call="c"), to.HangUp(call="b")]

    assert soonest_first([ring("a"), *behind]) == [ring("a"), *behind]
    assert soonest_first(behind) == behind


def test_names_that_gather_are_told_once_and_the_last_of_a_dead_process_too():
    reads, writes = os.pipe()
    told, looked = [], []
    os.write(writes, b"a\nb\na\n")

    def tell(names):
        told.append(names)
        if len(told) == 1:
            os.write(writes, b"c\nd\nc\nd")  # the last was cut off by a kill
            os.close(writes)

    thread = threading.Thread(
        target=lambda: tell_from(reads, tell=tell, look=lambda: looked.append(1))
    )
    thread.start()
    thread.join(10)
    os.close(reads)

    assert told == [["a", "b"], ["c", "d"]]
    assert looked, "what an earlier process left behind"


def floor(**changes):
    call = FloorCall(call="a", phase="waiting", since=NOON, arrived=NOON, waiting_since=NOON)
    return Floor(at=NOON, epoch="1", calls=(replace(call, **changes),))


def test_a_picture_is_shown_again_when_something_is_to_be_seen_and_not_for_the_clock():
    before = floor()

    assert differs(None, before)
    assert not differs(before, replace(before, at=NOON + timedelta(seconds=1)))
    assert not differs(before, floor(waiting_since=NOON + timedelta(microseconds=300)))
    assert differs(before, floor(waiting_since=NOON + timedelta(seconds=2)))
    assert differs(before, floor(phase="ringing", agents=("agent-1",)))
    assert differs(before, replace(before, is_up=False))
    assert differs(before, replace(before, calls=()))


def test_a_picture_comes_back_from_its_json_as_it_was():
    before = floor(agents=("agent-1",), skipped=(("agent-2", "reserved", "de"),))

    assert Floor.from_json(before.as_json()) == before
