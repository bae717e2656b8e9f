"""Two processes: one answers calls, the other stands by; nothing is lost, nothing counted twice."""

import asyncio
import json
import subprocess
import time

import pytest

from tests.servers.exchange import eventually
from tests.servers.switchboard import CALLER, MIA, running_switchboard, scenario


@pytest.fixture(scope="module")
def board():
    with running_switchboard() as one:
        yield one


async def told(board, caller):
    """How the call ended."""
    await eventually(lambda: board.call(caller.call)[2], within=60)
    return board.call(caller.call)[0]


async def offered(board, caller):
    """He is in the queue."""
    await eventually(lambda: board.entries("call-offered", caller.call))


def entries_of(board, epoch, kind):
    query = (
        "SELECT extract(epoch from at) FROM telephony_callentry"
        " WHERE epoch = %s AND kind = %s ORDER BY sequence"
    )
    return [float(row[0]) for row in board.rows(query, epoch, kind)]


@scenario
async def test_who_stands_by_takes_over_when_the_other_is_killed(board):
    await board.ready("mia")
    caller = await board.dial(keys="11", tone=CALLER)
    mia = await board.desk.rung("mia")
    await mia.hears(CALLER)
    waiting = await board.dial(keys="11")
    await eventually(lambda: board.entries("call-offered", waiting.call))
    before, first = board.epoch(), board.process
    second = board.start("--standby")
    try:
        await eventually(lambda: "Standing by" in board.log(), within=60)
        await asyncio.sleep(1.0)
        assert second.poll() is None
        assert board.epoch() == before, "one of them serves"

        first.kill()
        first.wait()
        died_at = time.time()

        await eventually(lambda: board.floor().get("is_up") and board.epoch() != before, within=60)
        board.process = second
        [back_at] = await eventually(lambda: entries_of(board, board.epoch(), "line-back"))
        assert back_at - died_at < 10, "it waited for nothing but its turn; the soak takes the time"
        await eventually(lambda: board.agent("mia") == "talking")
        assert [caller.state, mia.state, waiting.state] == ["up", "up", "up"]
        await caller.hears(MIA)
        mia.hang_up()
        again = await board.desk.rung("mia", times=2)
        assert again.invite["x-vitrine-call"] == [waiting.call]
        await again.answered()
        again.hang_up()
        assert [await told(board, one) for one in (caller, waiting)] == ["answered", "answered"]
    finally:
        for process in {first, second} - {board.process}:
            process.kill()
            process.wait()


@scenario
async def test_a_second_process_that_does_not_stand_by_ends_the_first(board):
    before, first = board.epoch(), board.process

    await asyncio.to_thread(board.serve)

    assert await asyncio.to_thread(first.wait, 30) == 3
    assert board.epoch() != before
    await board.ready("mia")
    caller = await board.dial(keys="11", tone=CALLER)
    mia = await board.desk.rung("mia")
    await mia.hears(CALLER)
    caller.hang_up()
    assert await told(board, caller) == "answered"


@scenario
async def test_after_crashes_every_call_offered_has_one_outcome(board):
    callers = []
    for crash in range(3):
        await board.ready("mia")
        for _one in range(2):
            callers += [await board.dial(keys="21")]
        await offered(board, callers[-1])
        board.kill()
        if crash == 1:
            callers[-1].hang_up()  # while nobody listens
        await asyncio.to_thread(board.serve)
    for caller in callers:
        if caller.state != "ended":
            caller.hang_up()
    for caller in callers:
        await told(board, caller)

    found = await asyncio.to_thread(verified, board)

    assert found["balanced"]
    assert found["differing"] == []
    assert found["present"] == 0
    assert found["offered"] == sum(found["outcomes"].values()) >= len(callers)
    query = (
        "SELECT call, count(DISTINCT facts->>'outcome') FROM telephony_callentry"
        " WHERE kind = 'outcome-decided' GROUP BY call HAVING count(DISTINCT facts->>'outcome') > 1"
    )
    assert board.rows(query) == []


def verified(board):
    """What `vitrine phone verify --json` says; it must not find a difference."""
    done = board.house.run("phone_verify", "--json", stdout=subprocess.PIPE, text=True)
    said, _nothing = done.communicate()
    assert done.returncode == 0, said
    return json.loads(said.splitlines()[-1])
