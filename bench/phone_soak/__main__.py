"""`python -m bench.phone_soak`: see the package."""

import argparse
import json
import sys
import time

from bench.phone_soak import sipp
from bench.phone_soak.kills import kills
from bench.phone_soak.load import load
from bench.phone_soak.whole import speak_once


def main(words=None):
    """Run what is asked for; 1 when something happened that must not."""
    parser = argparse.ArgumentParser(prog="make soak-phone ARGS=...")
    parser.add_argument("what", nargs="?", default="all", choices=["load", "kills", "all"])
    parser.add_argument("--minutes", type=float, default=5.0, help="of load")
    parser.add_argument("--rate", type=float, default=20.0, help="calls a second")
    parser.add_argument("--waiting", type=int, default=200, help="callers on hold meanwhile")
    parser.add_argument("--callers", choices=["sipp", "ours"], default="sipp", help="who calls")
    parser.add_argument("--kills", type=int, default=100, help="and stops, six kinds mixed")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    wanted = parser.parse_args(words)
    speak_once()
    bad = 0
    if wanted.what in ("load", "all"):
        calls = int(wanted.rate * wanted.minutes * 60)
        with_sipp = wanted.callers != "ours" and sipp.is_here()
        if wanted.callers != "ours" and not with_sipp:
            print("SIPp is not here (tools/install_servers brings it): our own telephones call.")
        found = load(rate=wanted.rate, calls=calls, waiting=wanted.waiting, with_sipp=with_sipp)
        bad += len(found["faults"])
        print(json.dumps({"load": found}, indent=1), flush=True)
    if wanted.what in ("kills", "all"):
        found = kills(count=wanted.kills, seed=wanted.seed)
        bad += len(found["faults"]) + len(found["slow"])
        print(json.dumps({"kills": found, "seed": wanted.seed}, indent=1), flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
