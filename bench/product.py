"""The running product seen from outside: its processes, their CPU time, their memory."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from vitrine.ops.embedded_postgres import place_for
from vitrine.ops.environment import free_port
from vitrine.ops.memory import Taken, all_parents, descendants, taken_by

TICK = 1000 / os.sysconf("SC_CLK_TCK")
"""Milliseconds."""

PROCESSES = {
    "publication": "status",
    "wsgi": "web",
    "asgi": "live",
    "procrastinate": "worker",
    "open_mail_door": "door",
    "fetch_mail": "fetcher",
    "postgres": "postgresql",
}
"""A word of the command line -> what the process is."""


@dataclass(frozen=True)
class Product:
    """What `vitrine run` started on one state directory."""

    pid: int
    port: int
    smtp_port: int
    state: Path
    database: str

    def cpu(self) -> dict[str, float]:
        """CPU milliseconds since their start, by PROCESSES, of each with all below it.

        Children that ended are in the account of the parent that reaped them.
        """
        spent = dict.fromkeys([*PROCESSES.values(), "other"], 0.0)
        for child, parent in all_parents():
            if parent == self.pid:
                spent[_kind(child)] += sum(map(_spent, descendants(child)))
        return spent

    def memory(self) -> list[Taken]:
        """Memory of every process, shared pages counted once."""
        return taken_by(self.pid)


def _kind(pid: int) -> str:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_text(errors="replace")
    except OSError:
        return "other"
    return next((kind for mark, kind in PROCESSES.items() if mark in command), "other")


def _spent(pid: int) -> float:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0.0
    ticks = sum(int(field) for field in stat.rpartition(")")[2].split()[11:15])
    return ticks * TICK


@contextmanager
def running(state: Path) -> Iterator[Product]:
    """The product on a state directory, ended at the end."""
    ports = [free_port() for _ in range(4)]
    names = ("--port", "--live-port", "--smtp-port", "--lmtp-port")
    command = [Path(sys.executable).with_name("vitrine"), "run", "--without-demonstration"]
    for name, port in zip(names, ports, strict=True):
        command += [name, str(port)]
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    log = (state / "run.log").open("wb")
    process = subprocess.Popen(
        command, env=environment | {"VITRINE_STATE": str(state)}, stdout=log, stderr=log
    )
    try:
        _wait_for(process, port=ports[0], log=state / "run.log")
        database = f"postgresql://vitrine@{str(socket_of(state)).replace('/', '%2F')}/vitrine"
        yield Product(
            pid=process.pid, port=ports[0], smtp_port=ports[2], state=state, database=database
        )
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        log.close()


def socket_of(state: Path) -> Path:
    """The directory of the embedded server's socket."""
    return place_for(state).sockets


def _wait_for(process: "subprocess.Popen[bytes]", *, port: int, log: Path) -> None:
    for _attempt in range(1200):
        if process.poll() is not None:
            raise SystemExit(f"The product did not start:\n{log.read_text()}")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/account/login/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"The product did not answer within two minutes:\n{log.read_text()}")
