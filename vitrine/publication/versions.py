"""Version directories: written whole, made public by one rename, healed after any death.

    DIRECTORY/current    symbolic link to the public version, replaced by rename
    DIRECTORY/v/12       version 12, never changed once it has this name
    DIRECTORY/v/12.1     the same version told anew because time passed (its first edition)
    DIRECTORY/v/13.tmp   a version that was being written when its publisher died
    DIRECTORY/lock       held by the one publisher at work

nginx makes the ETag of a file from its mtime in seconds and its size. So every version has an
mtime of its own, later than that of the one before even when that lies in the future; a file
whose bytes did not change is the very file of the version before (a hard link), with its mtime.
"""

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from vitrine.publication.compression import variants
from vitrine.publication.disk import make_durable, sync_directory
from vitrine.publication.errors import Busy

CURRENT = "current"
VERSIONS = "v"
KEPT = 100
"""Versions that keep their address."""
UNFINISHED = ".tmp"
MARK = "bulletin.json"
"""Present in each version; written anew each time, so that its mtime is that of the version."""
NAME = re.compile(r"(\d{1,15})(?:\.(\d{1,9}))?")
PATIENCE = 5.0
"""Seconds that a publisher waits for another one."""


@dataclass(frozen=True, order=True)
class VersionName:
    """Which version, and which edition of it; sorts as it was published."""

    version: int
    edition: int = 0

    def __str__(self) -> str:
        return f"{self.version}.{self.edition}" if self.edition else str(self.version)

    @property
    def next_edition(self) -> "VersionName":
        """The same version, told anew."""
        return replace(self, edition=self.edition + 1)


def read_name(text: str) -> VersionName | None:
    """The version that a directory is called after; None when it is none."""
    found = NAME.fullmatch(text)
    return VersionName(int(found[1]), int(found[2] or 0)) if found else None


def current_name(directory: Path) -> VersionName | None:
    """What the public reads now; None before the first publication."""
    try:
        return read_name((directory / CURRENT).readlink().name)
    except OSError:
        return None


def kept_names(directory: Path) -> list[VersionName]:
    """Every complete version that is still there, the oldest first."""
    try:
        found = (read_name(each.name) for each in (directory / VERSIONS).iterdir())
        return sorted(each for each in found if each)
    except FileNotFoundError:
        return []


def place_of(name: VersionName, *, directory: Path) -> Path:
    """The directory of a version."""
    return directory / VERSIONS / str(name)


@contextmanager
def alone(directory: Path, *, patience: float = PATIENCE) -> Iterator[None]:
    """The only publisher, for as long as the block lasts. Raises Busy after `patience` seconds.

    The lock dies with its process.
    """
    directory.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + patience
    handle = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise Busy(f"another publisher holds {directory / 'lock'}") from None
                time.sleep(0.005)
        yield
    finally:
        os.close(handle)


def heal(directory: Path) -> None:
    """Remove what a publisher left that died; only for who is `alone`."""
    for left in (*(directory / VERSIONS).glob(f"*{UNFINISHED}"), *directory.glob(f"*{UNFINISHED}")):
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def next_mtime(directory: Path, *, now: int) -> int:
    """Seconds; later than any version that is there, and not before `now`."""
    stamps = []
    for name in kept_names(directory)[-3:]:
        try:
            stamps.append(int((place_of(name, directory=directory) / MARK).stat().st_mtime))
        except OSError:
            continue
    return max([now, *(stamp + 1 for stamp in stamps)])


def write_version(
    files: dict[str, bytes], *, name: VersionName, directory: Path, mtime: int
) -> None:
    """Write `files` (path -> bytes) as the version `name`: durable, complete, not yet public.

    OSError when the disk does not take it all; then nothing is left of it.
    """
    place = place_of(name, directory=directory)
    draft = place.with_name(place.name + UNFINISHED)
    before = current_name(directory)
    known = place_of(before, directory=directory) if before else None
    is_new = not (directory / VERSIONS).exists()
    try:
        folders = make_folders(draft, paths=files)
        if is_new:
            sync_directory(directory)
        written = []
        for path, content in files.items():
            source = f"{known}/{path}" if known and path != MARK else None
            written += write_file(f"{draft}/{path}", content=content, known=source)
        make_durable(written, mtime=mtime)
        make_durable(folders)
        # Left by somebody who died between this line and the flip; nobody ever read it.
        if place.exists():
            old = place.with_name(f"{place.name}.old{UNFINISHED}")
            place.rename(old)
            shutil.rmtree(old)
        draft.rename(place)
        sync_directory(place.parent)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def make_folders(draft: Path, *, paths: Iterable[str]) -> list[str]:
    """Make the folders that `paths` need; all of them, the deepest last."""
    draft.mkdir(parents=True)
    folders = {""}
    for path in paths:
        while path := path.rpartition("/")[0]:
            folders.add(path)
    for folder in sorted(folders - {""}):
        (draft / folder).mkdir()
    return [f"{draft}/{folder}" for folder in sorted(folders)]


def write_file(target: str, *, content: bytes, known: str | None) -> list[str]:
    """Write a file with its compressed variants; what is to be made durable.

    `known`: the same file of the version before, which is taken over when its bytes are the same.
    Plain paths, not `Path`: this is done some hundred times while somebody waits.
    """
    if known and is_same(known, content) and take_over(known, target):
        return []
    written = []
    for suffix, content_so in variants(target, content):
        write_new(target + suffix, content=content_so)
        written.append(target + suffix)
    return written


def write_new(path: str, *, content: bytes) -> None:
    """Write a file that is not there yet. Raises OSError, also when the disk is full."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    try:
        while content:
            content = content[os.write(handle, content) :]
    finally:
        os.close(handle)


def is_same(known: "str | Path", content: bytes) -> bool:
    """Whether the file `known` holds exactly `content`."""
    try:
        handle = os.open(known, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        if os.fstat(handle).st_size != len(content):
            return False
        return os.read(handle, len(content)) == content
    except OSError:
        return False
    finally:
        os.close(handle)


def take_over(known: str, target: str) -> bool:
    """Link a file and its variants; False where the file system has no hard links."""
    try:
        os.link(known, target)
        for suffix in (".gz", ".br"):
            with suppress(FileNotFoundError):
                os.link(known + suffix, target + suffix)
    except OSError:
        for suffix in ("", ".gz", ".br"):
            with suppress(FileNotFoundError):
                Path(target + suffix).unlink()
        return False
    return True


def flip(name: VersionName, *, directory: Path) -> None:
    """Make a written version the public one, in one step."""
    link = directory / f"{CURRENT}{UNFINISHED}"
    link.unlink(missing_ok=True)
    link.symlink_to(f"{VERSIONS}/{name}")
    link.replace(directory / CURRENT)
    sync_directory(directory)


def prune(directory: Path, *, kept: int = KEPT) -> None:
    """Keep the newest `kept` versions; the public one always."""
    public = current_name(directory)
    for name in kept_names(directory)[:-kept]:
        if name != public:
            place = place_of(name, directory=directory)
            gone = place.with_name(place.name + UNFINISHED)
            place.rename(gone)
            shutil.rmtree(gone, ignore_errors=True)
