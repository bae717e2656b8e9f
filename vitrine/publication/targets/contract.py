"""What a target is: a place that the public may read when the first host is gone."""

from pathlib import Path
from typing import Protocol

from vitrine.publication.versions import VersionName


class TargetFailed(Exception):
    """The target did not take it; worth another try."""


class Target(Protocol):
    """A copy. Both methods may take long and raise TargetFailed, or OlderVersion."""

    def push(self, name: VersionName, *, directory: Path) -> None:
        """Make the version `name` of `directory` what the target shows.

        Harmless when it shows it already. Raises OlderVersion when it shows a newer one.
        """

    def beat(self, heartbeat: bytes) -> None:
        """Put the heartbeat beside the version."""
