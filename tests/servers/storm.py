"""SIGKILL for fetcher, worker, door, web and PostgreSQL under a stream of mail.

    make soak-mail ARGS="--kills 200 --rate 10 --seed 1"

Sent = stored = ticketed, nothing twice, nobody answered twice. Half of the mail comes by
Postfix to the door, half by Postfix to Dovecot and from there by IDLE; answers leave by
Postfix. The seed is printed: the same seed kills the same programs after the same pauses.
"""

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.servers.landscape import PROGRAMS, pace, running_landscape
from tests.servers.post import Post

DATABASE = "database"
VICTIMS = ("fetch", "fetch", "work", "work", "door", "web", DATABASE)
SHORTEST, LONGEST = 0.1, 3.0
"""Seconds between two kills; a program needs about two to be at work again."""


@dataclass
class Verdict:
    """What came out of a storm, in whole numbers."""

    seed: int
    kills: dict
    seconds: float
    sent: int = 0
    stored: int = 0
    again: int = 0
    """Copies that a mail server sent again because we were killed: known as such."""
    tickets: int = 0
    answered: int = 0
    uncertain: int = 0
    """Answers cut off between handing over and noting it: told to the desk, never repeated."""
    wrong: tuple = ()

    def __str__(self):
        killed = ", ".join(f"{name} {count}" for name, count in sorted(self.kills.items()))
        return (
            f"seed {self.seed}: {sum(self.kills.values())} kills ({killed}) in "
            f"{self.seconds:.0f} s; sent {self.sent}, stored {self.stored} "
            f"(+{self.again} copies known as such), tickets {self.tickets}, "
            f"answered {self.answered}, uncertain {self.uncertain}, "
            f"wrong {len(self.wrong)} {self.wrong[:5]}"
        )


class Stream(threading.Thread):
    """Sends mail at a steady rate until it is told to stop."""

    def __init__(self, land, *, post, rate):
        super().__init__(daemon=True)
        self.land, self.post, self.rate = land, post, rate
        self.sent = []
        self.failure = None
        self.ended = threading.Event()

    def run(self):
        try:
            for _number in pace(self.rate):
                if self.ended.is_set():
                    return
                mail = self.post.one("person")
                self.land.send(mail)
                self.sent.append(mail)
        except Exception as error:  # noqa: BLE001 - told by the storm
            self.failure = error


def storm(land, *, kills, rate, seed, settle_within=600.0, say=print):
    """Kill `kills` times under the stream, let everything come to rest, and count."""
    luck = random.Random(seed)
    stream = Stream(land, post=Post(seed=seed), rate=rate)
    stream.start()
    began = time.monotonic()
    counts = {}
    for number in range(kills):
        sleep_and_revive(land, luck.uniform(SHORTEST, LONGEST))
        victim = luck.choice(VICTIMS)
        counts[victim] = counts.get(victim, 0) + 1
        kill_and_start(land, victim)
        if number % 20 == 19:
            say(f"{number + 1} kills, {len(stream.sent)} sent", flush=True)
    stream.ended.set()
    stream.join(60)
    assert stream.failure is None, stream.failure
    verdict = Verdict(seed=seed, kills=counts, seconds=time.monotonic() - began)
    say(f"{len(stream.sent)} sent; waiting until everything is at rest", flush=True)
    deadline = time.monotonic() + settle_within
    while not at_rest(land, sent=len(stream.sent)) and time.monotonic() < deadline:
        revive(land)
        land.postfix.flush()
        time.sleep(1.0)
    return counted(land, verdict, sent=stream.sent)


def sleep_and_revive(land, seconds):
    """Wait; a program that ended by itself is started again, as systemd does."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        revive(land)
        time.sleep(min(0.25, left))


def revive(land):
    for name in PROGRAMS:
        if land.running[name].poll() is not None:
            land.start(name)


def kill_and_start(land, victim):
    """SIGKILL, and start it again at once."""
    if victim != DATABASE:
        land.kill(victim)
        land.start(victim)
        return
    process = land.house.server.process
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    land.house.server.start()


def at_rest(land, *, sent):
    with suppress(Exception):  # the database may just be coming up
        with land.dovecot.imap() as client:
            if client.search("UNSEEN"):
                return False
        return land.settled(arrivals=sent) and not list(land.house.spool.glob("*.mail"))
    return False


def counted(land, verdict, *, sent):
    """Fill the verdict."""
    rows = land.house.rows
    verdict.sent = len(sent)
    wanted = {mail.message_id for mail in sent}
    by_id = {}
    for message_id, outcome in rows("SELECT message_id, outcome FROM correspondence_arrival"):
        by_id.setdefault(message_id, []).append(outcome)
    verdict.stored = len(wanted & set(by_id))
    verdict.again = sum(len(outcomes) - 1 for outcomes in by_id.values())
    [[verdict.tickets]] = rows("SELECT count(*) FROM tickets_ticket")
    answers = land.answers_by_address()
    verdict.answered = sum(count > 0 for count in answers.values())
    unsent = dict(
        rows(
            "SELECT to_address, failure FROM correspondence_promise"
            " WHERE kind = 'acknowledgement' AND sent_at IS NULL"
        )
    )
    verdict.uncertain = len(unsent)
    verdict.wrong = tuple(wrongs(sent, by_id=by_id, answers=answers, unsent=unsent, wanted=wanted))
    return verdict


def wrongs(sent, *, by_id, answers, unsent, wanted):
    """Each mail that was lost, doubled, or answered not once; a sentence for each."""
    for mail in sent:
        outcomes = sorted(by_id.get(mail.message_id, ()))
        if outcomes.count("ticket") != 1 or set(outcomes) - {"ticket", "duplicate"}:
            yield f"{mail.number} became {outcomes}"
        count = answers.get(mail.sender.partition("@")[0], 0)
        if count > 1 or (count == 0 and mail.sender not in unsent):
            yield f"{mail.number} was answered {count} times"
    for message_id in set(by_id) - wanted:
        yield f"{message_id} was never sent"


def main():
    """Run a storm; 1 when anything went wrong."""
    parser = argparse.ArgumentParser(prog="make soak-mail")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--rate", type=float, default=10.0, help="mails a second")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    wanted = parser.parse_args()
    print(f"seed {wanted.seed}", flush=True)  # noqa: T201 - a command
    place = Path(tempfile.mkdtemp(prefix="vitrine-"))
    place.chmod(0o755)
    try:
        with running_landscape(place, durable=True) as land:
            verdict = storm(
                land,
                kills=wanted.kills,
                rate=wanted.rate,
                seed=wanted.seed,
                settle_within=1200,
            )
    finally:
        shutil.rmtree(place, ignore_errors=True)
    print(verdict)  # noqa: T201 - a command
    is_whole = verdict.sent == verdict.stored == verdict.tickets
    return int(bool(verdict.wrong) or not is_whole)


if __name__ == "__main__":
    sys.exit(main())
