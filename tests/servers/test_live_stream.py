"""The live stream under its real server: what changes reaches a browser, nothing else does."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from django.db import connection

from tests.cast import World
from vitrine.desk.live import mint_token
from vitrine.tickets.actions import add_note

pytestmark = pytest.mark.django_db(transaction=True)


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def test_database_url() -> str:
    values = connection.settings_dict
    host = quote(values["HOST"], safe="")
    return f"postgresql://{values['USER']}@{host}:{values['PORT']}/{values['NAME']}"


test_database_url.__test__ = False  # type: ignore[attr-defined]


@pytest.fixture
def live_port(world: World) -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "asgi",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--no-access-log",
            "--workers-kill-timeout",
            "2",
            "vitrine.config.asgi:application",
        ],
        env=os.environ | {"DATABASE_URL": test_database_url()},
    )
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.05)
    yield port
    process.terminate()
    process.wait(10)


def open_stream(port: int, *, token: str) -> http.client.HTTPResponse:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    link.request("GET", f"/live/?token={quote(token)}")
    return link.getresponse()


def read_until(stream: http.client.HTTPResponse, wanted: str) -> None:
    """Read lines until one is `wanted`; the socket's time limit ends a vain wait."""
    while line := stream.readline().decode().rstrip("\n") or "\n":
        if line == wanted:
            return


def test_a_change_reaches_the_browser_of_an_agent(world: World, live_port: int) -> None:
    ticket = world.ticket()
    stream = open_stream(live_port, token=mint_token(world.bruno.pk, is_desk=True))
    assert stream.getheader("content-type", "").startswith("text/event-stream")
    assert stream.readline() == b"retry: 2000\n"

    began = time.monotonic()
    add_note(ticket, text="Notiz", by=world.carla)
    read_until(stream, f"data: tickets.ticket {ticket.pk}")

    assert time.monotonic() - began < 2
    stream.close()


def test_others_learn_only_that_something_changed(world: World, live_port: int) -> None:
    ticket = world.ticket()
    stream = open_stream(live_port, token=mint_token(world.dora.pk, is_desk=False))
    stream.readline()
    add_note(ticket, text="Notiz", by=world.carla)
    read_until(stream, "data: everything")
    stream.close()


@pytest.mark.parametrize("token", ["", "nonsense", "eyJhY2NvdW50IjoxfQ:1abc:false"])
def test_a_false_token_opens_nothing(world: World, live_port: int, token: str) -> None:
    assert open_stream(live_port, token=token).status == 403
