"""The mail door as a real process, with a PostgreSQL of its own that is stopped and killed."""

import os
import smtplib
import subprocess
import threading
import time
import uuid
from email.message import EmailMessage

import pytest

from tests.servers.house import DESK, ending, running_house, wait_until

AWAY_FOR = float(os.environ.get("VITRINE_TEST_AWAY", "8"))
"""Seconds; 20 in the nightly run."""


@pytest.fixture(scope="module")
def house():
    with running_house(prefix="vitrine-door-") as house:
        yield house


@pytest.fixture(autouse=True)
def fresh(house):
    house.empty()


def letter(number, *, sender="ana@musterbach.example"):
    message = EmailMessage()
    message["From"] = sender
    message["To"] = DESK
    message["Subject"] = f"Frage {number}: Straße"
    message["Message-ID"] = f"<{uuid.uuid4()}@musterbach.example>"
    message.set_content("Guten Tag, wir können uns nicht anmelden.")
    return message.as_bytes()


def send(port, raw, *, sender="ana@musterbach.example", way=smtplib.SMTP):
    """Send like a mail server: again, the same bytes, until it is told 250."""
    for _attempt in range(60):
        try:
            with way("127.0.0.1", port, timeout=30) as client:
                refused = client.sendmail(sender, [DESK], raw)
                assert not refused
                return
        except (OSError, smtplib.SMTPException):
            time.sleep(0.2)
    raise AssertionError("never taken")


def test_nothing_is_lost_and_nothing_twice_while_the_database_is_away(house):
    sent = 0
    with house.open_door() as (smtp, _lmtp):
        send(smtp, letter("before"))
        house.server.stop()
        began = time.monotonic()
        while time.monotonic() - began < AWAY_FOR:
            if sent < 40:
                send(smtp, letter(f"away {sent}"))
                sent += 1
            time.sleep(0.1)
        assert len(list(house.spool.glob("*.mail"))) == sent
        house.server.start()
        send(smtp, letter("after"))
        wait_until(lambda: not list(house.spool.glob("*.mail")))

        [[count, distinct]] = house.rows(
            "SELECT count(*), count(DISTINCT message_id) FROM correspondence_arrival"
        )
        assert (count, distinct) == (sent + 2, sent + 2)
        with ending(house.run("procrastinate", "worker")):
            wait_until(lambda: not unhandled(house))
        assert outcomes(house) == {"ticket": sent + 2}


def unhandled(house):
    return house.rows("SELECT id FROM correspondence_arrival WHERE handled_at IS NULL")


def outcomes(house):
    return dict(house.rows("SELECT outcome, count(*) FROM correspondence_arrival GROUP BY outcome"))


def test_two_hundred_mixed_mails_are_counted_exactly(house):
    """20 senders at once; ordinary, twice the same, without sender, automatic."""
    with house.open_door() as (smtp, lmtp):

        def deliver(batch):
            for number in range(batch * 10, batch * 10 + 10):
                raw = letter(number, sender=f"sender{number}@musterbach.example")
                if number % 10 == 0:
                    raw = raw.replace(b"From: ", b"X-From: ")
                if number % 10 == 1:
                    raw = b"Auto-Submitted: auto-generated\r\n" + raw
                way, port = (smtplib.LMTP, lmtp) if number % 3 == 0 else (smtplib.SMTP, smtp)
                send(port, raw, way=way)
                if number % 10 == 2:
                    send(smtp, raw)

        senders = [threading.Thread(target=deliver, args=(batch,)) for batch in range(20)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        assert house.rows("SELECT count(*) FROM correspondence_arrival") == [(220,)]
    with ending(house.run("procrastinate", "worker", "--concurrency", "2")):
        wait_until(lambda: not unhandled(house))

    assert outcomes(house) == {
        "ticket": 160,
        "quarantined": 20,
        "automatic": 20,
        "duplicate": 20,
    }


def test_a_worker_killed_while_it_works_delivers_everything_once(house):
    """SIGKILL at random instants under 40 mails: each acknowledged once, none twice."""
    with house.open_door() as (smtp, _lmtp):
        for number in range(40):
            send(smtp, letter(number, sender=f"killed{number}@musterbach.example"))
    for done in (3, 12, 25):
        worker = house.run("procrastinate", "worker", "--concurrency", "2")
        wait_until(lambda done=done: 40 - len(unhandled(house)) >= done)
        worker.kill()
        worker.wait()
    with ending(house.run("procrastinate", "worker", "--concurrency", "2")):
        wait_until(lambda: not unhandled(house))
        wait_until(
            lambda: not house.rows("SELECT id FROM correspondence_promise WHERE sent_at IS NULL"),
        )

    assert outcomes(house) == {"ticket": 40}
    [[messages, recipients]] = house.rows(
        "SELECT count(*), count(DISTINCT to_address) FROM correspondence_sinkmessage"
    )
    assert (messages, recipients) == (40, 40)


def test_what_a_sender_is_told(house):
    with house.open_door() as (smtp, lmtp):
        with smtplib.SMTP("127.0.0.1", smtp) as client:
            client.ehlo()
            assert client.has_extn("size")
            assert client.has_extn("8bitmime")
            assert client.has_extn("smtputf8")
            code, _words = client.mail("a@b.example", ["SIZE=999999999"])
            assert code == 552
        with smtplib.SMTP("127.0.0.1", smtp) as client:
            client.ehlo()
            client.mail("")
            client.rcpt(DESK)
            client.rcpt("second@register.example")
            raw = b"From: a@b.example\nSubject: bare\n\n" + b"x" * 300_000 + b"\x00\n"
            assert client.data(raw)[0] == 250
            client.mail("a@b.example")
            client.rcpt(DESK)
            assert client.data(b"")[0] == 250
        with smtplib.LMTP("127.0.0.1", lmtp) as client:
            client.lhlo() if hasattr(client, "lhlo") else client.ehlo()
            client.mail("a@b.example")
            client.rcpt(DESK)
            client.rcpt("second@register.example")
            client.putcmd("data")
            assert client.getreply()[0] == 354
            client.send(b"Subject: two\r\n\r\nhello\r\n..\r\n.\r\n")
            assert [client.getreply()[0] for _recipient in range(2)] == [250, 250]

    rows = house.rows("SELECT raw FROM correspondence_arrival ORDER BY id")
    stored = [bytes(raw) for [raw] in rows]
    assert len(stored) == 3
    senders = house.rows("SELECT envelope_from FROM correspondence_arrival ORDER BY id")
    assert senders == [("",), ("a@b.example",), ("a@b.example",)]
    assert b"\x00" in stored[0]
    assert len(stored[0]) > 300_000
    assert stored[2] == b"Subject: two\r\n\r\nhello\r\n.\r\n"


def test_a_message_that_cannot_be_stored_anywhere_is_refused_for_now(house):
    """Database away and no place for the spool: 451, never 250."""
    house.spool.mkdir(exist_ok=True)
    for file in house.spool.iterdir():
        file.unlink()
    house.spool.rmdir()
    house.spool.write_text("a file where the directory should be")
    with house.open_door() as (smtp, _lmtp):
        house.server.stop()
        try:
            with (
                smtplib.SMTP("127.0.0.1", smtp, timeout=30) as client,
                pytest.raises(smtplib.SMTPDataError) as told,
            ):
                client.sendmail("a@b.example", [DESK], letter("nowhere"))
            assert told.value.smtp_code == 451
            assert b"try again later" in told.value.smtp_error
        finally:
            house.spool.unlink()
            house.server.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root can make a small disk.")
def test_a_full_disk_says_452_and_leaves_nothing_half_done(house):
    """Database away, the spool on a disk of 64 KiB: what is told 250 is kept, the rest is not."""
    house.spool.mkdir(exist_ok=True)
    small = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(house.spool)]
    if subprocess.run(small, check=False, capture_output=True).returncode:
        pytest.skip("This machine does not let us mount a small disk.")
    try:
        with house.open_door() as (smtp, _lmtp):
            house.server.stop()
            try:
                codes = [told(smtp, letter(f"{n} {'x' * 12_000}")) for n in range(10)]
                kept = sorted(house.spool.iterdir())
                assert all(file.suffix == ".mail" for file in kept), "nothing half done"
                assert set(codes) == {250, 452}
                assert codes.count(250) == len(kept)
            finally:
                house.server.start()
            wait_until(lambda: not list(house.spool.glob("*.mail")))
        assert house.rows("SELECT count(*) FROM correspondence_arrival") == [(codes.count(250),)]
    finally:
        subprocess.run(["umount", str(house.spool)], check=True)


def told(port, raw):
    """What the door says to a message."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.ehlo()
        client.mail("a@b.example")
        client.rcpt(DESK)
        return client.data(raw)[0]
