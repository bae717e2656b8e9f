"""Telephones for the tests: SIP over UDP with sound, in asyncio, without root.

    phone = await Phone.open("127.0.0.3")           # any number of users behind one address
    phone.behave("mia", Answers(after=0.1))
    call = await caller.dial("+3225550100", at=(host, port), number="+3222001234")
    await call.answered(); call.press("1"); await call.hears(440); call.hang_up()

Sound is PCMA, 20 ms a packet; each side sends a tone of its own, and `hears` looks for a tone with
Goertzel's algorithm in the last half second: who hears whom is proved, not counted.
"""

import asyncio
import random
import re
import time
from dataclasses import dataclass, field

from tests.servers.rtp import END, Sound

SHORT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length"}


@dataclass(frozen=True)
class Answers:
    """Picks up after so many seconds."""

    after: float = 0.05


@dataclass(frozen=True)
class Refuses:
    """Says no at once: 486 busy, 603 declined, 480 not there."""

    code: int = 603


@dataclass(frozen=True)
class Rings:
    """Rings for ever."""


@dataclass(eq=False)
class Talk:
    """One call at one telephone."""

    phone: "Phone"
    user: str
    call_id: str
    peer: tuple
    invite: dict = field(default_factory=dict)
    is_ours: bool = False
    """Whether we have dialled."""
    tag: str = field(default_factory=lambda: f"{random.getrandbits(40):x}")
    remote_tag: str = ""
    remote_target: str = ""
    number: str = ""
    to: str = ""
    sequence: int = 1
    code: int = 0
    """The final answer."""
    answer: dict = field(default_factory=dict)
    """Its headers."""
    asked: int = 0
    """How often the other side has asked in the call whether we are there."""
    state: str = "ringing"
    """ringing, up, ended."""
    invited_at: float = field(default_factory=time.monotonic)
    answered_at: float = 0.0
    cause: str = ""
    """Of the header Reason with which it was ended."""
    sound: "Sound | None" = None

    def changed(self):
        self.phone.changes.set()

    async def until(self, state, *, within=30.0):
        """Wait until the call has come that far."""
        await self.phone.wait(lambda: self.state == state, f"{self.user} {state}", within=within)
        return self

    async def answered(self, *, within=30.0):
        return await self.until("up", within=within)

    async def ended(self, *, within=30.0):
        return await self.until("ended", within=within)

    def press(self, keys):
        self.sound.press(keys)

    async def hears(self, hertz, *, within=20.0):
        await self.phone.wait(
            lambda: self.sound.hears(hertz), f"{self.user} hears {hertz}", within=within
        )

    async def hears_not(self, hertz, *, within=20.0):
        await self.phone.wait(
            lambda: not self.sound.hears(hertz), f"{self.user} hears no {hertz}", within=within
        )

    def accept(self):
        """Pick up."""
        if self.state == "ringing" and not self.is_ours:
            self.phone.reply(self.invite, 200, "OK", self, sdp=self.sound.description())
            self.answered_at = time.monotonic()
            self.state = "up"
            if self.phone.with_sound:
                self.sound.start(self.phone.remote_sound(self.invite["body"]))
            self.changed()

    def refuse(self, code):
        self.phone.reply(self.invite, code, "No", self)
        self.end()

    def hang_up(self):
        if self.state == "up":
            self.phone.request("BYE", self)
        elif self.state == "ringing" and self.is_ours:
            self.phone.request("CANCEL", self, sequence=1)
        self.end()

    def end(self):
        self.state = "ended"
        if self.sound:
            self.sound.close()
        self.phone.has_ended(self)
        self.changed()


def understood(packet, peer):
    """A message: its first line, headers by their long names, body."""
    head, _blank, body = packet.decode(errors="replace").partition(END + END)
    first, *lines = head.split(END)
    message = {"body": body, "peer": peer, "first": first}
    for line in lines:
        name, _colon, value = line.partition(":")
        name = name.strip().lower()
        message.setdefault(SHORT.get(name, name), []).append(value.strip())
    return message


class Phone(asyncio.DatagramProtocol):
    """Telephones behind one address: each user behaves as told; unknown ones ring for ever."""

    carrier = "UDP"

    def __init__(self, address, *, with_sound=True):
        self.address, self.with_sound = address, with_sound
        self.behaviours, self.tones = {}, {}
        self.talks = []
        """Every call that came or went, in order."""
        self.by_id = {}
        self.lost = set()
        """Identifiers of calls of which nothing reaches us any more."""
        self.changes = asyncio.Event()

    @classmethod
    async def open(cls, address, *, port=0, with_sound=True):
        """with_sound False: it sends nothing, for many calls at once."""
        phone = cls(address, with_sound=with_sound)
        await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: phone, local_addr=(address, port)
        )
        return phone

    def connection_made(self, transport):
        self.transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    def close(self):
        for talk in self.talks:
            if talk.state != "ended" and talk.sound:
                talk.sound.close()
        self.transport.close()

    def contact(self, user):
        return f"sip:{user}@{self.address}:{self.port}"

    def here(self, talk):
        """Where requests within a call go to."""
        way = "" if self.carrier == "UDP" else f";transport={self.carrier.lower()}"
        return f"<sip:{talk.user}@{self.address}:{self.port}{way}>"

    def behave(self, user, behaviour, *, tone=None):
        self.behaviours[user] = behaviour
        if tone:
            self.tones[user] = tone

    async def wait(self, question, what, *, within=30.0):
        deadline = time.monotonic() + within
        while not (answer := question()):
            assert time.monotonic() < deadline, f"waited {within} s: {what}"
            self.changes.clear()
            try:
                await asyncio.wait_for(self.changes.wait(), 0.05)
            except TimeoutError:
                continue
        return answer

    def has_ended(self, talk):
        """One more call is over."""

    def of(self, user):
        """The calls of a user, the latest last."""
        return [talk for talk in self.talks if talk.user == user]

    async def rung(self, user, *, times=1, within=30.0):
        """The call that rings at `user` for the n-th time."""

        def rings():
            return len(self.of(user)) >= times and self.of(user)[times - 1].sound

        await self.wait(rings, f"{user} rings", within=within)
        return self.of(user)[times - 1]

    async def new_sound(self, user):
        _transport, sound = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: Sound(self.address, self.tones.get(user)), local_addr=(self.address, 0)
        )
        sound.is_deaf = not self.with_sound
        return sound

    async def dial(self, dialled, *, at, number="+3222001234", tone=None, headers=()):
        """Call `dialled` at (host, port)."""
        user = number.lstrip("+") or "anonymous"
        if tone:
            self.tones[user] = tone
        talk = Talk(self, user, f"{random.getrandbits(64):x}", at, is_ours=True, number=number)
        talk.to = f"<sip:{dialled}@{at[0]}:{at[1]}>"
        talk.remote_target = f"sip:{dialled}@{at[0]}:{at[1]}"
        talk.sound = await self.new_sound(user)
        self.talks.append(talk)
        self.by_id[talk.call_id] = talk
        talk.more = headers
        self.request("INVITE", talk, sdp=talk.sound.description(), headers=headers)
        return talk

    # -------------------------------------------------------------------------- the protocol

    def request(self, method, talk, *, sdp="", headers=(), sequence=None):
        if sequence is None and method not in ("INVITE", "ACK"):
            talk.sequence += 1
        number = talk.sequence if sequence is None else sequence
        branch = f"z9hG4bK{talk.call_id}{number if method != 'CANCEL' else 1}"
        if method == "ACK":
            branch += "a"
        me = f"<sip:{talk.number or talk.user}@{self.address}:{self.port}>"
        if talk.is_ours:
            ours, theirs = f"{me};tag={talk.tag}", talk.to
            if talk.remote_tag and method != "CANCEL":
                theirs += f";tag={talk.remote_tag}"
        else:
            ours = talk.invite["to"][0] + f";tag={talk.tag}"
            theirs = talk.invite["from"][0]
        lines = [
            f"{method} {talk.remote_target} SIP/2.0",
            f"Via: SIP/2.0/{self.carrier} {self.address}:{self.port};branch={branch};rport",
            f"From: {ours}",
            f"To: {theirs}",
            f"Call-ID: {talk.call_id}",
            f"CSeq: {number} {method}",
            f"Contact: {self.here(talk)}",
            "Max-Forwards: 70",
            *headers,
        ]
        if sdp:
            lines.append("Content-Type: application/sdp")
        lines += [f"Content-Length: {len(sdp)}", "", sdp]
        self.transport.sendto(END.join(lines).encode(), talk.peer)

    def reply(self, message, code, reason, talk, *, sdp=""):
        to = message["to"][0]
        to = to if "tag=" in to else f"{to};tag={talk.tag}"
        lines = [f"SIP/2.0 {code} {reason}", *(f"Via: {via}" for via in message["via"])]
        lines += [f"From: {message['from'][0]}", f"To: {to}"]
        lines += [f"Call-ID: {message['call-id'][0]}", f"CSeq: {message['cseq'][0]}"]
        lines.append(f"Contact: {self.here(talk)}")
        if sdp:
            lines.append("Content-Type: application/sdp")
        lines += [f"Content-Length: {len(sdp)}", "", sdp]
        self.transport.sendto(END.join(lines).encode(), message["peer"])

    def remote_sound(self, sdp):
        host = re.search(r"c=IN IP4 (\S+)", sdp)
        port = re.search(r"m=audio (\d+)", sdp)
        return (host[1], int(port[1])) if host and port else None

    def datagram_received(self, packet, peer):
        message = understood(packet, peer)
        first, talk = message["first"], self.by_id.get(message.get("call-id", [""])[0])
        if talk and talk.call_id in self.lost:
            return
        if first.startswith("SIP/2.0"):
            if talk:
                self.answer_came(talk, int(first.split()[1]), message)
            return
        method = first.split()[0]
        if method == "INVITE":
            self.invited(message, talk)
        elif talk and method != "OPTIONS":
            self.told(method, talk, message)
        elif method != "ACK":
            code, reason = (200, "OK") if method == "OPTIONS" else (481, "Unknown")
            self.reply(message, code, reason, Talk(self, "x", "", peer))

    def invited(self, message, talk):
        if talk and talk.state == "up":  # a re-INVITE
            talk.asked += 1
            self.reply(message, 200, "OK", talk, sdp=talk.sound.description())
            return
        if talk:
            return  # said twice
        user = re.search(r"sip:([^@;>]+)@", message["first"])[1]
        talk = Talk(self, user, message["call-id"][0], message["peer"], invite=message)
        talk.remote_target = re.search(r"<([^>]+)>", message["contact"][0])[1]
        self.talks.append(talk)
        self.by_id[talk.call_id] = talk
        self.reply(message, 100, "Trying", talk)
        asyncio.get_running_loop().create_task(self.ring(talk))

    async def ring(self, talk):
        behaviour = self.behaviours.get(talk.user, Rings())
        talk.sound = await self.new_sound(talk.user)
        talk.changed()
        if isinstance(behaviour, Refuses):
            talk.refuse(behaviour.code)
            return
        self.reply(talk.invite, 180, "Ringing", talk)
        if isinstance(behaviour, Answers):
            await asyncio.sleep(behaviour.after)
            talk.accept()

    def told(self, method, talk, message):
        reason = message.get("reason", [""])[0]
        if method == "CANCEL":
            self.reply(message, 200, "OK", talk)
            if talk.state == "ringing":
                message = talk.invite | {}
                self.reply(message, 487, "Request Terminated", talk)
                talk.cause = reason
                talk.end()
        elif method == "BYE":
            self.reply(message, 200, "OK", talk)
            talk.cause = reason
            talk.end()
        elif method != "ACK":
            talk.asked += method == "UPDATE"
            self.reply(message, 200, "OK", talk)

    def answer_came(self, talk, code, message):
        if "INVITE" not in message["cseq"][0] or code < 180:
            return
        tag = re.search(r"tag=([^;>]+)", message["to"][0])
        talk.remote_tag = tag[1] if tag else ""
        if contact := message.get("contact"):
            found = re.search(r"<([^>]+)>", contact[0])
            talk.remote_target = found[1] if found else talk.remote_target
        if code < 200:
            return
        talk.code, talk.answer = code, message
        self.request("ACK", talk, sequence=1)
        if code >= 300:
            talk.end()
        elif talk.state == "ringing":
            talk.state = "up"
            talk.answered_at = time.monotonic()
            if self.with_sound:
                talk.sound.start(self.remote_sound(message["body"]))
            talk.changed()
        else:
            self.request("BYE", talk)
