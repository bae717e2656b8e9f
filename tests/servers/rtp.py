"""The sound of a telephone in the tests: RTP with PCMA and keys, and who hears which tone."""

import asyncio
import math
import random
import struct
import time
from collections import deque

RATE, PACKET = 8000, 160
END = "\r\n"


def alaw_tables():
    decode = []
    for byte in range(256):
        value = byte ^ 0x55
        sign, exponent, mantissa = value & 0x80, (value >> 4) & 7, value & 0x0F
        sample = (mantissa << 4) + 8
        if exponent:
            sample = (sample + 0x100) << (exponent - 1)
        decode.append(sample if sign else -sample)
    encode = {}
    order = sorted(range(256), key=lambda byte: decode[byte])
    levels = [decode[byte] for byte in order]
    for sample in range(-32768, 32768, 64):
        low, high = 0, 255
        while low < high:
            middle = (low + high) // 2
            if levels[middle] < sample:
                low = middle + 1
            else:
                high = middle
        encode[sample] = order[low]
    return decode, encode


DECODE, ENCODE = alaw_tables()


def tone_packets(hertz):
    """One second of a tone as PCMA packets."""
    samples = (
        int(6000 * math.sin(2 * math.pi * hertz * at / RATE)) // 64 * 64 for at in range(RATE)
    )
    sound = bytes(ENCODE[sample] for sample in samples)
    return [sound[at : at + PACKET] for at in range(0, RATE, PACKET)]


def strength(samples, hertz):
    """Goertzel: which share of the energy lies at `hertz`, 0 to 1."""
    energy = sum(sample * sample for sample in samples)
    if len(samples) < RATE // 4 or energy < len(samples) * 100.0:
        return 0.0
    factor = 2 * math.cos(2 * math.pi * hertz / RATE)
    before = last = 0.0
    for sample in samples:
        before, last = last, sample + factor * last - before
    power = last * last + before * before - factor * last * before
    return 2 * power / (len(samples) * energy)


class Sound(asyncio.DatagramProtocol):
    """RTP of one call."""

    def __init__(self, address, tone):
        self.address, self.packets = address, tone_packets(tone) if tone else None
        self.heard = deque(maxlen=RATE // 2)
        self.last_at = 0.0
        self.target = None
        self.task = None
        self.keys = deque()
        self.count = 0
        self.received = 0

    def connection_made(self, transport):
        self.transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    is_deaf = False
    """Whether what comes is thrown away: for many calls at once."""

    def datagram_received(self, packet, _peer):
        if not self.is_deaf and len(packet) > 12 and packet[1] & 0x7F == 8:
            self.received += 1
            self.last_at = time.monotonic()
            self.heard.extend(DECODE[byte] for byte in packet[12:])

    def hears(self, hertz):
        is_fresh = time.monotonic() - self.last_at < 0.3
        return is_fresh and strength(list(self.heard), hertz) > 0.3

    def description(self):
        at = self.address
        return (
            f"v=0{END}o=- 1 1 IN IP4 {at}{END}s=-{END}c=IN IP4 {at}{END}t=0 0{END}"
            f"m=audio {self.port} RTP/AVP 8 101{END}a=rtpmap:8 PCMA/8000{END}"
            f"a=rtpmap:101 telephone-event/8000{END}a=fmtp:101 0-15{END}a=sendrecv{END}"
        )

    def start(self, target):
        if target:
            self.target = target
        if self.task is None:
            self.task = asyncio.get_running_loop().create_task(self.send())

    def press(self, keys):
        self.keys.extend("0123456789*#".index(key) for key in keys)

    async def send(self):
        """Tone or silence, keys in between as RFC 4733 events."""
        sequence, stamp, source = random.getrandbits(15), 0, random.getrandbits(32)
        silence = bytes([0xD5]) * PACKET
        begun = time.monotonic()
        number = 0

        def send(kind, body, at, mark=False):
            nonlocal sequence
            sequence = (sequence + 1) & 0xFFFF
            head = struct.pack("!BBHII", 0x80, kind | (0x80 if mark else 0), sequence, at, source)
            self.transport.sendto(head + body, self.target)

        while True:
            number += 1
            if self.keys:
                key, at = self.keys.popleft(), stamp
                for part in range(1, 8):
                    end = 0x80 if part > 4 else 0
                    body = struct.pack("!BBH", key, end | 10, min(part, 5) * PACKET)
                    send(101, body, at, mark=part == 1)
                    await asyncio.sleep(0.02 if part < 5 else 0.002)
                stamp += 8 * PACKET
                await asyncio.sleep(0.06)
            else:
                send(8, self.packets[number % 50] if self.packets else silence, stamp)
                stamp += PACKET
            await asyncio.sleep(max(0.0, begun + number * 0.02 - time.monotonic()))

    def close(self):
        if self.task:
            self.task.cancel()
        self.transport.close()
