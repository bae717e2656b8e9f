"""Whether a mail comes from whom it says: asked, kept, told in a sentence, and acted upon."""

import base64
import time

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.feature.name_server import name_server
from tests.feature.test_mail_arriving import arrived, letter
from vitrine.channels.mail.arrive import signatures
from vitrine.channels.mail.deliver import compose, signing
from vitrine.correspondence.models import Promise
from vitrine.directory.models import MailAddress, Person
from vitrine.kernel.clock import now
from vitrine.tickets.actions import delegate
from vitrine.tickets.models import Ticket

GATE = "mx.register.example"


@pytest.fixture(autouse=True)
def no_rest():
    """A silent server of another test is forgotten."""
    signatures._Rest.until = 0.0


def results(words, *, by=GATE):
    return {"Authentication_Results": f"{by}; {words}"}


def verdict(arrival):
    return arrival.authenticity.get("verdict", "")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("dmarc=pass (p=REJECT) header.from=musterbach.example", "proven"),
        ("dkim=pass header.d=musterbach.example", "proven"),
        ("dkim=pass header.i=@mail.musterbach.example; spf=fail", "proven"),
        ("spf=pass smtp.mailfrom=ana@musterbach.example", "proven"),
        ("dkim=pass header.d=elsewhere.example; spf=pass smtp.mailfrom=x.example", "unproven"),
        ("dmarc=fail (p=reject dis=none) header.from=musterbach.example; spf=pass", "refuted"),
        ('spf=softfail (dkim=pass header.d=musterbach.example); dkim="none"', "unproven"),
        ("none", ""),
    ],
)
def test_the_mail_server_that_we_trust_decides(world, settings, words, expected):
    settings.AUTHSERV_IDS = [GATE]

    assert verdict(arrived(letter(**results(words)))) == expected


def test_what_a_stranger_claims_to_have_checked_counts_for_nothing(world, settings):
    settings.AUTHSERV_IDS = [GATE]
    good = "dmarc=pass header.from=musterbach.example"

    other = arrived(letter(**results(good, by="mx.elsewhere.example")))
    below = letter(**results("dmarc=fail header.from=musterbach.example"))
    raw = below.as_bytes().replace(
        b"MIME-Version",
        b"Received: from x\nAuthentication-Results: "
        + f"{GATE}; {good}".encode()
        + b"\nMIME-Version",
    )

    assert verdict(other) == ""
    assert verdict(arrived(raw)) == "refuted"


def test_a_forged_sender_is_told_and_opens_answers_and_heals_nothing(client, world, settings):
    settings.AUTHSERV_IDS = [GATE]
    ticket = world.ticket()
    Promise.objects.all().delete()
    MailAddress.objects.filter(person=world.ana).update(unreachable_since=now())
    bad = results("dmarc=fail header.from=musterbach.example")

    arrival = arrived(letter("Neues Konto!", subject=f"[RN-{ticket.number}] Schlüssel", **bad))

    assert arrival.outcome == "ticket"
    assert not Promise.objects.exists()
    assert MailAddress.objects.get(person=world.ana).unreachable_since
    fresh = Ticket.objects.latest("id")
    client.force_login(world.carla)
    page = client.get(f"/desk/tickets/{fresh.number}/").text
    assert "Dit komt niet van musterbach.example: het domein zegt het zelf." in page


def test_a_forged_expert_answers_nothing(world, settings):
    settings.AUTHSERV_IDS = [GATE]
    ticket = world.ticket()
    delegate(ticket, service=world.applications, motive="TI 140 ?", by=world.bruno)
    asked = Promise.objects.get(kind="delegation")
    bad = results("dmarc=fail header.from=desk.example")

    arrived(letter("Alles gut.", sender="dora@desk.example", In_Reply_To=asked.message_id, **bad))

    ticket.refresh_from_db()
    assert ticket.state == "second_line"


def test_mail_from_an_address_that_did_not_work_puts_it_to_use_again(world):
    MailAddress.objects.filter(person=world.ana).update(unreachable_since=now())

    arrived(letter())

    assert MailAddress.objects.get(person=world.ana).unreachable_since is None
    assert Promise.objects.count() == 1


@pytest.fixture(scope="module")
def key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )


def record(key):
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(key.public_key().public_bytes(*form)).decode()}"


def sign(raw, key, *, domain="musterbach.example", **options):
    raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return dkim.sign(raw, b"s1", domain.encode(), pem(key), **options) + raw


REJECT = {"_dmarc.musterbach.example": "v=DMARC1; p=reject"}


@pytest.mark.parametrize("policy", [{}, REJECT])
def test_a_valid_signature_of_the_domain_proves_the_sender(client, world, settings, key, policy):
    records = {"s1._domainkey.musterbach.example": record(key), **policy}
    with name_server(records) as (address, _asked):
        settings.DNS_SERVERS = [address]
        arrival = arrived(sign(letter().as_bytes(), key))

    assert verdict(arrival) == "proven"
    client.force_login(world.carla)
    page = client.get(f"/desk/tickets/{Ticket.objects.get().number}/").text
    assert "De handtekening van musterbach.example is geldig." in page


def test_a_signature_that_does_not_fit_proves_nothing(world, settings, key):
    raw = sign(letter().as_bytes(), key)
    changed = raw.replace(b"anmelden", b"abmelden")
    other = sign(letter().as_bytes(), key, domain="elsewhere.example")
    short = sign(letter().as_bytes(), key, length=True) + b"Und ein Konto in Panama."
    twice = b"From: Eve <eve@elsewhere.example>\r\n" + sign(letter().as_bytes(), key)
    names = ("s1._domainkey.musterbach.example", "s1._domainkey.elsewhere.example")
    with name_server(dict.fromkeys(names, record(key))) as (address, _asked):
        settings.DNS_SERVERS = [address]
        assert b"abmelden" in changed
        for forged in (changed, other, short, twice):
            assert verdict(arrived(forged)) == "unproven"
    with name_server(dict.fromkeys(names, record(key)) | REJECT) as (address, _asked):
        settings.DNS_SERVERS = [address]
        raw = sign(letter().as_bytes(), key).replace(b"anmelden", b"abmelden")
        assert verdict(arrived(raw)) == "refuted"


def test_a_silent_name_server_holds_nothing_up(world, settings, key, monkeypatch):
    monkeypatch.setattr(signatures, "ALL_TOGETHER", 0.4)
    with name_server({}, is_silent=True) as (address, asked):
        settings.DNS_SERVERS = [address]
        began = time.monotonic()
        for _each in range(4):
            arrival = arrived(sign(letter().as_bytes(), key))
            assert (arrival.outcome, verdict(arrival)) == ("ticket", "")
        took = time.monotonic() - began

    assert len(set(asked)) == 1  # after the first silence nobody asks for a while
    assert took < 4


def test_without_the_setting_nobody_is_asked(world, monkeypatch):
    def asked(*args, **kwargs):
        raise AssertionError("a name server was asked")

    monkeypatch.setattr(signatures.dns.resolver.Resolver, "resolve", asked)

    assert arrived(letter()).outcome == "ticket"


@pytest.mark.parametrize(
    ("headers", "sender", "words"),
    [
        ({}, '"ana@musterbach.example" <eve@elsewhere.example>', "ana@musterbach.example"),
        ({}, "Musterbach <eve@elsewhere.example>", "hoort niet bij deze dienst"),
        ({"Reply_To": "eve@elsewhere.example"}, None, "eve@elsewhere.example"),
    ],
)
def test_what_may_mislead_the_reader_is_said(client, world, headers, sender, words):
    arrived(letter(sender=sender or "ana@musterbach.example", **headers))

    client.force_login(world.carla)
    page = client.get(f"/desk/tickets/{Ticket.objects.get().number}/").text
    assert words in page.partition('class="remark warn"')[2].partition("</p>")[0]


def test_an_honest_mail_is_left_in_peace(client, world):
    arrived(letter(sender='"Ana Beispiel (ana@musterbach.example)" <ana@musterbach.example>'))

    client.force_login(world.carla)
    assert "remark" not in client.get(f"/desk/tickets/{Ticket.objects.get().number}/").text
    assert Person.objects.count() == 3


def test_what_we_send_carries_our_own_signature(world, settings, key, tmp_path):
    settings.DKIM_DOMAIN, settings.DKIM_SELECTOR = "register.example", "desk"
    settings.DKIM_KEY_FILE = str(tmp_path / "key")
    (tmp_path / "key").write_bytes(pem(key))
    signing._key.cache_clear()
    world.ticket()

    raw = compose.letter_for(Promise.objects.get()).raw

    public = record(key).encode()
    fields = dkim.DKIM(raw)
    assert fields.verify(dnsfunc=lambda name, timeout=5: public)
    assert fields.signature_fields[b"c"] == b"relaxed/relaxed"
    signed = fields.signature_fields[b"h"].lower().split(b":")
    assert [name.strip() for name in signed].count(b"from") == 2
    assert not dkim.verify(
        b"From: eve@elsewhere.example\r\n" + raw, dnsfunc=lambda name, timeout=5: public
    )
    assert not dkim.verify(
        raw.replace(b"Anfrage", b"Anklage"), dnsfunc=lambda name, timeout=5: public
    )
