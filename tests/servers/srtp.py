"""Sound that nobody on its way can hear: SRTP (RFC 3711) with keys in SDP (RFC 4568).

AES-CM with 128 bits and HMAC-SHA1 with 80, as every provider has it.
"""

import base64
import hashlib
import hmac
import os
import re
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.servers.rtp import Sound

SUITE = "AES_CM_128_HMAC_SHA1_80"
KEY, SALT, TAG = 16, 14, 10
"""Bytes."""


class Secret:
    """What one side encrypts with, made of its key and salt; it seals and opens packets."""

    def __init__(self, inline):
        master = base64.b64decode(inline)
        key, salt = master[:KEY], int.from_bytes(master[KEY : KEY + SALT], "big")
        self.key = derived(key, salt, label=0, length=16)
        self.mark = derived(key, salt, label=1, length=20)
        self.salt = int.from_bytes(derived(key, salt, label=2, length=SALT), "big")
        self.rounds, self.last = 0, None

    def seal(self, packet):
        """An RTP packet as it goes out."""
        rounds = self._rounds_of(packet)
        sealed = packet[:12] + self._crypt(packet, rounds)
        return sealed + self._tag(sealed, rounds)

    def open(self, packet):
        """The RTP packet in it; None: it is not of whoever has this key."""
        sealed, tag = packet[:-TAG], packet[-TAG:]
        if len(sealed) < 12:
            return None
        rounds = self._rounds_of(sealed)
        if not hmac.compare_digest(self._tag(sealed, rounds), tag):
            return None
        return sealed[:12] + self._crypt(sealed, rounds)

    def _rounds_of(self, packet):
        """How often the sixteen bits of the number have run over."""
        [number] = struct.unpack("!H", packet[2:4])
        if self.last is not None and self.last - number > 0x8000:
            self.rounds += 1
        self.last = number
        return self.rounds

    def _crypt(self, packet, rounds):
        number, _stamp, source = struct.unpack("!HII", packet[2:12])
        counter = (self.salt << 16) ^ (source << 64) ^ (((rounds << 16) | number) << 16)
        return stream(self.key, counter, packet[12:])

    def _tag(self, sealed, rounds):
        whole = sealed + struct.pack("!I", rounds)
        return hmac.new(self.mark, whole, hashlib.sha1).digest()[:TAG]


def derived(key, salt, *, label, length):
    """A key of the session."""
    return stream(key, (salt ^ (label << 48)) << 16, bytes(length))


def stream(key, counter, content):
    """`content` XOR what AES makes of a counter."""
    mode = modes.CTR((counter % 2**128).to_bytes(16, "big"))
    return Cipher(algorithms.AES(key), mode).encryptor().update(content)


class SecretSound(Sound):
    """RTP of one call that only both sides can read."""

    def __init__(self, address, tone):
        super().__init__(address, tone)
        self.inline = base64.b64encode(os.urandom(KEY + SALT)).decode()
        self.ours, self.theirs = Secret(self.inline), None
        self.refused = 0
        """Packets that were not theirs."""

    def connection_made(self, transport):
        super().connection_made(transport)
        self.transport = Sealing(transport, self.ours)

    def description(self):
        plain = super().description().replace("RTP/AVP", "RTP/SAVP")
        return f"{plain}a=crypto:1 {SUITE} inline:{self.inline}\r\n"

    def learn(self, description):
        """The key of the other side; AssertionError: it offers to speak in the clear."""
        found = re.search(rf"a=crypto:\d+ {SUITE} inline:([A-Za-z0-9+/=]+)", description)
        assert found, description
        assert "RTP/SAVP" in description
        self.theirs = Secret(found[1])

    def datagram_received(self, packet, peer):
        opened = self.theirs.open(packet) if self.theirs and len(packet) > 12 + TAG else None
        if opened is None:
            self.refused += 1
        else:
            super().datagram_received(opened, peer)


class Sealing:
    """A transport that lets nothing out in the clear."""

    def __init__(self, transport, secret):
        self._transport, self._secret = transport, secret

    def sendto(self, packet, target):
        self._transport.sendto(self._secret.seal(packet), target)

    def close(self):
        self._transport.close()
