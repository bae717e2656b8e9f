"""Calls at a steady rate with many on hold: how soon, at what cost, and what is left afterwards."""

import sys
import time

from bench.phone_soak import sipp
from bench.phone_soak.whole import ask_for_report, cpu_of, files_of, share, whole
from tests.servers.house import wait_until

AGENTS_PER_RATE = 6
"""So many agents for each call a second: each is busy for three."""
TALK = 3.0
MOST_SHOWN = 20
"""Failed calls that are told one by one."""


def load(*, rate, calls, waiting, sound_every=0, with_sipp=False):
    """Figures of one run, with `faults`: what must not be."""
    agents = max(10, int(AGENTS_PER_RATE * rate))
    with whole(agents=agents, sound_every=sound_every) as board:
        before = resources(board)
        with holding(board, waiting) as held:
            found = measured(
                board,
                rate=rate,
                calls=calls,
                dial=by_sipp if with_sipp else by_telephones,
                sound_every=sound_every,
                held=held,
            )
        wait_until(lambda: not board.exchange.channels(), within=60)
        wait_until(lambda: not board.exchange.bridges(), within=30)
        board.settle(within=600)
        found |= {"left": left_over(board, before), "verify": board.verify()}
        found["faults"] = faults_of(found, calls=calls, waiting=waiting)
        if found["faults"]:
            print(board.log(), file=sys.stderr)
    return found


def holding(board, count):
    """Callers whose language nobody speaks: they wait as long as the block lasts."""
    board.speak("de")
    options = {"rate": 10, "calls": count, "prefix": "+3223", "at": board.sip_address}
    telephones = board.telephones("callers", "held", **options)
    return Holding(telephones, board, count)


class Holding:
    """A process of callers who wait; `lost` says how many do not any more."""

    def __init__(self, telephones, board, count):
        self.telephones, self.board, self.count = telephones, board, count

    def __enter__(self):
        self.process = self.telephones.__enter__()
        wait_until(lambda: self.waiting() == self.count, within=30 + self.count / 5)
        self.board.speak("fr")
        return self

    def __exit__(self, *words):
        return self.telephones.__exit__(*words)

    def waiting(self):
        """How many wait, as the picture says."""
        calls = self.board.floor().get("calls", ())
        return sum(one["language"] == "de" and one["phase"] == "waiting" for one in calls)

    def lost(self):
        """How many were hung up on."""
        return sum(one["state"] != "up" for one in ask_for_report(self.process))


def resources(board):
    """Open files, threads and tasks, as they are before or after."""
    wait_until(lambda: board.floor().get("is_up"), within=20)
    return {
        "asterisk": files_of(board.exchange.process.pid),
        "daemon": files_of(board.process.pid),
    }


def by_telephones(board, *, rate, calls, sound_every, name, prefix):
    """Our own telephones call; what each of them saw, when all have hung up."""
    options = {"rate": rate, "calls": calls, "talk": TALK, "sound_every": sound_every}
    options |= {"prefix": prefix, "at": board.sip_address}
    with board.telephones("callers", name, **options) as process:
        for line in process.stdout:
            if '"done"' in line:
                break
        return ask_for_report(process)


def by_sipp(board, *, rate, calls, **_options):
    """SIPp calls; it tells how many went well, and no more."""
    good, bad = sipp.call(board.house.directory, at=board.sip_address, rate=rate, calls=calls)
    went_well = {"code": 200, "ended_by": "us", "heard": 0.0}
    return [went_well] * good + [went_well | {"code": 0}] * bad


def measured(
    board,
    *,
    rate,
    calls,
    sound_every=0,
    dial=by_telephones,
    held=None,
    name="callers",
    prefix="+3222",
):
    """Everything that one load says."""
    pids = {"daemon": board.process.pid, "asterisk": board.exchange.process.pid}
    cpu = {name: cpu_of(pid) for name, pid in pids.items()}
    began, since = time.monotonic(), time.time()
    callers = dial(board, rate=rate, calls=calls, sound_every=sound_every, name=name, prefix=prefix)
    seconds = time.monotonic() - began
    spent = {name: cpu_of(pid) - cpu[name] for name, pid in pids.items()}
    agents = [one for one in ask_for_report(board.agents_process) if one["began"] >= since]
    lost = held.lost() if held else 0
    rung = board.settle_entries(calls, since)
    failed = [one for one in callers if one["code"] != 200 or one["ended_by"] != "us"]
    return {
        "calls": len(callers),
        "rung": rung,
        "failed": len(failed),
        "failures": [one | {"story": story(board, one)} for one in failed[:MOST_SHOWN]],
        "held_lost": lost,
        "seconds": round(seconds, 1),
        "processor": {name: round(each / seconds, 3) for name, each in spent.items()},
        "processor_ms_a_call": {
            name: round(each / calls * 1000, 1) for name, each in spent.items()
        },
        "decision_to_invite_ms": spread(ringing(board, agents)),
        "answer_to_both_hear_ms": spread(hearing(callers, agents)),
    }


def story(board, caller):
    """What the journal knows of a caller's calls, a line each."""
    rows = board.rows(
        "SELECT to_char(at, 'HH24:MI:SS.MS'), kind, agent, facts::text FROM telephony_callentry"
        " WHERE call IN (SELECT name FROM telephony_call WHERE number = %s) ORDER BY at, sequence",
        caller["number"],
    )
    return [" ".join(row) for row in rows]


def ringing(board, agents):
    """Seconds from the decision (as the journal has it) to the INVITE at the telephone."""
    rows = board.rows(
        "SELECT call, extract(epoch FROM at)::float8 FROM telephony_callentry WHERE kind = 'ring'"
    )
    decided = {}
    for call, at in rows:
        decided.setdefault(call, at)
    first = {}
    for one in agents:
        first.setdefault(one["call"], one["began"])
    return [at - decided[call] for call, at in first.items() if call in decided]


def hearing(callers, agents):
    """Seconds from an agent's 200 OK to the instant from which both hear each other."""
    heard = [one["heard"] for one in callers if one["heard"]]
    answered = [one for one in agents if one["has_sound"] and one["heard"]]
    found = []
    for one in answered:
        at = [when for when in heard if 0 <= when - one["answered"] < 1.0]
        if at:
            found.append(max(one["heard"], min(at)) - one["answered"])
    return found


def spread(seconds):
    """p50, p95, p99 and the worst in milliseconds."""
    if not seconds:
        return {"n": 0}
    return {"n": len(seconds)} | {
        name: round(share(seconds, part) * 1000, 1)
        for name, part in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("most", 1.0))
    }


def left_over(board, before):
    """What is there now and was not before the load."""
    found = {}
    after = resources(board)
    for name, files in after.items():
        more = {
            kind: count - before[name].get(kind, 0)
            for kind, count in files.items()
            if count > before[name].get(kind, 0)
        }
        found[name] = more
    found["channels"], found["bridges"] = board.exchange.channels(), board.exchange.bridges()
    found["calls"] = len(board.floor().get("calls", ()))
    return found


def faults_of(found, *, calls, waiting):
    """What must not be, in words."""
    verify = found["verify"]
    faults = []
    if found["calls"] != calls or found["failed"]:
        faults.append(f"{found['failed']} of {found['calls']} calls failed")
    if found["rung"] != calls:
        faults.append(f"nobody was rung for {calls - found['rung']} calls")
    if found["held_lost"]:
        faults.append(f"{found['held_lost']} callers on hold were lost")
    if not verify["is_whole"] or verify["stale"] or verify["present"]:
        faults.append("the journal and the rows differ")
    if verify["offered"] != calls + waiting:
        faults.append(f"{verify['offered']} calls offered instead of {calls + waiting}")
    if verify["outcomes"].get("answered", 0) != calls:
        faults.append(f"only {verify['outcomes'].get('answered', 0)} calls were answered")
    return faults
