"""S4: PostgreSQL and the whole application are stopped; the page answers and can be changed.

Under a full load, for long and behind nginx: `python -m bench.status_soak down`.
"""

import http.client
import json
import threading
from contextlib import ExitStack

import pytest

from bench import status_soak
from tests.servers.blackout import blackout, read
from tests.servers.started import until
from tests.servers.status_hosts import NGINX
from vitrine.publication import verify_chain

READINGS_PER_SECOND = 50


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


def test_the_page_answers_and_changes_while_everything_is_down():
    with blackout() as night:
        with ExitStack() as stack:
            page, page_port = stack.enter_context(night.service("status-page"))
            console, console_port = stack.enter_context(night.service("console"))
            readers = Readers(page_port)
            readers.start()
            try:
                night.stop(night.product, but=[page, console])
                component = json.loads(read(page_port, "/bulletin.json"))["components"][0]["code"]
                seconds = [
                    night.change(console_port, component=component, position=position)
                    for position in ("interrupted", "works")
                ]
                # The goal of 2 s is for a quiet machine; a busy one is no fault.
                assert max(seconds) <= 20.0, seconds
                # The server looks for a new version every five milliseconds, not with each reader.
                until(lambda: json.loads(read(page_port, "/status.json"))["version"] == 3)
                address = f"http://127.0.0.1:{page_port}/"
                assert verify_chain.main([address, "--rp-id", "localhost"]) == 0
                until(lambda: readers.versions[-1] == 3)
            finally:
                readers.stopped.set()
                readers.join()
            assert set(readers.statuses) == {200}
            assert readers.versions == sorted(readers.versions)
            assert night.morning_after() == ["machine", "console", "console"]
        code, told = night.verified()
        assert code == 0, told
        assert "3 events, 2 signed" in told


@pytest.mark.skipif(NGINX is None, reason="no nginx on this machine: tools/install_servers")
def test_who_reads_through_nginx_while_everything_is_down_is_always_answered():
    found = status_soak.down(seconds=4, rate=100, hosts=("nginx",))["nginx"]
    assert found["statuses"] == {"200": 400}
    assert found["errors"] == 0
    assert found["backward"] == 0
    assert found["last_version"] == 3
    assert found["events"] == ["machine", "console", "console"]
    assert found["chain_verifies"]
