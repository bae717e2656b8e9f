"""A house for real processes: a database and state directory of its own, and how to wait."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg

from vitrine.ops.embedded_postgres import EmbeddedServer

ROOT = Path(__file__).parents[2]
DESK = "helpdesk@register.example"
TABLES = (
    "correspondence_arrival",
    "correspondence_promise",
    "correspondence_sinkmessage",
    "procrastinate_jobs",
)
"""Emptied between tests; what refers to them is emptied too."""


def free_port():
    """A port on which nobody listens now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_until(question, *, within=120.0):
    """Poll `question` until its answer is true, and return it."""
    deadline = time.monotonic() + within
    while not (answer := question()):
        assert time.monotonic() < deadline, f"waited {within} s for {question}"
        time.sleep(0.05)
    return answer


def answers(port):
    """Whether somebody listens on `port` of this machine."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@contextmanager
def ending(process, *, within=10):
    """`process`, ended when the block ends."""
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(within)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class House:
    """A database, a state directory, and the processes that a test starts."""

    def __init__(self, directory, *, durable=False):
        self.directory = directory
        self.server = EmbeddedServer(directory, durable=durable)
        self.environment = os.environ | {
            "DATABASE_URL": self.server.url,
            "VITRINE_STATE": str(directory),
            "DJANGO_SETTINGS_MODULE": "vitrine.config.settings",
            "PYTHONPATH": str(ROOT),
            "VITRINE_LOG_LEVEL": "ERROR",
        }
        self.spool = directory / "spool"

    def run(self, *arguments, **options):
        """A management command as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "django", *arguments], env=self.environment, cwd="/", **options
        )

    def rows(self, query, *values):
        """What a statement answers."""
        with psycopg.connect(self.server.url) as link:
            return link.execute(query, values).fetchall()

    def empty(self):
        """As if nothing had ever arrived."""
        with psycopg.connect(self.server.url) as link:
            link.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")

    @contextmanager
    def open_door(self):
        """The ports (SMTP, LMTP) of a mail door that is open."""
        smtp, lmtp = free_port(), free_port()
        ports = ("--smtp-port", str(smtp), "--lmtp-port", str(lmtp))
        with ending(self.run("open_mail_door", *ports)):
            for port in (smtp, lmtp):
                wait_until(lambda port=port: answers(port))
            yield smtp, lmtp


@contextmanager
def running_house(*, prefix="vitrine-house-", durable=False):
    """A House with its database running and its tables made; removed at the end."""
    directory = Path(tempfile.mkdtemp(prefix=prefix))
    directory.chmod(0o755)
    house = House(directory, durable=durable)
    house.server.start()
    try:
        assert house.run("migrate", "-v", "0").wait() == 0
        yield house
    finally:
        house.server.stop()
        shutil.rmtree(directory, ignore_errors=True)
