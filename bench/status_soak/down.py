"""S4: PostgreSQL and the application are stopped; readers are answered and the state is changed.

Half of the time nothing of this product runs but the server of the pages; behind nginx that is no
process of ours at all. Then the emergency console is started, and the position changed twice.
"""

import json
import time
from collections import Counter
from contextlib import contextmanager

from bench.status_soak.publishing import HOSTS
from bench.status_soak.visitors import FORK, Visitors
from tests.servers.blackout import blackout, read
from tests.servers.status_hosts import running_nginx, running_serve

PROCESSES = 2
"""That ask; below BUSY requests a second one is enough."""
BUSY = 1_000


def down(*, seconds, rate, hosts=HOSTS):
    """S4 at `rate` requests a second for `seconds`, before each host; what was found, by host."""
    return {kind: one_night(kind, seconds=seconds, rate=rate) for kind in hosts}


def one_night(kind, *, seconds, rate):
    """The whole story before one host."""
    with blackout() as night:
        night.stop(night.product)
        with host_of(kind, night.state) as host:
            component = json.loads(read(host.port, "/bulletin.json"))["components"][0]["code"]
            crowd, told = visitors(host.port, seconds=seconds, rate=rate)
            began = time.monotonic()
            time.sleep(seconds / 2)
            took = []
            with night.service("console") as (_process, console_port):
                for position in ("interrupted", "works"):
                    change = night.change(console_port, component=component, position=position)
                    took.append(round(change, 2))
            changed_within = time.monotonic() - began
            found = [told.get(timeout=seconds + 120) for _each in crowd]
            last = json.loads(read(host.port, "/status.json"))["version"]
        events = night.morning_after()
        code, _said = night.verified()
    return summary(found) | {
        "changed_after_s": took,
        "changed_while_read": changed_within < seconds,
        "last_version": last,
        "events": events,
        "chain_verifies": code == 0,
    }


@contextmanager
def host_of(kind, state):
    """A running server of what the product has published."""
    if kind == "serve":
        with running_serve(state / "status") as host:
            yield host
        return
    place = state / "nginx"
    place.mkdir()
    with running_nginx(state / "status", place, workers=2) as host:
        yield host


def visitors(port, *, seconds, rate):
    """Start them: (processes, queue of what they found)."""
    told = FORK.Queue()
    count = PROCESSES if rate >= BUSY else 1
    crowd = [Visitors(port, rate=rate / count, seconds=seconds, told=told) for _one in range(count)]
    for each in crowd:
        each.start()
    return crowd, told


def summary(found):
    """Of all visitors together."""
    waited = sorted(each for one in found for each in one.waited)
    return {
        "asked": sum(one.asked for one in found),
        "statuses": dict(sum((one.statuses for one in found), Counter())),
        "errors": sum(one.errors for one in found),
        "backward": sum(one.backward for one in found),
        "answered_ms_p50": round(waited[len(waited) // 2], 1),
        "answered_ms_p99": round(waited[int(len(waited) * 0.99)], 1),
        "answered_ms_max": round(waited[-1], 1),
    }
