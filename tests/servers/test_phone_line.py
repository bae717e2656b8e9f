"""The line through a real Asterisk: each order does what it says."""

import asyncio
import time
import wave

import pytest

from tests.servers.exchange import eventually, running_exchange
from tests.servers.line_house import (
    CALLER,
    MIA,
    NUMBER,
    PROVIDER_PORT,
    phones,
    scenario,
)
from tests.servers.sip import Refuses, Rings
from vitrine.voice.call_flow import (
    AgentHungUp,
    CallerGone,
    Failure,
    Hold,
    LegFailed,
    Release,
    StopRinging,
)
from vitrine.voice.call_flow import talking as to
from vitrine.voice.telephones import Telephone


@pytest.fixture(scope="module")
def exchange():
    with running_exchange(trunk_port=PROVIDER_PORT, telephones=phones()) as one:
        yield one


@scenario
async def test_a_caller_hears_what_is_said_and_is_heard_when_he_keys(house):
    caller, call = await house.arrive(number="+3222001234")
    arrived = house.of(to.CallArrived)[0]
    assert (arrived.number, arrived.dialled) == ("+3222001234", NUMBER)
    await house.do(to.Answer(call=call))
    await caller.answered()
    say = to.Say(call=call, say="1", language="fr", phrases=("long",))
    await house.do(say)
    await house.do(say)  # said twice, it is heard once
    await caller.hears(523.0)

    caller.press("2")

    assert (await house.hears(to.KeyPressed)).key == "2"
    await house.do(to.StopSaying(call=call, say="1"))
    await caller.hears_not(523.0)
    assert len(house.of(to.KeyPressed)) == 1, "pressed once, heard once"
    assert house.of(to.SaidAll) in ([], [to.SaidAll(call=call, say="1")])
    await house.do(to.Say(call=call, say="2", language="fr", phrases=("short", "short")))
    await eventually(lambda: to.SaidAll(call=call, say="2") in house.heard)
    await house.do(to.HangUp(call=call))
    await caller.ended()
    assert not house.of(CallerGone)  # we have ended it ourselves


@scenario
async def test_what_one_caller_hears_makes_nobody_wait(house):
    caller, call = await house.arrive()
    await house.do(to.Answer(call=call))
    await caller.answered()
    await house.do(to.Say(call=call, say="1", language="fr", phrases=("long", "short")))
    await caller.hears(523.0)

    await house.do(to.Remember(call=call, language="nl", waiting_since=time.monotonic()))

    async with asyncio.timeout(2):  # Asterisk itself would answer in eight seconds
        assert (await house.line.ari.ask("GET", "asterisk/info", only="status")).status == 200
    await house.do(to.StopSaying(call=call, say="1"))
    await house.do(to.Say(call=call, say="2", language="nl", phrases=("long",)))
    [channel] = house.line.book.callers
    async with asyncio.timeout(3):
        assert '"l":"nl"' in await written_on(house, channel)
    await caller.hears(523.0)


async def written_on(house, channel):
    """What a restarted brain would read, as soon as it is there."""
    while True:
        path = f"channels/{channel}/variable"
        reply = await house.line.ari.ask("GET", path, variable="VITRINE_FACTS")
        if reply.status == 200 and '"w":1' in reply.body["value"]:
            return reply.body["value"]
        await asyncio.sleep(0.05)


@scenario
async def test_caller_and_agent_hear_each_other(house):
    caller, mia, call = await house.talk()

    await caller.hears(MIA)
    await mia.hears(CALLER)
    assert mia.invite["x-vitrine-call"] == [call]
    assert "+3222001234" in mia.invite["from"][0]

    mia.hang_up()
    assert (await house.hears(AgentHungUp)).agent == "mia"
    await house.do(Release(call=call))
    await caller.ended()


@scenario
async def test_music_stops_for_what_is_said_and_goes_on_afterwards(house):
    caller, call = await house.arrive()
    await house.do(to.Answer(call=call))
    await caller.answered()
    await house.do(to.PlayMusic(call=call))
    await eventually(lambda: caller.sound.received > 5)
    await house.do(to.Say(call=call, say="1", language="fr", phrases=("short",)))
    await caller.hears(1568.0)
    await house.hears(to.SaidAll)
    before = caller.sound.received
    await eventually(lambda: caller.sound.received > before + 20)
    assert any(abs(sample) > 300 for sample in caller.sound.heard)


@scenario
async def test_a_caller_on_hold_hears_music_and_not_the_agent(house):
    caller, mia, call = await house.talk()
    await caller.hears(MIA)

    await house.do(Hold(call=call, is_held=True))
    await caller.hears_not(MIA)
    await mia.hears_not(CALLER)
    await house.do(Hold(call=call, is_held=False))

    await caller.hears(MIA)
    await mia.hears(CALLER)


@pytest.mark.parametrize(
    ("behaviour", "failure"),
    [
        (Refuses(603), Failure.DECLINED),
        (Refuses(486), Failure.BUSY),
        (Refuses(480), Failure.NO_ANSWER),
    ],
)
def test_a_telephone_that_says_no_is_told_with_its_reason(exchange, tmp_path, behaviour, failure):
    async def no(house):
        house.desk.behave("jo", behaviour)
        _caller, call = await house.arrive()
        await house.ring(call, "jo")
        failed = await house.hears(LegFailed)
        assert (failed.agent, failed.failure) == ("jo", failure)

    scenario(no)(exchange, tmp_path)


@scenario
async def test_an_unregistered_telephone_is_unreachable_at_once(house):
    house.line.telephones["jo"] = Telephone(address="PJSIP/nobody")
    _caller, call = await house.arrive()
    await house.ring(call, "jo")

    assert (await house.hears(LegFailed, within=1.0)).failure == Failure.UNREACHABLE


@scenario
async def test_ringing_stops_and_says_whether_somebody_else_has_answered(house):
    house.desk.behave("jo", Rings())
    _caller, call = await house.arrive()
    await house.ring(call, "jo")
    await house.ring(call, "jo")  # the same order again
    jo = await house.desk.rung("jo")
    await house.do(StopRinging(call=call, agent="jo", elsewhere=True))
    await jo.ended()

    assert "completed elsewhere" in jo.cause
    assert len(house.desk.of("jo")) == 1
    assert not house.of(LegFailed)


@scenario
async def test_a_telephone_rings_no_longer_than_allowed(house):
    house.desk.behave("jo", Rings())
    _caller, call = await house.arrive()
    await house.ring(call, "jo", ring_for=-3.0)  # the line adds four seconds

    assert (await house.hears(LegFailed, within=4.0)).failure == Failure.NO_ANSWER


@scenario
async def test_who_hangs_up_while_it_rings_or_before_is_gone(house):
    house.desk.behave("jo", Rings())
    caller, call = await house.arrive()
    await house.ring(call, "jo")
    jo = await house.desk.rung("jo")

    caller.hang_up()

    assert (await house.hears(CallerGone)).call == call
    await jo.ended()


@scenario
async def test_a_message_is_recorded_and_ends_with_the_call(house):
    caller, call = await house.arrive()
    await house.do(to.Answer(call=call))
    await caller.answered()
    await house.do(to.Record(call=call))
    recordings = house.exchange.instance.recordings
    await eventually(lambda: list(recordings.glob("message_*.wav")))
    await asyncio.sleep(1.5)  # somebody speaks for so long

    caller.hang_up()

    done = await house.hears(to.Recorded)
    assert done.seconds >= 1
    assert house.heard.index(done) < house.heard.index(await house.hears(CallerGone))
    with wave.open(str(recordings / done.file)) as sound:
        assert sound.getnframes() > sound.getframerate()


@scenario
async def test_the_key_hash_ends_a_message(house):
    caller, call = await house.arrive()
    await house.do(to.Answer(call=call))
    await caller.answered()
    await house.do(to.Record(call=call))
    recordings = house.exchange.instance.recordings
    before = len(list(recordings.glob("*")))
    await eventually(lambda: len(list(recordings.glob("*"))) >= before)
    await asyncio.sleep(0.8)  # the tone
    caller.press("#")

    assert (await house.hears(to.Recorded)).file
    assert caller.state == "up"
