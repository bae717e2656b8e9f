"""`vitrine doctor`: is everything here that the product needs, and how much does it take."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from vitrine.kernel.virus_scanner import is_there
from vitrine.ops import processes
from vitrine.ops.embedded_postgres import find_binaries, place_for, url_of_running_server
from vitrine.ops.environment import ROOT, database_url, state_directory
from vitrine.ops.errors import Problem
from vitrine.ops.memory import taken_by

BUDGET = 400 * 1024
"""KiB (PSS) for everything that `vitrine run` starts, idle."""


def examine() -> int:
    """Print one line per question; 1 when one of them is answered by no."""
    questions: dict[str, Callable[[], str]] = {
        "Python": python,
        "PostgreSQL": postgresql,
        "database": database,
        "mailboxes": mailboxes,
        "browser libraries": libraries,
        "translations": translations,
        "virus scanner": virus_scanner,
        "browser for the tests": browser,
    }
    failed = 0
    for question, answer in questions.items():
        try:
            print(f"  yes  {question}: {answer()}")
        except Problem as problem:
            failed = 1
            print(f"  NO   {question}: {problem}")
    return failed


def python() -> str:
    """The interpreter."""
    return f"{sys.version.split()[0]} at {sys.executable}"


def postgresql() -> str:
    """The programs of the embedded server."""
    place = place_for(state_directory())
    return f"version {place.major} at {find_binaries()}, data in {place.data}"


def database() -> str:
    """Which database the product uses."""
    if database_url():
        return "the one of DATABASE_URL"
    return "embedded, " + ("running" if url_of_running_server(state_directory()) else "at rest")


def mailboxes() -> str:
    """Whether mail comes in from every mailbox; asked of a process with Django."""
    url = database_url() or url_of_running_server(state_directory())
    if url is None:
        return "not asked, the database is at rest"
    done = subprocess.run(
        processes.django("mailbox_health", "--no-color"),
        env=processes.environment(DATABASE_URL=url),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        _head, _colon, trouble = done.stderr.partition("CommandError: ")
        raise Problem(trouble.strip() or "the tables are not up to date: run `vitrine migrate`.")
    return done.stdout.strip()


def libraries() -> str:
    """The files that pages load."""
    return found(ROOT / "vitrine/ui/static/vendor/htmx.min.js")


def translations() -> str:
    """The compiled catalogues."""
    return ", ".join(
        found(ROOT / f"vitrine/locale/{language}/LC_MESSAGES/django.mo", name=language)
        for language in ("fr", "nl", "de")
    )


def found(path: Path, *, name: str = "") -> str:
    """`path` when it exists; Problem that says what to do otherwise."""
    if not path.exists():
        raise Problem(f"{path.name} is missing: run `make run` or `make set-up`.")
    return name or str(path.relative_to(ROOT))


def virus_scanner() -> str:
    """The scanner of VITRINE_CLAMD; none is an answer, one that is silent is not."""
    at = os.environ.get("VITRINE_CLAMD", "")
    if not at:
        return "none (VITRINE_CLAMD is not set: files are given out as they come)"
    if not is_there(at):
        raise Problem(f"{at} does not answer: no file is given out until it does.")
    return f"answers at {at}"


def browser() -> str:
    """Chromium, only for developers."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    return "none (only `make test` needs it)"


def print_memory() -> int:
    """The memory of a running product, process by process; 1 when above the budget."""
    lock = state_directory() / "run.pid"
    if not lock.exists() or not Path(f"/proc/{lock.read_text().strip()}").exists():
        raise Problem(f"Nothing runs with the state directory {state_directory()}.")
    try:
        running = taken_by(int(lock.read_text()))
    except PermissionError as error:
        raise Problem("Only the one who started it may look at its memory.") from error
    for process in sorted(running, key=lambda taken: -taken.pss):
        print(f"{process.pss / 1024:8.1f} MiB  {process.pid:7}  {process.command}")
    total = sum(process.pss for process in running)
    print(f"{total / 1024:8.1f} MiB  of {BUDGET // 1024} MiB")
    return int(total > BUDGET)
