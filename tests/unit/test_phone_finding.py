"""The comparison with Asterisk judges nobody who came or went while it was asked."""

import asyncio
import time
from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest

from vitrine.voice.asterisk.ari import Reply
from vitrine.voice.asterisk.line import AsteriskLine
from vitrine.voice.call_flow import CallerGone, LegFailed, Ring
from vitrine.voice.call_flow.talking import CallArrived, CallFound
from vitrine.voice.clocks import wall_ahead
from vitrine.voice.telephones import Telephone

LONG_AGO, JUST_NOW = 60.0, 0.0
ELSEWHERE = timezone(timedelta(hours=-5))
"""Asterisk writes its own time of the day, whatever ours is."""


class Asterisk:
    """Everything asked is done at once, but for what is up: that is answered by the test."""

    application = "vitrine"

    def __init__(self):
        self.open = {}

    def ask(self, method, path, **_query):
        reply = asyncio.get_running_loop().create_future()
        if method == "GET" and path in ("channels", "bridges"):
            self.open[path] = reply
        elif method == "GET":
            reply.set_result(Reply(404))
        else:
            reply.set_result(Reply(204))
        return reply

    def has_up(self, *channels):
        """The answer to the comparison."""
        self.open["channels"].set_result(Reply(200, list(channels)))
        self.open["bridges"].set_result(Reply(200, []))


def channel(name, *, age=LONG_AGO, call="", args="in,+3225550100,", facts="{}"):
    """As Asterisk describes it."""
    made = datetime.now(ELSEWHERE) - timedelta(seconds=age)
    return {
        "id": name,
        "state": "Up",
        "creationtime": made.strftime("%Y-%m-%dT%H:%M:%S.000%z"),
        "caller": {"number": "+3222000001"},
        "dialplan": {"app_name": "Stasis", "app_data": f"vitrine,{args}"},
        "channelvars": {"VITRINE_CALL": call, "VITRINE_FACTS": facts},
    }


class Scene:
    """A line without a network, and what the brain has heard of it."""

    def __init__(self):
        self.line = AsteriskLine(
            "http://a:b@127.0.0.1:1/ari", application="vitrine", epoch="e", speaker=lambda *_all: []
        )
        self.asterisk = self.line.ari = self.line.quiet._ari = Asterisk()
        self.line.was_connected = True
        self.line.telephones = {"anna": Telephone(address="PJSIP/anna")}
        self.heard = []
        self.line.ear = lambda event, _at: self.heard.append(event)

    def arrives(self, name):
        """A caller, told by Asterisk; his call's name."""
        facts = {"type": "StasisStart", "args": ["in", "+3225550100", ""], "channel": channel(name)}
        self.line.hear(facts)
        return self.line.book.callers[name].name

    def rings(self, call):
        """The telephone of an agent; its channel."""
        self.line.order(Ring(call=call, agent="anna", ring_for=20.0, choice=None))
        return self.line.book.calls[call].legs["anna"].channel

    def goes(self, name):
        """A caller, told by Asterisk."""
        self.line.hear({"type": "StasisEnd", "channel": channel(name)})

    async def compares(self, between, *up):
        """What `between` does happens after the question and before the answer, which is `up`."""
        comparison = asyncio.create_task(self.line.reconcile())
        await asyncio.sleep(0)
        between()
        self.asterisk.has_up(*up)
        assert await comparison

    def kinds(self):
        """Of what was heard."""
        return [type(one) for one in self.heard]


@pytest.fixture
def scene():
    """Run a body with a scene inside a loop."""

    def run(body):
        async def whole():
            await body(Scene())

        asyncio.run(whole())

    return run


def test_a_caller_who_arrives_while_it_is_asked_stays(scene):
    async def body(scene):
        await scene.compares(lambda: scene.arrives("new"))

        assert scene.kinds() == [CallArrived]
        assert "new" in scene.line.book.callers

    scene(body)


def test_a_telephone_that_begins_to_ring_while_it_is_asked_goes_on(scene):
    async def body(scene):
        call = scene.arrives("caller")
        await scene.compares(lambda: scene.rings(call), channel("caller", call=call))

        assert LegFailed not in scene.kinds()
        assert "anna" in scene.line.book.calls[call].legs

    scene(body)


def test_a_caller_who_hangs_up_while_it_is_asked_is_not_found_again(scene):
    async def body(scene):
        call = scene.arrives("caller")
        await scene.compares(lambda: scene.goes("caller"), channel("caller", call=call))

        assert scene.kinds() == [CallArrived, CallerGone]
        assert not scene.line.book.calls

    scene(body)


def test_who_has_gone_before_it_is_asked_is_gone(scene):
    async def body(scene):
        call = scene.arrives("caller")
        scene.rings(call)
        await scene.compares(lambda: None)

        assert scene.kinds().count(CallerGone) == 1
        assert not scene.line.book.calls
        assert not scene.line.book.legs

    scene(body)


def test_a_caller_of_an_earlier_process_is_found(scene):
    async def body(scene):
        await scene.compares(lambda: None, channel("old", call="c-before"))

        [found] = scene.heard
        assert isinstance(found, CallFound)
        assert found.call == "c-before"

    scene(body)


def test_two_who_came_within_a_millisecond_keep_their_turn_whatever_stops_the_process(
    scene, monkeypatch
):
    came = time.time() - 30.0
    waits = [f'{{"w":{came + number / 1000}}}' for number in range(5)]
    real, stops = time.monotonic, iter(range(5, 1000, 7))

    def between_two_looks():
        """At each look at the clock another program has had the processor for a while."""
        return real() + next(stops) % 11 / 100

    async def body(scene):
        up = [
            channel(f"old-{number}", call=f"c-{9 - number}", facts=facts)
            for number, facts in enumerate(waits)
        ]
        monkeypatch.setattr("vitrine.voice.asterisk.finding.time.monotonic", between_two_looks)
        await scene.compares(lambda: None, *reversed(up))
        monkeypatch.undo()

        assert [one.call for one in scene.heard] == ["c-9", "c-8", "c-7", "c-6", "c-5"]
        since = [one.waiting_since for one in scene.heard]
        apart = [later - earlier for earlier, later in pairwise(since)]
        assert all(abs(each - 0.001) < 1e-6 for each in apart)

    scene(body)


def test_the_looks_at_both_clocks_agree_to_a_millisecond():
    apart = wall_ahead() - (time.time() - time.monotonic())
    assert abs(apart) < 0.5, "the second reading is the one that may be disturbed"
    assert max(looks := [wall_ahead() for _look in range(200)]) - min(looks) < 0.01


def test_a_caller_whose_arrival_may_still_be_told_is_waited_for(scene):
    async def body(scene):
        await scene.compares(lambda: None, channel("new", age=JUST_NOW))

        assert scene.heard == []

    scene(body)
