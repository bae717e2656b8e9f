"""The line through a real Asterisk: each order does what it says, each fact about ARI holds."""

import asyncio
import time
import wave
from contextlib import asynccontextmanager

import pytest

from tests.servers.exchange import DESK, TRUNK, eventually, running_exchange
from tests.servers.house import free_port
from tests.servers.sip import Answers, Phone, Refuses, Rings
from vitrine.telephony.rules.routing import Choice, Why
from vitrine.voice.asterisk import sounds
from vitrine.voice.asterisk.ari import Ari, NoConnection
from vitrine.voice.asterisk.line import AsteriskLine, Replaced
from vitrine.voice.call_flow import (
    AgentHungUp,
    AskColleague,
    Bridge,
    CallerGone,
    ColleagueGone,
    DialBack,
    EngineLost,
    Failure,
    Hold,
    LegAnswered,
    LegFailed,
    LetGo,
    Release,
    Ring,
    StopRinging,
)
from vitrine.voice.call_flow import talking as to
from vitrine.voice.telephones import Telephone

CALLER, MIA, JO = 440.0, 660.0, 990.0
"""Hertz: what each of them sends."""
NUMBER = "+3225550100"
PROVIDER_PORT, DESK_PORT = free_port(), free_port()


@pytest.fixture(scope="module")
def exchange():
    with running_exchange(trunk_port=PROVIDER_PORT, telephones=phones()) as one:
        yield one


class House:
    """A line, a provider with callers, and the telephones of two agents."""

    def __init__(self, exchange, caller, desk, folder):
        self.exchange, self.caller, self.desk = exchange, caller, desk
        self.folder = folder
        self.heard = []
        self.line = None

    def ear(self, event, at):
        self.heard.append(event)

    def of(self, kind):
        return [event for event in self.heard if isinstance(event, kind)]

    async def hears(self, kind, *, times=1, within=10.0):
        await eventually(lambda: len(self.of(kind)) >= times, within=within)
        return self.of(kind)[times - 1]

    async def connect(self, epoch):
        self.heard = []
        self.line = AsteriskLine(
            self.exchange.instance.url, application="vitrine", epoch=epoch, speaker=self.speaker
        )
        self.line.telephones = {
            name: Telephone(address=f"PJSIP/{name}") for name in ("mia", "jo", "boss")
        }
        self.task = asyncio.create_task(self.line.run(self.ear))
        await self.hears(to.LineBack)

    def speaker(self, language, phrases):
        return [str(self.folder / phrase) for phrase in phrases]

    async def leave(self):
        await self.line.close()
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def do(self, order):
        await self.line.carry_out(order)

    async def arrive(self, **more):
        talk = await self.caller.dial(NUMBER, at=self.exchange.sip, tone=CALLER, **more)
        before = len(self.of(to.CallArrived))
        arrived = await self.hears(to.CallArrived, times=before + 1)
        return talk, arrived.call

    async def ring(self, call, agent, *, ring_for=20.0):
        choice = Choice(call, (agent,), Why.ONLY_ONE, 0.0)
        await self.do(Ring(call=call, agent=agent, ring_for=ring_for, choice=choice))

    async def talk(self):
        """A caller who talks with Mia."""
        caller, call = await self.arrive()
        await self.do(to.Answer(call=call))
        await caller.answered()
        await self.ring(call, "mia")
        await self.hears(LegAnswered)
        await self.do(Bridge(call=call, agent="mia"))
        mia = await self.desk.rung("mia")
        await mia.answered()
        return caller, mia, call


@asynccontextmanager
async def house(exchange, folder):
    """Everything connected; nothing may be left in Asterisk afterwards."""
    for name, hertz in (("long", 523.0), ("short", 1568.0)):
        samples = sounds.tone(hertz=hertz, seconds=8.0 if name == "long" else 0.3)
        sounds.write(folder / f"{name}.wav", samples)
    caller = await Phone.open(TRUNK, port=PROVIDER_PORT)
    desk = await Phone.open(DESK, port=DESK_PORT)
    for name, tone in (("mia", MIA), ("jo", JO), ("boss", 1320.0)):
        desk.behave(name, Answers(), tone=tone)
    one = House(exchange, caller, desk, folder)
    await one.connect(f"t{time.monotonic_ns():x}")
    try:
        yield one
    finally:
        for talk in (*caller.talks, *desk.talks):
            if talk.state != "ended":
                talk.hang_up()
        await asyncio.sleep(0.1)
        await one.leave()
        caller.close()
        desk.close()
        await asyncio.to_thread(lambda: None)


def scenario(function):
    """Run a test of asyncio with a house."""

    def run(exchange, tmp_path):
        async def whole():
            async with asyncio.timeout(40), house(exchange, tmp_path) as one:
                await function(one)
            deadline = time.monotonic() + 5
            while exchange.channels() or exchange.bridges():
                assert time.monotonic() < deadline, exchange.instance.ask("core show channels")
                await asyncio.sleep(0.05)

        asyncio.run(whole())

    run.__name__, run.__doc__ = function.__name__, function.__doc__
    return run


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
    await eventually(lambda: list(recordings.glob("message-*.wav")))
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


@scenario
async def test_the_agent_is_there_before_the_person_is_called_back(house):
    house.caller.behave("+3222001234", Answers(after=0.2), tone=CALLER)
    choice = Choice("b1", ("mia",), Why.ONLY_ONE, 0.0)
    await house.do(DialBack(call="b1", agent="mia", number="+3222001234", choice=choice))
    mia = await house.desk.rung("mia")
    person = await house.caller.rung("+3222001234")
    assert mia.answered_at <= person.invited_at

    assert await house.hears(LegAnswered) == LegAnswered(call="b1", agent="mia")
    await house.do(Bridge(call="b1", agent="mia"))
    await mia.hears(CALLER)
    await person.hears(MIA)
    person.hang_up()
    assert (await house.hears(CallerGone)).call == "b1"
    await mia.ended()


@scenario
async def test_a_person_who_does_not_answer_and_an_agent_who_does_not_are_two_things(house):
    house.caller.behave("+3222001234", Refuses(486))
    choice = Choice("b2", ("mia",), Why.ONLY_ONE, 0.0)
    await house.do(DialBack(call="b2", agent="mia", number="+3222001234", choice=choice))
    assert (await house.hears(CallerGone)).call == "b2"

    house.desk.behave("jo", Refuses(603))
    await house.do(DialBack(call="b3", agent="jo", number="+3222001234", choice=choice))
    assert await house.hears(LegFailed) == LegFailed(
        call="b3", agent="jo", failure=Failure.DECLINED
    )
    assert len(house.caller.of("+3222001234")) == 1


@scenario
async def test_a_number_that_may_not_be_dialled_is_not(house):
    house.line.may_dial = lambda number: False
    choice = Choice("b4", ("mia",), Why.ONLY_ONE, 0.0)
    await house.do(DialBack(call="b4", agent="mia", number="+90212000000", choice=choice))

    assert (await house.hears(CallerGone)).call == "b4"
    assert not house.desk.talks


@scenario
async def test_a_colleague_is_asked_and_takes_the_caller(house):
    caller, mia, call = await house.talk()
    await house.do(Hold(call=call, is_held=True))
    await house.do(AskColleague(call=call, colleague="jo", number="", ring_for=20.0))
    await eventually(lambda: LegAnswered(call=call, agent="jo") in house.heard)
    await house.do(Bridge(call=call, agent="jo"))
    jo = await house.desk.rung("jo")
    await mia.hears(JO)
    await jo.hears(MIA)
    assert not caller.sound.hears(JO)

    await house.do(LetGo(call=call, colleague="mia"))
    await house.do(Hold(call=call, is_held=False))

    await mia.ended()
    await caller.hears(JO)
    await jo.hears(CALLER)
    jo.hang_up()
    assert await house.hears(ColleagueGone) == ColleagueGone(call=call, colleague="jo")


@scenario
async def test_three_talk_with_each_other(house):
    caller, mia, call = await house.talk()
    await house.do(AskColleague(call=call, colleague="jo", number="", ring_for=20.0))
    await eventually(lambda: LegAnswered(call=call, agent="jo") in house.heard)
    await house.do(Bridge(call=call, agent="jo"))
    jo = await house.desk.rung("jo")

    await caller.hears(JO)
    await jo.hears(CALLER)
    await mia.hears(JO)
    await jo.hears(MIA)


@scenario
async def test_a_supervisor_listens_unheard_and_whispers_to_the_agent_alone(house):
    caller, mia, call = await house.talk()
    assert house.line.listen(call, supervisor="boss")
    boss = await house.desk.rung("boss")
    await boss.hears(CALLER)
    await boss.hears(MIA)
    assert not mia.sound.hears(1320.0)

    assert house.line.listen(call, supervisor="boss", whisper=True)

    await mia.hears(1320.0)
    assert not caller.sound.hears(1320.0)
    house.line.stop_listening(call, supervisor="boss")
    await boss.ended()
    await caller.hears(MIA)


@scenario
async def test_a_mobile_telephone_has_to_accept(house):
    house.line.telephones["jo"] = Telephone(address="PJSIP/jo", must_accept=True)
    _caller, call = await house.arrive()
    await house.ring(call, "jo")
    jo = await house.desk.rung("jo")
    await jo.answered()
    await asyncio.sleep(0.3)
    assert not house.of(LegAnswered)

    jo.press("1")

    assert (await house.hears(LegAnswered)).agent == "jo"


@scenario
async def test_the_diverting_number_is_told(house):
    diversion = "Diversion: <sip:+3222009999@127.0.0.2>;reason=no-answer;counter=1"
    await house.arrive(headers=[diversion])

    assert house.of(to.CallArrived)[0].diverted_from == "+3222009999"


@scenario
async def test_nobody_but_the_provider_is_believed(house):
    stranger = await Phone.open("127.0.0.4")
    talk = await stranger.dial(NUMBER, at=house.exchange.sip)
    await talk.ended()
    stranger.close()

    assert talk.code in (401, 403)
    assert not house.of(to.CallArrived)


@scenario
async def test_a_restarted_brain_finds_every_call_where_it_was(house):
    talking, mia, first = await house.talk()
    waiting, second = await house.arrive()
    await house.do(to.Answer(call=second))
    await waiting.answered()
    since = time.monotonic() - 42.0
    await house.do(
        to.Remember(call=second, language="nl", service="access", priority=1, waiting_since=since)
    )
    house.desk.behave("jo", Rings())
    await house.ring(second, "jo")
    jo = await house.desk.rung("jo")
    await asyncio.sleep(0.2)
    await house.leave()

    await house.connect("another")

    found = {event.call: event for event in house.of(to.CallFound)}
    assert found[first].agent == "mia"
    assert (found[second].language, found[second].service, found[second].agent) == (
        "nl",
        "access",
        "",
    )
    assert abs(found[second].waiting_since - since) < 0.5
    await jo.ended()  # nobody knows this ringing any more
    await talking.hears(MIA)
    await mia.hears(CALLER)
    mia.hang_up()
    assert (await house.hears(AgentHungUp)).agent == "mia"


@scenario
async def test_a_call_that_ended_while_nobody_listened_is_gone(house):
    caller, call = await house.arrive()
    house.line._events.put_nowait = lambda facts: None
    reader = house.line.hear
    house.line.hear = lambda facts: None  # events get lost
    caller.hang_up()
    await asyncio.sleep(0.5)
    house.line.hear = reader
    assert not house.of(CallerGone)

    assert await house.line.reconcile()

    assert (await house.hears(CallerGone)).call == call


@scenario
async def test_a_second_process_replaces_the_first_which_then_does_nothing(house):
    other = AsteriskLine(
        house.exchange.instance.url, application="vitrine", epoch="x", speaker=house.speaker
    )
    heard = []
    task = asyncio.create_task(other.run(lambda event, at: heard.append(event)))
    with pytest.raises(Replaced):
        await asyncio.wait_for(house.task, 5)
    await eventually(lambda: heard)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await other.close()


def test_a_wrong_password_is_no_connection(exchange):
    url = exchange.instance.url.replace(exchange.instance.password, "guessed")
    with pytest.raises(NoConnection):
        asyncio.run(Ari(url, application="vitrine").connect())


def test_requests_are_answered_in_their_order_and_twice_is_once(exchange):
    async def ask():
        ari = Ari(exchange.instance.url, application="order")
        await ari.connect()
        task = asyncio.create_task(ari.hear(lambda facts: None))
        replies = [ari.ask("GET", "asterisk/ping") for _ in range(200)]
        done = []
        for number, reply in enumerate(replies):
            reply.add_done_callback(lambda _reply, number=number: done.append(number))
        await asyncio.gather(*replies)
        first = await ari.ask("POST", "bridges", type="mixing", bridgeId="b-twice")
        again = await ari.ask("POST", "bridges", type="mixing", bridgeId="b-twice")
        gone = [await ari.ask("DELETE", "bridges/b-twice") for _ in range(2)]
        await ari.close()
        await task
        return done, first, again, gone

    done, first, again, gone = asyncio.run(ask())
    assert done == sorted(done)
    assert first.is_done
    assert again.is_done or again.status == 409
    assert [reply.status for reply in gone] == [204, 404]


def test_a_dead_asterisk_is_noticed_and_its_calls_are_lost(tmp_path):
    async def crash(house):
        await house.talk()
        house.exchange.kill()
        house.exchange.start()
        await house.hears(EngineLost, within=15.0)
        await house.hears(to.LineBack, times=2)
        _caller, call = await house.arrive()
        assert call

    with running_exchange(trunk_port=PROVIDER_PORT, telephones=phones()) as one:
        scenario(crash)(one, tmp_path)


def phones():
    return [(name, f"sip:{name}@{DESK}:{DESK_PORT}") for name in ("mia", "jo", "boss")]
