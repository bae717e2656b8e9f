"""Processes killed, stopped and let go on at random instants while people call and wait.

Whatever dies but Asterisk itself: calls that were up stay up, are taken up again within two
seconds by the process that stands by, and nobody overtakes anybody. When Asterisk dies its calls
are gone, and each has a ticket and a call-back within ten seconds. At the end every call offered
has one outcome, and a replay of the journal tells what is stored.
"""

import os
import random
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from bench.phone_soak.whole import share, whole
from tests.servers.house import wait_until

AGENTS = 6
TAKEN_UP_WITHIN = 2.0
TOLD_WITHIN = 10.0
NO_BEAT_FOR = 4.0
"""Seconds until new calls take the fallback by themselves."""
DOES = (
    ("daemon", "kill"),
    ("daemon", "stop"),
    ("asterisk", "kill"),
    ("asterisk", "stop"),
    ("database", "kill"),
    ("database", "stop"),
)


class Storm:
    """One run: what was done, what was found, and what must not be."""

    def __init__(self, board, callers, *, seed):
        self.board, self.callers, self.chance = board, callers, random.Random(seed)
        self.faults, self.slow, self.taken_up, self.told_after = [], [], [], []
        self.no_brain, self.no_asterisk = [], []
        """(from, until): new calls take the fallback, or reach nobody."""
        self.done = dict.fromkeys((f"{who} {how}" for who, how in DOES), 0)

    def round(self, number):
        """Something happens to somebody, at a random instant; each of six in turn is mixed."""
        if number % len(DOES) == 0:
            self.order = self.chance.sample(DOES, len(DOES))
        who, how = self.order[number % len(DOES)]
        time.sleep(self.chance.uniform(1.0, 4.0))
        self.done[f"{who} {how}"] += 1
        self.last = f"{time.strftime('%X')} {number + 1}. {how} {who}"
        getattr(self, f"{how}_{who}")()

    # ------------------------------------------------------------------ the process that routes

    def kill_daemon(self):
        """The other one takes over; then somebody else stands by."""
        board = self.board
        epoch, before = board.epoch(), self.queue()
        at = time.time()
        board.kill()
        wait_until(lambda: self.line_back(epoch), within=30)
        seconds = self.line_back(epoch) - at
        self.taken_up.append(seconds)
        self.no_brain.append((at - NO_BEAT_FOR, at + seconds + 0.5))
        if seconds > TAKEN_UP_WITHIN:
            self.slow.append(f"taken up after {seconds:.2f} s")
        wait_until(lambda: board.epoch() > epoch and board.floor()["is_up"], within=20)
        self.same_order(before, "a kill of the process that routes")
        stood_by = self.stands_by()
        board.process, board.standby = board.standby, board.start("--standby")
        wait_until(lambda: self.stands_by() > stood_by, within=60)

    def line_back(self, epoch):
        """When a later life had found everything again; 0.0: not yet."""
        rows = self.board.rows(
            "SELECT extract(epoch FROM min(at))::float8 FROM telephony_callentry"
            " WHERE kind = 'line-back' AND epoch > %s",
            epoch,
        )
        return rows[0][0] or 0.0

    def stands_by(self):
        """How often somebody has begun to stand by."""
        return (self.board.house.directory / "phone.log").read_text().count("Standing by")

    def stop_daemon(self):
        """It hangs, and goes on."""
        before, began = self.queue(), time.time()
        self.hang([self.board.process.pid], most=5.0)
        at = time.time()
        self.board.obeyed("sign-in", agents=self.board.everybody[:1], within=30)
        seconds = time.time() - at
        self.taken_up.append(seconds)
        self.no_brain.append((began, at + 1.0))
        if seconds > TAKEN_UP_WITHIN:
            self.slow.append(f"heard again {seconds:.2f} s after it had hung")
        self.same_order(before, "the process that routes had hung")

    # ------------------------------------------------------------------ Asterisk

    def kill_asterisk(self):
        """Everything that was up is lost, and somebody is called back."""
        board = self.board
        up = self.open_calls()
        at = time.time()
        board.exchange.kill()
        for each in (self.callers, board.agents_process):
            each.send_signal(signal.SIGUSR1)
        time.sleep(self.chance.uniform(0.2, 1.5))
        board.exchange.start()
        deadline = at + 3 * TOLD_WITHIN
        while left := self.untold(up):
            if time.time() > deadline:
                self.faults.append(f"{len(left)} of {len(up)} lost calls have no call-back: {left}")
                break
            time.sleep(0.1)
        self.told_after.append(time.time() - at)
        if self.told_after[-1] > TOLD_WITHIN:
            self.slow.append(f"lost calls were told after {self.told_after[-1]:.1f} s")
        wait_until(lambda: board.floor()["is_up"], within=20)
        self.no_asterisk.append((at - 1.0, time.time()))
        self.no_brain.append((at - 1.0, time.time()))

    def open_calls(self):
        """The calls that wait, ring or talk, by name."""
        calls = self.board.floor().get("calls", ())
        return [one["call"] for one in calls if one["phase"] in ("waiting", "ringing", "talking")]

    def untold(self, names):
        """Those that are not ended, or were lost while they waited and nobody calls back."""
        return self.board.rows(
            "SELECT name, outcome, ended_at IS NOT NULL, ticket_id, call_back_id"
            " FROM telephony_call WHERE name = ANY(%s) AND (ended_at IS NULL OR ticket_id IS NULL"
            " OR (outcome = 'lost' AND call_back_id IS NULL))",
            names,
        )

    def stop_asterisk(self):
        """It hangs, and goes on."""
        began = time.time()
        self.hang(family(self.board.exchange.process.pid), most=3.5)
        self.no_asterisk.append((began - 1.0, time.time() + 1.0))

    # ------------------------------------------------------------------ the database

    def kill_database(self):
        """It is dead for a while; calls go on."""
        server = self.board.house.server
        for pid in reversed(family(server.process.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        server.process.wait()
        time.sleep(self.chance.uniform(0.3, 3.0))
        server.start()
        wait_until(self.has_database, within=30)

    def stop_database(self):
        """It hangs, and goes on."""
        self.hang(family(self.board.house.server.process.pid), most=4.0)
        wait_until(self.has_database, within=30)

    def has_database(self):
        """Whether it answers, and the picture is written again."""
        try:
            return self.board.rows(
                "SELECT 1 FROM telephony_floorpicture WHERE at > now() - interval '3 s'"
            )
        except psycopg.Error:
            return False

    # ------------------------------------------------------------------ looking

    def hang(self, pids, *, most):
        """Stop these for a while."""
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            time.sleep(self.chance.uniform(0.1, most))
        finally:
            for pid in reversed(pids):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def queue(self):
        """Who waits, in the order of their turn."""
        calls = self.board.floor().get("calls", ())
        waiting = [one for one in calls if one["phase"] == "waiting"]
        return [one["call"] for one in sorted(waiting, key=lambda one: one["waiting_since"])]

    def same_order(self, before, what):
        """Whoever waited before and waits still has not been overtaken."""
        after = self.queue()
        stayed = [call for call in before if call in after]
        if stayed != [call for call in after if call in before]:
            self.faults.append(f"another order after {what}: {before} -> {after}")

    def judge(self, seen):
        """What the callers' telephones saw in the whole run."""
        dropped = [one for one in seen if self.is_dropped(one)]
        if dropped:
            self.faults.append(f"{len(dropped)} calls were cut: {dropped[:3]}")
        unheard = [
            one for one in seen if one["code"] != 200 and not inside(one["began"], self.no_asterisk)
        ]
        if unheard:
            self.faults.append(f"{len(unheard)} callers were not answered: {unheard[:3]}")
        return [
            one["answered"] - one["began"]
            for one in seen
            if one["code"] == 200 and not inside(one["began"], self.no_asterisk)
        ]

    def is_dropped(self, one):
        """Ended by Asterisk, though it lived and the brain had the call."""
        was_up = one["code"] == 200 and one["ended_by"] == "them"
        return was_up and one["cause"] != "dead" and not inside(one["began"], self.no_brain)


def inside(at, windows):
    """Whether an instant lies in one of these."""
    return any(first <= at <= last for first, last in windows)


def family(pid):
    """A process and its children."""
    found = [pid]
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            parent = int((place / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid:
                found.append(int(place.name))
    return found


def kills(*, count, seed, rate=0.8):
    """So many kills and stops under calls; figures, with `faults`."""
    with whole(agents=AGENTS, wrap_up=1.0, standby=True, has_own_database=True) as board:
        options = {"rate": rate, "calls": 100_000, "talk": 4.0, "talk_most": 20.0, "seed": seed}
        with board.telephones("callers", "callers", at=board.sip_address, **options) as callers:
            storm = Storm(board, callers, seed=seed)
            wait_until(storm.stands_by, within=60)
            wait_until(lambda: len(storm.queue()) >= 2, within=60)
            for number in range(count):
                storm.round(number)
                print(storm.last, file=sys.stderr, flush=True)
            wait_until(storm.has_database, within=30)
        seen = [one for one in board.report("callers") if not one["is_called"]]
        wait_until(lambda: not board.exchange.channels(), within=90)
        with suppress(AssertionError):
            board.settle(within=60)
        answered = storm.judge(seen)
        verify = board.verify()
    if not verify["is_whole"] or not verify["balanced"] or verify["stale"] or verify["present"]:
        storm.faults.append(f"journal and rows differ: {verify}")
    return {
        "did": storm.done,
        "calls": len(seen),
        "taken_up_s": {"p50": share(storm.taken_up, 0.5), "most": share(storm.taken_up, 1.0)},
        "lost_calls_told_s": {"most": share(storm.told_after, 1.0)},
        "answered_s": {"p50": share(answered, 0.5), "most": share(answered, 1.0)},
        "verify": verify,
        "faults": storm.faults,
        "slow": storm.slow,
    }
