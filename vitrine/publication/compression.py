"""Each file as it is, and as `.gz` and `.br` beside it, where that saves something."""

import gzip
from collections.abc import Iterator

import brotli

SMALLEST = 150
"""Bytes; below it a compressed file is no smaller on the wire."""
BROTLI_QUALITY = 5
"""11 takes ten times as long for five per cent: a position must be public at once."""
PRIVATE = frozenset({"bulletin.json", "event.json"})
"""For console, replay and verifier; rarely read, so not worth the time at each publication."""


def variants(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """(suffix, bytes) of each form of a file, the plain one first."""
    yield "", content
    if len(content) < SMALLEST or name in PRIVATE or name.endswith(".jsonl"):
        return
    packed = gzip.compress(content, 6, mtime=0)
    if len(packed) < len(content):
        yield ".gz", packed
    packed = brotli.compress(content, quality=BROTLI_QUALITY)
    if len(packed) < len(content):
        yield ".br", packed
