"""From a bulletin to the public: write, flip, read back, and tell how long it took."""

import errno
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from vitrine.publication import copies, versions
from vitrine.publication.bulletin import Bulletin
from vitrine.publication.chain import chain_files
from vitrine.publication.encoding import bulletin_bytes, bulletin_from, event_from
from vitrine.publication.errors import Busy, NotWritten, OlderVersion
from vitrine.publication.events import Event
from vitrine.publication.reading import check_sentences
from vitrine.publication.reading_back import Sight, read_back
from vitrine.publication.site import Site, site_from
from vitrine.publication.tree import files_of
from vitrine.publication.versions import VersionName


@dataclass(frozen=True, kw_only=True)
class Published:
    """What became public, and the proof."""

    version: int
    edition: int
    milliseconds: float
    """From the call until the version was read back."""
    seen: Sight
    """Where it was read back, or why it could not be."""
    targets: tuple[copies.TargetState, ...] = ()
    """How far the copies are at this instant; the keeper brings them in line."""


def publish(
    bulletin: Bulletin,
    *,
    at: datetime,
    directory: Path | None = None,
    event: Event | None = None,
    earlier: Iterable[Event] = (),
    site: Site | None = None,
) -> Published:
    """Make `bulletin` what the public reads. Calling it again with the same content is harmless.

    at         now; decides what is overrun, present or past
    directory  default: of the site
    event      what made this version; kept beside it, and told in the chain
    earlier    events before it that the chain does not tell yet
    site       default: what the environment says

    Raises SentenceMissing, OlderVersion, Busy or NotWritten: then the public reads what it read.
    """
    began = time.monotonic()
    check_sentences(bulletin)
    site = site or site_from()
    directory = directory or site.directory
    try:
        with versions.alone(directory):
            name = _publish_alone(
                bulletin, event=event, earlier=earlier, at=at, directory=directory, site=site
            )
    except OSError as error:
        raise NotWritten(describe(error)) from error
    return _proven(name, began=began, directory=directory, site=site)


def _tidy(directory: Path) -> None:
    """Remove the oldest versions; whoever publishes next does it if we may not now."""
    with suppress(OSError, Busy), versions.alone(directory, patience=0):
        versions.prune(directory)


def _publish_alone(
    bulletin: Bulletin,
    *,
    event: Event | None,
    earlier: Iterable[Event],
    at: datetime,
    directory: Path,
    site: Site,
) -> VersionName:
    versions.heal(directory)
    public = versions.current_name(directory)
    if public and bulletin.version <= public.version:
        if _bytes_at(public, directory=directory) == bulletin_bytes(bulletin):
            return public
        raise OlderVersion(f"{bulletin.version}: the public reads {public} already")
    name = VersionName(bulletin.version)
    _write(
        bulletin,
        event=event,
        earlier=earlier,
        name=name,
        at=at,
        directory=directory,
        site=site,
    )
    return name


def refresh(*, at: datetime, directory: Path | None = None, site: Site | None = None) -> Published:
    """Tell the public version anew, because time has passed: a new edition with the same content.

    Raises FileNotFoundError when nothing was published yet, else as `publish`.
    """
    began = time.monotonic()
    site = site or site_from()
    directory = directory or site.directory
    try:
        with versions.alone(directory):
            versions.heal(directory)
            public = versions.current_name(directory)
            if public is None:
                raise FileNotFoundError(errno.ENOENT, "nothing is published", str(directory))
            place = versions.place_of(public, directory=directory)
            bulletin = bulletin_from((place / "bulletin.json").read_bytes())
            event_file = place / "event.json"
            event = event_from(event_file.read_bytes()) if event_file.exists() else None
            name = public.next_edition
            _write(bulletin, event=event, name=name, at=at, directory=directory, site=site)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise NotWritten(describe(error)) from error
    return _proven(name, began=began, directory=directory, site=site)


def _write(
    bulletin: Bulletin,
    *,
    event: Event | None,
    earlier: Iterable[Event] = (),
    name: VersionName,
    at: datetime,
    directory: Path,
    site: Site,
) -> None:
    files = files_of(bulletin, event=event, at=at, edition=name.edition, site=site)
    public = versions.current_name(directory)
    before = versions.place_of(public, directory=directory) if public else None
    files |= chain_files(event, earlier=earlier, before=before)
    mtime = versions.next_mtime(directory, now=int(at.timestamp()))
    versions.write_version(files, name=name, directory=directory, mtime=mtime)
    versions.flip(name, directory=directory)


def _proven(name: VersionName, *, began: float, directory: Path, site: Site) -> Published:
    seen = read_back(name, directory=directory, url=site.url)
    taken = round((time.monotonic() - began) * 1000, 1)
    _tidy(directory)
    return Published(
        version=name.version,
        edition=name.edition,
        milliseconds=taken,
        seen=seen,
        targets=copies.states(directory, setting=site.targets),
    )


def _bytes_at(name: VersionName, *, directory: Path) -> bytes:
    return (versions.place_of(name, directory=directory) / "bulletin.json").read_bytes()


def describe(error: OSError) -> str:
    """What the disk complained about, in a line for the operator."""
    return f"{error.strerror or error} ({error.filename})" if error.filename else str(error)


def current(directory: Path | None = None) -> Bulletin | None:
    """What the public reads now; None before the first publication. Raises Unreadable."""
    directory = directory or site_from().directory
    while (name := versions.current_name(directory)) is not None:
        try:
            return bulletin_from(_bytes_at(name, directory=directory))
        except FileNotFoundError:
            # Pruned between two lines, which needs a hundred publications: look again.
            if versions.current_name(directory) == name:
                raise
    return None


def current_event(directory: Path | None = None) -> Event | None:
    """The event that made what the public reads now; None when it was not kept."""
    directory = directory or site_from().directory
    name = versions.current_name(directory)
    path = name and versions.place_of(name, directory=directory) / "event.json"
    return event_from(path.read_bytes()) if path and path.exists() else None
