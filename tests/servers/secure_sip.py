"""A provider who speaks SIP over TLS, with sound in SRTP: `Phone` on a connection."""

import asyncio
import re
import ssl

from tests.servers.rtp import END, Sound
from tests.servers.sip import Phone
from tests.servers.srtp import SecretSound


class SecurePhone(Phone):
    """Telephones behind one connection that we open, or that is opened to us."""

    carrier = "TLS"

    def __init__(self, address, *, with_sound=True, is_secret=True):
        super().__init__(address, with_sound=with_sound)
        self.is_secret = is_secret
        """Whether the sound is encrypted."""
        self.server = None

    @classmethod
    async def serve(cls, address, *, port, certificate, authority=None, **more):
        """A provider to whom one connects; `authority`: who must have signed the caller's."""
        phone = cls(address, **more)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)
        if authority:
            context.load_verify_locations(authority.file)
        phone.server = await asyncio.start_server(phone._taken, address, port, ssl=context)
        phone.port = port
        return phone

    async def connect(self, at, *, authority, certificate=None):
        """Connect as the provider does who has a call. Raises ssl.SSLError, ConnectionError."""
        context = ssl.create_default_context(cafile=authority.file)
        context.maximum_version = ssl.TLSVersion.TLSv1_2  # a refusal is part of the handshake then
        if certificate:
            context.load_cert_chain(*certificate)
        reader, writer = await asyncio.open_connection(
            *at, ssl=context, server_hostname=at[0], local_addr=(self.address, 0)
        )
        self._use(writer)
        self.reading = asyncio.create_task(self._read(reader, at))
        return self

    async def _taken(self, reader, writer):
        self._use(writer)
        await self._read(reader, writer.get_extra_info("peername"))

    def _use(self, writer):
        self.transport = Stream(writer)
        if self.server is None:
            self.port = writer.get_extra_info("sockname")[1]

    async def _read(self, reader, peer):
        while True:
            try:
                head = await reader.readuntil((END + END).encode())
            except (asyncio.IncompleteReadError, OSError):
                return
            length = re.search(rb"(?im)^(?:content-length|l)\s*:\s*(\d+)", head)
            body = await reader.readexactly(int(length[1]) if length else 0)
            if head.strip():
                self.datagram_received(head.lstrip() + body, peer)

    def close(self):
        if self.server:
            self.server.close()
        if hasattr(self, "transport"):
            super().close()

    async def new_sound(self, user):
        kind = SecretSound if self.is_secret else Sound
        _transport, sound = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: kind(self.address, self.tones.get(user)), local_addr=(self.address, 0)
        )
        return sound

    def reply(self, message, code, reason, talk, *, sdp=""):
        if sdp and self.is_secret and message["body"]:
            talk.sound.learn(message["body"])
        super().reply(message, code, reason, talk, sdp=sdp)

    def answer_came(self, talk, code, message):
        if self.is_secret and message["body"] and "INVITE" in message["cseq"][0]:
            talk.sound.learn(message["body"])
        super().answer_came(talk, code, message)


class Stream:
    """A connection with the two methods that a socket for packets has."""

    def __init__(self, writer):
        self._writer = writer

    def sendto(self, content, _peer):
        self._writer.write(content)

    def close(self):
        self._writer.transport.abort()  # at once: who is called next opens another one
