"""A trunk by TLS with SRTP: who calls is who he says, and nobody on the way hears what is said."""

import asyncio
import ssl
import subprocess
import sys
from contextlib import asynccontextmanager

import pytest

from tests.servers.certificates import Authority
from tests.servers.exchange import TRUNK, eventually, running_exchange
from tests.servers.house import ROOT
from tests.servers.line_house import CALLER, MIA, NUMBER, PROVIDER_PORT, house, phones
from tests.servers.secure_sip import SecurePhone
from tests.servers.sip import Answers, Phone
from vitrine.telephony.rules.routing import Choice, Why
from vitrine.voice.asterisk.instance import Trunk
from vitrine.voice.call_flow import Bridge, CallerGone, DialBack, LegAnswered
from vitrine.voice.call_flow import talking as to

OUTSIDE = "+3222001234"
REFUSED = (ssl.SSLError, ConnectionError, asyncio.IncompleteReadError)


class Keys:
    """Who has signed what: we trust the provider's authority, and he trusts ours."""

    def __init__(self, folder):
        self.ours, self.theirs, self.strangers = (
            Authority(self._place(folder, name)) for name in ("ours", "theirs", "strangers")
        )
        self.certificate = folder / "phone.pem"
        self.certificate.write_bytes(
            b"".join(file.read_bytes() for file in self.ours.issue("127.0.0.1"))
        )
        self.provider = self.theirs.issue(TRUNK, "127.0.0.4", name="provider")

    @staticmethod
    def _place(folder, name):
        (folder / name).mkdir()
        return folder / name


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return Keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def exchange(keys):
    trunk = Trunk(
        match=(TRUNK,),
        contact=f"sip:{TRUNK}:{PROVIDER_PORT}",
        transport="tls",
        is_encrypted=True,
        authority=keys.theirs.file,
        shows_certificate=True,
    )
    with running_exchange(trunk=trunk, certificate=keys.certificate, telephones=phones()) as one:
        yield one


@pytest.fixture
def play(exchange, keys, tmp_path):
    """Runs a scene with a house whose provider `opened` gives."""

    def run(opened, scene):
        async def whole():
            async with asyncio.timeout(40):
                provider = await opened
                async with house(exchange, tmp_path, caller=provider) as one:
                    await scene(one)
                await eventually(lambda: not exchange.channels(), within=5)

        asyncio.run(whole())

    return run


def connected(exchange, keys, *, address=TRUNK, is_secret=True):
    """The provider, on a connection that he has opened with his certificate."""
    phone = SecurePhone(address, is_secret=is_secret)
    return phone.connect(exchange.secure_sip, authority=keys.ours, certificate=keys.provider)


def test_a_caller_by_tls_hears_and_is_heard_encrypted(play, exchange, keys):
    async def scene(house):
        caller, call = await house.arrive(number=OUTSIDE)
        assert house.of(to.CallArrived)[0].number == OUTSIDE
        await house.do(to.Answer(call=call))
        await caller.answered()
        await house.do(to.Say(call=call, say="1", language="fr", phrases=("long",)))
        await caller.hears(523.0)
        caller.press("2")
        assert (await house.hears(to.KeyPressed)).key == "2"
        await house.do(to.StopSaying(call=call, say="1"))

        await house.ring(call, "mia")
        await house.hears(LegAnswered)
        await house.do(Bridge(call=call, agent="mia"))
        mia = await house.desk.rung("mia")
        await mia.hears(CALLER)
        await caller.hears(MIA)
        assert caller.sound.theirs, "the sound was in the clear"
        assert not caller.sound.refused

        await house.do(to.HangUp(call=call))  # our BYE goes by the connection that he has opened
        await caller.ended()

    play(connected(exchange, keys), scene)


def provider(keys, certificate):
    """The provider, to whom we connect; he wants our certificate to be signed by our authority."""
    return SecurePhone.serve(TRUNK, port=PROVIDER_PORT, certificate=certificate)


def call_back(name):
    """Mia calls somebody outside."""
    choice = Choice(name, ("mia",), Why.ONLY_ONE, 0.0)
    return DialBack(call=name, agent="mia", number=OUTSIDE, choice=choice)


def test_we_call_by_tls_whoever_shows_the_certificate_of_his_name(play, keys):
    async def scene(house):
        house.caller.behave(OUTSIDE, Answers(after=0.1), tone=CALLER)
        await house.do(call_back("s1"))
        person = await house.caller.rung(OUTSIDE)
        await house.hears(LegAnswered)
        await house.do(Bridge(call="s1", agent="mia"))
        mia = await house.desk.rung("mia")
        await mia.hears(CALLER)
        await person.hears(MIA)
        assert not person.sound.refused
        person.hang_up()
        await house.hears(CallerGone)

    play(provider(keys, keys.provider), scene)


@pytest.mark.parametrize("wrong", ["authority", "name"])
def test_a_provider_with_a_wrong_certificate_is_told_nothing(play, keys, wrong):
    if wrong == "authority":
        certificate = keys.strangers.issue(TRUNK)
    else:
        certificate = keys.theirs.issue("127.0.0.99", name="elsewhere")

    async def scene(house):
        house.caller.behave(OUTSIDE, Answers())
        await house.do(call_back(f"w-{wrong}"))
        assert (await house.hears(CallerGone)).call == f"w-{wrong}"
        assert not house.caller.talks, "who is called stood in the INVITE"

    play(provider(keys, certificate), scene)


@pytest.mark.parametrize("shown", ["none", "stranger"])
def test_who_shows_no_certificate_of_the_provider_gets_no_connection(exchange, keys, shown):
    certificate = keys.strangers.issue(TRUNK, name="client") if shown == "stranger" else None

    async def scene():
        phone = SecurePhone(TRUNK)
        await phone.connect(exchange.secure_sip, authority=keys.ours, certificate=certificate)
        talk = await phone.dial(NUMBER, at=exchange.secure_sip)
        await phone.reading  # ends with the connection
        assert talk.code == 0
        raise ConnectionError("nothing was answered")

    with pytest.raises(REFUSED):
        asyncio.run(asyncio.wait_for(scene(), 15))
    assert not exchange.channels()


@asynccontextmanager
async def refused_caller(house, phone, *, at, number=OUTSIDE):
    """A call that must come to nothing; nobody is told of it."""
    talk = await phone.dial(NUMBER, at=at, number=number)
    await talk.ended(within=10)
    yield talk
    assert not house.of(to.CallArrived)
    assert not house.exchange.channels()


def test_a_call_in_the_clear_is_refused_on_a_secret_trunk(play, exchange, keys):
    async def scene(house):
        async with refused_caller(house, house.caller, at=exchange.secure_sip) as talk:
            assert talk.code == 488

    play(connected(exchange, keys, is_secret=False), scene)


def test_the_address_of_the_provider_alone_opens_nothing(play, exchange, keys):
    """Anybody can write it on a packet of UDP."""

    class Forger(SecurePhone):
        carrier = "UDP"

    async def scene(house):
        for kind, code in ((Forger, 403), (Phone, 488)):
            phone = await kind.open(TRUNK)
            async with refused_caller(house, phone, at=exchange.sip) as talk:
                assert talk.code == code
            phone.close()

    play(connected(exchange, keys), scene)


@pytest.mark.parametrize("name", [OUTSIDE, "trunk"])
def test_the_certificate_of_the_provider_elsewhere_opens_nothing(play, exchange, keys, name):
    async def scene(house):
        at = exchange.secure_sip
        async with refused_caller(house, house.caller, at=at, number=name) as talk:
            assert talk.code in (401, 403)

    play(connected(exchange, keys, address="127.0.0.4"), scene)


def write(folder, *options):
    """The command of an administrator."""
    script = ROOT / "deploy/asterisk/write_configuration"
    command = [sys.executable, script, folder, "--address", "127.0.0.1", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_an_administrator_writes_the_configuration_that_was_tried_here(exchange, keys, tmp_path):
    of = exchange.instance
    done = write(
        tmp_path,
        *("--sip-port", str(of.sip_port), "--certificate", keys.certificate),
        *("--trunk", TRUNK, "--trunk-contact", of.trunk.contact, "--trunk-transport", "tls"),
        *("--trunk-authority", keys.theirs.file, "--trunk-shows-certificate"),
    )

    assert done.returncode == 0, done.stderr
    written = (tmp_path / "etc/pjsip.conf").read_text()
    tried = (of.folder / "etc/pjsip.conf").read_text()
    assert tried.startswith(written)  # here there are telephones on desks, too
    assert "media_encryption = sdes" in written
    # What callers hear while nobody routes stands beside it, in the product's own directory.
    greeting = (tmp_path / "data/sounds/en/fallback.wav").readlink()
    assert greeting == tmp_path.parents[1] / "sounds/fallback.wav"
    again = write(tmp_path, "--certificate", keys.certificate, "--only-tls")
    assert again.stdout == done.stdout, "the secret of ARI is another one"
    assert "protocol = udp" not in (tmp_path / "etc/pjsip.conf").read_text()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--trunk", TRUNK, "--trunk-transport", "tls"), "wants a certificate"),
        (("--only-tls",), "wants a certificate"),
        (("--certificate", "ours.pem"), "no certificate with its key"),
        (("--certificate", "both.pem", "--trunk-authority", "empty.pem"), "of an authority"),
        (("--certificate", "both.pem", "--trunk", TRUNK, "--only-tls"), "the trunk wants TLS"),
    ],
)
def test_what_could_not_work_is_said_and_nothing_is_written(keys, tmp_path, options, sentence):
    files = {
        "ours.pem": keys.ours.file.read_bytes(),
        "both.pem": keys.certificate.read_bytes(),
        "empty.pem": b"",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    folder = tmp_path / "written"

    done = write(folder, *(str(tmp_path / one) if one in files else one for one in options))

    assert done.returncode == 2
    assert sentence in done.stderr.splitlines()[-1]
    assert not folder.exists()
