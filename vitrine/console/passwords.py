"""Passwords as the application keeps them: argon2, as Django writes it."""

from functools import cache
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

PREFIX = "argon2$"
ONE_AT_A_TIME = Lock()
"""A check takes 100 MB and a core: somebody who tries many must not take the machine."""


def is_right(password: str, *, kept: str | None) -> bool:
    """Whether `password` is the one that is kept; takes as long when there is none (None)."""
    known = bool(kept and kept.startswith(PREFIX + "argon2id$"))
    hashed = f"${kept.removeprefix(PREFIX)}" if known and kept else nobodys()
    with ONE_AT_A_TIME:
        try:
            return known & PasswordHasher().verify(hashed, password)
        except (Argon2Error, InvalidHashError, UnicodeError):
            return False


@cache
def nobodys() -> str:
    """A hash like those of Django that no password fits."""
    return PasswordHasher(time_cost=2, memory_cost=102400, parallelism=8).hash("\N{SNOWMAN}")
