"""From one sampling rate to another: a windowed sinc, polyphase; no library needed."""

import math
from array import array
from collections.abc import Sequence
from functools import cache
from operator import mul

CROSSINGS = 7
"""Zero crossings of the sinc on each side: 40 dB of what would be folded is kept out."""
PASSED = 0.92
"""Of the lower of the two bandwidths."""


def resample(samples: Sequence[int], *, rate: int, to: int) -> "array[int]":
    """16-bit samples at `rate` as samples at `to`; both in hertz, > 0."""
    if rate == to:
        return array("h", samples)
    common = math.gcd(rate, to)
    up, down = to // common, rate // common
    phases = _phases(up, down)
    half = len(phases[0]) // 2
    padded = [0.0] * half + [float(one) for one in samples] + [0.0] * (half + 1)
    count = len(samples) * up // down
    out = array("h", bytes(2 * count))
    width = len(phases[0])
    position = phase = 0
    for at in range(count):
        value = sum(map(mul, phases[phase], padded[position + 1 : position + 1 + width]))
        out[at] = max(-32768, min(32767, round(value)))
        phase += down
        position += phase // up
        phase %= up
    return out


@cache
def _phases(up: int, down: int) -> list[list[float]]:
    """One filter for each position between two samples; each lets a constant pass unchanged."""
    cutoff = PASSED * min(1.0, up / down)
    half = math.ceil(CROSSINGS / cutoff)
    phases = []
    for phase in range(up):
        offset = phase / up
        taps = [_tap(at - offset, cutoff=cutoff, half=half) for at in range(1 - half, half + 1)]
        total = sum(taps)
        phases.append([one / total for one in taps])
    return phases


def _tap(at: float, *, cutoff: float, half: int) -> float:
    if abs(at) >= half:
        return 0.0
    window = 0.5 + 0.5 * math.cos(math.pi * at / half)
    angle = math.pi * cutoff * at
    return window * (math.sin(angle) / angle if angle else 1.0) * cutoff
