"""How soon a telephone rings once its call is decided: measured at the agent's socket.

    python -m bench.phone [--calls-per-second 5] [--calls 60] [--waiting 200]

A real Asterisk, the brain in this process, SIP telephones without root. Three figures: from the
decision (the order `Ring` leaves the brain) to the INVITE at the agent's telephone; from the
agent's 200 OK to the order to bridge being answered; and Asterisk's own limit, a bare request on
the same websocket.
"""

import argparse
import asyncio
import contextlib
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.servers.exchange import DESK, TRUNK, Exchange, eventually
from tests.servers.house import free_port
from tests.servers.sip import Answers, Phone
from vitrine.telephony.rules.menus import PhoneMenu
from vitrine.telephony.rules.routing import Policy
from vitrine.voice.asterisk.line import AsteriskLine
from vitrine.voice.brain import Brain
from vitrine.voice.call_flow import (
    AgentReady,
    AgentSignedIn,
    CallOffered,
    PolicyChanged,
    Ring,
)
from vitrine.voice.call_flow import talking as to
from vitrine.voice.telephones import Telephone

BUDGET = 0.025
"""Seconds, p99 from decision to INVITE at five calls a second."""
AGENTS = 120
TALK = 3.0
"""Seconds until the caller hangs up."""


class Straight:
    """Every caller is answered and waits at once: no menu, so that only routing is measured."""

    def __init__(self, line, write):
        self.decided, self.line = {}, line
        self.brain = Brain(
            epoch="bench",
            emit=self.emit,
            write=write,
            call_at=lambda at, then: asyncio.get_running_loop().call_at(at, then),
            wall=lambda: datetime.now(UTC),
        )
        self.orders = asyncio.Queue()

    def emit(self, order):
        if isinstance(order, Ring):
            self.decided[order.call] = time.monotonic()
        self.orders.put_nowait(order)

    async def carry_out(self):
        while True:
            await self.line.carry_out(await self.orders.get())

    def hear(self, event, at):
        if isinstance(event, to.CallArrived):
            self.orders.put_nowait(to.Answer(call=event.call))
            language = "xx" if event.dialled.endswith("99") else "fr"
            self.orders.put_nowait(to.PlayMusic(call=event.call))
            event = CallOffered(call=event.call, number=event.number, language=language)
        self.brain.hear(event, at)


def files_of(pid):
    """How many files a process has open."""
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


async def hold_on(provider, exchange, *, count):
    """So many callers who speak what nobody here speaks: they wait with music."""
    talks = []
    for number in range(count):
        talks.append(
            await provider.dial("+3225550199", at=exchange.sip, number=f"+3223{number:06}")
        )
        await asyncio.sleep(0.05)
    await eventually(lambda: all(talk.state == "up" for talk in talks), within=30)
    return talks


async def dial_all(provider, exchange, *, rate, calls):
    """So many callers, each hangs up after a while."""
    began = time.monotonic()
    talks = []
    for number in range(calls):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        talk = await provider.dial("+3225550100", at=exchange.sip, number=f"+3222{number:06}")
        asyncio.get_running_loop().call_later(TALK, talk.hang_up)
        talks.append(talk)
    return talks


async def bare_request(line):
    """Seconds for the least that Asterisk can be asked."""
    at = time.monotonic()
    await line.ari.ask("GET", "asterisk/ping")
    return time.monotonic() - at


def seat(house, desk, *, names):
    """Everybody is ready, and answers at once."""
    now = time.monotonic()
    house.brain.hear(PolicyChanged(policy=Policy(wrap_up=0.0, reserve_for=0.0)), now)
    house.brain.hear(to.MenuChanged(menu=PhoneMenu()), now)
    for name in names:
        desk.behave(name, Answers(after=0.02))
        house.brain.hear(AgentSignedIn(agent=name, languages={"fr": 3}), now)
        house.brain.hear(AgentReady(agent=name), now)


async def measure(exchange, ports, *, rate, calls, waiting):
    """The seconds from decision to INVITE, and those of bare requests."""
    line = AsteriskLine(
        exchange.instance.url, application="vitrine", epoch="bench", speaker=lambda _l, _p: []
    )
    names = [f"agent-{number}" for number in range(AGENTS)]
    line.telephones = {
        name: Telephone(address=f"PJSIP/trunk/sip:{name}@{DESK}:{ports[1]}") for name in names
    }
    house = Straight(line, lambda _entry: None)
    task = asyncio.create_task(line.run(house.hear))
    carrier = asyncio.create_task(house.carry_out())
    provider = await Phone.open(TRUNK, port=ports[0], with_sound=False)
    desk = await Phone.open(DESK, port=ports[1], with_sound=False)
    seat(house, desk, names=names)
    await eventually(lambda: line.is_up)
    before = files_of(exchange.process.pid), len(asyncio.all_tasks())
    held = await hold_on(provider, exchange, count=waiting)
    talks = await dial_all(provider, exchange, rate=rate, calls=calls)
    await eventually(lambda: len(desk.talks) >= calls, within=20)
    bare = [await bare_request(line) for _ in range(200)]
    waits = [
        one.invited_at - house.decided[call]
        for one in desk.talks
        if (call := one.invite["x-vitrine-call"][0]) in house.decided
    ]
    failed = sum(talk.code != 200 for talk in talks) + sum(talk.state != "up" for talk in held)
    for talk in held:
        talk.hang_up()
    await eventually(lambda: not exchange.channels() and not exchange.bridges(), within=TALK + 20)
    await eventually(lambda: not line.book.calls and not line.book.legs)
    after = files_of(exchange.process.pid), len(asyncio.all_tasks())
    print(f"open files of Asterisk {before[0]} -> {after[0]}, tasks {before[1]} -> {after[1]}")
    print(f"calls known to line {len(line.book.calls)}, legs {len(line.book.legs)}")
    for each in (carrier, task):
        each.cancel()
    await line.close()
    await asyncio.gather(task, carrier, return_exceptions=True)
    provider.close()
    desk.close()
    return waits, bare, failed


def share(values, part):
    """The value below which `part` of them lie."""
    return sorted(values)[min(len(values) - 1, int(part * len(values)))]


def main():
    """Measure and print; 1 when over the budget."""
    parser = argparse.ArgumentParser(description="How soon the agent's telephone rings.")
    parser.add_argument("--calls-per-second", type=float, default=5.0)
    parser.add_argument("--calls", type=int, default=60)
    parser.add_argument("--waiting", type=int, default=0, help="callers on hold all the while")
    parser.add_argument("--budget", type=float, default=BUDGET * 1000, help="milliseconds")
    wanted = parser.parse_args()
    ports = free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="vitrine-bench-") as folder:
        exchange = Exchange(folder, trunk_port=ports[0], rtp=2000)
        exchange.start()
        try:
            waits, bare, failed = asyncio.run(
                measure(
                    exchange,
                    ports,
                    rate=wanted.calls_per_second,
                    calls=wanted.calls,
                    waiting=wanted.waiting,
                )
            )
        finally:
            with contextlib.suppress(OSError):
                exchange.stop()
    milliseconds = {
        "decision to INVITE p50": statistics.median(waits),
        "decision to INVITE p95": share(waits, 0.95),
        "decision to INVITE p99": share(waits, 0.99),
        "bare request p50": statistics.median(bare),
        "bare request p99": share(bare, 0.99),
    }
    print(f"{len(waits)} calls at {wanted.calls_per_second:g} a second, {failed} failed")
    for name, seconds in milliseconds.items():
        print(f"{name:26}{seconds * 1000:8.1f} ms")
    is_good = milliseconds["decision to INVITE p99"] * 1000 <= wanted.budget and not failed
    print("within" if is_good else "OVER", f"the budget of {wanted.budget:.0f} ms")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
