"""A second host, by rsync: over ssh, to an rsync daemon, or to a path.

The version goes first, under its own name, where nobody reads it; then the symbolic link, which
rsync replaces by rename. `--times` keeps the mtimes, so that both hosts give equal ETags.
"""

import re
import subprocess
import tempfile
from pathlib import Path

from vitrine.publication import versions
from vitrine.publication.errors import OlderVersion
from vitrine.publication.targets.contract import TargetFailed
from vitrine.publication.versions import CURRENT, KEPT, UNFINISHED, VERSIONS, VersionName

PATIENCE = 60
"""Seconds that one rsync may take."""
SILENCE = 10
"""Seconds without a byte after which the other side counts as gone."""
SSH = "ssh -o BatchMode=yes -o ConnectTimeout=5"
TIDY_EVERY = 25
"""Versions after which old ones are removed there."""
LINK = re.compile(rf"{CURRENT} -> {VERSIONS}/([\d.]+)\s*$", re.MULTILINE)


class SecondHost:
    """`host:path`, `host::module/path`, `rsync://host/module/path` or a path, as rsync says it."""

    def __init__(self, place: str) -> None:
        self.place = place.rstrip("/")

    def push(self, name: VersionName, *, directory: Path) -> None:
        """Send the version, then the link to it. Raises OlderVersion or TargetFailed."""
        public = self.public()
        if public and public > name:
            raise OlderVersion(f"{self.place} shows {public}, later than {name}")
        if public == name:
            return
        if public is None:
            self.prepare()
        source = versions.place_of(name, directory=directory)
        before = [f"--link-dest=../{public}"] if public else []
        self.rsync("-rlt", "--delete", *before, f"{source}/", f"{self.place}/{VERSIONS}/{name}/")
        with tempfile.TemporaryDirectory() as folder:
            link = Path(folder) / CURRENT
            link.symlink_to(f"{VERSIONS}/{name}")
            self.rsync("-l", str(link), f"{self.place}/")
        if (shown := self.public()) != name:
            raise TargetFailed(f"{self.place} shows {shown}")
        if name.version % TIDY_EVERY == 0:
            self.tidy(directory)

    def public(self) -> VersionName | None:
        """What the other side shows; None: nothing yet."""
        done = self.run("--list-only", "-l", f"{self.place}/")
        if done.returncode == 23 and "No such file" in done.stderr:
            return None
        if done.returncode:
            raise TargetFailed(complaint(done))
        found = LINK.search(done.stdout)
        return versions.read_name(found[1]) if found else None

    def prepare(self) -> None:
        """The empty directories that rsync does not make."""
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / VERSIONS).mkdir()
            self.rsync("-r", f"{folder}/", f"{self.place}/")

    def tidy(self, directory: Path) -> None:
        """Remove the versions that are no longer kept here."""
        kept = [f"--include=/{name}" for name in versions.kept_names(directory)[-KEPT:]]
        options = ["--delete", "--dirs", "--ignore-existing", "--existing", "--links"]
        self.rsync(*options, *kept, f"--exclude=*{UNFINISHED}", f"{directory / VERSIONS}/",
                   f"{self.place}/{VERSIONS}/")  # fmt: skip

    def beat(self, heartbeat: bytes) -> None:
        """Replace the heartbeat, which rsync does by rename."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "heartbeat.json"
            file.write_bytes(heartbeat)
            self.rsync("-t", "--chmod=F644", str(file), f"{self.place}/")

    def rsync(self, *arguments: str) -> None:
        """Run rsync. Raises TargetFailed with what it complained about."""
        done = self.run(*arguments)
        if done.returncode:
            raise TargetFailed(complaint(done))

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run rsync, and wait no longer than agreed."""
        is_daemon = self.place.startswith("rsync://") or "::" in self.place
        way = [f"--contimeout={SILENCE}"] if is_daemon else ["-e", SSH]
        command = ["rsync", *way, f"--timeout={SILENCE}", *arguments]
        try:
            return subprocess.run(
                command, capture_output=True, text=True, timeout=PATIENCE, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise TargetFailed(str(error)) from error


def complaint(done: "subprocess.CompletedProcess[str]") -> str:
    """The first line of what rsync said."""
    lines = done.stderr.strip().splitlines()
    return lines[0] if lines else f"rsync ended with code {done.returncode}"
