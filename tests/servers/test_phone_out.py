"""Calls out past the limit of the day, and calls that a supervisor ends: who is told what."""

import asyncio

import pytest

from tests.servers.exchange import eventually
from tests.servers.sip import Answers
from tests.servers.switchboard import CALLER, MIA, running_switchboard, scenario

ONE_A_DAY = """
from vitrine.telephony.actions import change_policy
from vitrine.telephony.queries import current_policy

change_policy(current_policy(), by=None, most_calls_out=1)
"""
FIRST, SECOND, COLLEAGUE = "+3222007101", "+3222007102", "+3222007103"


@pytest.fixture(scope="module")
def board():
    with running_switchboard(ONE_A_DAY) as one:
        yield one


async def asks_to_be_called_back(board, number):
    """His call, which is over when he has been promised it."""
    board.provider.behave(number, Answers(after=0.1), tone=CALLER)
    caller = await board.dial(number=number, keys="11")
    await eventually(lambda: board.entries("call-offered", caller.call))
    await asyncio.sleep(0.5)
    caller.press("9")
    await asyncio.sleep(1.0)
    caller.press("1")
    await caller.ended()
    await eventually(lambda: board.call(caller.call)[0] == "call-back")
    return caller


@scenario
async def test_past_the_limit_nobody_is_called_and_everybody_is_told(board):
    first = await asks_to_be_called_back(board, FIRST)
    second = await asks_to_be_called_back(board, SECOND)
    await board.ready("mia")
    person = await board.provider.rung(FIRST)
    await person.hears(MIA)
    await eventually(lambda: board.floor()["today"]["dialled"] == 1)
    person.hang_up()

    # The second one may wait no longer for the telephone: people see him, and nobody was blamed.
    await eventually(lambda: board.entries("give-up-call-back", second.call))
    [failed] = board.entries("leg-failed", second.call)
    assert failed["failure"] == "not-dialled"
    query = "SELECT is_automatic, tries, ended_at IS NULL FROM telephony_callback WHERE number = %s"
    await eventually(lambda: board.rows(query, SECOND) == [(False, 0, True)])
    assert not board.entries("give-up-call-back", first.call)
    assert not board.provider.of(SECOND), "he was called"
    await eventually(lambda: board.agent("mia") == "ready")

    # Nor is anybody handed over to somebody outside; the agent learns why and has her caller.
    caller = await board.dial(tone=CALLER, keys="11")
    mia = await board.desk.rung("mia", times=2)
    await mia.hears(CALLER)
    for kind in ("transfer", "consult", "dial"):
        board.provider.behave(COLLEAGUE, Answers(after=0.1))
        expected = "busy" if kind == "dial" else "no-more-calls-out"
        assert await board.instruct(kind, "mia", number=COLLEAGUE) == ("refused", expected)
    assert not board.provider.of(COLLEAGUE)
    await caller.hears(MIA)
    assert board.floor()["today"]["dialled"] == 1
    caller.hang_up()
    await eventually(lambda: board.agent("mia") == "ready")
    refused = await board.instruct("dial", "mia", number=COLLEAGUE)
    assert refused == ("refused", "no-more-calls-out")


@scenario
async def test_a_call_that_a_supervisor_ends_is_not_put_down_to_the_caller(board):
    await board.ready("mia")
    caller = await board.dial(tone=CALLER, keys="11")
    mia = await board.desk.rung("mia")
    await mia.hears(CALLER)

    assert await board.instruct("end-call", "boss", caller.call) == ("done", "")

    await caller.ended()
    await mia.ended()
    assert "cause=8" in mia.cause  # pre-empted: see docs/reference/soft-phone.md
    [gone] = await eventually(lambda: board.entries("caller-gone", caller.call))
    assert gone["ended_by"] == board.names["boss"]
    assert "cause=8" not in caller.cause

    other = await board.dial(tone=CALLER, keys="11")
    again = await board.desk.rung("mia", times=2)
    await again.hears(CALLER)
    other.hang_up()
    await again.ended()
    assert "cause=8" not in again.cause
    [gone] = await eventually(lambda: board.entries("caller-gone", other.call))
    assert gone["ended_by"] == ""
