"""A second directory: another disk, or a share of another machine."""

import os
import shutil
from pathlib import Path

from vitrine.publication import versions
from vitrine.publication.disk import make_durable, replace_durably, sync_directory
from vitrine.publication.errors import Busy, OlderVersion
from vitrine.publication.targets.contract import TargetFailed
from vitrine.publication.versions import UNFINISHED, VersionName


class SecondDirectory:
    """Holds the same versions in the same way, with the same mtimes: nginx gives equal ETags."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def push(self, name: VersionName, *, directory: Path) -> None:
        """Copy, make durable, flip. Raises OlderVersion or TargetFailed."""
        if not self.path.parent.is_dir():
            raise TargetFailed(f"{self.path.parent} is not there")
        try:
            with versions.alone(self.path):
                versions.heal(self.path)
                public = versions.current_name(self.path)
                if public and public > name:
                    raise OlderVersion(f"{self.path} shows {public}, later than {name}")
                if public == name:
                    return
                copy_version(name, source=directory, target=self.path)
                versions.flip(name, directory=self.path)
                versions.prune(self.path)
        except (OSError, Busy) as error:
            raise TargetFailed(str(error)) from error

    def beat(self, heartbeat: bytes) -> None:
        """Replace the heartbeat. Raises TargetFailed."""
        try:
            replace_durably(self.path / "heartbeat.json", heartbeat)
        except OSError as error:
            raise TargetFailed(str(error)) from error


def copy_version(name: VersionName, *, source: Path, target: Path) -> None:
    """Copy a version with its mtimes; what did not change is linked. Raises OSError."""
    place = versions.place_of(name, directory=source)
    final = versions.place_of(name, directory=target)
    draft = final.with_name(final.name + UNFINISHED)
    before = versions.current_name(target)
    known = versions.place_of(before, directory=target) if before else None
    try:
        draft.mkdir(parents=True)
        copied = []
        for path in sorted(place.rglob("*")):
            there = draft / path.relative_to(place)
            if path.is_dir():
                there.mkdir()
            elif not linked(path, there, known=known and known / path.relative_to(place)):
                shutil.copy2(path, there)
                copied.append(there)
        make_durable(copied)
        make_durable([draft, *(each for each in draft.rglob("*") if each.is_dir())])
        if final.exists():
            shutil.rmtree(final)
        draft.rename(final)
        sync_directory(final.parent)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def linked(path: Path, there: Path, *, known: Path | None) -> bool:
    """Link the same file of the version before, when size and mtime say that it is the same."""
    try:
        if known is None:
            return False
        ours, theirs = path.stat(), known.stat()
        if (ours.st_size, int(ours.st_mtime)) != (theirs.st_size, int(theirs.st_mtime)):
            return False
        os.link(known, there)
    except OSError:
        return False
    return True
