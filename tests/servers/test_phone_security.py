"""What strangers can do to the telephone: nothing. Each door is tried at a real Asterisk."""

import asyncio
import hashlib
import re
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.servers.certificates import Authority
from tests.servers.exchange import eventually, running_exchange
from tests.servers.line_house import CALLER, MIA, NUMBER, PROVIDER_PORT, phones, scenario
from tests.servers.rtp import END
from tests.servers.sip import Phone, Rings
from vitrine.voice.asterisk.endpoints import DESK_TELEPHONES
from vitrine.voice.asterisk.modules import MODULES
from vitrine.voice.call_flow import talking as to

STRANGER = "127.0.0.4"
COSTLY = ["+90212000000", "+32900123456", "+88216123456", "00902120000000", "112"]
"""What somebody would dial at our expense."""
EXECUTING = re.compile(r"res_agi|app_system|func_(shell|curl|realtime|odbc)|res_clialiases")
FLOOD_SECONDS, FLOOD_RATE = 4.0, 150


@pytest.fixture(scope="module")
def exchange(tmp_path_factory):
    """With a certificate, because that opens more doors."""
    folder = tmp_path_factory.mktemp("certificate")
    certificate = folder / "phone.pem"
    issued = Authority(folder).issue("127.0.0.1")
    certificate.write_bytes(b"".join(file.read_bytes() for file in issued))
    known = {"trunk_port": PROVIDER_PORT, "telephones": phones(), "certificate": certificate}
    with running_exchange(**known) as one:
        yield one


# ---------------------------------------------------------------------- who is believed


@pytest.mark.parametrize("name", ["trunk", "mia", DESK_TELEPHONES, "anonymous"])
@pytest.mark.parametrize("dialled", [NUMBER, "*1", "*2"])
def test_a_name_that_we_know_is_no_proof(exchange, tmp_path, name, dialled):
    async def whole(house):
        stranger = await Phone.open(STRANGER)
        talk = await stranger.dial(dialled, at=exchange.sip, number=name)
        await talk.ended()
        stranger.close()
        assert talk.code in (401, 403)
        assert not exchange.channels()
        assert not house.of(to.CallArrived)

    scenario(whole)(exchange, tmp_path)


@scenario
async def test_a_stranger_cannot_pick_up_what_rings_at_a_colleague(house):
    """`*2` answers what rings at the telephone that dials it."""
    house.desk.behave("mia", Rings())
    _caller, call = await house.arrive()
    await house.ring(call, "mia")
    await house.desk.rung("mia")
    stranger = await Phone.open(STRANGER)

    talk = await stranger.dial(
        "*2", at=house.exchange.sip, number="mia", headers=(f"X-Vitrine-Call: {call}",)
    )
    await talk.ended()

    assert talk.code in (401, 403)
    assert house.desk.of("mia")[0].state == "ringing"
    stranger.close()


# ---------------------------------------------------------------------- where calls lead


@pytest.mark.parametrize("number", COSTLY)
def test_who_calls_in_reaches_nobody_but_us_whatever_he_dials(exchange, tmp_path, number):
    async def whole(house):
        caller = await house.caller.dial(number, at=exchange.sip, tone=CALLER)
        arrived = await house.hears(to.CallArrived)
        assert arrived.dialled == number
        await house.do(to.Answer(call=arrived.call))
        await caller.answered()
        assert exchange.channels() == 1, "somebody was called"
        assert house.caller.talks == [caller]
        await house.do(to.HangUp(call=arrived.call))
        await caller.ended()

    scenario(whole)(exchange, tmp_path)


@scenario
async def test_a_telephone_of_ours_dials_nothing_by_itself(house):
    """What agents call goes through the brain, which counts; never through their telephones."""
    for number in COSTLY:
        talk = await house.desk.dial(number, at=house.exchange.sip, number="mia")
        await talk.ended()
        assert talk.code >= 400
    assert not house.caller.talks
    assert not house.of(to.CallArrived)


def test_no_line_of_the_dialplan_dials_outside(exchange):
    plan = exchange.instance.ask("dialplan show")
    assert "from-trunk" in plan
    assert "@trunk" not in plan
    assert not re.search(r"Dial\((?!\$\{FREE\})", plan)
    assert not re.search(r"System\(|AGI\(|SHELL\(|Originate\(", plan)


def test_a_number_with_strange_letters_says_no_more_than_its_digits(exchange, tmp_path):
    async def whole(house):
        talk = await house.caller.dial("+3225550100,+3299,x", at=exchange.sip)
        arrived = await house.hears(to.CallArrived)
        assert re.fullmatch(r"[+0-9]+", arrived.dialled)
        assert arrived.diverted_from == ""
        talk.hang_up()

    scenario(whole)(exchange, tmp_path)


# ---------------------------------------------------------------------- which doors there are


def listening(process):
    """The addresses (host, port) on which a process takes connections."""
    folder = Path(f"/proc/{process}")
    links = [str(one.readlink()) for one in (folder / "fd").iterdir()]
    ours = {link[8:-1] for link in links if link.startswith("socket:[")}
    found = set()
    for line in (folder / "net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and fields[9] in ours:
            host, port = fields[1].split(":")
            found.add((socket.inet_ntoa(bytes.fromhex(host)[::-1]), int(port, 16)))
    return found


def test_ari_is_for_this_machine_alone_also_with_a_certificate(exchange):
    at, sip = exchange.instance.http_port, exchange.instance.sip_port
    assert listening(exchange.process.pid) == {
        ("127.0.0.1", at),
        ("127.0.0.1", sip),  # SIP by TCP, and by TLS
        ("127.0.0.1", sip + 1),
    }
    settings = exchange.instance.ask("http show status")
    assert "HTTPS Server Enabled" not in settings
    assert "/ari" in settings


@pytest.mark.parametrize("address", ["0.0.0.0", "192.0.2.1"])
def test_nobody_configures_ari_for_others(exchange, address):
    with pytest.raises(ValueError, match="this machine"):
        replace(exchange.instance, http_address=address)


def test_what_could_run_programs_or_command_us_is_not_loaded(exchange):
    ask = exchange.instance.ask
    loaded = set(re.findall(r"^(\S+)\.so", ask("module show"), re.MULTILINE))
    assert loaded == set(MODULES)
    assert not [name for name in loaded if EXECUTING.match(name)]
    assert "chan_websocket" not in loaded
    for application in ("System", "TrySystem", "AGI", "ExternalIVR", "Originate", "AudioSocket"):
        assert "not registered" in ask(f"core show application {application}"), application
    assert re.search(r"Manager \(AMI\):\s+No", ask("manager show settings"))
    assert "live_dangerously = no" in exchange.instance.configuration.read_text()


@scenario
async def test_asking_reads_and_writes_no_file(house):
    """The dialplan notes the end of a fax in a file; with `live_dangerously = no` it alone can."""
    _caller, call = await house.arrive()
    path = f"channels/{house.line.book.calls[call].channel}/variable"
    secret = house.exchange.instance.configuration
    target = secret.with_name("written")

    said = await house.line.ari.ask("GET", path, variable=f"FILE({secret})")
    assert said.status != 200 or not (said.body or {}).get("value")
    await house.line.ari.ask("POST", path, variable=f"FILE({target})", value="anything")
    body = {"variables": {f"FILE({target})": "anything"}}
    wanted = {"endpoint": "PJSIP/nobody", "app": house.line.ari.application}
    await house.line.ari.ask("POST", "channels", body=body, **wanted)
    assert not target.exists()


@scenario
async def test_asking_changes_nothing_that_the_telephone_keeps(house):
    """`live_dangerously = no`: a question to ARI cannot delete, though the dialplan could."""
    ask = house.exchange.instance.ask
    _caller, call = await house.arrive()
    channel = house.line.book.calls[call].channel
    assert "successfully" in ask("database put vitrine kept here")

    path = f"channels/{channel}/variable"
    said = await house.line.ari.ask("GET", path, variable="DB_DELETE(vitrine/kept)")

    assert not said.is_done
    assert "here" in ask("database show vitrine")


def test_the_secrets_are_for_their_owner_alone(exchange):
    for name in ("etc/ari.conf", "etc/pjsip.conf", "instance.json"):
        assert (exchange.instance.folder / name).stat().st_mode & 0o077 == 0


# ---------------------------------------------------------------------- floods


class Flood(asyncio.DatagramProtocol):
    """Somebody who tries passwords, as fast as he is told to."""

    def __init__(self, server):
        self.server, self.codes, self.sent = server, {}, 0

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, packet, _peer):
        code = packet[8:11].decode()
        self.codes[code] = self.codes.get(code, 0) + 1

    def send(self, method, user):
        self.sent += 1
        host, port = self.transport.get_extra_info("sockname")
        call = hashlib.md5(f"{port}{self.sent}".encode(), usedforsecurity=False).hexdigest()
        target = f"sip:{self.server[0]}:{self.server[1]}"
        guess = f'username="{user}", realm="vitrine", nonce="{call}", response="{call}"'
        lines = [
            f"{method} {target if method == 'REGISTER' else f'sip:{NUMBER}@{target[4:]}'} SIP/2.0",
            f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{call};rport",
            f"From: <sip:{user}@{host}>;tag={call[:8]}",
            f"To: <sip:{user}@{host}>",
            f"Call-ID: {call}",
            f"CSeq: 1 {method}",
            f"Contact: <sip:{user}@{host}:{port}>",
            f'Authorization: Digest {guess}, uri="{target}", algorithm=MD5',
            "Max-Forwards: 70",
            "Content-Length: 0",
        ]
        self.transport.sendto((END.join(lines) + END + END).encode(), self.server)


async def flood(server):
    """Guess the passwords of softphones and of the trunk for some seconds."""
    loop = asyncio.get_running_loop()
    _transport, one = await loop.create_datagram_endpoint(
        lambda: Flood(server), local_addr=("127.0.0.5", 0)
    )
    began = time.monotonic()
    while (elapsed := time.monotonic() - began) < FLOOD_SECONDS:
        while one.sent < elapsed * FLOOD_RATE:
            user = ("agent-1", "agent-2", "mia", "trunk", "nobody")[one.sent % 5]
            one.send("REGISTER" if one.sent % 2 else "INVITE", user)
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)
    one.transport.close()
    return one


@scenario
async def test_who_guesses_passwords_disturbs_no_call_and_learns_nothing(house):
    caller, mia, _call = await house.talk()
    await caller.hears(MIA)
    await mia.hears(CALLER)

    guessing = asyncio.create_task(flood(house.exchange.sip))
    await asyncio.sleep(FLOOD_SECONDS / 4)
    began = time.monotonic()  # somebody else calls, and is answered, as if nothing were
    second, call = await house.arrive(number="+3222009999")
    await house.do(to.Answer(call=call))
    await second.answered(within=3)
    took, gaps = time.monotonic() - began, 0
    assert not guessing.done()
    while not guessing.done():
        await asyncio.sleep(0.1)
        gaps += not (caller.sound.hears(MIA) and mia.sound.hears(CALLER))
    one = await guessing

    assert one.sent >= FLOOD_SECONDS * FLOOD_RATE * 0.9
    assert set(one.codes) <= {"401", "403"}, one.codes
    assert gaps <= 2, f"the sound broke off {gaps} times"
    assert took < 2.0
    assert await eventually(lambda: house.exchange.channels() == 3)
    second.hang_up()
