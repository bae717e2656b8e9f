"""A real Asterisk of a test's own, in a folder and on ports of its own."""

import asyncio
import os
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.servers.house import ROOT, free_port, wait_until
from vitrine.voice.asterisk import configuration
from vitrine.voice.asterisk.instance import (
    Instance,
    Telephone,
    Trunk,
    find_engine,
    free_udp_ports,
    secret,
)
from vitrine.voice.priority import Niceness, take_turn

TRUNK, DESK = "127.0.0.2", "127.0.0.3"
"""Addresses from which the provider's calls come, and where telephones stand."""


def state_directories():
    """Where an engine may stand."""
    named = os.environ.get("VITRINE_STATE")
    return [*([Path(named)] if named else []), ROOT / ".state"]


def udp_trunk(port):
    """The provider's lines, in the clear."""
    return Trunk(match=(TRUNK,), contact=f"sip:{TRUNK}:{port}" if port else "")


def free_neighbours():
    """A port on which nobody listens, nor on the next: plain SIP, and SIP by TLS."""
    while True:
        port = free_port()
        with socket.socket() as second, suppress(OSError):
            second.bind(("127.0.0.1", port + 1))
            return port


class Exchange:
    """An Asterisk: start, ask, kill, start again."""

    def __init__(self, folder, *, trunk_port=0, telephones=(), **options):
        engine = find_engine(*state_directories())
        if engine is None:
            pytest.skip("There is no Asterisk: tools/install_asterisk brings it on Debian, amd64.")
        self.instance = Instance(
            folder=Path(folder),
            engine=engine,
            sip_port=free_neighbours(),
            http_port=free_port(),
            rtp_ports=free_udp_ports(options.pop("rtp", 400)),
            password=secret(),
            trunk=options.pop("trunk", None) or udp_trunk(trunk_port),
            telephones=tuple(Telephone(name=name, contact=at) for name, at in telephones),
            **options,
        )
        self.process = None
        configuration.write(self.instance)

    @property
    def sip(self):
        """Where calls go to."""
        return "127.0.0.1", self.instance.sip_port

    @property
    def secure_sip(self):
        """Where calls go to that come by TLS."""
        return "127.0.0.1", self.instance.sip_port + 1

    def start(self):
        self.process = subprocess.Popen(self.instance.run_command(), start_new_session=True)
        take_turn(Niceness.CALLS, process=self.process.pid)
        wait_until(self._is_up, within=30)

    def _is_up(self):
        assert self.process.poll() is None, self.log()[-3000:]
        return self.instance.is_booted()

    def kill(self):
        """As if the power had gone; back when it is really dead."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.kill()

    def log(self):
        place = self.instance.folder / "var/log/messages"
        return place.read_text() if place.exists() else ""

    def channels(self):
        """How many are up."""
        words = self.instance.ask("core show channels count").split()
        return int(words[0]) if words else 0

    def bridges(self):
        """How many are there."""
        lines = self.instance.ask("bridge show all").strip().splitlines()
        return max(0, len(lines) - 1)


@contextmanager
def running_exchange(**options):
    """An Exchange that is up; skipped with the reason where there is no Asterisk."""
    with tempfile.TemporaryDirectory(prefix="vitrine-pbx-") as folder:
        exchange = Exchange(folder, **options)
        exchange.start()
        try:
            yield exchange
        finally:
            exchange.stop()


async def eventually(question, *, within=30.0):
    """Poll in a loop of asyncio; as long as a machine with much else to do may need."""
    deadline = time.monotonic() + within
    while not (answer := question()):
        assert time.monotonic() < deadline, f"waited {within} s for {question}"
        await asyncio.sleep(0.02)
    return answer
