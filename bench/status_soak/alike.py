"""S6: a change of equal length within the same second is never hidden by a 304."""

import json
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from bench.status_soak.publishing import HOSTS, Publisher, host_of


def alike(*, changes, hosts=HOSTS):
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
