"""The processes that make up the product: what each runs, and with which environment."""

import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

SETTINGS_MODULE = "vitrine.config.settings"
FETCH_SIGN = "mailboxes"
"""In the state directory while mail is to be fetched; as in the settings."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """One process that the supervisor keeps alive."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    stops_within: float = 8.0
    """Seconds from SIGTERM to the end."""
    death_signal: signal.Signals = signal.SIGTERM
    """What it receives when the supervisor dies, and with it the database."""
    while_exists: Path | None = None
    """It runs only while this file is there; None: always."""

    @property
    def is_wanted(self) -> bool:
        """Whether it should run now."""
        return self.while_exists is None or self.while_exists.exists()


def environment(**more: str) -> dict[str, str]:
    """What every process of ours gets: Django's settings, unbuffered lines, few malloc arenas."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": SETTINGS_MODULE,
        "PYTHONUNBUFFERED": "1",
        "MALLOC_ARENA_MAX": "2",
        **more,
    }


def django(*arguments: str) -> list[str]:
    """A management command."""
    return [sys.executable, "-m", "django", *arguments]


def granian(application: str, *, interface: str, host: str, port: int) -> list[str]:
    """A server with one worker process; without access log, ends open streams after 3 s."""
    options = [sys.executable, "-m", "granian", application, "--interface", interface]
    options += ["--host", host, "--port", str(port), "--workers", "1", "--no-ws"]
    return [*options, "--workers-kill-timeout", "3", "--log-level", "warning"]


def web(*, host: str, port: int, live_port: int | None = None, threads: int = 4) -> Program:
    """The pages. live_port: where the browser finds the live stream; None: same origin."""
    command = granian("vitrine.config.wsgi:application", interface="wsgi", host=host, port=port)
    return Program(
        name="web",
        command=[*command, "--blocking-threads", str(threads)],
        environment={"VITRINE_LIVE_PORT": str(live_port)} if live_port else {},
    )


def live(*, host: str, port: int) -> Program:
    """The live stream."""
    command = granian("vitrine.config.asgi:application", interface="asgi", host=host, port=port)
    return Program(name="live", command=command)


def status_page(*, host: str, port: int) -> Program:
    """The public pages of the state of the register; needs nothing but files."""
    command = granian(
        "vitrine.publication.serve:application", interface="wsgi", host=host, port=port
    )
    command += ["--blocking-threads", "1", "--http", "1"]
    # Who connects and says nothing is let go after 20 s; with HTTP/2 allowed granian waits for
    # ever, and takes 1024 connections by itself.
    command += ["--backpressure", "4096", "--http1-header-read-timeout", "20000"]
    return Program(name="status", command=command)


def keeper() -> Program:
    """The keeper: confirms what is public, brings its copies in line."""
    return Program(name="keeper", command=[sys.executable, "-m", "vitrine.publication.keeper"])


def console(*, host: str, port: int) -> Program:
    """The emergency console: it needs files only."""
    command = granian("vitrine.console.wsgi:application", interface="wsgi", host=host, port=port)
    return Program(name="console", command=[*command, "--blocking-threads", "4"])


def work() -> Program:
    """The worker: handles what arrived, keeps promises, does what is due."""
    return Program(
        name="work",
        command=django(
            "procrastinate", "worker", "--concurrency", "2", "--shutdown-graceful-timeout", "5"
        ),
        death_signal=signal.SIGKILL,  # a job in its middle would ask the dead database for minutes
    )


def door(*, host: str, smtp_port: int, lmtp_port: int) -> Program:
    """The mail door: stores a message durably, then says 250."""
    ports = ["--smtp-port", str(smtp_port), "--lmtp-port", str(lmtp_port)]
    return Program(name="door", command=django("open_mail_door", "--host", host, *ports))


def exchange(*, state: Path, http_port: int) -> Program:
    """Asterisk, which needs neither the database nor Django."""
    command = [sys.executable, "-m", "vitrine.voice.asterisk.engine", "--state", str(state)]
    command += ["--http-port", str(http_port)]
    return Program(name="asterisk", command=command, stops_within=5.0)


def phone(*, is_simulated: bool, is_always_open: bool = False) -> Program:
    """The telephone.

    is_simulated    with callers and colleagues who are played
    is_always_open  whatever the calendar says: who tries it in the evening shall hear it ring
    """
    options = ["--simulated"] if is_simulated else []
    options += ["--always-open"] if is_always_open else []
    return Program(name="phone", command=django("phone_serve", *options))


def fetch(*, sign: Path | None = None) -> Program:
    """The fetcher: watches the mailboxes. sign: it runs only while this file is there."""
    return Program(name="fetch", command=django("fetch_mail"), while_exists=sign)
