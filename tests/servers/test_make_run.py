"""`vitrine run` as a person starts it: real processes, free ports, a state directory of its own."""

import http.client
import os
import re
import shutil
import signal
import socket
import tempfile
from pathlib import Path

import pytest

from tests.servers.started import PATIENCE, left_of, pid_of, ready, said, start, until
from vitrine.ops.embedded_postgres import EmbeddedServer


@pytest.fixture
def state():
    """A state directory that the system user of PostgreSQL can reach."""
    directory = Path(tempfile.mkdtemp(prefix="vitrine-run-"))
    directory.chmod(0o755)
    yield directory
    for pid in left_of(directory):
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(directory, ignore_errors=True)


def get(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response.status, body


def test_one_command_starts_everything_and_the_next_start_finds_it_again(state):
    product = start(state)
    port = ready(state, product)
    status, page = get(port, "/account/login/")
    assert status == 200, page
    assert "csrfmiddlewaretoken" in page
    assert "agent1@desk.example" in said(state)
    smtp = int(re.search(r"smtp://localhost:(\d+)", said(state))[1])
    until(lambda: greets(smtp))

    # A worker that dies is started again.
    worker = pid_of(state, "procrastinate")
    os.kill(worker, signal.SIGKILL)
    until(lambda: pid_of(state, "procrastinate") not in (None, worker))
    assert "work was ended by SIGKILL" in said(state)

    # The supervisor killed: nothing of it stays, and nothing is damaged.
    product.kill()
    product.wait()
    until(lambda: not left_of(state), within=30)

    again = start(state)
    ready(state, again)
    assert "loading the demonstration" not in said(state)
    assert "agent1@desk.example" in said(state)

    # Ctrl-C.
    again.send_signal(signal.SIGINT)
    assert again.wait(30) == 0
    assert left_of(state) == []
    assert "Traceback" not in said(state).rpartition("Ctrl-C ends everything")[2]


def greets(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            return connection.recv(100).startswith(b"220 ")
    except OSError:
        return False


def refusal(state, *options, **environment):
    """What `vitrine run` says when it refuses to start: one sentence, and nothing stays."""
    product = start(state, *options, **environment)
    assert product.wait(PATIENCE) != 0
    assert left_of(state) == []
    lines = [line for line in said(state).splitlines() if line.strip()]
    assert len(lines) == 1, said(state)
    return lines[0]


def test_a_taken_port_is_said_in_one_sentence(state):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        sentence = refusal(state, "--port", str(port))
    assert f"Port {port}" in sentence
    assert "--port" in sentence


def test_a_half_initialised_directory_is_said_in_one_sentence(state):
    (state / "postgresql").mkdir()
    (state / "postgresql" / "PG_VERSION").write_text("18\n")
    sentence = refusal(state)
    assert "half-initialised" in sentence
    assert str(state / "postgresql") in sentence
    assert (state / "postgresql" / "PG_VERSION").exists()


def test_an_unreachable_database_is_said_in_one_sentence(state):
    url = "postgresql://somebody:secret@127.0.0.1:1/nowhere"
    sentence = refusal(state, DATABASE_URL=url)
    assert "DATABASE_URL" in sentence
    assert "127.0.0.1" in sentence
    assert "secret" not in sentence


def test_a_database_address_that_is_none_is_said_in_one_sentence(state):
    assert "DATABASE_URL" in refusal(state, DATABASE_URL="mysql://127.0.0.1/desk")


def test_two_starts_on_one_state_directory_do_not_meet(state):
    server = EmbeddedServer(state, durable=False)
    server.start()
    try:
        product = start(state)
        assert product.wait(PATIENCE) != 0
        assert "already runs" in said(state)
    finally:
        server.stop()
    assert left_of(state) == []
