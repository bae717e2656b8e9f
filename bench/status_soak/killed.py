"""S5: a publisher that is killed leaves a whole tree, and the next one heals it."""

import gzip
import json
import os
import random
import signal
import tempfile
import time
from collections import Counter
from pathlib import Path

from bench.status_soak.publishing import Publisher
from vitrine.publication import current, current_event, verify_chain
from vitrine.publication.versions import current_name, place_of
from vitrine.publication.words import LANGUAGES


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
