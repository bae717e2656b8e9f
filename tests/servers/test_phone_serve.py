"""The telephone from end to end: a real Asterisk, the real process, PostgreSQL, people with SIP."""

import asyncio
import signal
import time

import pytest

from tests.servers.exchange import eventually
from tests.servers.sip import Answers, Refuses, Rings
from tests.servers.switchboard import CALLER, JO, MIA, running_switchboard, scenario


@pytest.fixture(scope="module")
def board():
    with running_switchboard() as one:
        yield one


async def talk(board, *, keys="11", agent="mia", **more):
    """A caller who talks with an agent."""
    caller = await board.dial(tone=CALLER, keys=keys, **more)
    before = len(board.desk.of(agent))
    at_desk = await board.desk.rung(agent, times=max(1, before))
    await at_desk.answered()
    await eventually(lambda: board.agent(agent) == "talking")
    return caller, at_desk


async def told(board, caller):
    """The call's outcome, when it is over; told by a process of its own, which comes up last."""
    await eventually(lambda: board.call(caller.call)[2])
    return board.call(caller.call)[0]


@scenario
async def test_a_caller_chooses_his_language_and_speaks_with_who_speaks_it(board):
    await board.ready("mia", "jo")
    caller, mia = await talk(board)

    await caller.hears(MIA)
    await mia.hears(CALLER)
    mia.hang_up()

    await caller.ended()
    assert await told(board, caller) == "answered"
    _outcome, answered_by, _ended, ticket, _exit = board.call(caller.call)
    assert answered_by == board.names["mia"]
    assert ticket is not None
    [ring] = board.entries("ring", caller.call)
    assert ring["choice"]["why"]


@scenario
async def test_who_does_not_pick_up_loses_the_call_to_the_next(board):
    board.desk.behave("mia", Rings())
    await board.instruct("sign-in", "jo")
    await board.ready("mia")
    caller = await board.dial(keys="21")  # Dutch, which both speak
    await board.desk.rung("mia")
    await board.instruct("ready", "jo")

    await board.desk.rung("jo")

    await caller.hears(JO)
    assert board.desk.of("mia")[0].state == "ended"
    caller.hang_up()
    assert await told(board, caller) == "answered"


@scenario
async def test_who_declines_gives_the_call_to_the_next_at_once(board):
    board.desk.behave("mia", Refuses(603))
    await board.ready("mia", "jo")
    caller = await board.dial(keys="21")

    await board.desk.rung("jo", within=5.5)  # who did not answer would ring for six

    await caller.hears(JO)  # else he might be gone before anybody knows that she has picked up
    caller.hang_up()
    assert await told(board, caller) == "answered"


@pytest.mark.parametrize("state", ["menu", "waiting", "ringing", "talking"])
def test_whoever_hangs_up_is_counted_once(board, state):
    async def abandon(board):
        if state == "ringing":
            board.desk.behave("mia", Rings())
        if state in ("ringing", "talking"):
            await board.ready("mia")
        caller = await board.dial(keys="" if state == "menu" else "11")
        if state == "waiting":
            await eventually(lambda: board.entries("call-offered", caller.call))
        elif state != "menu":
            await eventually(lambda: board.agent("mia") == state)
        caller.hang_up()
        outcome = await told(board, caller)
        expected = {"menu": "", "talking": "answered"}.get(state, "abandoned")
        assert outcome == expected
        assert board.call(caller.call)[4] == ("gone" if state == "menu" else "")
        assert len(board.entries("outcome-decided", caller.call)) == (state != "menu")

    scenario(abandon)(board)


@scenario
async def test_hold_and_resume_from_the_page(board):
    await board.ready("mia")
    caller, mia = await talk(board)
    await caller.hears(MIA)

    assert await board.instruct("hold", "mia") == ("done", "")
    await caller.hears_not(MIA)
    assert await board.instruct("resume", "mia") == ("done", "")

    await caller.hears(MIA)
    mia.hang_up()


@scenario
async def test_a_blind_transfer_brings_the_caller_to_the_colleague(board):
    await board.ready("mia", "jo")
    caller, mia = await talk(board)

    answer = await board.instruct("transfer", "mia", to=board.names["jo"], language="nl")

    assert answer == ("done", "")
    await mia.ended()
    jo = await board.desk.rung("jo")
    await caller.hears(JO)
    await jo.hears(CALLER)
    jo.hang_up()
    await caller.ended()


@scenario
async def test_an_attended_transfer_lets_the_agents_speak_first(board):
    await board.ready("mia", "jo")
    caller, mia = await talk(board)
    assert await board.instruct("consult", "mia", to=board.names["jo"]) == ("done", "")
    jo = await board.desk.rung("jo")
    await mia.hears(JO)
    assert not caller.sound.hears(JO)

    assert await board.instruct("complete-transfer", "mia") == ("done", "")

    await mia.ended()
    await caller.hears(JO)
    jo.hang_up()
    await caller.ended()


@scenario
async def test_three_in_a_conference_and_a_supervisor_who_listens(board):
    await board.ready("mia", "jo")
    caller, mia = await talk(board)
    await board.instruct("consult", "mia", to=board.names["jo"])
    jo = await board.desk.rung("jo")
    await mia.hears(JO)
    assert await board.instruct("conference", "mia") == ("done", "")
    await caller.hears(JO)
    await jo.hears(CALLER)

    assert await board.instruct("listen", "boss", caller.call) == ("done", "")

    boss = await board.desk.rung("boss")
    await boss.hears(CALLER)
    assert await board.instruct("stop-listening", "boss", caller.call) == ("done", "")
    await boss.ended()
    assert await board.instruct("end-call", "boss", caller.call) == ("done", "")
    await caller.ended()
    await mia.ended()


@scenario
async def test_a_caller_who_asks_for_it_is_called_back(board):
    number = "+3222007001"
    board.provider.behave(number, Answers(after=0.1), tone=CALLER)
    caller = await board.dial(number=number, keys="11")
    await eventually(lambda: board.entries("call-offered", caller.call))
    await asyncio.sleep(0.5)
    caller.press("9")
    await asyncio.sleep(1.0)
    caller.press("1")
    await caller.ended()
    await eventually(lambda: board.call(caller.call)[0] == "call-back")

    await board.ready("mia")

    mia = await board.desk.rung("mia")
    person = await board.provider.rung(number)
    await mia.hears(CALLER)
    await person.hears(MIA)
    person.hang_up()
    await mia.ended()


@scenario
async def test_a_call_for_an_absent_colleague_says_for_whom(board):
    caller = await board.dial(dialled="+3225550101", keys="1")
    await eventually(lambda: board.entries("call-offered", caller.call))

    [offered] = board.entries("call-offered", caller.call)

    assert offered["for_colleague"] == board.names["boss"]
    caller.hang_up()
    diversion = "Diversion: <sip:+3225550101@127.0.0.2>;reason=no-answer;counter=1"
    caller = await board.dial(keys="1", headers=[diversion])
    await eventually(lambda: board.entries("call-offered", caller.call))
    [offered] = board.entries("call-offered", caller.call)
    assert offered["for_colleague"] == board.names["boss"]


@scenario
async def test_calls_survive_the_death_of_the_process_in_their_order(board):
    await board.ready("mia")
    caller, mia = await talk(board)
    first = await board.dial(keys="11")
    await eventually(lambda: board.entries("call-offered", first.call))
    second = await board.dial(keys="11")
    await eventually(lambda: board.entries("call-offered", second.call))
    await asyncio.sleep(0.5)

    board.kill()
    await asyncio.sleep(0.5)
    late = await board.dial_without_brain()
    await late.answered()  # by the fallback
    late.hang_up()
    await asyncio.to_thread(board.serve)

    await caller.hears(MIA)
    assert all(one.state == "up" for one in (caller, mia, first, second))
    await eventually(lambda: board.agent("mia") == "talking")
    mia.hang_up()
    await caller.ended()
    again = await board.desk.rung("mia", times=2)
    await again.answered()
    assert again.invite["x-vitrine-call"] == [first.call]
    again.hang_up()
    await first.ended()
    third = await board.desk.rung("mia", times=3)
    assert third.invite["x-vitrine-call"] == [second.call]
    await eventually(lambda: board.entries("bridge", second.call))
    second.hang_up()
    assert [await told(board, one) for one in (caller, first, second)] == ["answered"] * 3


@scenario
async def test_a_process_that_hangs_sends_new_callers_to_the_fallback(board):
    board.process.send_signal(signal.SIGSTOP)
    try:
        await asyncio.sleep(3.2)
        caller = await board.dial_without_brain()
        await caller.answered()
        assert not board.call_of(caller.number)
        caller.hang_up()
    finally:
        board.process.send_signal(signal.SIGCONT)
    await eventually(lambda: board.floor().get("is_up"))
    await asyncio.sleep(2.0)
    caller = await board.dial()
    caller.hang_up()


@scenario
async def test_calls_that_a_dying_asterisk_cuts_become_call_backs(board):
    await board.ready("mia")
    caller = await board.dial(number="+3222008001", keys="21")
    await eventually(lambda: board.entries("outcome-decided", caller.call))
    waiting = await board.dial(number="+3222008002", keys="31")
    await eventually(lambda: board.entries("call-offered", waiting.call))

    board.exchange.kill()
    began = time.monotonic()
    board.exchange.start()

    await eventually(lambda: board.call(waiting.call)[0] == "lost", within=10)
    query = "SELECT count(*) FROM telephony_callback WHERE number = %s AND ended_at IS NULL"
    await eventually(lambda: board.rows(query, "+3222008002") == [(1,)], within=10)
    assert time.monotonic() - began < 10
    assert board.call(waiting.call)[3] is not None
    await eventually(lambda: board.floor()["is_up"])
