"""A mail server that misbehaves as it is told, at the stage that it is told.

    with scripted(rcpt="451 4.7.1 greylisted") as server:
        settings.SMTP_URL = server.url

A stage (banner, ehlo, starttls, mail, rcpt, data, body, dot) has an answer, or one of DROP
(hangs up), SILENT (says nothing) and DRIP (a letter now and then, for ever); a list of them
is used one after the other, the last one stays.
"""

import socket
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

DROP, SILENT, DRIP = "drop", "silent", "drip"
GOOD = {
    "banner": "220 mx.example ESMTP",
    "ehlo": "250 mx.example",
    "mail": "250 2.1.0 ok",
    "rcpt": "250 2.1.5 ok",
    "data": "354 go on",
    "dot": "250 2.0.0 Ok: queued as 4F2A1B",
}
STAGES = {"MAIL": "mail", "RCPT": "rcpt", "DATA": "data", "EHLO": "ehlo", "HELO": "ehlo"}


@dataclass
class Scripted:
    """The server while it runs, and what it has seen."""

    port: int
    extensions: list[str]
    script: dict[str, object]
    taken: list[bytes] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self):
        """For VITRINE_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    def answer(self, stage):
        """The next answer of a stage."""
        told = self.script.get(stage, GOOD.get(stage, "250 ok"))
        if isinstance(told, list):
            return told.pop(0) if len(told) > 1 else told[0]
        return told


@contextmanager
def scripted(*, extensions=(), **script):
    """A server on a free port; keyword arguments are the stages."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Scripted(listener.getsockname()[1], list(extensions), script)
    is_over = threading.Event()

    def serve():
        while not is_over.is_set():
            try:
                connection, _peer = listener.accept()
            except OSError:
                return
            server.connections += 1
            talk = threading.Thread(target=_talk, args=(server, connection, is_over), daemon=True)
            talk.start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        is_over.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def _talk(server, connection, is_over):
    with suppress(_HungUp, OSError), connection:
        stream = connection.makefile("rb")
        _say(connection, server.answer("banner"), is_over)
        while line := stream.readline():
            words = line.decode("utf-8", "replace").strip()
            verb = words.partition(" ")[0].upper()
            server.lines.append(words.replace(words[: len(verb)], verb, 1))
            if verb == "QUIT":
                connection.sendall(b"221 bye\r\n")
                return
            if verb in ("EHLO", "HELO") and server.answer("ehlo") == GOOD["ehlo"]:
                connection.sendall(_ability_lines(server))
                continue
            if verb == "STARTTLS":
                connection.sendall(b"220 go ahead\r\n")
                connection.sendall(b"this is no handshake\r\n")
                return
            stage = STAGES.get(verb, verb.lower())
            answer = server.answer(stage)
            _say(connection, answer, is_over)
            if verb == "DATA" and str(answer).startswith("354"):
                _receive(server, connection, stream, is_over)


def _ability_lines(server):
    lines = ["mx.example", *server.extensions]
    last = len(lines) - 1
    return "".join(
        f"250{' ' if number == last else '-'}{line}\r\n" for number, line in enumerate(lines)
    ).encode()


def _receive(server, connection, stream, is_over):
    if server.answer("body") == DROP:
        # A reset, as of a machine that goes down in the middle.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        raise _HungUp
    content = b""
    while not content.endswith(b"\r\n.\r\n"):
        piece = stream.readline()
        if not piece:
            raise _HungUp
        content += piece
    answer = server.answer("dot")
    if answer not in (DROP, SILENT, DRIP) and str(answer).startswith("250"):
        server.taken.append(content[:-3])
    elif answer in (DROP, SILENT, DRIP):
        server.taken.append(content[:-3])  # it has it, but we shall not hear of it
    _say(connection, answer, is_over)


def _say(connection, answer, is_over):
    if answer == DROP:
        raise _HungUp
    if answer == SILENT:
        is_over.wait(60)
        raise _HungUp
    if answer == DRIP:
        while not is_over.is_set():
            connection.sendall(b"2")
            time.sleep(0.05)
        raise _HungUp
    connection.sendall(f"{answer}\r\n".encode())


class _HungUp(Exception):
    """The end of a conversation."""
