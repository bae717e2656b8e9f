"""`python -m bench.status_soak`: see the package."""

import argparse
import json
import sys

from bench.status_soak import alike, down, killed, torn


def main(words=None):
    """Run what is asked for; 1 when something happened that must not."""
    parser = argparse.ArgumentParser(prog="make soak-status ARGS=...")
    parser.add_argument("what", nargs="?", default="all", choices=[*SOAKS, "all"])
    parser.add_argument("--publications", type=int, default=1_000)
    parser.add_argument("--reads", type=int, default=1_000_000)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--changes", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=60, help="of load for S4")
    parser.add_argument("--rate", type=int, default=5_000, help="requests a second for S4")
    wanted = parser.parse_args(words)
    bad = 0
    for name, soak in SOAKS.items():
        if wanted.what in (name, "all"):
            faults, found = soak(wanted)
            bad += faults
            print(json.dumps({name: found, "faults": faults}), flush=True)
    return 1 if bad else 0


def soak_torn(wanted):
    """S3: (faults, figures)."""
    found = torn(publications=wanted.publications, reads=wanted.reads)
    return sum(
        each["torn_or_mixed"] + each["backward"] + (set(each["statuses"]) != {"200"})
        for each in found.values()
    ), found


def soak_down(wanted):
    """S4: (faults, figures)."""
    found = down(seconds=wanted.seconds, rate=wanted.rate)
    return sum(
        each["errors"]
        + each["backward"]
        + (each["statuses"] != {"200": int(wanted.seconds * wanted.rate)})
        + (each["last_version"] != 3 or not each["chain_verifies"])
        + (max(each["changed_after_s"]) > 2)
        for each in found.values()
    ), found


def soak_killed(wanted):
    """S5: (faults, figures)."""
    found = killed(kills=wanted.kills)
    names = ("incomplete", "backward", "left_over", "chain_faults")
    return sum(found[name] for name in names) + (found["heals_within_s"] > 5), found


def soak_alike(wanted):
    """S6: (faults, figures)."""
    found = alike(changes=wanted.changes)
    return sum(found["wrong_304"].values()), found


SOAKS = {"torn": soak_torn, "down": soak_down, "killed": soak_killed, "alike": soak_alike}

if __name__ == "__main__":
    sys.exit(main())
