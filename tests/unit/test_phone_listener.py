"""A process that ends while a word comes says nothing of it."""

import asyncio

from vitrine.voice.listener import Listener


def test_a_word_for_a_loop_that_is_closed_ends_the_listener_quietly(monkeypatch):
    woken = []
    loop = asyncio.new_event_loop()
    listener = Listener(on_word=lambda: woken.append("word"), loop=loop)
    listener._wake()
    loop.call_soon(loop.stop)
    loop.run_forever()
    assert woken == ["word"]
    loop.close()
    asked = []

    def listen():
        asked.append("once")
        listener._wake()

    monkeypatch.setattr(listener, "_listen", listen)
    listener._run()

    assert asked == ["once"], "it does not go on for ever"
    assert woken == ["word"]
