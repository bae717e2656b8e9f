"""Where the public finds what is published: the same answer for desk, console and keeper.

| variable                 | meaning                                               | default      |
|--------------------------|-------------------------------------------------------|--------------|
| VITRINE_STATUS_DIRECTORY | where versions are written                            | STATE/status |
| VITRINE_STATUS_URL       | public address of the status page                     | unset        |
| VITRINE_STATUS_OTHERS    | addresses of copies that pages fall over to; commas | none         |
| VITRINE_STATUS_TARGETS   | where copies go: see `copies`                         | none         |
| VITRINE_STATUS_LANGUAGE  | language of the addresses that name none              | fr           |
| VITRINE_STATUS_FRAMED_BY | who may show the embedded frame                       | * (everybody) |
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vitrine.publication.words import LANGUAGES

EVERYWHERE = "https://status.invalid/"
"""Stands in addresses that must be absolute when nobody said where the page is."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """The addresses of what is published."""

    directory: Path
    url: str = ""
    """Of the first host, ends with a slash; empty: unknown."""
    others: tuple[str, ...] = ()
    """Of the copies, likewise."""
    language: str = LANGUAGES[0]
    framed_by: str = "*"
    targets: str = ""

    @property
    def absolute(self) -> str:
        """What stands before an address that must be whole."""
        return self.url or EVERYWHERE


def with_slash(url: str) -> str:
    """The address of a directory."""
    url = url.strip()
    return url if not url or url.endswith("/") else url + "/"


def site_from(environment: Mapping[str, str] = os.environ) -> Site:
    """The site that the environment describes."""
    state = Path(environment.get("VITRINE_STATE") or Path(__file__).parents[2] / ".state")
    language = environment.get("VITRINE_STATUS_LANGUAGE", LANGUAGES[0])
    others = environment.get("VITRINE_STATUS_OTHERS", "").split(",")
    return Site(
        directory=Path(environment.get("VITRINE_STATUS_DIRECTORY") or state / "status").absolute(),
        url=with_slash(environment.get("VITRINE_STATUS_URL", "")),
        others=tuple(with_slash(each) for each in others if each.strip()),
        language=language if language in LANGUAGES else LANGUAGES[0],
        framed_by=environment.get("VITRINE_STATUS_FRAMED_BY", "*"),
        targets=environment.get("VITRINE_STATUS_TARGETS", ""),
    )
