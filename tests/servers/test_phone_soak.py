"""The telephone under load and under fire, in small: `make soak-phone` is the whole of it."""

import json

from bench.phone_soak.kills import inside, kills
from bench.phone_soak.load import load


def test_calls_at_a_steady_rate_leave_nothing_behind_and_nobody_out():
    found = load(rate=4, calls=40, waiting=10, sound_every=1)

    assert not found["faults"], json.dumps(found, indent=1)
    assert found["decision_to_invite_ms"]["n"] == 40
    assert found["answer_to_both_hear_ms"]["n"] > 30, "they hear each other, all but a few"
    left = found["left"]
    assert (left["channels"], left["bridges"], left["calls"]) == (0, 0, 0)
    assert sum(left["asterisk"].values()) <= 8, left["asterisk"]
    assert sum(left["daemon"].values()) <= 3, left["daemon"]


def test_whatever_is_killed_calls_stay_or_are_called_back_and_the_accounts_are_right():
    found = kills(count=6, seed=20)

    assert set(found["did"].values()) == {1}, "each of the six once"
    assert not found["faults"], json.dumps(found, indent=1)
    assert found["verify"]["is_whole"], found["verify"]
    assert found["verify"]["stale"] == found["verify"]["present"] == 0


def test_an_instant_lies_in_a_window_or_outside():
    windows = [(1.0, 2.0), (5.0, 6.0)]

    assert inside(1.5, windows)
    assert inside(6.0, windows)
    assert not inside(3.0, windows)
    assert not inside(3.0, [])
