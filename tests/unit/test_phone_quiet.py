"""No request waits at Asterisk for the end of what a channel plays."""

import asyncio

import pytest

from vitrine.voice.asterisk.ari import Reply
from vitrine.voice.asterisk.quiet import STOPS_WITHIN, Quiet

CHANNEL = "c1"


class Asterisk:
    """Writes requests down; each is answered when the test says so."""

    def __init__(self):
        self.asked = []

    def ask(self, method, path, **_query):
        reply = asyncio.get_running_loop().create_future()
        self.asked.append((method, path, reply))
        return reply

    def paths(self, method):
        return [path for verb, path, _reply in self.asked if verb == method]

    def answer(self, method, status):
        """The last request of this kind."""
        [reply, *_earlier] = [one for verb, _path, one in reversed(self.asked) if verb == method]
        if not reply.done():
            reply.set_result(Reply(status))


@pytest.fixture
def scene():
    """(asterisk, quiet, what has happened) inside a loop: call it with the body."""

    def run(body):
        async def whole():
            asterisk, done = Asterisk(), []
            await body(asterisk, Quiet(asterisk, epoch="e"), done)

        asyncio.run(whole())

    return run


def test_what_waits_goes_out_in_its_order_when_the_channel_is_silent(scene):
    async def body(_asterisk, quiet, done):
        quiet.when_silent(CHANNEL, lambda: done.append("at once"))
        quiet.play(CHANNEL, "sound:a", ended=lambda: done.append("ended"))
        quiet.when_silent(CHANNEL, lambda: done.append("variable"))
        quiet.when_silent(CHANNEL, lambda: done.append("bridge"))
        quiet.when_silent("c2", lambda: done.append("another channel"))
        assert done == ["at once", "another channel"]

        quiet.finished("p-e-1")
        quiet.finished("p-e-1")

        assert done[2:] == ["variable", "bridge", "ended"]
        assert quiet.is_silent(CHANNEL)

    scene(body)


def test_the_next_sentence_keeps_back_what_waits_behind_it(scene):
    async def body(_asterisk, quiet, done):
        quiet.play(CHANNEL, "sound:a", ended=lambda: None)
        quiet.when_silent(CHANNEL, lambda: done.append("before"))
        quiet.when_silent(CHANNEL, lambda: quiet.play(CHANNEL, "sound:b", ended=lambda: None))
        quiet.when_silent(CHANNEL, lambda: done.append("after"))

        quiet.finished("p-e-1")
        assert done == ["before"]
        quiet.finished("p-e-2")

        assert done == ["before", "after"]

    scene(body)


def test_a_stop_that_was_not_heard_is_said_again_and_gone_is_over(scene):
    async def body(asterisk, quiet, done):
        quiet.play(CHANNEL, "sound:a,sound:b", ended=lambda: done.append("ended"))
        quiet.silence(CHANNEL)
        quiet.silence(CHANNEL)
        assert asterisk.paths("DELETE") == ["playbacks/p-e-1"]
        asterisk.answer("DELETE", 204)
        await asyncio.sleep(STOPS_WITHIN * 1.5)
        assert asterisk.paths("DELETE") == ["playbacks/p-e-1"] * 2

        asterisk.answer("DELETE", 404)
        await asyncio.sleep(0)

        assert done == ["ended"]
        await asyncio.sleep(STOPS_WITHIN * 1.5)
        assert len(asterisk.paths("DELETE")) == 2, "nothing is asked about what has gone"

    scene(body)


@pytest.mark.parametrize("status", [0, 404, 500])
def test_a_sentence_that_cannot_be_played_holds_nothing_up(scene, status):
    async def body(asterisk, quiet, done):
        quiet.play(CHANNEL, "sound:a", ended=lambda: done.append("ended"))
        quiet.when_silent(CHANNEL, lambda: done.append("bridge"))

        asterisk.answer("POST", status)
        await asyncio.sleep(0)

        assert done == ["bridge", "ended"]

    scene(body)


def test_an_end_that_nobody_told_is_found_by_looking(scene):
    async def body(asterisk, quiet, done):
        quiet.play(CHANNEL, "sound:a", ended=lambda: done.append("ended"))
        asterisk.answer("POST", 201)
        quiet.look_again()
        asterisk.answer("GET", 200)
        await asyncio.sleep(0)
        assert done == []

        quiet.look_again()
        asterisk.answer("GET", 404)
        await asyncio.sleep(0)

        assert done == ["ended"]

    scene(body)


def test_nothing_is_asked_about_a_channel_that_has_gone(scene):
    async def body(_asterisk, quiet, done):
        quiet.play(CHANNEL, "sound:a", ended=lambda: done.append("ended"))
        quiet.when_silent(CHANNEL, lambda: done.append("bridge"))

        quiet.forget(CHANNEL)
        quiet.finished("p-e-1")

        assert done == []
        assert quiet.is_silent(CHANNEL)

    scene(body)


def test_a_message_is_recorded_before_anything_else_happens_to_the_channel(scene):
    async def body(asterisk, quiet, done):
        quiet.record(
            CHANNEL,
            "message_c_1",
            refused=lambda: done.append("refused"),
            lost=lambda: done.append("lost"),
        )
        quiet.when_silent(CHANNEL, lambda: done.append("variable"))
        asterisk.answer("POST", 201)
        await asyncio.sleep(0)
        assert done == []

        quiet.look_again()
        asterisk.answer("GET", 404)
        await asyncio.sleep(0)

        assert done == ["variable", "lost"]

    scene(body)
