"""A line, the provider with callers, and telephones of agents, on a real Asterisk."""

import asyncio
import time
from contextlib import asynccontextmanager

from tests.servers.exchange import DESK, TRUNK, eventually
from tests.servers.house import free_port
from tests.servers.sip import Answers, Phone
from vitrine.telephony.rules.routing import Choice, Why
from vitrine.voice.asterisk import sounds
from vitrine.voice.asterisk.line import AsteriskLine
from vitrine.voice.call_flow import (
    Bridge,
    LegAnswered,
    Ring,
)
from vitrine.voice.call_flow import talking as to
from vitrine.voice.telephones import Telephone

CALLER, MIA, JO = 440.0, 660.0, 990.0
"""Hertz: what each of them sends."""
NUMBER = "+3225550100"
PROVIDER_PORT, DESK_PORT = free_port(), free_port()


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
async def house(exchange, folder, *, caller=None):
    """Everything connected; nothing may be left in Asterisk afterwards.

    caller  the provider with those who call; None: by UDP
    """
    for name, hertz in (("long", 523.0), ("short", 1568.0)):
        samples = sounds.tone(hertz=hertz, seconds=8.0 if name == "long" else 0.3)
        sounds.write(folder / f"{name}.wav", samples)
    caller = caller or await Phone.open(TRUNK, port=PROVIDER_PORT)
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


def phones():
    return [(name, f"sip:{name}@{DESK}:{DESK_PORT}") for name in ("mia", "jo", "boss")]
