"""Whatever the bytes are: `parse` never raises, and never takes long."""

import base64
import random
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.fuzz import complaints, damaged, seeds
from vitrine.channels.mail.parse import ParsedMail, parse

SAMPLES = Path(__file__).parents[2].parent / "shared" / "data" / "mail"
needs_samples = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the samples of real mails are not on this machine"
)


def mail(headers=b"", body=b"Guten Tag"):
    return b"From: Ana Beispiel <ana@musterbach.example>\r\n" + headers + b"\r\n" + body


LARGE = base64.encodebytes(bytes(range(256)) * 90_000)
HOSTILE = {
    "thirty megabytes": mail(
        b"Content-Type: multipart/mixed; boundary=b\r\n",
        b"--b\r\n\r\nhallo\r\n--b\r\nContent-Type: image/png\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + LARGE + b"\r\n--b--",
    ),
    "long text": mail(b"", b"hallo welt dies ist text\r\n" * 1_000_000),
    "one line": mail(b"", b"x" * 30 * 2**20),
    "brackets": mail(b"Content-Type: text/html\r\n", b"<" * 3_000_000),
    "open tags": mail(b"Content-Type: text/html\r\n", b'<a "' * 100_000),
    "headers": mail(b"X: =?utf-8?q?\r\n " * 100_000),
    "nested": mail(
        b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
            for n in range(3000)
        ),
        b"x y z\r\n" * 500_000,
    ),
    "introductions": mail(b"", b"hi\r\n" + b"On a 1 wrote wrote:\r\n" * 200_000),
    "signatures": mail(b"", b"hi\r\n" + b"--\r\n" * 100_000),
    "comments": b"From: " + b"(" * 60_000 + b"\r\n\r\nx",
    "ten thousand parts": mail(
        b"Content-Type: multipart/mixed; boundary=b\r\n",
        b"--b\r\nContent-Type: image/png; name=x\r\n\r\nx\r\n" * 10_000,
    ),
    "a megabyte of headers": mail(b"X-Long: " + b"a" * 70 + b"\r\n" * 1 + b"Y: z\r\n" * 150_000),
    "addresses": b"From: " + b"a@b.example, " * 5000 + b"\r\n\r\nx",
    "brackets and colons": mail(b"", b"hi\r\n" + b"<a@b:<a@b:" * 500_000),
    "fields": mail(b"", b"hi\r\n\r\n" + b"From: a@b.example 2024\r\n" * 200_000),
    "quotes": mail(b"", b"hi\r\n" + b"> x\r\n\r\n" * 300_000),
    "blockquotes": mail(b"Content-Type: text/html\r\n", b"<blockquote>x" * 100_000),
    "marked quotes": mail(b"Content-Type: text/html\r\n", b'<div class="gmail_quote">' * 90_000),
    "calendar": mail(
        b"Content-Type: text/calendar\r\n", b"BEGIN:VEVENT\r\nSUMMARY:a\r\n" * 100_000
    ),
    "calendar fields": mail(b"Content-Type: text/calendar\r\n", b'X;A="' * 500_000),
    "outlook counters": mail(
        b"Content-Type: application/ms-tnef\r\n",
        b"\x78\x9f\x3e\x22\x01\x00"
        + b"\x01\x03\x90\x06\x00\x04\x00\x00\x00\xff\xff\xff\xff\x00\x00" * 2,
    ),
    "outlook attributes": mail(
        b"Content-Type: application/ms-tnef\r\n",
        b"\x78\x9f\x3e\x22\x01\x00" + b"\x02\x02\x90\x06\x00\x00\x00\x00\x00\x00\x00" * 900_000,
    ),
    "envelope": mail(
        b"Content-Type: application/pkcs7-mime\r\n",
        b"\x06\x09*\x86H\x86\xf7\r\x01\x07\x01\xa0\x80" + b"\x24\x80" * 2_000_000,
    ),
    "report": mail(
        b"Return-Path: <>\r\nSubject: Undeliverable\r\n", b"user unknown <a@b.example> " * 400_000
    ),
    "recipients": mail(
        b"Return-Path: <>\r\nSubject: Undeliverable\r\n",
        b"".join(b"mail to user%d@b.example a\r\n" % number for number in range(5000)),
    ),
    "report groups": mail(
        b"Return-Path: <>\r\nContent-Type: message/delivery-status\r\n",
        b"Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\n\r\n" * 100_000,
    ),
    "enriched": mail(b"Content-Type: text/enriched\r\n", b"<param><bold>" * 500_000),
    "flowed": mail(b"Content-Type: text/plain; format=flowed\r\n", b"word \r\n" * 500_000),
    "armour": mail(b"", b"-----BEGIN PGP SIGNED MESSAGE-----\n" * 100_000),
    "uuencoded": mail(b"", b"begin 644 a\n" * 300_000),
    "base64": mail(b"Content-Transfer-Encoding: base64\r\n", b"QQ==\r\n" * 500_000),
    "subject": mail(b"Subject: " + b"=?utf-8?q?a?= " * 4000 + b"\r\n"),
    "date": mail(b"Date: " + b"1 Jan " * 10_000 + b"\r\n"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_parsing_is_linear(name):
    before = time.process_time()

    parse(HOSTILE[name])

    assert time.process_time() - before < 5  # seconds of one busy core; usually below 1


def test_what_is_beyond_the_parts_that_are_read_is_kept():
    found = parse(HOSTILE["ten thousand parts"])

    assert found.attachments[-1].name == "rest.eml"
    kept = b"".join(each.content for each in found.attachments)
    assert kept.count(b"x") >= 10_000


PIECES = st.sampled_from(
    [
        b"From: ",
        b"a@b.example",
        b"\r\n",
        b"\n",
        b"\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=b\r\n",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
        b"Content-Type: message/delivery-status\r\n",
        b"Content-Type: message/rfc822\r\n",
        b"Content-Type: text/html; charset=utf-7\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Transfer-Encoding: x-uuencode\r\n",
        b"Content-Disposition: attachment; filename*0*=utf-8''%ff\r\n",
        b"Subject: =?utf-8?b?",
        b"?=",
        b"--b\r\n",
        b"--b--\r\n",
        b"begin 644 x\r\n",
        b"\r\nend\r\n",
        b"Final-Recipient: rfc822; <",
        b"Action: failed\r\n",
        b"Status: 5.1.1\r\n",
        b"Date: Mon, 32 Foo 99999 25:61 +9999\r\n",
        b"Message-ID: <",
        b"<blockquote><a href='",
        b"> ",
        b"On 1 wrote:\n",
        b"-- \n",
        b"\xff\xfe\x00",
    ]
)


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(PIECES | st.binary(max_size=20), max_size=60).map(b"".join))
def test_no_bytes_make_parse_raise(raw):
    found = parse(raw)

    assert isinstance(found, ParsedMail)
    assert "could not be read" not in (found.quarantine or "")
    for text in (found.subject, found.text, found.visible_text, found.html):
        assert "\x00" not in text
        text.encode()


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32))
def test_no_damage_to_a_captured_mail_makes_parse_raise_or_lose(seed):
    chance = random.Random(seed)
    mails = seeds()
    raw = damaged(chance.choice(mails), others=mails, chance=chance)

    assert not list(complaints(parse(raw)))


@needs_samples
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_damage_to_a_real_mail_makes_parse_raise(data):
    paths = sorted(SAMPLES.rglob("*.eml"))
    raw = bytearray(data.draw(st.sampled_from(paths)).read_bytes()[:20_000])
    for _damage in range(data.draw(st.integers(0, 10))):
        at = data.draw(st.integers(0, max(0, len(raw) - 1)))
        raw[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=10))

    assert "could not be read" not in (parse(bytes(raw)).quarantine or "")
