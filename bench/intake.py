"""How many mails a second become tickets, against how many could be read and kept at all.

    make bench-mail          BENCH_MAILS (2000)

The limit, measured in the same run on the same cores: two processes that merely parse the same
messages with the standard library and commit the raw bytes, one transaction each. Then the
product takes the messages through the SMTP door, and from an IMAP mailbox where Dovecot can be
had; the clock stops when every message has its outcome. Before each of the two the product is
at rest: no acknowledgement of earlier mails is still to be delivered.
"""

import os
import random
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import LiteralString

import psycopg

from bench.budgets import Verdict
from bench.product import Product, running
from bench.words import voice
from tests.servers.dovecot import PASSWORD, USER, Dovecot

MAILS = int(os.environ.get("BENCH_MAILS", "2000"))
SENDERS = 400
CONNECTIONS = 8
CORES = 2
SHARE = 0.25
"""Of the limit; the goal."""
LEAST = 150.0
"""Messages per second; the goal."""
VOICES = [voice(code) for code in ("fr", "nl", "de", "en")]
DESK = "helpdesk@register.example"
ASIDE = "second"
"""A mailbox of the same Dovecot that nobody watches."""
HANDLED = "SELECT count(*) FROM correspondence_arrival WHERE handled_at IS NOT NULL"
OWED = "SELECT count(*) FROM correspondence_promise WHERE sent_at IS NULL AND failed_at IS NULL"


def corpus(count: int) -> list[bytes]:
    """Mails as a busy morning brings them: new, follow-ups, files, pages, answering machines."""
    return [_mail(number) for number in range(count)]


def _mail(number: int) -> bytes:
    chance = random.Random(number)
    speaker = VOICES[number % len(VOICES)]
    text = speaker.text(chance, sentences=6)
    message = EmailMessage(policy=policy.SMTP)
    clerk = number % SENDERS
    town = clerk % 97
    message["From"] = f"Clerk {clerk} <clerk{clerk}@town{town}.example>"
    message["To"] = DESK
    message["Subject"] = speaker.text(chance, sentences=1)[:80]
    message["Date"] = "Mon, 23 Nov 2026 10:00:00 +0100"
    message["Message-ID"] = f"<bench-{number}@town{town}.example>"
    message.set_content(text)
    kind = number % 20
    if kind in (3, 9, 15):
        message.add_attachment(
            os.urandom(30_000), maintype="application", subtype="pdf", filename="scan.pdf"
        )
    elif kind in (5, 12):
        message.add_alternative(f"<p>{text}</p>", subtype="html")
    elif kind in (7, 17) and number > SENDERS:
        before = f"<bench-{number - SENDERS}@town{town}.example>"
        message["In-Reply-To"] = message["References"] = before
    elif kind == 18:
        message["Auto-Submitted"] = "auto-replied"
    return message.as_bytes()


def limit(mails: list[bytes], *, database: str) -> float:
    """Messages per second: parsed by the standard library and committed raw, by two processes."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bench_raw (id bigserial, raw bytea)")
    parts = [mails[start::CORES] for start in range(CORES)]
    with ProcessPoolExecutor(CORES) as pool:
        list(pool.map(_keep_raw, [mails[:20]] * CORES, [database] * CORES))  # start the processes
        begin = time.perf_counter()
        list(pool.map(_keep_raw, parts, [database] * CORES))
        return len(mails) / (time.perf_counter() - begin)


def _keep_raw(mails: list[bytes], database: str) -> int:
    with psycopg.connect(database) as connection:
        for raw in mails:
            message = message_from_bytes(raw, policy=policy.default)
            body = message.get_body(("plain", "html"))
            assert body is None or body.get_content()
            for part in message.iter_attachments():
                part.get_content()
            connection.execute("INSERT INTO bench_raw (raw) VALUES (%s)", [raw])
            connection.commit()
    return len(mails)


def by_door(mails: list[bytes], *, product: Product) -> float:
    """Messages per second from the first connection to the last outcome."""
    parts = [mails[start::CONNECTIONS] for start in range(CONNECTIONS)]

    def send(part: list[bytes]) -> None:
        with smtplib.SMTP("127.0.0.1", product.smtp_port) as link:
            for raw in part:
                sender = raw.partition(b"<")[2].partition(b">")[0].decode()
                link.sendmail(sender, [DESK], raw)

    def bring() -> None:
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            list(pool.map(send, parts))

    return _rate(len(mails), bring=bring, product=product)


def by_mailbox(mails: list[bytes], *, product: Product) -> float | None:
    """The same from an IMAP mailbox on which the product waits; None: there is no Dovecot.

    The mails appear in it all at once: they are moved, so that Dovecot's own taking of mail
    is not in the figure. Its reading and marking is.
    """
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vitrine-imap-")))
        place.chmod(0o755)
        dovecot = Dovecot(place)
        try:
            dovecot.start()
        except (OSError, TypeError):
            return None
        stack.callback(dovecot.stop)
        with smtplib.LMTP("127.0.0.1", dovecot.lmtp_port) as link:
            link.sendmail("clerk@town.example", [f"{USER}@dovecot.example"], _mail(3 * MAILS))
            for raw in mails:
                link.sendmail("clerk@town.example", [f"{ASIDE}@dovecot.example"], raw)
        words = ["Bench", "127.0.0.1", str(dovecot.imap_port), USER, PASSWORD]
        _rate(1, bring=lambda: _connect(words, product=product), product=product)
        _at_rest(product)
        return _rate(len(mails), bring=lambda: _appear(place / "mail"), product=product)


def _appear(place: Path) -> None:
    """Move what lies aside into the mailbox that is watched."""
    for mail in (place / ASIDE / "Maildir" / "new").iterdir():
        mail.rename(place / USER / "Maildir" / "new" / mail.name)


def _at_rest(product: Product) -> None:
    """Until every acknowledgement of earlier mails has left: they have had their figure."""
    with psycopg.connect(product.database, autocommit=True) as connection:
        deadline = time.perf_counter() + 600
        while _counted(connection, query=OWED) and time.perf_counter() < deadline:
            time.sleep(0.2)


def _connect(words: list[str], *, product: Product) -> None:
    """Add the mailbox; the fetching process notices it by itself."""
    subprocess.run(
        [sys.executable, "-m", "bench.connect_mailbox", *words],
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "vitrine.config.settings",
            "DATABASE_URL": product.database,
            "VITRINE_STATE": str(product.state),
        },
        check=True,
    )


def _rate(count: int, *, bring: Callable[[], None], product: Product) -> float:
    with psycopg.connect(product.database, autocommit=True) as connection:
        before = _handled(connection)
        spent, begin = product.cpu(), time.perf_counter()
        bring()
        while _handled(connection) - before < count:
            if time.perf_counter() - begin > 600:
                missing = count - (_handled(connection) - before)
                raise SystemExit(f"{missing} of {count} messages have no outcome after 600 s")
            time.sleep(0.05)
        took = time.perf_counter() - begin
    each = {kind: (after - spent[kind]) / count for kind, after in product.cpu().items()}
    told = ", ".join(f"{kind} {ms:.1f}" for kind, ms in each.items() if ms >= 0.1)
    print(f"{count} mails in {took:.1f} s; CPU ms a mail: {told}")
    return count / took


def _handled(connection: "psycopg.Connection[tuple[int]]") -> int:
    return _counted(connection, query=HANDLED)


def _counted(connection: "psycopg.Connection[tuple[int]]", *, query: LiteralString) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def main() -> int:
    """Measure and print; 1 when a goal is missed."""
    mails = corpus(2 * MAILS)
    with tempfile.TemporaryDirectory(prefix="vitrine-intake-") as name:
        state = Path(name)
        state.chmod(0o755)
        with running(state) as product:
            most = limit(mails[:MAILS], database=product.database)
            by_door(corpus(200), product=product)
            _at_rest(product)
            door = by_door([_fresh(raw, mark=b"door") for raw in mails[:MAILS]], product=product)
            _at_rest(product)
            box = by_mailbox([_fresh(raw, mark=b"imap") for raw in mails[MAILS:]], product=product)
    print(f"limit {most:.0f}/s, door {door:.0f}/s, mailbox {box and round(box)}/s, {MAILS} mails")
    judged = [
        Verdict("messages through the door / limit, at least", door / most, SHARE),
        Verdict("messages through the door per second, at least", door, LEAST),
    ]
    if box is not None:
        judged += [
            Verdict("messages from a mailbox / limit, at least", box / most, SHARE),
            Verdict("messages from a mailbox per second, at least", box, LEAST),
        ]
    for verdict in judged:
        kept = "kept    " if verdict.measured >= verdict.limit else "NOT KEPT"
        print(f"{kept} {verdict.budget}: {verdict.measured:.2f} ({verdict.limit})")
    return 0 if all(verdict.measured >= verdict.limit for verdict in judged) else 1


def _fresh(raw: bytes, *, mark: bytes) -> bytes:
    """The same message under other Message-IDs: the product would see copies."""
    return raw.replace(b"<bench-", b"<" + mark + b"-")


if __name__ == "__main__":
    sys.exit(main())
