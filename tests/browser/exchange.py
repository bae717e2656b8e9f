"""A real Asterisk and the desk's line, with the smallest of brains: one softphone rings for all.

Queues and menus are left out, so that what breaks is known to be softphone or line.
"""

import asyncio
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.browser.product import free_ports
from vitrine.telephony.rules.routing import Choice, Why
from vitrine.voice.asterisk import configuration
from vitrine.voice.asterisk.ari import Facts
from vitrine.voice.asterisk.instance import Engine, Instance, Trunk, find_engine, free_udp_ports
from vitrine.voice.asterisk.line import AsteriskLine
from vitrine.voice.call_flow import (
    AgentHungUp,
    Bridge,
    CallerHeld,
    CallerResumed,
    Hold,
    LegAnswered,
    LegFailed,
    Release,
    Ring,
)
from vitrine.voice.call_flow import talking as to
from vitrine.voice.telephones import Telephone

ROOT = Path(__file__).parents[2]
BOOT_SECONDS = 30.0
OUTSIDE = "127.0.0.2"
"""Where callers are: softphones come from 127.0.0.1, and a trunk is known by its address alone."""


def engine() -> Engine | None:
    """Asterisk of this machine, as `tools/install_asterisk` left it; None: there is none."""
    states = [os.environ.get("VITRINE_STATE"), ROOT / ".state"]
    return find_engine(*(Path(one) for one in states if one))


def wait_until(
    holds: Callable[[], Any], *, within: float = 10, why: str | Callable[[], str] = ""
) -> Any:
    """What `holds` gives as soon as it is true; AssertionError with `why` when too late."""
    deadline = time.monotonic() + within
    while not (found := holds()):
        if time.monotonic() > deadline:
            raise AssertionError((why() if callable(why) else why) or f"not within {within} s")
        time.sleep(0.05)
    return found


class Heard(AsteriskLine):
    """The desk's own line, which also keeps what Asterisk told it."""

    events: list[Facts]

    def hear(self, facts: Facts) -> None:
        """Keep it, then act on it."""
        self.events.append(facts)
        super().hear(facts)


class Exchange:
    """Calls come in, the softphone of `agent` rings, who picks up is joined with the caller."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.agent = self.known = ""
        """Who is rung, and the credential with which he registers."""
        self.heard: list[Any] = []
        """What the line told its brain."""
        self.calls: list[str] = []
        self.line = Heard(
            instance.url, application=instance.application, epoch="t", speaker=lambda _, keys: keys
        )
        self.line.events = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def ask(self, method: str, path: str) -> Any:
        """A request to ARI: the body of its answer, or None when it said no."""

        async def asked() -> Any:
            reply = await self.line.ari.ask(method, path)
            return reply.body if reply.is_done else None

        return asyncio.run_coroutine_threadsafe(asked(), self._loop).result(6)

    def let_in(self, name: str, *, ha1: str) -> None:
        """From now on a softphone may register as `name`."""
        self.agent = name
        telephone = Telephone(address=f"PJSIP/{name}", registers_as=name, ha1=ha1)
        self._loop.call_soon_threadsafe(self.line.equip_when_up, {name: telephone})

    def order(self, what: Any) -> None:
        """Something that the brain of the desk would order."""
        self._loop.call_soon_threadsafe(self.line.order, what)

    def channels(self) -> list[str]:
        """The identifiers of those that are up."""
        return [one["id"] for one in self.ask("GET", "channels") or []]

    def hang_up_all(self) -> None:
        """Nobody talks any more."""
        for name in self.channels():
            self.ask("DELETE", f"channels/{name}")

    def seen(self, kind: str) -> list[Facts]:
        """The events of Asterisk of one kind so far."""
        return [one for one in list(self.line.events) if one["type"] == kind]

    def told(self, kind: type) -> list[Any]:
        """The events for the brain of one kind so far."""
        return [one for one in list(self.heard) if isinstance(one, kind)]

    def forget(self) -> None:
        """What was heard until now."""
        self.line.events.clear()
        self.heard.clear()

    def start(self) -> None:
        """Connect, in a thread."""
        self._thread.start()
        wait_until(lambda: self.told(to.LineBack), why="no connection to Asterisk")

    def close(self) -> None:
        """End the connection."""
        asyncio.run_coroutine_threadsafe(self.line.close(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        task = self._loop.create_task(self.line.run(self._ear))
        self._loop.run_forever()
        task.cancel()
        self._loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
        self._loop.close()

    def _ear(self, event: Any, _at: float) -> None:
        """The smallest brain."""
        self.heard.append(event)
        for order in self._orders(event):
            self.line.order(order)

    def _orders(self, event: Any) -> Iterator[Any]:
        if isinstance(event, to.CallArrived):
            self.calls.append(event.call)
            yield to.Answer(call=event.call)
            choice = Choice(event.call, (self.agent,), Why.ONLY_ONE, 0.0)
            yield Ring(call=event.call, agent=self.agent, ring_for=30, choice=choice)
        elif isinstance(event, LegAnswered):
            yield Bridge(call=event.call, agent=event.agent)
        elif isinstance(event, CallerHeld | CallerResumed):
            yield Hold(call=event.call, is_held=isinstance(event, CallerHeld))
        elif isinstance(event, AgentHungUp) and self.calls:
            yield Release(call=self.calls[-1])
        elif isinstance(event, LegFailed):
            yield Release(call=event.call)


@contextmanager
def running_exchange(folder: Path, *, found: Engine) -> Iterator[Exchange]:
    """Asterisk in `folder` on free ports, booted; it ends with the block."""
    http, sip = free_ports(2)
    instance = Instance(
        folder=folder,
        engine=found,
        sip_port=sip,
        http_port=http,
        rtp_ports=free_udp_ports(100),
        password="password-of-the-tests",
        trunk=Trunk(match=(OUTSIDE,)),
    )
    configuration.write(instance)
    with (folder / "asterisk.log").open("w") as log:
        process = subprocess.Popen(instance.run_command(), stdout=log, stderr=log)
    exchange = Exchange(instance)
    try:
        wait_until(instance.is_booted, within=BOOT_SECONDS, why=(folder / "asterisk.log").read_text)
        exchange.start()
        yield exchange
    finally:
        exchange.close()
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
