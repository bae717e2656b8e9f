"""A telephone outside that calls us: SIP over UDP, G.711 A-law, without root; in a thread.

Just enough of RFC 3261 for a call through a trunk on the loopback address: INVITE, ACK, BYE in
both directions. It sends a tone all the time and keeps what it hears.
"""

import itertools
import secrets
import socket
import threading
import time
from collections import Counter, deque
from types import TracebackType

from tests.tones import FRAME, RATE, alaw, from_alaw, packet, tone

FRAME_SECONDS = FRAME / RATE
HEARD_SECONDS = 30


class Caller:
    """One call; use it with `with`."""

    def __init__(
        self, server: tuple[str, int], *, number: str, address: str = "127.0.0.1", tone_hz: float
    ) -> None:
        """server: of Asterisk; address: ours, which the trunk knows; tone_hz: what we say."""
        self.server, self.number, self.address = server, number, address
        self.sip, self.rtp = self._socket(), self._socket()
        self.call_id, self.tag = f"{secrets.token_hex(8)}@{address}", secrets.token_hex(4)
        self.remote_tag = self.remote_uri = ""
        self.media: tuple[str, int] | None = None
        self.heard: deque[float] = deque(maxlen=HEARD_SECONDS * RATE)
        self.kinds: Counter[int] = Counter()
        """Packets by payload type."""
        self.asked: list[str] = []
        """Methods of the requests that came during the call."""
        self.answered, self.over = threading.Event(), threading.Event()
        self._sequence = itertools.count(2)
        period = tone(tone_hz, seconds=1)
        self._frames = [alaw(period[at : at + FRAME]) for at in range(0, RATE, FRAME)]
        self._threads = [
            threading.Thread(target=do, daemon=True) for do in (self._listen, self._say, self._hear)
        ]

    def _socket(self) -> socket.socket:
        door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        door.bind((self.address, 0))
        door.settimeout(0.2)
        return door

    def __enter__(self) -> "Caller":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.hang_up()
        for thread in self._threads:
            thread.join(2)
        self.sip.close()
        self.rtp.close()

    def call(self, dialled: str) -> None:
        """Dial; `answered` is set when somebody picks up, `over` when it is over."""
        self.target = f"sip:{dialled}@{self.server[0]}:{self.server[1]}"
        port = self.rtp.getsockname()[1]
        offer = (
            f"v=0\r\no=- 1 1 IN IP4 {self.address}\r\ns=-\r\nc=IN IP4 {self.address}\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\n"
            f"a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\n"
        )
        self.branch = f"z9hG4bK{secrets.token_hex(6)}"
        self._send("INVITE", self.target, number=1, branch=self.branch, body=offer)

    def hang_up(self) -> None:
        """BYE, or CANCEL while it rings; nothing when it is over."""
        if self.over.is_set():
            return
        if self.answered.is_set():
            self._send("BYE", self.remote_uri or self.target, number=next(self._sequence))
        elif hasattr(self, "branch"):
            self._send("CANCEL", self.target, number=1, branch=self.branch)
        self.over.set()

    def last_seconds(self, seconds: float) -> list[float]:
        """What was heard last; shorter when less was heard."""
        return list(self.heard)[-int(seconds * RATE) :]

    def _send(
        self, method: str, uri: str, *, number: int, branch: str = "", body: str = ""
    ) -> None:
        host, port = self.sip.getsockname()
        to_tag = f";tag={self.remote_tag}" if self.remote_tag else ""
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {host}:{port};branch={branch or 'z9hG4bK' + secrets.token_hex(6)}",
            "Max-Forwards: 70",
            f"From: <sip:{self.number}@{host}>;tag={self.tag}",
            f"To: <{self.target}>{to_tag}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {number} {method}",
            f"Contact: <sip:{self.number}@{host}:{port}>",
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self.sip.sendto(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), self.server)

    def _listen(self) -> None:
        while True:
            try:
                text = self.sip.recv(65535).decode(errors="replace")
            except TimeoutError:
                if self.over.is_set():
                    return
                continue
            except OSError:
                return
            self._heard(text)

    def _heard(self, text: str) -> None:
        head, _, body = text.partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        fields = {name.strip().lower(): value.strip() for name, _, value in
                  (line.partition(":") for line in lines)}  # fmt: skip
        if first.startswith("SIP/2.0"):
            self._answer(int(first.split()[1]), fields, body)
        elif not first.startswith("ACK"):
            self.asked.append(first.split()[0])
            copied = [line for line in lines if line.lower().startswith(
                ("via:", "from:", "to:", "call-id:", "cseq:"))]  # fmt: skip
            reply = ["SIP/2.0 200 OK", *copied, "Content-Length: 0"]
            self.sip.sendto(("\r\n".join(reply) + "\r\n\r\n").encode(), self.server)
            if first.startswith("BYE"):
                self.over.set()

    def _answer(self, status: int, fields: dict[str, str], body: str) -> None:
        if not fields["cseq"].endswith("INVITE") or status < 200:
            return
        self.remote_tag = fields["to"].partition("tag=")[2].partition(";")[0]
        if status >= 300:
            self._send("ACK", self.target, number=1, branch=self.branch)
            self.over.set()
            return
        self.remote_uri = fields["contact"].partition("<")[2].partition(">")[0]
        host = body.partition("c=IN IP4 ")[2].split()[0]
        port = int(body.partition("m=audio ")[2].split()[0])
        self.media = (host, port)
        self._send("ACK", self.remote_uri, number=1)
        self.answered.set()

    def _say(self) -> None:
        source, due = secrets.randbits(32), time.monotonic()
        for number in itertools.count():
            due += FRAME_SECONDS
            if self.over.wait(max(0.0, due - time.monotonic())):
                return
            if self.media:
                payload = self._frames[number % len(self._frames)]
                self.rtp.sendto(packet(payload, number=number, source=source), self.media)

    def _hear(self) -> None:
        while not self.over.is_set():
            try:
                content = self.rtp.recv(2048)
            except TimeoutError:
                continue
            except OSError:
                return
            self.kinds[content[1] & 0x7F] += 1
            if content[1] & 0x7F == 8:
                self.heard.extend(from_alaw(content[12:]))
