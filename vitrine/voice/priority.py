"""Who has the processors first when they are busy: calls, then what is told of them, then sounds.

A telephone that rings a tenth of a second late is heard by its caller; a ticket that is written a
second late is seen by nobody. The systemd units say the same (`Nice=`).
"""

import os
from contextlib import suppress
from enum import IntEnum


class Niceness(IntEnum):
    """What the system calls it: less goes first."""

    CALLS = -10
    TELLING = 5
    SOUNDS = 10


def take_turn(niceness: Niceness, *, process: int = 0) -> None:
    """From now on, with all threads that begin later; where it is not allowed all stays as it was.

    process  its number; 0: this one
    """
    with suppress(PermissionError, ProcessLookupError):
        os.setpriority(os.PRIO_PROCESS, process, niceness)
