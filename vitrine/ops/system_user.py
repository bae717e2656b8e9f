"""The system user that PostgreSQL runs as when we are root: it refuses to be root."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from vitrine.ops.errors import Problem

NAME = "vitrine-postgres"


def own_user() -> pwd.struct_passwd:
    """Our system user, made at first need.

    Raises Problem when the machine has no `useradd` and no user to borrow.
    """
    for attempt in (NAME, "postgres", "nobody"):
        try:
            return pwd.getpwnam(attempt)
        except KeyError:
            pass
        if attempt == NAME and (useradd := shutil.which("useradd", path="/usr/sbin:/sbin:/bin")):
            command = [useradd, "--system", "--no-create-home", "--home-dir", "/nonexistent"]
            subprocess.run(
                [*command, "--shell", "/usr/sbin/nologin", NAME], check=False, capture_output=True
            )
            try:
                return pwd.getpwnam(NAME)
            except KeyError:
                continue
    raise Problem("PostgreSQL refuses to run as root and no system user could be made for it.")


def user_for(data: Path) -> pwd.struct_passwd | None:
    """Who runs the server on `data`: None is ourselves.

    As root: the owner of a data directory that exists, else our own system user.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat().st_uid) != 0:
        try:
            return pwd.getpwuid(owner)
        except KeyError:
            pass
    return own_user()


def can_enter(directory: Path, *, user: pwd.struct_passwd | None) -> bool:
    """Whether `user` can go into `directory`, through all that is above it."""
    if user is None:
        return os.access(directory, os.X_OK)
    done = subprocess.run(
        ["test", "-x", str(directory)],
        user=user.pw_uid,
        group=user.pw_gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return done.returncode == 0


def give(path: Path, *, to: pwd.struct_passwd | None) -> None:
    """Hand `path` over to a user; nothing to do when it is ourselves."""
    if to is not None:
        os.chown(path, to.pw_uid, to.pw_gid)
