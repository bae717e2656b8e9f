"""Whatever the bytes are: `parse` never raises, and never takes long."""

import base64
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
}


@pytest.mark.parametrize("name", HOSTILE)
def test_parsing_is_linear(name):
    before = time.process_time()

    parse(HOSTILE[name])

    assert time.process_time() - before < 5  # seconds of one core; usually below 1


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
