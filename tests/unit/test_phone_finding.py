"""The comparison with Asterisk judges nobody who came or went while it was asked."""

import asyncio
from datetime import datetime, timedelta, timezone

import pytest

from vitrine.voice.asterisk.ari import Reply
from vitrine.voice.asterisk.line import AsteriskLine
from vitrine.voice.call_flow import CallerGone, LegFailed, Ring
from vitrine.voice.call_flow.talking import CallArrived, CallFound
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


def test_a_caller_whose_arrival_may_still_be_told_is_waited_for(scene):
    async def body(scene):
        await scene.compares(lambda: None, channel("new", age=JUST_NOW))

        assert scene.heard == []

    scene(body)
