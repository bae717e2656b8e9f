"""Telephones in a process of their own, so that what they cost is not counted to what is measured.

    python -m bench.phone_soak.telephones agents  --port P --report FILE [--sound-every 10]
    python -m bench.phone_soak.telephones callers --at HOST:PORT --rate R --calls N --report FILE

All of them announce one socket for their sound that nobody reads: the system throws away what
Asterisk sends there. Of every so many-th call the sound is real: each side sends a mark of its own
and notes when it first hears the other's, so that "both hear" is heard and not counted.

SIGTERM ends it and writes the report; SIGUSR1 means that Asterisk is dead: every call is forgotten.
"""

import argparse
import asyncio
import contextlib
import json
import random
import re
import signal
import socket
import struct
import time
from pathlib import Path

from tests.servers.exchange import DESK, TRUNK
from tests.servers.rtp import END, PACKET
from tests.servers.sip import Answers, Phone

CALLER, AGENT = b"\x11" * PACKET, b"\x22" * PACKET
"""What they send: PCMA is handed on as it is, so the other side hears these very bytes."""


def description(address, port):
    """The offer of a telephone that speaks PCMA."""
    return (
        f"v=0{END}o=- 1 1 IN IP4 {address}{END}s=-{END}c=IN IP4 {address}{END}t=0 0{END}"
        f"m=audio {port} RTP/AVP 8 101{END}a=rtpmap:8 PCMA/8000{END}"
        f"a=rtpmap:101 telephone-event/8000{END}a=fmtp:101 0-15{END}a=sendrecv{END}"
    )


LOUD = "3222"
"""With this begin the numbers of callers who all have real sound, when any has."""


class Unheard:
    """Sound that goes where nobody listens."""

    heard_at = 0.0

    def __init__(self, address):
        self.address = address
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self.socket.bind((address, 0))

    def description(self):
        """Where it may be sent to."""
        return description(self.address, self.socket.getsockname()[1])

    def start(self, target):
        """Nothing is sent."""

    def close(self):
        """It is everybody's: it stays."""


class Marked(asyncio.DatagramProtocol):
    """Sound that is known again, both ways."""

    def __init__(self, address, *, mine, other):
        self.address, self.mine, self.other = address, mine, other[:16]
        self.heard_at, self.task, self.target = 0.0, None, None

    def connection_made(self, transport):
        """The socket is there."""
        self.transport = transport

    def datagram_received(self, packet, _peer):
        """The first packet with the other's mark is when he is heard."""
        if not self.heard_at and packet[12:28] == self.other:
            self.heard_at = time.time()

    def description(self):
        """Where it is heard."""
        return description(self.address, self.transport.get_extra_info("sockname")[1])

    def start(self, target):
        """Send from now on."""
        self.target = target or self.target
        if self.task is None:
            self.task = asyncio.get_running_loop().create_task(self.send())

    async def send(self):
        """A packet each twenty milliseconds."""
        begun, source = time.monotonic(), random.getrandbits(32)
        for number in range(1, 100_000):
            head = struct.pack("!BBHII", 0x80, 8, number & 0xFFFF, number * PACKET, source)
            self.transport.sendto(head + self.mine, self.target)
            await asyncio.sleep(max(0.0, begun + number * 0.02 - time.monotonic()))

    def close(self):
        """Fall silent."""
        if self.task:
            self.task.cancel()
        self.transport.close()


class Crowd(Phone):
    """Many telephones behind one address; nearly all of them deaf."""

    def __init__(self, address, *, marks=(CALLER, AGENT), sound_every=0):
        super().__init__(address)
        self.marks, self.sound_every = marks, sound_every
        self.unheard = Unheard(address)
        self.ended_by_us = set()
        self.ended_at = {}
        """By the identifier of the call."""

    async def new_sound(self, user):
        """Real for some callers, and for whoever is rung for them."""
        number = self.rung_for or user
        if not self.sound_every or self.is_deaf(number):
            return self.unheard
        mine, other = self.marks
        _transport, sound = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: Marked(self.address, mine=mine, other=other), local_addr=(self.address, 0)
        )
        return sound

    def is_deaf(self, number):
        """Those of `LOUD` all have sound, of others every so many-th."""
        return not number.startswith(LOUD) and int(number[-6:]) % self.sound_every != 0

    rung_for = ""
    """The number of the caller for whom somebody is rung just now."""

    talks_for = 0.0
    """Seconds after which somebody who was called hangs up; 0: never."""

    async def ring(self, talk):
        """As they behave."""
        found = re.search(r"sip:\+?(\d+)@", talk.invite["from"][0])
        self.rung_for = found[1].zfill(6) if found else "000001"
        await super().ring(talk)
        if self.talks_for:
            asyncio.get_running_loop().call_later(self.talks_for, self.let_go, talk)

    def forget_all(self):
        """Asterisk is dead: nobody is there at the other end."""
        for talk in self.talks:
            if talk.state != "ended":
                talk.cause = "dead"
                talk.end()

    def has_ended(self, talk):
        """Note when, once."""
        self.ended_at.setdefault(talk.call_id, time.time())

    def let_go(self, talk):
        """Hang up, and remember that it was us."""
        if talk.state != "ended":
            self.ended_by_us.add(talk.call_id)
            talk.hang_up()

    def report(self):
        """Each call: when it began, was answered, was heard and ended, and who ended it."""
        return [
            {
                "user": talk.user,
                "number": talk.number,
                "is_called": not talk.is_ours,
                "call": (talk.invite.get("x-vitrine-call") or [""])[0],
                "began": wall(talk.invited_at),
                "answered": wall(talk.answered_at) if talk.answered_at else 0.0,
                "heard": talk.sound.heard_at if talk.sound else 0.0,
                "has_sound": isinstance(talk.sound, Marked),
                "code": talk.code,
                "state": talk.state,
                "cause": talk.cause,
                "ended_by": "us" if talk.call_id in self.ended_by_us else "them",
                "ended": self.ended_at.get(talk.call_id, 0.0),
            }
            for talk in self.talks
        ]


def wall(monotonic):
    """An instant of the monotonic clock on the wall."""
    return time.time() - (time.monotonic() - monotonic)


async def agents(wanted, crowd, ends):
    """Everybody who is rung picks up."""
    crowd.behaviours = _Everybody(Answers(after=wanted.answer_after))
    tell("ready", port=crowd.port)
    await ends.wait()


async def callers(wanted, crowd, ends):
    """Call at a steady pace, and hang up after a while."""
    crowd.behaviours = _Everybody(Answers(after=0.5))  # who is called back
    crowd.talks_for = wanted.talk or 5.0
    tell("ready", port=crowd.port)
    host, _colon, port = wanted.at.rpartition(":")
    chance, loop, began = random.Random(wanted.seed), asyncio.get_running_loop(), time.monotonic()
    for number in range(wanted.calls):
        pause = began + number / wanted.rate - time.monotonic()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ends.wait(), max(0.0, pause))
        if ends.is_set():
            break
        who = f"{wanted.prefix}{number:06}"
        talk = await crowd.dial(wanted.dialled, at=(host, int(port)), number=who)
        if wanted.talk:
            seconds = chance.uniform(wanted.talk, max(wanted.talk, wanted.talk_most))
            loop.call_later(seconds, crowd.let_go, talk)
    tell("dialled", calls=len(crowd.talks))
    if wanted.talk and not wanted.stays:
        while any(talk.state != "ended" for talk in crowd.talks) and not ends.is_set():
            await asyncio.sleep(0.1)
        tell("done")
    await ends.wait()


async def listen(crowd, port):
    """Take the port; ten megabytes may wait."""
    link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    link.setblocking(False)
    link.bind((crowd.address, port))
    await asyncio.get_running_loop().create_datagram_endpoint(lambda: crowd, sock=link)


class _Everybody(dict):
    """The same behaviour for everybody."""

    def __init__(self, behaviour):
        super().__init__()
        self.behaviour = behaviour

    def get(self, _user, _default=None):
        return self.behaviour


def tell(what, **facts):
    """A line for whoever has started us."""
    print(json.dumps({"is": what, **facts}), flush=True)


async def run(wanted):
    """Until SIGTERM; the report is written then."""
    ends, loop = asyncio.Event(), asyncio.get_running_loop()
    is_desk = wanted.role == "agents"
    crowd = Crowd(
        DESK if is_desk else TRUNK,
        marks=(AGENT, CALLER) if is_desk else (CALLER, AGENT),
        sound_every=wanted.sound_every,
    )
    await listen(crowd, wanted.port)
    loop.add_signal_handler(signal.SIGTERM, ends.set)
    loop.add_signal_handler(signal.SIGUSR1, crowd.forget_all)
    loop.add_signal_handler(signal.SIGUSR2, write, wanted, crowd)
    await (agents if is_desk else callers)(wanted, crowd, ends)
    if not is_desk:
        for talk in crowd.talks:
            crowd.let_go(talk)
        await asyncio.sleep(1.0)
    write(wanted, crowd)


def write(wanted, crowd):
    """The report, whole or not at all."""
    draft = wanted.report.with_suffix(".draft")
    draft.write_text(json.dumps(crowd.report()))
    draft.replace(wanted.report)


def main():
    """Read what is wanted, and be it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=["agents", "callers"])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--report", type=Path, required=True)
    parser.add_argument("--sound-every", type=int, default=0)
    parser.add_argument("--answer-after", type=float, default=0.02)
    parser.add_argument("--at", default="")
    parser.add_argument("--dialled", default="+3225550100")
    parser.add_argument("--prefix", default="+3222")
    parser.add_argument("--rate", type=float, default=5.0)
    parser.add_argument("--calls", type=int, default=60)
    parser.add_argument("--talk", type=float, default=0.0, help="seconds; 0: until SIGTERM")
    parser.add_argument("--talk-most", type=float, default=0.0)
    parser.add_argument("--stays", action="store_true", help="until SIGTERM also when done")
    parser.add_argument("--seed", type=int, default=1)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
