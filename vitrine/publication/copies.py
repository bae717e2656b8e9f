"""Copies of what is public, each with a state of its own that people can look at.

`VITRINE_STATUS_TARGETS` names them, separated by blanks or commas:

    disk=file:///srv/status-copy
    b=rsync:status@b.register.example:/srv/status
    cloud=s3://bucket/prefix?endpoint=https://objects.example&region=be

The state of each stands in DIRECTORY/targets/NAME.json. A target that fails stays red, and is
tried again after 1, 2, 4, ... at most 60 seconds.
"""

import fcntl
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from vitrine.publication import versions
from vitrine.publication.disk import replace_durably
from vitrine.publication.errors import OlderVersion
from vitrine.publication.events import instant
from vitrine.publication.targets.contract import Target, TargetFailed
from vitrine.publication.targets.second_directory import SecondDirectory
from vitrine.publication.targets.second_host import SecondHost
from vitrine.publication.versions import VersionName

STATES = "targets"
LONGEST_PAUSE = 60
NAME = re.compile(r"[a-z0-9-]{1,40}")


class NoSuchTarget(ValueError):
    """`VITRINE_STATUS_TARGETS` names something that is no target."""


@dataclass(frozen=True, kw_only=True)
class TargetState:
    """How far a target is."""

    target: str
    version: int = 0
    """What it was last known to show; 0: nothing yet."""
    edition: int = 0
    at: str = ""
    """When that was confirmed, a canonical instant."""
    milliseconds: float = 0.0
    """What the last successful push took."""
    error: str = ""
    """Why the last try failed; empty: it did not."""
    tried_at: str = ""
    failures: int = 0
    """Since the last success."""

    @property
    def name(self) -> VersionName:
        """The version and edition that it shows."""
        return VersionName(self.version, self.edition)

    @property
    def is_red(self) -> bool:
        """Whether the last try failed."""
        return bool(self.error)

    @property
    def pause(self) -> int:
        """Seconds after which to try again."""
        return min(LONGEST_PAUSE, 2 ** min(self.failures - 1, 10)) if self.failures else 0


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A target with its name."""

    name: str
    target: Target


def bucket(place: str, options: dict[str, str]) -> Target:
    """A bucket; its library is loaded only where there is one."""
    made: Target = import_module("vitrine.publication.targets.bucket").bucket_at(
        place, options=options
    )
    return made


def copies_from(setting: str) -> list[Copy]:
    """The targets of the setting. Raises NoSuchTarget."""
    found = [copy_from(word) for word in setting.replace(",", " ").split()]
    if len({each.name for each in found}) < len(found):
        raise NoSuchTarget("two targets have the same name")
    return found


def copy_from(word: str) -> Copy:
    """One target. Raises NoSuchTarget."""
    name, _equals, address = word.partition("=")
    if not NAME.fullmatch(name):
        raise NoSuchTarget(f"{word!r} does not begin with a name and =")
    scheme, _colon, rest = address.partition(":")
    parts = urlsplit(address)
    try:
        if scheme == "file" and parts.path.strip("/"):
            return Copy(name=name, target=SecondDirectory(Path(unquote(parts.path))))
        if scheme == "rsync" and rest.strip("/"):
            # rsync://host/module is an address that rsync knows; rsync:host:path is ours.
            return Copy(name=name, target=SecondHost(address if rest[:2] == "//" else rest))
        if scheme == "s3":
            options = dict(parse_qsl(parts.query))
            return Copy(name=name, target=bucket(f"{parts.netloc}{parts.path}", options))
    except ValueError as error:
        raise NoSuchTarget(str(error)) from error
    raise NoSuchTarget(f"{address!r} is neither file:///..., rsync:... nor s3://...")


def state_file(name: str, *, directory: Path) -> Path:
    """Where the state of a target stands."""
    return directory / STATES / f"{name}.json"


def state_of(name: str, *, directory: Path) -> TargetState:
    """The state of a target; as if it had never been tried when there is none."""
    try:
        value: dict[str, Any] = json.loads(state_file(name, directory=directory).read_bytes())
        known = {each.name for each in fields(TargetState)}
        return TargetState(**{key: each for key, each in value.items() if key in known})
    except (OSError, ValueError, TypeError):
        return TargetState(target=name)


def states(directory: Path, *, setting: str) -> tuple[TargetState, ...]:
    """The state of each target of the setting, in its order. Raises NoSuchTarget."""
    names = [word.partition("=")[0] for word in setting.replace(",", " ").split()]
    return tuple(state_of(name, directory=directory) for name in names)


def is_due(state: TargetState, *, public: VersionName, seconds_since_try: float) -> bool:
    """Whether to push now: it shows something else, and the pause after a failure is over."""
    if state.name == public and not state.is_red:
        return False
    return not state.failures or seconds_since_try >= state.pause


def push(copy: Copy, *, directory: Path, now: Callable[[], datetime]) -> TargetState:
    """Bring a target to what is public, and write its state down. One at a time for each target."""
    with _alone(copy.name, directory=directory):
        public = versions.current_name(directory)
        if public is None:
            return TargetState(target=copy.name)
        before = state_of(copy.name, directory=directory)
        began = time.monotonic()
        try:
            copy.target.push(public, directory=directory)
        except (TargetFailed, OlderVersion) as error:
            after = replace(
                before,
                error=str(error) or type(error).__name__,
                tried_at=instant(now()),
                failures=before.failures + 1,
            )
        else:
            taken = round((time.monotonic() - began) * 1000, 1)
            after = TargetState(
                target=copy.name,
                version=public.version,
                edition=public.edition,
                at=instant(now()),
                tried_at=instant(now()),
                milliseconds=taken,
            )
        file = state_file(copy.name, directory=directory)
        replace_durably(file, json.dumps(asdict(after)).encode())
        return after


@contextmanager
def _alone(name: str, *, directory: Path) -> Iterator[None]:
    """Nobody else pushes to this target meanwhile; waits as long as it takes."""
    (directory / STATES).mkdir(parents=True, exist_ok=True)
    lock = directory / STATES / f"{name}.lock"
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
