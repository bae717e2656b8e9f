"""Calls through Asterisk: the `Line` that is no rehearsal."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping

from vitrine.voice.asterisk.ari import Ari, Facts, NoConnection
from vitrine.voice.asterisk.endpoints import desk_phone, softphone
from vitrine.voice.asterisk.listening import Listening
from vitrine.voice.asterisk.speaking import Speaker
from vitrine.voice.call_flow import Command, EngineLost
from vitrine.voice.call_flow import talking as to
from vitrine.voice.line import Ear
from vitrine.voice.telephones import Telephone

log = logging.getLogger(__name__)

BEAT = "VITRINE_BEAT"
PHONES = "VITRINE_PHONES"
BEATS_EVERY = 0.5
RECONCILE_EVERY = 30.0
LOST_AFTER = 6.0
"""Seconds without Asterisk until its calls are given up: a ticket within ten seconds."""


class Replaced(Exception):
    """Another process has registered our application: this one must do nothing any more."""


class AsteriskLine(Listening):
    """One Asterisk. `run` until cancelled; raises Replaced when another process has taken over."""

    def __init__(self, url: str, *, application: str, epoch: str, speaker: Speaker) -> None:
        super().__init__(Ari(url, application=application), epoch=epoch, speaker=speaker)
        self.may_beat: Callable[[], bool] = lambda: True
        """Whether the brain is well: without beat, new calls take the fallback."""
        self.is_up = False
        self._life = ""
        self._lost_at: float | None = None
        self._is_replaced = False
        self._told: dict[str, Telephone] = {}
        self._events: asyncio.Queue[Facts] = asyncio.Queue()

    async def run(self, ear: Ear) -> None:
        """Connect, and again when the connection breaks."""
        self.ear = ear
        self._lost_at = None
        pause = 0.05
        while not self._is_replaced:
            try:
                await self.ari.connect()
            except NoConnection as reason:
                log.info("No Asterisk: %s", reason)
                self._perhaps_lost()
                await asyncio.sleep(pause)
                pause = min(1.0, pause * 1.5)
                continue
            pause = 0.05
            await self._live()
            self.is_up = False
            self._lost_at = time.monotonic()
        raise Replaced

    async def carry_out(self, order: to.Order | Command) -> None:
        """Ask Asterisk for it; outcomes come back as events."""
        self.order(order)

    async def close(self) -> None:
        """End the connection; calls stay up."""
        await self.ari.close()

    async def _live(self) -> None:
        """One connection, from its beginning to its end."""
        self._events = asyncio.Queue()
        reader = asyncio.create_task(self.ari.hear(self._events.put_nowait))
        worker = asyncio.create_task(self._work())
        try:
            await reader
        finally:
            for task in (reader, worker):
                task.cancel()
            # Not with `suppress`: that would swallow our own cancellation, too.
            await asyncio.gather(reader, worker, return_exceptions=True)

    async def _work(self) -> None:
        """First what is up, then what happens; beats and comparisons in between."""
        if not await self._take_over():
            await self.ari.close()
            return
        rounds = [asyncio.create_task(self._beats()), asyncio.create_task(self._comparisons())]
        try:
            while True:
                facts = await self._events.get()
                if facts.get("type") == "ApplicationReplaced":
                    log.error("Another process answers the calls now.")
                    self._is_replaced = True
                    await self.ari.close()
                    return
                self.hear(facts)
        finally:
            for task in rounds:
                task.cancel()

    async def _take_over(self) -> bool:
        """Whether Asterisk has told what it is and what is up; it may be another life of it."""
        reply = await self.ari.ask("GET", "asterisk/info", only="status")
        if reply.status != 200:
            return False
        life = str(reply.body["status"]["startup_time"])
        if self._life and life != self._life:
            self._lose_all()
        self.was_connected = life == self._life
        self._life = life
        self.ari.ask(
            "POST",
            f"applications/{self.ari.application}/subscription",
            eventSource="endpoint:PJSIP",
        )
        self._told.clear()
        self.equip(self.telephones)
        if not await self.reconcile():
            return False
        self.was_connected = self.is_up = True
        self._lost_at = None
        self.hear_now(to.LineBack())
        return True

    def _perhaps_lost(self) -> None:
        if self._lost_at is not None and time.monotonic() - self._lost_at > LOST_AFTER:
            self._lost_at = None
            self._life = "given up"
            self._lose_all()

    def _lose_all(self) -> None:
        self.book.clear()
        self.quiet.clear()
        self.hear_now(EngineLost())

    async def _beats(self) -> None:
        """The brain is well: said twice a second, in whole seconds."""
        while True:
            if self.may_beat():
                value = str(int(time.time()))
                self.ari.ask("POST", "asterisk/variable", variable=BEAT, value=value)
            await asyncio.sleep(BEATS_EVERY)

    async def _comparisons(self) -> None:
        while True:
            await asyncio.sleep(RECONCILE_EVERY)
            await self.reconcile()

    def equip_when_up(self, telephones: Mapping[str, Telephone]) -> None:
        """`equip`, or remember it for the next connection."""
        if self.is_up:
            self.equip(telephones)
        else:
            self.telephones = dict(telephones)

    def equip(self, telephones: Mapping[str, Telephone]) -> None:
        """Which telephone rings for whom from now on; those that register are told to Asterisk."""
        before, self.telephones = dict(self._told), dict(telephones)
        for agent, telephone in self.telephones.items():
            if before.pop(agent, None) != telephone and telephone.registers_as:
                self._tell(telephone)
        for telephone in before.values():
            if telephone.registers_as:
                self._withdraw(telephone)
        self._told = dict(self.telephones)
        phones = "&".join(
            one.address for one in self.telephones.values() if one.address and not one.must_accept
        )
        if phones:
            self.ari.ask("POST", "asterisk/variable", variable=PHONES, value=phones)

    def _tell(self, telephone: Telephone) -> None:
        """Order matters: an endpoint names its aor and auth."""
        make = softphone if telephone.is_browser else desk_phone
        for kind, fields in make(telephone.registers_as, ha1=telephone.ha1).items():
            path = f"asterisk/config/dynamic/res_pjsip/{kind}/{telephone.registers_as}"
            pairs = [{"attribute": key, "value": value} for key, value in fields.items()]
            self.ari.ask("PUT", path, body={"fields": pairs})

    def _withdraw(self, telephone: Telephone) -> None:
        for kind in ("endpoint", "auth", "aor"):
            name = telephone.registers_as
            self.ari.ask("DELETE", f"asterisk/config/dynamic/res_pjsip/{kind}/{name}")
