"""Agents with a telephone of their own: rung through the provider, and asked to press 1."""

import asyncio

import pytest

from tests.servers.exchange import eventually
from tests.servers.sip import Answers
from tests.servers.switchboard import CALLER, MIA, running_switchboard, scenario

MOBILE = "+32470123456"
SET_UP = f"""
from vitrine.accounts.models import Account
from vitrine.telephony.actions import set_endpoint
set_endpoint(Account.objects.get(name="Mia"), kind="mobile", address="{MOBILE}", by=None)
"""


@pytest.fixture(scope="module")
def board():
    with running_switchboard(SET_UP) as one:
        yield one


@scenario
async def test_who_presses_one_at_his_mobile_has_the_call(board):
    board.provider.behave(MOBILE, Answers(after=0.1), tone=MIA)
    await board.ready("mia")
    caller = await board.dial(keys="11", tone=CALLER)
    mobile = await board.provider.rung(MOBILE)
    await mobile.answered()
    await asyncio.sleep(0.5)
    assert not board.entries("leg-answered", caller.call), "his answering machine would say as much"

    mobile.press("1")

    await caller.hears(MIA)
    await mobile.hears(CALLER)
    assert mobile.invite["x-vitrine-call"] == [caller.call]
    mobile.hang_up()
    await caller.ended()


@scenario
async def test_who_does_not_press_has_not_answered(board):
    board.provider.behave(MOBILE, Answers(after=0.1), tone=MIA)
    await board.instruct("sign-in", "jo")
    await board.ready("mia")
    caller = await board.dial(keys="21", tone=CALLER)
    mobile = await board.provider.rung(MOBILE)
    await mobile.answered()
    await board.instruct("ready", "jo")

    jo = await board.desk.rung("jo", within=15)

    await mobile.ended()
    await jo.hears(CALLER)
    [first, second] = board.entries("ring", caller.call)
    assert [first["agent"], second["agent"]] == [board.names["mia"], board.names["jo"]]
    jo.hang_up()
    await eventually(lambda: board.call(caller.call)[1] == board.names["jo"], within=30)
