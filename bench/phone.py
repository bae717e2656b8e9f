"""How soon a telephone rings once its call is decided, and how soon both hear each other.

    make bench-phone [ARGS="--seconds 15 --factor 1"]

The real daemon, Asterisk and database; callers and agents are SIP telephones in processes of
their own (`bench.phone_soak.telephones`). Read from outside: the decision is the journal's entry
`ring` (written by the brain at that instant, on the same clock), the INVITE is what the agent's
telephone received. "Both hear" runs from the agent's 200 OK to the later of the two first packets
in which caller and agent hear each other's own sound, packets of 20 ms included.
"""

import argparse
import json
import os
import sys

from bench.phone_soak.load import AGENTS_PER_RATE, measured
from bench.phone_soak.whole import speak_once, whole

RATES = ((5.0, 1), (20.0, 10))
"""Calls a second, and of every how many-th call the sound is real."""
BUDGETS = {"decision_to_invite_ms": (25.0, 50.0), "answer_to_both_hear_ms": (50.0, None)}
"""p99 in milliseconds at each rate; None: shown, not judged."""


def main(words=None):
    """Measure and print; 1 when something is over its budget."""
    parser = argparse.ArgumentParser(prog="make bench-phone ARGS=...")
    parser.add_argument("--seconds", type=float, default=15.0, help="of calls at each rate")
    parser.add_argument("--factor", type=float, default=1.0, help="of the budgets: busy machines")
    wanted = parser.parse_args(words)
    speak_once()
    before, over = os.getloadavg()[0], 0
    with whole(agents=int(AGENTS_PER_RATE * RATES[-1][0]), sound_every=10) as board:
        for place, (rate, sound_every) in enumerate(RATES):
            found = measured(
                board,
                rate=rate,
                calls=int(rate * wanted.seconds),
                sound_every=sound_every,
                name=f"callers-{place}",
                prefix=f"+322{2 + place}",
            )
            over += judge(found, place=place, rate=rate, factor=wanted.factor)
    print(f"load of the machine before it began: {before:.2f} on {os.cpu_count()} processors")
    return 1 if over else 0


def judge(found, *, place, rate, factor):
    """Print one rate; how much of it is over its budget."""
    print(json.dumps({"calls_a_second": rate, **found}))
    over = found["failed"]
    print(f"{rate:g} calls a second: {found['calls']} calls, {found['failed']} failed")
    for name, budgets in BUDGETS.items():
        figures, budget = found[name], budgets[place]
        is_over = budget is not None and figures.get("p99", 0.0) > budget * factor
        over += is_over
        print(
            f"  {name:24} p50 {figures.get('p50', 0):7.1f}  p95 {figures.get('p95', 0):7.1f}"
            f"  p99 {figures.get('p99', 0):7.1f}  n {figures['n']}"
            + (f"  {'OVER' if is_over else 'within'} {budget:g} ms" if budget else "")
        )
    return over


if __name__ == "__main__":
    sys.exit(main())
