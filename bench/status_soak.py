"""What must never happen to the public state, tried for long: `python -m bench.status_soak`.

    torn      S3: 1 000 publications, 1 000 000 reads of four files: none torn, mixed or going back
    killed    S5: 500 SIGKILLs of the publisher at random instants: the tree is always whole
    alike     S6: 10 000 changes of equal length, several a second: no wrong 304
    all       the three, one after the other

Each against `serve.py` and, where it is installed, nginx with the files of `deploy/nginx`. The
tests run the same code with small numbers.
"""

import argparse
import gzip
import hashlib
import json
import multiprocessing
import os
import random
import re
import signal
import socket
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.keys import a_change
from tests.public_state import first_event
from tests.servers.status_hosts import NGINX, running_nginx, running_serve
from vitrine.publication import current, current_event, publish, verify_chain
from vitrine.publication.replay import apply, next_event
from vitrine.publication.versions import current_name, place_of
from vitrine.publication.words import LANGUAGES

PATHS = ("/fr/index.html", "/nl/index.html", "/status.json", "/de/index.html")
VERSION = re.compile(rb'(?:data-version="|"version": ?)(\d+)')
POSITIONS = ("interrupted", "works")
PIPELINE = 32
FORK = multiprocessing.get_context("fork")


@dataclass
class Seen:
    """What the readers of one host saw."""

    reads: int = 0
    statuses: Counter = field(default_factory=Counter)
    backward: int = 0
    torn: int = 0
    digests: dict = field(default_factory=dict)
    """(path, version) -> the digests of the bodies that were read."""


class Publisher:
    """Publishes one version after the other, and keeps the digest of every file it made."""

    def __init__(self, directory):
        self.directory, self.digests, self.took = directory, {}, []
        self.state = current(directory)
        if self.state is None:
            event = first_event(at=datetime.now(UTC))
            self.state = apply(None, event)
            self.put(event)

    def next(self):
        at = datetime.now(UTC)
        number = self.state.version + 1
        comment = dict.fromkeys(LANGUAGES, f"Mitteilung {number:07d}")
        body = {
            "components": {"core": {"position": POSITIONS[number % 2], "sub_reason": ""}},
            "comments": comment,
        }
        change = a_change("position", body, after=self.state, at=at)
        event = next_event(self.state, change, at=at)
        self.state = apply(self.state, event)
        self.put(event)

    def alike(self):
        """A change after which every file has the length that it had before."""
        at = datetime.now(UTC)
        number = self.state.version + 1
        body = {"comments": dict.fromkeys(LANGUAGES, f"Mitteilung {number:07d}")}
        event = next_event(self.state, a_change("comment", body, after=self.state, at=at), at=at)
        self.state = apply(self.state, event)
        self.put(event)

    def put(self, event):
        began = time.monotonic()
        publish(self.state, at=datetime.now(UTC), event=event, directory=self.directory)
        self.took.append(time.monotonic() - began)
        place = place_of(current_name(self.directory), directory=self.directory)
        for path in PATHS:
            made = hashlib.blake2b((place / path[1:]).read_bytes(), digest_size=16).digest()
            self.digests[path, self.state.version] = made


class Reader(FORK.Process):
    """One connection that asks for the four files in turn, many at once.

    A process of its own: in a thread it would hold up the publisher, which is not what is tried.
    """

    def __init__(self, port, *, enough, told):
        super().__init__(daemon=True)
        self.port, self.enough, self.told = port, enough, told
        self.reads = FORK.Value("q", 0, lock=False)
        self.seen = Seen()

    def run(self):
        self.read_on()
        self.told.put(self.seen)

    def read_on(self):
        asked = b"".join(
            b"GET " + path.encode() + b" HTTP/1.1\r\nHost: localhost\r\n\r\n" for path in PATHS
        ) * (PIPELINE // len(PATHS))
        while not self.enough.is_set():
            with socket.create_connection(("127.0.0.1", self.port), timeout=30) as link:
                stream = link.makefile("rb", buffering=1 << 18)
                try:
                    last = 0
                    while not self.enough.is_set():
                        link.sendall(asked)
                        for number in range(PIPELINE):
                            last = self.read(stream, path=PATHS[number % len(PATHS)], last=last)
                        self.reads.value = self.seen.reads
                except ConnectionError:
                    continue  # nginx ends a connection after so many requests

    def read(self, stream, *, path, last):
        line = stream.readline()
        if not line:
            raise ConnectionResetError
        length = 0
        while (header := stream.readline()) not in (b"\r\n", b""):
            name, _, value = header.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        body = stream.read(length)
        seen = self.seen
        seen.reads += 1
        seen.statuses[line.split()[1].decode()] += 1
        found = VERSION.search(body)
        if len(body) != length or found is None:
            seen.torn += 1
            return last
        version = int(found[1])
        seen.backward += version < last
        digest = hashlib.blake2b(body, digest_size=16).digest()
        seen.digests.setdefault((path, version), set()).add(digest)
        return max(last, version)


def torn(*, publications, reads, readers=2, hosts=("serve", "nginx")):
    """S3 against each host; what was seen, by host."""
    results = {}
    for kind in hosts:
        with tempfile.TemporaryDirectory(prefix="status-soak-") as folder, ExitStack() as stack:
            directory = Path(folder) / "public"
            publisher = Publisher(directory)
            host = stack.enter_context(host_of(kind, directory, Path(folder)))
            results[kind] = read_while_publishing(
                publisher, host.port, publications=publications, reads=reads, readers=readers
            )
    return results


def host_of(kind, directory, place):
    """A running server of the kind."""
    if kind == "serve":
        return running_serve(directory)
    place.chmod(0o755)
    return running_nginx(directory, place, workers=2)


def read_while_publishing(publisher, port, *, publications, reads, readers):
    """Publish so often while so much is read; both go on until both are done."""
    enough, told = FORK.Event(), FORK.Queue()
    crowd = [Reader(port, enough=enough, told=told) for _each in range(readers)]
    began = time.monotonic()
    for reader in crowd:
        reader.start()
    done = read = 0
    while done < publications or read < reads:
        if not all(reader.is_alive() for reader in crowd):
            raise AssertionError("a reader has died")
        read = sum(reader.reads.value for reader in crowd)
        if done < publications and done <= publications * min(1.0, read / reads):
            publisher.next()
            done += 1
        else:
            time.sleep(0.002)
    seconds = time.monotonic() - began
    enough.set()
    seen = [told.get(timeout=60) for _each in crowd]
    return judged(publisher, seen, seconds=seconds, done=done)


def judged(publisher, crowd, *, seconds, done):
    """The figures; a body that is none of a published version counts as torn or mixed."""
    wrong = sum(
        digests != {publisher.digests.get(key)}
        for seen in crowd
        for key, digests in seen.digests.items()
    )
    took = sorted(publisher.took)
    return {
        "publications": done,
        "reads": sum(seen.reads for seen in crowd),
        "torn_or_mixed": sum(seen.torn for seen in crowd) + wrong,
        "backward": sum(seen.backward for seen in crowd),
        "statuses": dict(sum((seen.statuses for seen in crowd), Counter())),
        "versions_seen": len({key[1] for seen in crowd for key in seen.digests}),
        "seconds": round(seconds, 1),
        "publication_ms_p50": round(took[len(took) // 2] * 1000, 1),
        "publication_ms_p99": round(took[int(len(took) * 0.99)] * 1000, 1),
    }


# ------------------------------------------------------------------ S5


def killed(*, kills, seed=1):
    """S5: so many publishers killed at a random instant; what was found afterwards."""
    chance = random.Random(seed)
    found = Counter()
    longest = 0.0
    with tempfile.TemporaryDirectory(prefix="status-kills-") as folder:
        directory = Path(folder)
        Publisher(directory)
        shape = files_in(directory)
        last, slow = 1, 0.1
        for _each in range(kills):
            child = os.fork()
            if child == 0:
                publish_for_ever(directory)
            time.sleep(chance.uniform(0, 3 * slow))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            now, faults = examined(directory, shape=shape)
            found["incomplete"] += bool(faults)
            found["backward"] += now < last
            found["published"] += now - last
            last = now
            began = time.monotonic()
            publisher = Publisher(directory)
            publisher.alike()
            slow = time.monotonic() - began
            longest = max(longest, slow)
            last += 1
            found["left_over"] += len(list(directory.rglob("*.tmp")))
        chain = chain_of(directory)
    return {
        "kills": kills,
        "incomplete": found["incomplete"],
        "backward": found["backward"],
        "left_over": found["left_over"],
        "published_by_the_killed": found["published"],
        "heals_within_s": round(longest, 2),
        "chain_faults": len(chain.faults),
        "events": chain.events,
    }


def chain_of(directory):
    """What the separate verifier finds; nobody has signed what a soak publishes."""
    return verify_chain.verify(
        verify_chain.lines_of(str(directory)),
        expected=verify_chain.Expected(signs_all=False),
        present=json.loads(verify_chain.fetch(str(directory), "bulletin.json")),
    )


def publish_for_ever(directory):
    """The child: publishes until it is killed."""
    try:
        publisher = Publisher(directory)
        while True:
            publisher.next()
    finally:
        os._exit(1)


def files_in(directory):
    """The files of the public version that are always there."""
    place = place_of(current_name(directory), directory=directory)
    found = {str(each.relative_to(place)) for each in place.rglob("*") if each.is_file()}
    # Pages of interruptions come and go; small files have no compressed form.
    return {name for name in found if "/" not in name.removesuffix("index.html")[3:]}


def examined(directory, *, shape):
    """The public version, and what is wrong with its tree."""
    name = current_name(directory)
    place = place_of(name, directory=directory)
    faults = [path for path in shape if not (place / path).is_file()]
    bulletin, event = current(directory), current_event(directory)
    if bulletin is None or event is None or bulletin.hash != event.hash:
        faults.append("bulletin and event")
    faults += [
        str(packed)
        for packed in place.rglob("*.gz")
        if gzip.decompress(packed.read_bytes()) != packed.with_suffix("").read_bytes()
    ]
    for code in LANGUAGES:
        text = (place / code / "index.html").read_bytes()
        if not text.rstrip().endswith(b"</html>"):
            faults.append(f"{code} is cut off")
    return name.version, faults


# ------------------------------------------------------------------ S6


def alike(*, changes, hosts=("serve", "nginx")):
    """S6: a reader who knows the version before must never hear that nothing has changed."""
    with tempfile.TemporaryDirectory(prefix="status-alike-") as folder, ExitStack() as stack:
        directory = Path(folder) / "public"
        publisher = Publisher(directory)
        publisher.alike()
        running = {
            kind: stack.enter_context(host_of(kind, directory, Path(folder))) for kind in hosts
        }
        tags = {kind: host.ask("/status.json").headers["etag"] for kind, host in running.items()}
        stamps = {kind: host.ask("/status.json").headers.get("last-modified")
                  for kind, host in running.items()}  # fmt: skip
        wrong, lengths = Counter(), set()
        began = time.monotonic()
        for _each in range(changes):
            publisher.alike()
            for kind, host in running.items():
                answer = asked_again(host, tag=tags[kind], version=publisher.state.version)
                wrong[f"{kind} ETag"] += answer.status == 304
                if stamps[kind]:
                    by_date = host.ask("/status.json", If_Modified_Since=stamps[kind])
                    wrong[f"{kind} Last-Modified"] += by_date.status == 304
                    stamps[kind] = by_date.headers.get("last-modified", stamps[kind])
                tags[kind] = answer.headers.get("etag", tags[kind])
                lengths.add(len(answer.body))
        seconds = time.monotonic() - began
    return {
        "changes": changes,
        "wrong_304": dict(wrong),
        "a_second": round(changes / seconds, 1),
        "lengths_of_status_json": sorted(lengths),
    }


def asked_again(host, *, tag, version):
    """The conditional answer, once the host has looked at the link again (a few milliseconds)."""
    deadline = time.monotonic() + 2
    while True:
        answer = host.ask("/status.json", If_None_Match=tag)
        fresh = answer.status == 200 and json.loads(answer.body)["version"] == version
        if fresh or time.monotonic() > deadline:
            return answer


def main(words=None):
    """Run what is asked for; 1 when something happened that must not."""
    parser = argparse.ArgumentParser(prog="python -m bench.status_soak")
    parser.add_argument("what", choices=["torn", "killed", "alike", "all"])
    parser.add_argument("--publications", type=int, default=1_000)
    parser.add_argument("--reads", type=int, default=1_000_000)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--changes", type=int, default=10_000)
    wanted = parser.parse_args(words)
    hosts = ("serve", "nginx") if NGINX else ("serve",)
    bad = 0
    if wanted.what in ("torn", "all"):
        found = torn(publications=wanted.publications, reads=wanted.reads, hosts=hosts)
        bad += sum(each["torn_or_mixed"] + each["backward"] for each in found.values())
        print(json.dumps({"S3": found}), flush=True)
    if wanted.what in ("killed", "all"):
        one = killed(kills=wanted.kills)
        bad += one["incomplete"] + one["backward"] + one["left_over"] + one["chain_faults"]
        bad += one["heals_within_s"] > 5
        print(json.dumps({"S5": one}), flush=True)
    if wanted.what in ("alike", "all"):
        one = alike(changes=wanted.changes, hosts=hosts)
        bad += sum(one["wrong_304"].values())
        print(json.dumps({"S6": one}), flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
