"""S3: nobody reads a torn, a mixed or an older version, however fast it is published."""

import hashlib
import multiprocessing
import re
import socket
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench.status_soak.publishing import HOSTS, PATHS, Publisher, host_of

VERSION = re.compile(rb'(?:data-version="|"version": ?)(\d+)')
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


def torn(*, publications, reads, readers=2, hosts=HOSTS):
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
