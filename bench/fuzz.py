"""Throw damaged mails at `parse`, seeds from the captured ones: nothing may escape or be slow.

    make fuzz ARGS="--minutes 10"

A failure prints the seed of its run, keeps the bytes and ends with 1. The same seed makes
the same mails again.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from vitrine.channels.mail.parse import ParsedMail, parse

CAPTURED = Path(__file__).parents[1] / "tests" / "captured"
SLOWEST = 1.0
"""Seconds that a mail of at most some hundred kilobytes may take on one core."""
MOST_DAMAGES = 12

PIECES = [
    b"\r\n",
    b"\n",
    b"\r",
    b"\r\n\r\n",
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\x1b$B",
    b"--b\r\n",
    b"--b--\r\n",
    b"From: ",
    b"From x Mon Jan  1 00:00:00 2001\n",
    b"Content-Type: multipart/mixed; boundary=b\r\n",
    b"Content-Type: multipart/alternative; boundary=\r\n",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
    b"Content-Type: message/delivery-status\r\n\r\n",
    b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Type: text/html; charset=utf-7\r\n\r\n",
    b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;TZID=",
    b"Content-Type: application/ms-tnef\r\n\r\n\x78\x9f\x3e\x22\x01\x00",
    b"Content-Type: application/pkcs7-mime\r\n\r\n\x06\x09*\x86H\x86\xf7\r\x01\x07\x01\xa0",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n",
    b"Content-Transfer-Encoding: x-uuencode\r\n",
    b"Content-Disposition: attachment; filename*0*=utf-8''%ff; filename*1=\"x\r\n",
    b"begin 644 x\r\n#0V%T\r\n`\r\nend\r\n",
    b"=?utf-8?b?",
    b"=?iso-2022-jp?q?=1B?=",
    b"?=",
    b"<blockquote><div class='gmail_quote'><a href='",
    b"<!--",
    b"> ",
    b"On 1 Jan 2024, x <a@b.example> wrote:\n",
    b"-- \n",
    b"-----BEGIN PGP SIGNED MESSAGE-----\n",
    b"Final-Recipient: rfc822; <",
    b"Status: 5.1.1\r\n",
    b"Date: 32 Foo 99999 25:61 +9999\r\n",
    b"X-Failed-Recipients: a@b.example\r\n",
]


def seeds() -> list[bytes]:
    """The captured mails."""
    return [path.read_bytes() for path in sorted(CAPTURED.rglob("*.eml"))]


def damaged(raw: bytes, *, others: list[bytes], chance: random.Random) -> bytes:
    """`raw` after a few damages."""
    mail = raw[:200_000]
    for _damage in range(chance.randint(1, MOST_DAMAGES)):
        at = chance.randint(0, len(mail))
        end = at + chance.choice((0, 1, 4, 40, 400))
        mail = chance.choice(DAMAGES)(mail, at, end, others, chance)[:400_000]
    return mail


Damage = Callable[[bytes, int, int, list[bytes], random.Random], bytes]


def with_piece(
    mail: bytes, at: int, end: int, _others: list[bytes], chance: random.Random
) -> bytes:
    """A piece of structure in the place of some bytes."""
    return mail[:at] + chance.choice(PIECES) + mail[end:]


def with_noise(
    mail: bytes, at: int, end: int, _others: list[bytes], chance: random.Random
) -> bytes:
    """Any bytes in the place of some."""
    return mail[:at] + chance.randbytes(chance.randint(0, 8)) + mail[end:]


def with_another(
    mail: bytes, at: int, _end: int, others: list[bytes], chance: random.Random
) -> bytes:
    """A stretch of another mail in the middle."""
    other = chance.choice(others)
    begin = chance.randint(0, len(other))
    return mail[:at] + other[begin : begin + chance.randint(0, 2000)] + mail[at:]


def cut(mail: bytes, at: int, _end: int, _others: list[bytes], _chance: random.Random) -> bytes:
    """The rest is missing."""
    return mail[:at]


def repeated(mail: bytes, at: int, end: int, _others: list[bytes], chance: random.Random) -> bytes:
    """A stretch several times."""
    return mail[:at] + mail[at:end] * chance.choice((2, 3, 50)) + mail[end:]


def shuffled(
    mail: bytes, _at: int, _end: int, _others: list[bytes], chance: random.Random
) -> bytes:
    """The lines of the header in another order."""
    head, _blank, body = mail.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    chance.shuffle(lines)
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def with_gap(mail: bytes, at: int, end: int, _others: list[bytes], _chance: random.Random) -> bytes:
    """Some bytes missing."""
    return mail[:at] + mail[end:]


DAMAGES: list[Damage] = [with_piece, with_noise, with_another, cut, repeated, shuffled, with_gap]


def complaints(found: ParsedMail) -> Iterator[str]:
    """What is wrong with the outcome."""
    if "could not be read" in (found.quarantine or ""):
        yield f"an exception was caught: {found.quarantine}"
    for text in (found.subject, found.text, found.visible_text, found.quoted_text, found.html):
        if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
            yield "a text holds what no database takes"
    if any(not file.name or "/" in file.name for file in found.attachments):
        yield "a file has no safe name"
    if len(found.visible_text.split()) > len(found.text.split()):
        yield "more is seen than there is"


def main() -> int:
    """Run; 1 at the first mail that `parse` does not bear."""
    parser = argparse.ArgumentParser(prog="make fuzz")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    wanted = parser.parse_args()
    chance, mails = random.Random(wanted.seed), seeds()
    began, count, slowest = time.monotonic(), 0, 0.0
    while time.monotonic() - began < wanted.minutes * 60:
        raw = damaged(chance.choice(mails), others=mails, chance=chance)
        before = time.process_time()
        found = parse(raw)
        seconds = time.process_time() - before
        count, slowest = count + 1, max(slowest, seconds)
        slow = [f"it took {seconds:.1f} s"] if seconds > SLOWEST else []
        for complaint in (*slow, *complaints(found)):
            kept = Path(f"fuzz-{wanted.seed}-{count}.eml")
            kept.write_bytes(raw)
            print(f"{complaint}; seed {wanted.seed}, mail {count}, kept in {kept}")
            return 1
    print(f"{count} damaged mails, none too much; slowest {slowest * 1000:.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
