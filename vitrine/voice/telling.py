"""Calls are told in a process of their own: what that costs is not the time of whoever routes.

Telling a call (row, ticket, call-back, word to a colleague) is fifty milliseconds of processor.
In a thread of the process that routes, each of them would be taken from the loop. The journal's
thread only appends, and writes the names of the calls into a pipe; when the process that routes is
killed, the pipe ends, and what stood in it is told all the same.
"""

import logging
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

log = logging.getLogger(__name__)

START_AGAIN_AFTER = 1.0
LOOK_EVERY = 2.0
"""Seconds without a word until the teller looks by itself for what was left behind."""
LOOK_AT_LEAST_EVERY = 10.0
"""Seconds, though there is always a word: what did not fit into the pipe was left behind."""
MOST_AT_ONCE = 65_536


class Teller:
    """The pipe to that process, which is started again when it dies. One thread uses it."""

    def __init__(self, *, settings: str) -> None:
        """settings: the module of Django's settings."""
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = float("-inf")
        self._is_behind = False

    def start(self) -> None:
        """Start it, unless it runs or has just been started."""
        if self._process is not None and self._process.poll() is None:
            return
        if time.monotonic() - self._started_at < START_AGAIN_AFTER:
            return
        self._started_at = time.monotonic()
        self._close()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "django", "phone_tell"],
            stdin=subprocess.PIPE,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": self._settings},
        )
        assert self._process.stdin is not None, "as was asked for"
        os.set_blocking(self._process.stdin.fileno(), False)

    def tell(self, names: Sequence[str]) -> None:
        """Let these calls be told soon; never waits: what does not fit is found by the teller."""
        if not names:
            return
        self.start()
        if self._process is None or self._process.stdin is None:
            return
        try:
            os.write(self._process.stdin.fileno(), "".join(f"{one}\n" for one in names).encode())
        except (BlockingIOError, BrokenPipeError, ValueError) as fault:
            if not self._is_behind:
                log.warning("Calls are told late: %s", fault)
            self._is_behind = True
        else:
            if self._is_behind:
                log.warning("Calls are told at once again")
            self._is_behind = False

    def stop(self, *, within: float = 10.0) -> None:
        """Let it tell what it has, and end."""
        self._close()
        if self._process is not None:
            try:
                self._process.wait(within)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _close(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()


def tell_from(
    pipe: int, *, tell: Callable[[Sequence[str]], object], look: Callable[[], object]
) -> None:
    """Tell the calls that are named in `pipe`, one a line, until it ends; look when it is silent.

    Names that have gathered meanwhile are told once: under load each call is told less often.
    """
    rest, looked_at = b"", float("-inf")
    while True:
        is_silent = not select.select([pipe], [], [], LOOK_EVERY if looked_at > 0 else 0.0)[0]
        if is_silent or time.monotonic() - looked_at > LOOK_AT_LEAST_EVERY:
            look()
            looked_at = time.monotonic()
        if is_silent:
            continue
        read = os.read(pipe, MOST_AT_ONCE)
        *lines, rest = (rest + read).split(b"\n")
        names = list(dict.fromkeys(line.decode(errors="replace") for line in lines if line))
        if names:
            tell(names)
        if not read:
            return
