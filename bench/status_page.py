"""How many readers the status page bears, against the limit of this machine in the same run.

    python -m bench.status_page            about three minutes
    BENCH_ROUNDS   rounds, each with every server in turn       (5)
    BENCH_SECONDS  seconds of load per server and round         (3)
    BENCH_CHANGES  publications                                 (100)
    BENCH_DYNAMIC  address of a page of the application, for the ratio to it; when it is not given,
                   the application is started on an empty database, and its home page taken

Every round loads each server once, in changing order, with the same bytes (the German page in
gzip, 64 connections, one thread of `wrk` on the machine that serves: generator and server share
its cores, for all alike). A figure is the median of the rounds; a ratio is the median of the
ratios within a round. Requests a second mean little while the machine does other work: then the
CPU that a server takes for a request, which is printed beside it, is the figure to go by. That of
the application counts all its processes. Then 100 changes are published while nobody reads.
"""

import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from bench.budgets import Verdict
from bench.product import running
from tests.bulletins import a_bulletin
from tests.servers import status_hosts
from tests.servers.house import answers, ending, free_port, wait_until
from vitrine.ops.memory import descendants
from vitrine.publication import publish
from vitrine.publication.bulletin import Position
from vitrine.publication.site import Site

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "3"))
DYNAMIC = os.environ.get("BENCH_DYNAMIC", "")
CONNECTIONS = 64
FEW = 4
"""Connections to the application: as many as it has threads, or it would be its queue we time."""
CHANGES = int(os.environ.get("BENCH_CHANGES", "100"))
PAGE = "/de/index.html"
GOALS = {"nginx": 0.95, "serve": 0.5}
"""Share of bare nginx that each must reach."""
TIMES_DYNAMIC = 50
P50, P99 = 150, 500
"""Milliseconds from the call to the public."""


@dataclass(frozen=True)
class Target:
    """A page that is loaded."""

    address: str
    pid: int | None
    """Of the server, for its CPU; None: not known."""
    headers: dict = field(default_factory=dict)
    connections: int = CONNECTIONS


@contextmanager
def bare_nginx(content, place):
    """nginx with nothing but one file: what the machine gives at most."""
    (place / "root").mkdir()
    (place / "root" / "page").write_bytes(content)
    port = free_port()
    (place / "nginx.conf").write_text(
        f"""worker_processes 2; daemon off; pid {place}/pid; error_log {place}/error.log;
{"user root;" if os.geteuid() == 0 else ""}
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {place}/body; proxy_temp_path {place}/proxy;
    fastcgi_temp_path {place}/fastcgi; uwsgi_temp_path {place}/uwsgi; scgi_temp_path {place}/scgi;
    access_log off; sendfile on; tcp_nopush on;
    server {{ listen 127.0.0.1:{port}; root {place}/root; }}
}}
"""
    )
    process = subprocess.Popen(
        [status_hosts.NGINX, "-c", str(place / "nginx.conf"), "-p", str(place)]
    )
    with ending(process):
        wait_until(lambda: answers(port))
        yield status_hosts.Host(port, process, "bare")


def load(target):
    """(requests per second, p99 in ms, CPU µs per request) of `wrk`; no wrong answer is taken."""
    command = ["wrk", "-t1", f"-c{target.connections}", f"-d{SECONDS}", "--latency"]
    command += ["--timeout", "20s"]
    for name, value in target.headers.items():
        command += ["-H", f"{name.replace('_', '-')}: {value}"]
    pid = target.pid
    before = cpu_of(pid) if pid else 0
    said = subprocess.run(
        [*command, target.address], capture_output=True, text=True, check=True
    ).stdout
    spent = cpu_of(pid) - before if pid else 0
    assert "Non-2xx" not in said, said
    assert "Socket errors" not in said, said
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()
    requests = int(re.search(r"(\d+) requests in", said)[1])
    slowest = float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
    return rate, slowest, spent / requests


def cpu_of(pid):
    """Microseconds of CPU that a server and all below it have used."""
    total = 0
    for each in descendants(pid):
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total * 1_000_000 / os.sysconf("SC_CLK_TCK")


def etag_of(port):
    """The ETag of the page in gzip."""
    link = http.client.HTTPConnection("127.0.0.1", port)
    link.request("GET", PAGE, headers={"Accept-Encoding": "gzip"})
    answer = link.getresponse()
    answer.read()
    return answer.headers["ETag"]


def readers(targets):
    """Server -> its (rate, p99, CPU) of each round; 304 apart."""
    found = {name: [] for name in targets}
    for turn in range(ROUNDS):
        names = list(targets)
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            found[name].append(load(targets[name]))
    return found


def publications():
    """Milliseconds of each change, from the call until it was read through the public address."""
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        with status_hosts.running_serve(directory) as host:
            site = Site(directory=directory, url=host.url)
            done = []
            for version in range(1, CHANGES + 1):
                position = [Position.WORKS, Position.SLOWED, Position.INTERRUPTED][version % 3]
                bulletin = replace(a_bulletin(position), version=version)
                result = publish(bulletin, at=datetime.now(UTC), directory=directory, site=site)
                assert result.seen.is_seen, result.seen
                done.append(result.milliseconds)
    return sorted(done)


def of_the_page(name, host):
    """The page in gzip, and the same for who has it already."""
    address, packed = f"{host.url}{PAGE[1:]}", {"Accept_Encoding": "gzip"}
    known = {**packed, "If_None_Match": etag_of(host.port)}
    return {
        name: Target(address, host.process.pid, packed),
        f"{name} 304": Target(address, host.process.pid, known),
    }


@contextmanager
def application(state):
    """A page that the application composes: the one that is given, or its home page."""
    if DYNAMIC:
        yield Target(DYNAMIC, None, connections=FEW)
        return
    with running(state) as product:
        yield Target(f"http://127.0.0.1:{product.port}/", product.pid, connections=FEW)


def measure():
    """Everything, as a dictionary."""
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vitrine-bench-")))
        directory = place / "status"
        publish(a_bulletin(Position.SLOWED), at=datetime.now(UTC), directory=directory,
                site=Site(directory=directory))  # fmt: skip
        place.chmod(0o755)
        for name in ("nginx", "bare", "desk"):
            (place / name).mkdir()
        packed = (directory / "current" / PAGE[1:]).with_suffix(".html.gz").read_bytes()
        bare = stack.enter_context(bare_nginx(packed, place / "bare"))
        ours = stack.enter_context(
            status_hosts.running_nginx(directory, place / "nginx", workers=2)
        )
        serve = stack.enter_context(status_hosts.running_serve(directory))
        targets = {
            "bare": Target(f"{bare.url}page", bare.process.pid),
            **of_the_page("nginx", ours),
            **of_the_page("serve", serve),
            "dynamic": stack.enter_context(application(place / "desk")),
        }
        rounds = readers(targets)
    return figures(rounds, times=publications(), size=len(packed))


def figures(rounds, *, times, size):
    """What was measured, as a dictionary."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "load_average": os.getloadavg()[0],
        "bytes": size,
        "per_second": medians(rounds, place=0),
        "p99_ms": medians(rounds, place=1),
        "cpu_us": medians(rounds, place=2),
        "of_bare": {name: share(each, rounds["bare"]) for name, each in rounds.items()},
        "of_bare_by_cpu": {
            name: statistics.median(b[2] / a[2] for a, b in zip(each, rounds["bare"], strict=True))
            for name, each in rounds.items()
            if all(a[2] for a in each)
        },
        "public_after_ms": {
            "p50": statistics.median(times),
            "p99": times[int(len(times) * 0.99) - 1],
            "max": times[-1],
        },
    }


def medians(rounds, *, place):
    """Of each server, over the rounds."""
    return {name: statistics.median(r[place] for r in each) for name, each in rounds.items()}


def share(ours, bare):
    """The median of the ratios within a round."""
    return statistics.median(a[0] / b[0] for a, b in zip(ours, bare, strict=True))


def verdicts(found):
    """The goals; each as measured <= limit."""
    judged = [
        Verdict(f"bare nginx / {name}", 1 / found["of_bare"][name], 1 / goal)
        for name, goal in GOALS.items()
    ]
    by_cpu = 1 / found["of_bare_by_cpu"]["serve"]
    judged.append(Verdict("serve / bare nginx, CPU per request", by_cpu, 1 / GOALS["serve"]))
    judged.append(Verdict("click to public, p50 ms", found["public_after_ms"]["p50"], P50))
    judged.append(Verdict("click to public, p99 ms", found["public_after_ms"]["p99"], P99))
    ratio = found["per_second"]["dynamic"] / found["per_second"]["serve"]
    judged.append(Verdict("dynamic page / status page", ratio, 1 / TIMES_DYNAMIC))
    return judged


def main():
    """Measure, print, judge; 1 when a goal is missed."""
    if not shutil.which("wrk") or status_hosts.NGINX is None:
        print("wrk and nginx are missing: run tools/install_servers", file=sys.stderr)
        return 2
    found = measure()
    print(json.dumps(found, indent=1))
    judged = verdicts(found)
    print("\n".join(str(each) for each in judged))
    return 0 if all(each.is_kept for each in judged) else 1


if __name__ == "__main__":
    sys.exit(main())
