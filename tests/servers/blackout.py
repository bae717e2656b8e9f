"""The night in which PostgreSQL and the whole application are stopped, and what works then."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

from cryptography.hazmat.primitives.serialization import load_der_private_key

from tests.servers.house import ROOT, answers, ending, free_port
from tests.servers.started import COMMAND, left_of, said, start, until
from tests.software_key import SoftwareKey
from vitrine.publication import verify_chain
from vitrine.publication.events import challenge_of

EMAIL, PASSWORD = "stan@desk.example", "as-long-as-the-night"
ARRANGE = "from tests.servers.night import arrange; arrange({!r}, password={!r})"
NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"
PLACES = (
    "from vitrine.status.models import Event; "
    "print(list(Event.objects.values_list('place', flat=True)))"
)


@contextmanager
def blackout():
    """A product with a public state and an editor with two keys, stopped; all is removed after."""
    state = Path(tempfile.mkdtemp(prefix="vitrine-night-"))
    state.chmod(0o755)
    try:
        yield Blackout(state)
    finally:
        for pid in left_of(state):
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(state, ignore_errors=True)


class Blackout:
    """What is arranged by day, and what is done in the night and on the morning after."""

    def __init__(self, state):
        self.state, self.ring_file = state, state / "ring.json"
        self.version = 1
        self.product = self.started()
        self.command("manage", "shell", "-c", ARRANGE.format(str(self.ring_file), PASSWORD))

    def started(self):
        product = start(self.state, "--without-demonstration")
        until(lambda: "first page after" in said(self.state) or product.poll() is not None)
        assert product.poll() is None, said(self.state)
        return product

    def stop(self, product, *, but=()):
        """End the product; nothing of PostgreSQL and of Django is left then."""
        product.send_signal(signal.SIGINT)
        assert product.wait(60) is not None
        kept = {process.pid for process in but}
        running = [pid for pid in left_of(self.state) if pid not in kept and is_ours(pid)]
        assert running == [], "PostgreSQL and every process of Django are stopped"

    def command(self, *words):
        """What `vitrine ...` prints."""
        done = subprocess.run(
            [COMMAND, *words],
            env=environment(self.state),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def service(self, *words):
        """A process of its own, as systemd would start it: (process, port)."""
        port = free_port()
        process = subprocess.Popen(
            [COMMAND, *words, "--port", str(port)],
            env=environment(self.state) | {"DATABASE_URL": NOWHERE},
            start_new_session=True,
        )
        with ending(process, within=20):
            until(lambda: answers(port))
            yield process, port

    def change(self, console_port, *, component, position):
        """What a person does at the console with a browser and a key; the seconds it took."""
        ring = key_ring(self.ring_file)
        key = ring[0]
        key.counter += 10 * self.version
        began = time.monotonic()
        form = {"email": EMAIL, f"position-{component}": position, "version": str(self.version)}
        status, page = post(console_port, "/fr/review", form)
        assert status == 200, page
        change = json.loads(hidden(page, "change"))
        answer = key.signed(challenge_of(change), origin=f"http://localhost:{console_port}")
        fields = {"change": hidden(page, "change"), "password": PASSWORD, **answer}
        status, page = post(console_port, "/fr/publication", fields)
        assert status == 200, page
        self.version += 1
        return time.monotonic() - began

    def morning_after(self):
        """Start again and take over; where each event of the one chain was decided."""
        product = self.started()
        try:
            self.command("status", "import-journal")
            told = self.command("manage", "shell", "-c", PLACES)
        finally:
            product.send_signal(signal.SIGINT)
            product.wait(60)
        return json.loads(re.search(r"\[.*\]", told)[0].replace("'", '"'))

    def verified(self):
        """(exit code, what it said) of the separate verifier, alone, upon the files."""
        alone = [sys.executable, "-I", verify_chain.__file__, str(self.state / "status")]
        done = subprocess.run(alone, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout


def environment(state):
    """Of a command for this state directory."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    kept.pop("DATABASE_URL", None)
    return kept | {"VITRINE_STATE": str(state), "PYTHONPATH": str(ROOT)}


def post(port, path, fields):
    """(status, page) of a form that is sent to the console."""
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
    """The value of a hidden field."""
    return unescape(re.search(rf'name="{name}" value="([^"]*)"', page)[1])


def read(port, path):
    """The body of a page."""
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


def key_ring(path):
    """The keys that `arrange` made."""
    return [
        SoftwareKey(
            private=load_der_private_key(bytes.fromhex(each["private"]), None),
            credential_id=bytes.fromhex(each["credential_id"]),
            counter=each["counter"],
        )
        for each in json.loads(Path(path).read_text())
    ]
