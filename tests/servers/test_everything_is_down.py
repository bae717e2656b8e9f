"""S4: PostgreSQL and the whole application are stopped; the page answers and can be changed."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.feature.status_scene import PASSWORD
from tests.servers.night import EMAIL, key_ring
from tests.servers.test_make_run import COMMAND, left_of, said, start, until
from vitrine.publication import verify_chain
from vitrine.publication.events import challenge_of

ROOT = Path(__file__).parents[2]
ARRANGE = "from tests.servers.night import arrange; arrange({!r})"
READINGS_PER_SECOND = 50


@pytest.fixture
def state():
    directory = Path(tempfile.mkdtemp(prefix="vitrine-night-"))
    directory.chmod(0o755)
    yield directory
    for pid in left_of(directory):
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(directory, ignore_errors=True)


def free_port():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def environment(state):
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    kept.pop("DATABASE_URL", None)
    return kept | {"VITRINE_STATE": str(state), "PYTHONPATH": str(ROOT)}


def service(state, *words):
    """A process of its own, as systemd would start it; it outlives `vitrine run`."""
    port = free_port()
    process = subprocess.Popen(
        [COMMAND, *words, "--port", str(port)],
        env=environment(state) | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"},
        start_new_session=True,
    )
    until(lambda: answers(port))
    return process, port


def answers(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


def command(state, *words):
    done = subprocess.run(
        [COMMAND, *words],
        env=environment(state),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Readers(threading.Thread):
    """Everybody who reads the page, all the time."""

    def __init__(self, port):
        super().__init__()
        self.port, self.stopped = port, threading.Event()
        self.statuses, self.versions = [], []

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        while not self.stopped.wait(1 / READINGS_PER_SECOND):
            try:
                connection.request("GET", "/status.json")
                answer = connection.getresponse()
                told = json.loads(answer.read())
                self.statuses.append(answer.status)
                self.versions.append(told["version"])
            except (OSError, ValueError, http.client.HTTPException) as error:
                self.statuses.append(repr(error))
                connection.close()


def post(port, path, fields):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    host = f"localhost:{port}"
    headers = {
        "Host": host,
        "Origin": f"http://{host}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection.request("POST", path, body=urlencode(fields), headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def hidden(page, name):
    return unescape(re.search(rf'name="{name}" value="([^"]*)"', page)[1])


def change_position(port, *, component, position, version, key):
    """What a person does with a browser and a key; the seconds it took."""
    began = time.monotonic()
    form = {"email": EMAIL, f"position-{component}": position, "version": str(version)}
    status, page = post(port, "/fr/review", form)
    assert status == 200, page
    change = json.loads(hidden(page, "change"))
    answer = key.signed(challenge_of(change), origin=f"http://localhost:{port}")
    fields = {"change": hidden(page, "change"), "password": PASSWORD, **answer}
    status, page = post(port, "/fr/publication", fields)
    assert status == 200, page
    return time.monotonic() - began


def test_the_page_answers_and_changes_while_everything_is_down(state):
    product = start(state, "--without-demonstration")
    until(lambda: "first page after" in said(state) or product.poll() is not None)
    ring_file = state / "ring.json"
    command(state, "manage", "shell", "-c", ARRANGE.format(str(ring_file)))
    services = [service(state, "status-page"), service(state, "console")]
    (_page, page_port), (_console, console_port) = services
    readers = Readers(page_port)
    readers.start()
    try:
        product.send_signal(signal.SIGINT)
        assert product.wait(60) is not None
        left = {process.pid for process, _port in services}
        running = [pid for pid in left_of(state) if pid not in left and is_ours(pid)]
        assert running == [], "PostgreSQL and every process of Django are stopped"

        ring = key_ring(ring_file)
        component = json.loads(read(page_port, "/bulletin.json"))["components"][0]["code"]
        seconds = [
            change_position(
                console_port, component=component, position=position, version=number, key=ring[0]
            )
            for number, position in enumerate(["interrupted", "works"], start=1)
        ]
        # The goal of 2 s is for a quiet machine; a busy one is no fault.
        assert max(seconds) <= 20.0, seconds
        assert json.loads(read(page_port, "/status.json"))["version"] == 3
        assert verify_chain.main([f"http://127.0.0.1:{page_port}/", "--rp-id", "localhost"]) == 0
        until(lambda: readers.versions[-1] == 3)
    finally:
        readers.stopped.set()
        readers.join()
    assert set(readers.statuses) == {200}
    assert readers.versions == sorted(readers.versions)
    assert readers.versions[-1] == 3

    again = start(state, "--without-demonstration")
    try:
        until(lambda: said(state).count("first page after") or again.poll() is not None)
        command(state, "status", "import-journal")
        told = command(state, "manage", "shell", "-c", COUNT)
        assert "3 ['machine', 'console', 'console']" in told
    finally:
        again.send_signal(signal.SIGINT)
        again.wait(60)
        for process, _port in services:
            process.terminate()
            process.wait(20)
    alone = [sys.executable, "-I", verify_chain.__file__, str(state / "status")]
    done = subprocess.run(alone, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "3 events, 2 signed" in done.stdout


COUNT = (
    "from vitrine.status.models import Event; "
    "print(Event.objects.count(), list(Event.objects.values_list('place', flat=True)))"
)


def read(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path)
    return connection.getresponse().read()


def is_ours(pid):
    """Whether a process is of PostgreSQL or of the application; services have children too."""
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return False
    return any(word in line for word in ("postgres", "django", "vitrine.config", "vitrine\0run"))
