"""Child processes that never outlive us, not even when we are killed with SIGKILL.

Each child leads a process group of its own: Ctrl-C in the terminal reaches only the
supervisor, which then ends its children in order, and a child that dies takes what
it started with it.
"""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import IO

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)
"""Loaded before any fork: nothing may be imported in a child before exec."""


def die_with_parent(death_signal: signal.Signals) -> Callable[[], None]:
    """What a child runs between fork and exec: the kernel tells it when we end."""
    parent = os.getpid()

    def arm() -> None:
        if sys.platform == "linux":
            LIBC.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != parent:  # we ended before the line above
            os._exit(1)

    return arm


def spawn(
    command: Sequence[str | os.PathLike[str]],
    *,
    env: Mapping[str, str] | None = None,
    user: pwd.struct_passwd | None = None,
    output: IO[bytes] | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
) -> "subprocess.Popen[bytes]":
    """Start `command` as `user` (None: as ourselves).

    death_signal  what the child receives when we end in whatever way
    output        None: our own standard output and error
    """
    return subprocess.Popen(
        command,
        env=None if env is None else dict(env),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        process_group=0,
        user=None if user is None else user.pw_uid,
        group=None if user is None else user.pw_gid,
        extra_groups=None if user is None else [],
        cwd=None if user is None else "/",
        preexec_fn=die_with_parent(death_signal),  # noqa: PLW1509 - we have one thread
    )


def end(
    child: "subprocess.Popen[bytes]",
    *,
    with_signal: signal.Signals,
    within: float,
    group: bool = True,
) -> None:
    """Ask `child` to end; after `within` seconds end it, and all of its group when it leads one."""
    if child.poll() is None:
        child.send_signal(with_signal)
    with suppress(subprocess.TimeoutExpired):
        child.wait(within)
    if group:
        end_group(child)
    else:
        child.kill()
        child.wait()


def end_group(child: "subprocess.Popen[bytes]") -> None:
    """Leave nothing of what `child` started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
