"""`vitrine run` as a person starts it, and what is left of it afterwards."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

COMMAND = Path(sys.executable).parent / "vitrine"
PATIENCE = 90.0
"""Seconds; the machine of a continuous integration may be busy."""


def start(state, *options, **environment):
    """`vitrine run` on free ports; its output goes to a file."""
    log = state / "said.log"
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    env.pop("DATABASE_URL", None)
    ports = ["--port", "0", "--smtp-port", "0", "--lmtp-port", "0"]
    with log.open("wb") as output:
        return subprocess.Popen(
            [COMMAND, "run", *ports, *options],
            env=env | {"VITRINE_STATE": str(state)} | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def said(state):
    """Everything that it has printed."""
    return (state / "said.log").read_text(errors="replace")


def until(condition, *, within=PATIENCE):
    """Poll until `condition` gives something true; that, or a failure with its name."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited {within} s in vain for {condition}")


def ready(state, product):
    """The port of the pages, once they answer."""

    def port():
        assert product.poll() is None, said(state)
        found = re.search(r"desk +http://localhost:(\d+)/desk/", said(state))
        return found and int(found[1])

    return until(port)


def left_of(state):
    """The processes that were started for this state directory and live."""
    mark = f"VITRINE_STATE={state}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def pid_of(state, word):
    """The process of this product whose command line holds `word`."""
    for pid in left_of(state):
        try:
            if word in Path(f"/proc/{pid}/cmdline").read_text():
                return pid
        except OSError:
            continue
    return None
