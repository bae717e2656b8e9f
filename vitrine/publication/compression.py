"""Each file as it is, and as `.gz` and `.br` beside it, where that saves something."""

import gzip
from collections.abc import Iterator

import brotli

SMALLEST = 1000
"""Bytes; a smaller answer goes in one packet with its headers anyway."""
BROTLI_QUALITY = 5
"""11 takes ten times as long for five per cent: a position must be public at once."""
BY_BROTLI = (".html", ".js")
"""What people wait for; readers of feeds take gzip. Each file less is public sooner."""
PRIVATE = ("bulletin.json", "event.json", ".jsonl")
"""For console, replay and verifier; rarely read, so not worth the time at each publication."""


def variants(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """(suffix, bytes) of each form of a file, the plain one first."""
    yield "", content
    if len(content) < SMALLEST or name.endswith(PRIVATE):
        return
    packed = gzip.compress(content, 6, mtime=0)
    if len(packed) < len(content):
        yield ".gz", packed
    if name.endswith(BY_BROTLI):
        packed = brotli.compress(content, quality=BROTLI_QUALITY)
        if len(packed) < len(content):
            yield ".br", packed
