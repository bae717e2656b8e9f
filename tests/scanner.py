"""A scanner that speaks clamd's protocol on a socket; it finds the word `infected`."""

import socket
import struct
import threading
from contextlib import suppress


class FakeScanner:
    """Answers INSTREAM and PING; `mood` makes it misbehave.

    mood   "" as it should; "error" refuses every file; "hangs up" says nothing; "nonsense"
    """

    def __init__(self):
        self.mood = ""
        self.seen = []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.at = f"127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self):
        """Be away from now on."""
        self.server.close()

    def _serve(self):
        while True:
            try:
                connection, _address = self.server.accept()
            except OSError:
                return
            with connection:
                with suppress(OSError):
                    self._answer(connection)

    def _answer(self, connection):
        stream = connection.makefile("rb")
        command = b""
        while not command.endswith(b"\0"):
            command += stream.read(1)
        if command == b"zPING\0":
            connection.sendall(b"PONG\0")
            return
        assert command == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!L", stream.read(4))[0]:
            content += stream.read(length)
        self.seen.append(content)
        verdict = b"stream: Test.Virus FOUND\0" if b"infected" in content else b"stream: OK\0"
        moods = {
            "error": b"INSTREAM size limit exceeded. ERROR\0",
            "hangs up": b"",
            "nonsense": b"stream: maybe\0",
        }
        connection.sendall(moods.get(self.mood, verdict))
