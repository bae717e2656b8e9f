"""`vitrine run`: every process of the product from one terminal, on one machine.

Standard library only, so that this process stays small. Order of start: database,
preparation (schema, interface files, demonstration), then the rest together. The end comes in
the opposite order, whoever asks for it. A child that dies is started again, each time after
a longer pause; when it lived for a minute, the pause is short again.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from vitrine.ops import children, processes
from vitrine.ops.embedded_postgres import EmbeddedServer
from vitrine.ops.environment import check_port, database_url, free_port, state_directory
from vitrine.ops.errors import Problem
from vitrine.ops.processes import Program

LONGEST_PAUSE = 30.0
LIVED_LONG = 60.0
"""Seconds after which a process counts as healthy again."""
PID_FILE = "run.pid"
"""In the state directory: whom `vitrine doctor --memory` looks at."""
CALLS = "People who do not exist call now and then: see Telephone, and `--without-calls`.\n"
CALL = "Turn the telephone on at the desk, then: .venv/bin/vitrine phone call --keys 1w1\n"
TURN = 0.2
"""Seconds between two looks at the children."""


class Asked(Exception):
    """Somebody asked us to end."""


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where the product listens."""

    host: str
    port: int
    live_port: int
    status_port: int
    smtp_port: int
    lmtp_port: int

    def check(self) -> None:
        """Raises Problem when one of them is taken."""
        check_port(self.port, host=self.host, option="--port")
        check_port(self.live_port, host=self.host, option="--live-port")
        check_port(self.status_port, host=self.host, option="--status-port")
        check_port(self.smtp_port, host=self.host, option="--smtp-port")
        check_port(self.lmtp_port, host=self.host, option="--lmtp-port")


@dataclass
class Kept:
    """A program with its present process, and when to start it again after its death."""

    program: Program
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    deaths: int = 0
    start_again_at: float = 0.0

    def pause(self, *, now: float) -> float:
        """Seconds to wait after this death: 0.5, 1, 2, ... at most 30."""
        if now - self.started_at > LIVED_LONG:
            self.deaths = 0
        self.deaths += 1
        return float(min(LONGEST_PAUSE, 0.25 * 2**self.deaths))


@dataclass
class Supervisor:
    """Keeps the database and the programs alive until somebody asks for the end."""

    addresses: Addresses
    with_demonstration: bool = True
    with_calls: bool = True
    """Whether people are played who call; only in the demonstration."""
    with_phone: bool = False
    """Whether a real Asterisk runs here; then nobody is played."""
    phone_port: int = 0
    """Where softphones connect, chosen when there is a telephone."""
    server: EmbeddedServer | None = None
    kept: list[Kept] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)

    def run(self) -> int:
        """Start, watch, end. Raises Problem when it cannot start; nothing is left then."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, asked)
        began = time.monotonic()
        try:
            self.addresses.check()
            self.start_database()
            (state_directory() / PID_FILE).write_text(str(os.getpid()))
            self.prepare()
            self.start_pages()
            first_page_after = time.monotonic() - began
            self.start_others()
            self.say_ready(first_page_after)
            self.watch()
        except Asked:
            say("ending")
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            self.end()
        return 0

    def start_database(self) -> None:
        """The embedded server, unless `DATABASE_URL` names another one."""
        url = database_url()
        if url is None:
            self.server = EmbeddedServer(state_directory())
            self.server.start()
            url = self.server.url
        self.environment = processes.environment(
            DATABASE_URL=url,
            VITRINE_STATUS_URL=os.environ.get("VITRINE_STATUS_URL") or self.status_url(),
        )
        if self.with_phone:
            self.phone_port = free_port(preferred=8088)
            self.environment["VITRINE_PHONE_SOCKET"] = f":{self.phone_port}/ws"

    def status_url(self) -> str:
        """Where this machine finds its own status page."""
        return f"http://{named(self.addresses.host)}:{self.addresses.status_port}/"

    def prepare(self) -> None:
        """Schema, interface files and demonstration, in one process; it tells what is wrong."""
        options = [] if self.with_demonstration else ["--without-demonstration"]
        preparation = children.spawn(processes.django("prepare", *options), env=self.environment)
        try:
            if preparation.wait() != 0:
                raise Problem("")  # the sentence stands above
        finally:
            children.end(preparation, with_signal=signal.SIGTERM, within=5)

    def start_pages(self) -> None:
        """The pages first, alone: somebody waits for them."""
        at = self.addresses
        self.keep(processes.web(host=at.host, port=at.port, live_port=at.live_port))
        self.wait_until(lambda: answers(at.host, port=at.port))

    def start_others(self) -> None:
        """Everything else that runs; back when the doors are open."""
        at = self.addresses
        self.keep(processes.live(host=at.host, port=at.live_port))
        self.keep(processes.door(host=at.host, smtp_port=at.smtp_port, lmtp_port=at.lmtp_port))
        self.keep(processes.status_page(host=at.host, port=at.status_port))
        self.keep(processes.keeper())
        self.keep(processes.work())
        self.keep(processes.fetch(sign=state_directory() / processes.FETCH_SIGN))
        if self.with_phone:
            self.keep(processes.exchange(state=state_directory(), http_port=self.phone_port))
            self.keep(processes.phone(is_simulated=False, is_always_open=self.with_demonstration))
        elif self.with_demonstration and self.with_calls:
            self.keep(processes.phone(is_simulated=True))
        ports = (at.live_port, at.status_port, at.smtp_port, at.lmtp_port)
        self.wait_until(lambda: all(is_open(at.host, port=port) for port in ports))

    def keep(self, program: Program) -> None:
        """Start a program, unless it is not wanted yet, and look after it from now on."""
        kept = Kept(program)
        self.kept.append(kept)
        if program.is_wanted:
            self.start(kept)

    def start(self, kept: Kept) -> None:
        """Start or start again."""
        kept.started_at = time.monotonic()
        kept.process = children.spawn(
            kept.program.command,
            env=self.environment | kept.program.environment,
            death_signal=kept.program.death_signal,
        )

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Until it holds; whatever dies meanwhile is started again."""
        while not condition():
            self.look_after()
            time.sleep(0.05)

    def watch(self) -> None:
        """Until somebody asks for the end."""
        while True:
            self.look_after()
            time.sleep(TURN)

    def look_after(self) -> None:
        """One look at every child."""
        if self.server and self.server.process and self.server.process.poll() is not None:
            say("the database ended: starting it again")
            self.server.start()
        now = time.monotonic()
        for kept in self.kept:
            if kept.process is None:
                if kept.program.is_wanted and now >= kept.start_again_at:
                    self.start(kept)
            elif kept.process.poll() is not None:
                self.bury(kept, now=now)
            elif not kept.program.is_wanted:
                self.dismiss(kept)

    def bury(self, kept: Kept, *, now: float) -> None:
        """Note the death of a child and plan its next life."""
        assert kept.process is not None
        children.end_group(kept.process)
        pause = kept.pause(now=now)
        how = describe(kept.process.returncode)
        say(f"{kept.program.name} {how}: starting it again in {pause:g} s")
        kept.process, kept.start_again_at = None, now + pause

    def dismiss(self, kept: Kept) -> None:
        """End a child that is not wanted any more; it is started when it is wanted again."""
        assert kept.process is not None
        children.end(kept.process, with_signal=signal.SIGTERM, within=kept.program.stops_within)
        kept.process, kept.start_again_at = None, 0.0

    def end(self) -> None:
        """Everything, the database last."""
        for kept in self.kept:
            if kept.process and kept.process.poll() is None:
                kept.process.terminate()
        for kept in self.kept:
            if kept.process:
                children.end(
                    kept.process, with_signal=signal.SIGTERM, within=kept.program.stops_within
                )
        if self.server:
            self.server.stop()

    def say_ready(self, seconds: float) -> None:
        """The addresses; the accounts were printed by the preparation."""
        at = self.addresses
        host = named(at.host)
        print(
            f"\nVitrine: first page after {seconds:.1f} s\n\n"
            f"  desk           http://{host}:{at.port}/desk/\n"
            f"  public pages   http://{host}:{at.port}/\n"
            f"  status page    {self.status_url()}\n"
            f"  mail sent      http://{host}:{at.port}/development/mail/\n"
            f"  mail door      smtp://{host}:{at.smtp_port}  lmtp://{host}:{at.lmtp_port}\n"
            f"  data           {state_directory()}\n\n"
            f"{self.who_calls()}"
            "Ctrl-C ends everything; the data stay.",
            flush=True,
        )

    def who_calls(self) -> str:
        """How a newcomer sees a call arrive; blank where nobody is to call."""
        if self.with_phone:
            return CALL
        return CALLS if self.with_demonstration and self.with_calls else ""


def asked(_number: int, _frame: FrameType | None) -> None:
    """A signal handler: the end is asked for."""
    raise Asked


def say(sentence: str) -> None:
    """A line in the log."""
    print(f"{time.strftime('%Y-%m-%d %H:%M:%S')} run: {sentence}", file=sys.stderr, flush=True)


def describe(code: int) -> str:
    """How a process ended."""
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"


def named(host: str) -> str:
    """The name by which a browser on this machine reaches what listens on `host`."""
    return "localhost" if host in ("127.0.0.1", "0.0.0.0", "::") else host  # noqa: S104


def from_here(host: str) -> str:
    """The address by which this machine reaches what listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def answers(host: str, *, port: int) -> bool:
    """Whether the pages answer, whatever they say."""
    connection = http.client.HTTPConnection(from_here(host), port, timeout=10)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True


def addresses(
    *,
    host: str,
    port: int,
    live_port: int | None,
    status_port: int | None = None,
    smtp_port: int,
    lmtp_port: int,
) -> Addresses:
    """0 is any free port; live stream and status page stand beside the pages if they can."""
    port = port or free_port()
    return Addresses(
        host=host,
        port=port,
        live_port=free_port(preferred=port + 1) if live_port is None else live_port or free_port(),
        status_port=free_port(preferred=port + 2)
        if status_port is None
        else status_port or free_port(),
        smtp_port=smtp_port or free_port(),
        lmtp_port=lmtp_port or free_port(),
    )


def is_open(host: str, *, port: int) -> bool:
    """Whether somebody listens there."""
    try:
        socket.create_connection((from_here(host), port), timeout=5).close()
    except OSError:
        return False
    return True
