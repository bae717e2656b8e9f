"""Who is dead is found, who is silent is left alone: session timers of the trunk (RFC 4028)."""

import asyncio
import re
import time

import pytest

from tests.servers.exchange import TRUNK, eventually, running_exchange
from tests.servers.line_house import PROVIDER_PORT, house, scenario
from vitrine.voice.asterisk.instance import Trunk
from vitrine.voice.call_flow import CallerGone
from vitrine.voice.call_flow import talking as to

SHORTEST = 90
"""Seconds: RFC 4028 allows none shorter. After half of it we ask."""
GIVES_UP = 6.4
"""Seconds without an answer here; in service 32, as RFC 3261 has it."""


@pytest.fixture
def exchange():
    """With the shortest times, so that the dead are found within a minute."""
    trunk = Trunk(match=(TRUNK,), contact=f"sip:{TRUNK}:{PROVIDER_PORT}", refresh_every=SHORTEST)
    with running_exchange(trunk=trunk) as one:
        yield one


@pytest.fixture
def impatient(exchange):
    """The same, with a tenth of the patience."""
    file = exchange.instance.folder / "etc/pjsip.conf"
    text = file.read_text()
    for name, usual, here in (("t1", 500, 100), ("b", 32000, int(1000 * GIVES_UP))):
        assert f"timer_{name} = {usual}" in text
        text = text.replace(f"timer_{name} = {usual}", f"timer_{name} = {here}")
    exchange.stop()
    file.write_text(text)
    exchange.start()
    return exchange


@pytest.mark.parametrize(
    ("offered", "agreed"),
    [
        # He knows nothing of it: we ask by ourselves.
        ((), f"{SHORTEST};refresher=uas"),
        # He leaves it to us.
        (("Supported: timer", "Session-Expires: 90;refresher=uas"), f"{SHORTEST};refresher=uas"),
        # He asks us, as often as he likes.
        (("Supported: timer", "Session-Expires: 1800;refresher=uac"), "1800;refresher=uac"),
        (("Supported: timer", "Session-Expires: 1800", "Min-SE: 600"), "1800;refresher=uac"),
    ],
)  # fmt: skip
def test_every_call_has_an_age_at_which_one_side_asks(exchange, tmp_path, offered, agreed):
    async def whole(house):
        caller, call = await house.arrive(headers=offered)
        await house.do(to.Answer(call=call))
        await caller.answered()
        assert caller.answer["session-expires"] == [agreed]
        caller.hang_up()

    scenario(whole)(exchange, tmp_path)


def test_whoever_is_dead_is_found_and_whoever_is_silent_is_not_cut(impatient, tmp_path):
    """One telephone loses its power in the call, one sends no sound at all; both wait."""

    async def whole():
        async with asyncio.timeout(120), house(impatient, tmp_path) as one:
            silent, silent_call = await one.arrive(number="+3222001111")
            dead, dead_call = await one.arrive(number="+3222002222")
            for call in (silent_call, dead_call):
                await one.do(to.Answer(call=call))
            for caller in (silent, dead):
                await caller.answered()
                caller.sound.task.cancel()  # muted, in a network that saves silence
            one.caller.lost.add(dead.call_id)
            began = time.monotonic()

            assert (await one.hears(CallerGone, within=SHORTEST)).call == dead_call
            took = time.monotonic() - began

            assert SHORTEST / 2 - 5 < took < SHORTEST / 2 + GIVES_UP + 8
            assert silent.state == "up"
            assert silent.asked, "the silent one was not asked"
            assert one.of(CallerGone) == [CallerGone(call=dead_call)]
            await eventually(lambda: impatient.channels() == 1)
            silent.hang_up()

    asyncio.run(whole())


def test_in_service_an_hour_of_silence_is_not_needed_to_find_the_dead(exchange):
    """What the times above stand for."""
    shown = exchange.instance.ask("pjsip show endpoint trunk")
    assert re.search(r"timers\s+: always", shown)
    assert re.search(r"rtp_timeout\s+: 1800", shown)
    assert Trunk().refresh_every == 180
