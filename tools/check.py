"""Everything that can be checked without running the product: what `make check` runs.

One line per check with its seconds; as many at a time as there are processors,
the longest first. `python -m tools.check ruff sizes` runs only these.
"""

import os
import subprocess
import sys
import sysconfig
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools.sources import ROOT

SCRIPTS = Path(sysconfig.get_path("scripts"))


def _module(name: str) -> tuple[str, ...]:
    """A check of ours."""
    return (sys.executable, "-m", f"tools.{name}")


CHECKS: dict[str, tuple[str, ...]] = {
    "types": (sys.executable, "-m", "mypy"),
    "migrations": _module("check_migrations"),
    "translations": _module("check_translations"),
    "floors and rooms": (str(SCRIPTS / "lint-imports"), "--no-logo"),
    "ruff": (str(SCRIPTS / "ruff"), "check", "--output-format", "concise"),
    "format": (str(SCRIPTS / "ruff"), "format", "--check"),
    "writes": _module("check_writes"),
    "access": _module("check_access"),
    "purity": _module("check_purity"),
    "sizes": _module("check_sizes"),
    "words": _module("check_words"),
}


@dataclass(frozen=True)
class Result:
    """What one check said, and how many seconds it took."""

    name: str
    passed: bool
    output: str
    seconds: float

    def __str__(self) -> str:
        line = f"{'ok' if self.passed else 'FAILED':<7} {self.name:<17} {self.seconds:5.1f} s"
        return line if self.passed else f"{line}\n{self.output.strip()}\n"


def run(name: str, *, environment: dict[str, str]) -> Result:
    """Run one check to its end."""
    began = time.monotonic()
    done = subprocess.run(
        CHECKS[name],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Result(name, done.returncode == 0, done.stdout, time.monotonic() - began)


def main(names: list[str]) -> int:
    """Run these checks, or all; 1 when one of them failed, 2 for an unknown name."""
    if unknown := [name for name in names if name not in CHECKS]:
        print(f"no such check: {', '.join(unknown)}; there are: {', '.join(CHECKS)}")
        return 2
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as state:
        # The settings are read, the product is not run: no secret is kept, no server is asked.
        environment = os.environ | {"VITRINE_STATE": state, "VITRINE_SECRET_KEY": "checks-only"}
        with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
            jobs = [pool.submit(run, name, environment=environment) for name in names or CHECKS]
            results = []
            for job in jobs:
                results.append(job.result())
                print(results[-1], flush=True)
    failed = [result.name for result in results if not result.passed]
    print(f"{len(results)} checks in {time.monotonic() - began:.1f} s", end="")
    print(f", failed: {', '.join(failed)}" if failed else ", all passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
