"""`vitrine run --phone` (`make phone`): a telephone that rings, and of which nothing is left."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.servers.exchange import state_directories
from tests.servers.house import answers
from tests.servers.started import COMMAND, left_of, pid_of, ready, said, start, until
from vitrine.voice.asterisk.instance import find_engine

PASSWORD = "demonstration-2006"
CALLER, SHOWN = "+3222001234", "+32 2 200 12 34"


@pytest.fixture
def state():
    """A state directory that the system user of PostgreSQL can reach."""
    if find_engine(*state_directories()) is None:
        pytest.skip("There is no Asterisk: tools/install_asterisk brings it on Debian, amd64.")
    directory = Path(tempfile.mkdtemp(prefix="vitrine-phone-run-"))
    directory.chmod(0o755)
    yield directory
    for pid in left_of(directory):
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(directory, ignore_errors=True)


class Visitor:
    """A browser without pictures: it keeps its cookies and signs in."""

    def __init__(self, port):
        self.port, self.cookies = port, {}

    def ask(self, path, *, form=None):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form)
        link.request("GET" if form is None else "POST", path, body=body, headers=headers)
        answer = link.getresponse()
        page = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        link.close()
        return answer.status, page

    def sign_in(self, email):
        _status, page = self.ask("/account/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        form = {"login": email, "password": PASSWORD, "csrfmiddlewaretoken": token}
        status, page = self.ask("/account/login/", form=form)
        assert status == 302, page


def instance(state):
    """What the Asterisk of this product is told, once it has been started."""
    file = state / "asterisk/instance/instance.json"
    return json.loads(file.read_text()) if file.exists() else None


def ports_of(state):
    """Where it listens: websocket and ARI, SIP by TCP."""
    found = until(lambda: instance(state))
    return found["http_port"], found["sip_port"]


def call(state, *options):
    """The command that the terminal offers: somebody calls."""
    env = os.environ | {"VITRINE_STATE": str(state)}
    command = [COMMAND, "phone", "call", "--number", CALLER, *options]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def says_who_waits(port):
    """The page of the telephone, as a supervisor sees it."""
    desk = Visitor(port)
    desk.sign_in("supervisor@desk.example")
    return lambda: SHOWN in desk.ask("/desk/phone/")[1].replace("\xa0", " ").replace("\u202f", " ")


def test_one_command_brings_a_telephone_that_rings_and_ends_without_a_trace(state):
    assert "No Asterisk runs here" in call(state).stderr
    product = start(state, "--phone")
    port = ready(state, product)
    assert "phone call" in said(state), "nobody says how to try it"
    http_port, sip_port = ports_of(state)
    until(lambda: answers(http_port))
    shown = says_who_waits(port)
    assert not shown()

    until(lambda: call(state, "--keys", "1w1").returncode == 0)
    until(shown)  # at the desk's picture

    # An Asterisk that dies is started again, with a telephone that works.
    asterisk = pid_of(state, "usr/sbin/asterisk")
    os.kill(asterisk, signal.SIGKILL)
    until(lambda: pid_of(state, "usr/sbin/asterisk") not in (None, asterisk))
    assert "asterisk was ended by SIGKILL" in said(state)
    until(lambda: call(state, "--keys", "1w1").returncode == 0)

    # The supervisor killed while somebody waits: nothing of it stays.
    product.kill()
    product.wait()
    until(lambda: not left_of(state), within=30)

    again = start(state, "--phone")
    port = ready(state, again)
    http_port, sip_port = ports_of(state)
    until(lambda: call(state, "--keys", "1w1").returncode == 0)
    until(says_who_waits(port))
    again.send_signal(signal.SIGTERM)
    assert again.wait(40) == 0
    assert left_of(state) == []
    assert not answers(http_port)
    assert not answers(sip_port)
    assert not list((state / "asterisk/instance/var/run").iterdir())
    assert "Traceback" not in said(state)
