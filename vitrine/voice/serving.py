"""Put brain, line and records together, and run them."""

import asyncio
import gc
import logging
import os
import socket
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from vitrine.voice.asterisk.line import AsteriskLine, Replaced
from vitrine.voice.daemon import Daemon, new_epoch
from vitrine.voice.listener import OneOfUs
from vitrine.voice.outgoing import Outgoing
from vitrine.voice.priority import Niceness, take_turn
from vitrine.voice.recordings import keep_recordings
from vitrine.voice.records import make_sounds
from vitrine.voice.simulated import SimulatedHands, simulated_line
from vitrine.voice.sounds import SoundStore

log = logging.getLogger(__name__)

REPLACED = 3
STANDBY_LOOKS_EVERY = 0.3
THREADS_TAKE_TURNS_EVERY = 0.0005
"""Seconds; of Python's own five milliseconds an INVITE waits several for the journal's thread."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to serve."""

    state: Path
    sounds: Path
    recordings: Path
    url: str
    application: str = "vitrine"
    is_simulated: bool = False
    is_always_open: bool = False
    stands_by: bool = False

    def through(self, url: str, *, recordings: Path | None) -> "Options":
        """The same, with this Asterisk."""
        return replace(self, url=url, recordings=recordings or self.recordings)


async def serve(wanted: Options) -> int:
    """Until cancelled; 3 when another process answers the calls now."""
    if wanted.is_simulated:
        return await serve_calls(wanted)
    recordings = asyncio.create_task(keep_recordings(SoundStore(wanted.sounds)))
    try:
        return await serve_calls(wanted)
    finally:
        recordings.cancel()


async def serve_calls(wanted: Options) -> int:
    """The same, without a look at what callers are to hear."""
    if wanted.stands_by:
        await stand_by()
    be_quick()
    epoch = new_epoch()
    log.info("Serving as %s", epoch)
    if wanted.is_simulated:
        line = await asyncio.to_thread(simulated_line, epoch=epoch, recordings=wanted.recordings)
        hands = SimulatedHands(line)
        daemon = Daemon(
            line,
            hands=hands,
            epoch=epoch,
            state=wanted.state,
            kind="simulated",
            recordings=wanted.recordings,
        )
        hands.watch(daemon)
        await daemon.run()
        return 0
    return await serve_asterisk(wanted, epoch=epoch)


def be_quick() -> None:
    """The loop waits neither for others, nor for a look at everything that was imported."""
    take_turn(Niceness.CALLS)
    sys.setswitchinterval(THREADS_TAKE_TURNS_EVERY)
    gc.collect()
    gc.freeze()


async def serve_asterisk(wanted: Options, *, epoch: str) -> int:
    """The real telephone."""
    store = SoundStore(wanted.sounds)
    asterisk = AsteriskLine(
        wanted.url, application=wanted.application, epoch=epoch, speaker=store.files
    )
    daemon = Daemon(
        asterisk,
        hands=asterisk,
        epoch=epoch,
        state=wanted.state,
        kind="asterisk",
        recordings=wanted.recordings,
        equip=asterisk.equip_when_up,
    )
    daemon.is_always_open = wanted.is_always_open
    gate = Outgoing(wanted.state / "calls-out.json", limits=lambda: daemon.set_up.outgoing)
    asterisk.may_dial = gate.lets
    daemon.guard(gate)
    sounds = asyncio.create_task(keep_sounds(daemon, store=store))
    watchdog = asyncio.create_task(tell_systemd())
    try:
        await daemon.run()
    except Replaced:
        return REPLACED
    finally:
        sounds.cancel()
        watchdog.cancel()
        with suppress(Exception):
            await asterisk.close()
    return 0


async def keep_sounds(daemon: Daemon, *, store: SoundStore) -> None:
    """What a new menu says of its own gets its sound; the rest is left when the process ends."""
    made, ends = None, threading.Event()
    try:
        while True:
            menu = daemon.set_up.menu
            if menu != made:
                made = menu
                try:
                    await asyncio.to_thread(
                        make_sounds, store, menu=menu, goes_on=lambda: not ends.is_set()
                    )
                except OSError:
                    log.exception("Sounds cannot be written")
            await asyncio.sleep(2.0)
    finally:
        ends.set()


async def stand_by() -> None:
    """Until nobody answers calls any more."""
    lock = OneOfUs()
    log.info("Standing by")
    while not await asyncio.to_thread(lock.is_free):
        await asyncio.sleep(STANDBY_LOOKS_EVERY)


async def tell_systemd() -> None:
    """WatchdogSec: the loop turns; without systemd nothing."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as link:
        link.connect(address.replace("@", "\0", 1))
        link.send(b"READY=1")
        while True:
            link.send(b"WATCHDOG=1")
            await asyncio.sleep(1.0)
