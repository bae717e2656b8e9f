"""Probes against real servers of this machine: good, failing, slow, closed, expired."""

import socket
import ssl
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.servers.certificates import Authority
from vitrine.status.queries import look
from vitrine.status.rules.probing import read_networks, read_target

HERE = read_networks("127.0.0.0/8")


class Page(BaseHTTPRequestHandler):
    """Answers by its path."""

    released = threading.Event()

    def do_GET(self):
        if self.path == "/slow":
            self.released.wait(20)
        if self.path == "/drip":
            self.send_response(200)
            self.end_headers()
            while not self.released.wait(0.2):
                self.wfile.write(b".")
            return
        status = int(self.path[1:]) if self.path[1:].isdecimal() else 200
        self.send_response(status)
        self.send_header("Location", "http://169.254.169.254/")
        self.end_headers()
        self.wfile.write(b"Alles funktioniert")

    def log_message(self, *_args):
        """Silent."""


@contextmanager
def serving(certificate=None):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    server.daemon_threads = True
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        Page.released.set()
        server.shutdown()
        server.server_close()
        Page.released.clear()


@pytest.fixture
def port():
    with serving() as number:
        yield number


def seen(kind, text, *, networks=HERE, timeout_s=5.0, **more):
    target = read_target(kind, text=text)
    return look(kind, target=target, networks=networks, timeout_s=timeout_s, **more)


@pytest.mark.parametrize(
    ("path", "text", "fault", "detail"),
    [
        ("/", "", "", "200"),
        ("/", "funktioniert", "", "200"),
        ("/", "kaputt", "text", ""),
        ("/500", "", "status", "500"),
        ("/404", "", "status", "404"),
        ("/302", "", "", "302"),  # a redirect is an answer, and is not followed
    ],
)
def test_a_page_is_judged_by_its_status_and_its_text(port, path, text, fault, detail):
    found = seen("http", f"http://127.0.0.1:{port}{path}", expected_text=text)
    assert (found.fault, found.detail) == (fault, detail)
    assert found.milliseconds > 0


@pytest.mark.parametrize("path", ["/slow", "/drip"])
def test_a_server_that_does_not_end_is_slow_and_is_not_waited_for(port, path):
    found = seen("http", f"http://127.0.0.1:{port}{path}", timeout_s=1)
    assert found.fault == "slow"
    assert found.milliseconds < 4_000


def test_a_port_answers_or_is_closed(port):
    assert seen("tcp", f"127.0.0.1:{port}").fault == ""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        assert seen("tcp", f"127.0.0.1:{door.getsockname()[1]}").fault == "refused"


def test_a_name_that_does_not_exist_and_an_address_that_is_not_allowed(port):
    assert seen("tcp", "nowhere.invalid:80").fault == "unknown"
    assert seen("http", f"http://127.0.0.1:{port}/", networks=()).fault == "forbidden"
    assert seen("http", f"http://localhost:{port}/").fault == ""


def test_a_certificate_is_judged_by_its_days_its_name_and_its_authority(tmp_path):
    authority = Authority(tmp_path)
    trust = ssl.create_default_context(cafile=authority.file)
    with serving(authority.issue("localhost", days=30)) as port:
        good = seen("certificate", f"localhost:{port}", days_left=14, trust=trust)
        assert (good.fault, int(good.detail) in (29, 30)) == ("", True)
        soon = seen("certificate", f"localhost:{port}", days_left=60, trust=trust)
        assert soon.fault == "expires"
        assert seen("certificate", f"127.0.0.1:{port}", trust=trust).fault == "certificate"
        assert seen("certificate", f"localhost:{port}").fault == "certificate"  # unknown authority
        assert seen("http", f"https://localhost:{port}/", trust=trust).fault == ""
    with serving(authority.issue("localhost", days=-1, name="old")) as port:
        old = seen("certificate", f"localhost:{port}", trust=trust)
        assert (old.fault, old.detail) == ("certificate", "certificate has expired")
