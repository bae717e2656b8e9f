"""Closing time: whoever waits is served or called back, never cut; nobody is let in afterwards."""

import asyncio
import subprocess

import pytest

from tests.servers.exchange import eventually
from tests.servers.switchboard import CALLER, MIA, running_switchboard, scenario

CLOSE = """
from vitrine.calendars.models import ClosingDay
from datetime import timedelta
from vitrine.kernel.clock import today
for day in (today(), today() + timedelta(days=1)):
    ClosingDay.objects.update_or_create(day=day, defaults={"kind": "other"})
"""
OPEN = """
from vitrine.calendars.models import ClosingDay
ClosingDay.objects.all().delete()
"""


@pytest.fixture(scope="module")
def board():
    with running_switchboard() as one:
        yield one


async def change(board, code, *, kind, times):
    """Change the calendar as a page does, and wait until the telephone has noticed."""
    process = board.house.run("shell", "-c", code, stdout=subprocess.DEVNULL)
    assert await asyncio.to_thread(process.wait) == 0
    assert await board.instruct("configure") == ("done", "")
    await eventually(lambda: len(board.entries(kind)) >= times)


@scenario
async def test_who_waits_at_closing_time_is_served_and_nobody_is_let_in(board):
    waiting = await board.dial(keys="11", tone=CALLER)
    await eventually(lambda: board.entries("call-offered", waiting.call))
    await change(board, CLOSE, kind="desk-closed", times=1)
    [offer] = await eventually(lambda: board.entries("offer-alternatives", waiting.call))
    assert offer["closes"]
    said = [one["phrases"] for one in board.entries("say", waiting.call)]
    assert any("closing" in phrases for phrases in said)

    late = await board.dial(keys="1")
    said = await eventually(lambda: closed_words(board, late.call))
    assert said

    await board.ready("mia")
    mia = await board.desk.rung("mia")
    assert mia.invite["x-vitrine-call"] == [waiting.call]
    await waiting.hears(MIA)
    await mia.hears(CALLER)
    assert not board.entries("call-offered", late.call)
    late.hang_up()
    mia.hang_up()
    await waiting.ended()
    await eventually(lambda: board.call(waiting.call)[0] == "answered", within=60)


def closed_words(board, call):
    """What was said about the hours."""
    phrases = {one for said in board.entries("say", call) for one in said["phrases"]}
    return sorted(one for one in phrases if one == "closed")


@scenario
async def test_who_calls_out_of_hours_leaves_a_message(board):
    await change(board, CLOSE, kind="desk-closed", times=1)
    caller = await board.dial(number="+3222009201", keys="1", tone=CALLER)
    await eventually(lambda: closed_words(board, caller.call))
    await asyncio.sleep(0.3)

    caller.press("7")

    await eventually(lambda: board.entries("record", caller.call), within=40)
    await asyncio.sleep(2.0)
    caller.hang_up()
    query = (
        "SELECT c.ticket_id FROM telephony_voicemail v JOIN telephony_call c ON c.id = v.call_id"
        " WHERE c.name = %s"
    )
    [[ticket]] = await eventually(lambda: board.rows(query, caller.call), within=60)
    assert ticket is not None


@scenario
async def test_in_the_morning_callers_are_let_in_again(board):
    opened = len(board.entries("desk-opened"))
    await change(board, OPEN, kind="desk-opened", times=opened + 1)

    caller = await board.dial(keys="11")

    await eventually(lambda: board.entries("call-offered", caller.call))
    caller.hang_up()
