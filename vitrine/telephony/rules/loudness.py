"""How loud a sound is, as people hear it: ITU-R BS.1770-4 with the gates of EBU R 128.

The sound is weighted as the ear weighs it (a shelf for the head, a high-pass), its power is taken
over blocks of 400 ms, and blocks of silence are left out. Speech for broadcasting is at -23 LUFS.
"""

import math
from collections.abc import Sequence

BLOCK = 0.4
"""Seconds."""
STEP = 0.1
SILENCE = -70.0
"""LUFS: quieter blocks are no sound."""
RELATIVE = -10.0
"""LU below the mean: quieter blocks are pauses."""
FULL_SCALE = 32768.0

Biquad = tuple[float, float, float, float, float]
"""b0 b1 b2 a1 a2, a0 being 1."""


def loudness(samples: Sequence[int], *, rate: int) -> float:
    """Integrated loudness in LUFS of one channel of 16 bits; -inf when there is only silence.

    rate  samples per second, at least 4000
    A sound shorter than a block is one block.
    """
    weighted = _through(_through([one / FULL_SCALE for one in samples], _shelf(rate)), _high(rate))
    powers = [one for one in _block_powers(weighted, rate=rate) if _lufs(one) >= SILENCE]
    if not powers:
        return -math.inf
    gate = _lufs(sum(powers) / len(powers)) + RELATIVE
    loud = [one for one in powers if _lufs(one) >= gate]
    return _lufs(sum(loud) / len(loud))


def peak(samples: Sequence[int]) -> float:
    """The largest sample in dB of full scale; -inf for silence."""
    largest = max((abs(one) for one in samples), default=0)
    return 20 * math.log10(largest / FULL_SCALE) if largest else -math.inf


def _block_powers(weighted: Sequence[float], *, rate: int) -> list[float]:
    block, step = int(BLOCK * rate), int(STEP * rate)
    if len(weighted) <= block:
        return [sum(one * one for one in weighted) / max(len(weighted), 1)]
    steps = [
        sum(one * one for one in weighted[at : at + step])
        for at in range(0, len(weighted) - step + 1, step)
    ]
    per_block = block // step
    return [
        sum(steps[at : at + per_block]) / (per_block * step)
        for at in range(len(steps) - per_block + 1)
    ]


def _lufs(power: float) -> float:
    return -0.691 + 10 * math.log10(power) if power > 0 else -math.inf


def _shelf(rate: int) -> Biquad:
    """The head in a free field: 4 dB more above 1.7 kHz. Constants of BS.1770, for any rate."""
    gain, quality, frequency = 3.999843853973347, 0.7071752369554196, 1681.974450955533
    tangent = math.tan(math.pi * min(frequency / rate, 0.49))
    high = 10 ** (gain / 20)
    band = high**0.4996667741545416
    a0 = 1 + tangent / quality + tangent**2
    return (
        (high + band * tangent / quality + tangent**2) / a0,
        2 * (tangent**2 - high) / a0,
        (high - band * tangent / quality + tangent**2) / a0,
        2 * (tangent**2 - 1) / a0,
        (1 - tangent / quality + tangent**2) / a0,
    )


def _high(rate: int) -> Biquad:
    """The ear is deaf to rumble: below 38 Hz."""
    quality, frequency = 0.5003270373238773, 38.13547087602444
    tangent = math.tan(math.pi * frequency / rate)
    a0 = 1 + tangent / quality + tangent**2
    return (
        1.0,
        -2.0,
        1.0,
        2 * (tangent**2 - 1) / a0,
        (1 - tangent / quality + tangent**2) / a0,
    )


def _through(samples: Sequence[float], biquad: Biquad) -> list[float]:
    b0, b1, b2, a1, a2 = biquad
    z1 = z2 = 0.0
    out = []
    for one in samples:
        filtered = b0 * one + z1
        z1 = b1 * one - a1 * filtered + z2
        z2 = b2 * one - a2 * filtered
        out.append(filtered)
    return out
