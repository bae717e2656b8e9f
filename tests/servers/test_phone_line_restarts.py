"""The line through a real Asterisk: colleagues, call-backs, restarts; facts about ARI."""

import asyncio
import re
import time

import pytest

from tests.servers.exchange import eventually, running_exchange
from tests.servers.line_house import (
    CALLER,
    JO,
    MIA,
    NUMBER,
    PROVIDER_PORT,
    phones,
    scenario,
)
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
)
from vitrine.voice.call_flow import talking as to
from vitrine.voice.telephones import Telephone


@pytest.fixture(scope="module")
def exchange():
    with running_exchange(trunk_port=PROVIDER_PORT, telephones=phones()) as one:
        yield one


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

    assert await house.hears(LegFailed) == LegFailed(
        call="b4", agent="mia", failure=Failure.NOT_DIALLED
    )
    assert not house.of(CallerGone), "nobody was tried in vain"
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


async def only_the_agent_hears(house, call, *, caller, agent, boss):
    """The supervisor whispers, and leaves."""
    assert house.line.listen(call, supervisor="boss", whisper=True)
    await agent.hears(1320.0)
    assert not caller.sound.hears(1320.0)
    house.line.stop_listening(call, supervisor="boss")
    await boss.ended()
    await caller.hears(MIA)


@scenario
async def test_a_supervisor_listens_unheard_and_whispers_to_the_agent_alone(house):
    caller, mia, call = await house.talk()
    assert house.line.listen(call, supervisor="boss")
    boss = await house.desk.rung("boss")
    await boss.hears(CALLER)
    await boss.hears(MIA)
    assert not mia.sound.hears(1320.0)

    await only_the_agent_hears(house, call, caller=caller, agent=mia, boss=boss)


async def new_page(house, talk):
    """The page of a telephone was loaded again: the new one takes the place of the old one."""
    invited = "" if talk.is_ours else talk.invite["from"][0]
    theirs = talk.remote_tag or re.search(r"tag=([^;>]+)", invited)[1]
    replaced = f"Replaces: {talk.call_id};to-tag={theirs};from-tag={talk.tag}"
    again = await house.desk.dial(
        "*1", at=house.exchange.sip, number=talk.user, tone=house.desk.tones[talk.user],
        headers=(replaced,),
    )  # fmt: skip
    await again.answered()
    return again


@scenario
async def test_a_supervisor_listens_on_when_the_agent_or_he_loads_a_page(house):
    caller, mia, call = await house.talk()
    assert house.line.listen(call, supervisor="boss")
    boss = await house.desk.rung("boss")
    await boss.hears(MIA)

    mia = await new_page(house, mia)

    await mia.hears(CALLER)
    await boss.hears(CALLER)
    await boss.hears(MIA)
    mia = await new_page(house, mia)
    boss = await new_page(house, boss)
    await boss.hears(CALLER)
    await boss.hears(MIA)
    assert not mia.sound.hears(1320.0)

    await only_the_agent_hears(house, call, caller=caller, agent=mia, boss=boss)


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
async def test_who_accepts_early_hears_the_caller_and_not_the_rest_of_the_question(house):
    sounds.write(house.folder / "press-1-to-accept.wav", sounds.tone(hertz=523.0, seconds=8.0))
    house.line.telephones["jo"] = Telephone(address="PJSIP/jo", must_accept=True)
    caller, call = await house.arrive()
    await house.do(to.Answer(call=call))
    await house.ring(call, "jo")
    jo = await house.desk.rung("jo")
    await jo.answered()
    await jo.hears(523.0)

    jo.press("1")

    await house.hears(LegAnswered, within=2)
    await house.do(Bridge(call=call, agent="jo"))
    await jo.hears(CALLER, within=2)
    await caller.hears(JO, within=2)


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
