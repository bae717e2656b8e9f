"""A bucket of an S3-compatible store, written so that an older version never hides a newer one.

A bucket has no symbolic link, so its objects are replaced one by one. A writer

 1. claims the version in `published.json` with a conditional write: an older claim is refused;
 2. lists the objects, and looks whether the claim is still its own: what it lists was then
    written by nobody newer;
 3. replaces each object only if it still is what was listed; pages last, `status.json` at the end;
 4. closes the claim.

Whoever is overtaken finds an object that is no longer what was listed, or another claim, and
stops. Content that comes back to what it was (A, B, A) has the ETag that it had; the next push
or heartbeat compares every object again and repairs it.
"""

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import md5
from pathlib import Path
from typing import Any, NamedTuple

import obstore
from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    NotFoundError,
    PreconditionError,
)
from obstore.store import S3Store

from vitrine.publication import versions
from vitrine.publication.errors import OlderVersion
from vitrine.publication.shelf import FOR_EVER, FRESH, type_of
from vitrine.publication.targets.contract import TargetFailed
from vitrine.publication.versions import VersionName
from vitrine.publication.words import LANGUAGES

MARKER = "published.json"
AT_ONCE = 8
NOT_COPIED = (".gz", ".br", "event.json")
"""A bucket negotiates no encoding; events name who made them."""
TRIES = 3


class Claim(NamedTuple):
    """What the marker says, and the ETag that it had."""

    name: VersionName | None
    etag: str | None
    is_complete: bool


class Bucket:
    """The objects below a prefix of a bucket."""

    def __init__(self, store: S3Store) -> None:
        self.store = store

    def push(self, name: VersionName, *, directory: Path) -> None:
        """Claim, compare, replace. Raises OlderVersion or TargetFailed."""
        try:
            for _attempt in range(TRIES):
                etag = self.claim(name)
                if self.replace(name, etag=etag, directory=directory):
                    return
            raise TargetFailed("another writer changed the bucket all the time")
        except (BaseError, OSError) as error:
            raise TargetFailed(first_line(error)) from error

    def claimed(self) -> Claim:
        """What the marker says now."""
        try:
            found = obstore.get(self.store, MARKER)
        except (NotFoundError, FileNotFoundError):
            return Claim(None, None, is_complete=False)
        try:
            value = json.loads(bytes(found.bytes()))
            name = VersionName(int(value["version"]), int(value["edition"]))
            return Claim(name, found.meta["e_tag"], is_complete=bool(value["complete"]))
        except (ValueError, KeyError, TypeError):
            # Unreadable: taken for the oldest, and replaced only as it is now.
            return Claim(None, found.meta["e_tag"], is_complete=False)

    def claim(self, name: VersionName) -> str | None:
        """Say that `name` is being written; the ETag of the claim. Raises OlderVersion."""
        for _attempt in range(TRIES):
            known = self.claimed()
            if known.name and known.name > name:
                raise OlderVersion(f"the bucket shows {known.name}, later than {name}")
            if known.name == name:
                return known.etag
            try:
                return self.mark(name, known=known.etag, is_complete=False)
            except (PreconditionError, AlreadyExistsError):
                continue  # somebody was quicker: look again
        raise TargetFailed("another writer claimed the bucket all the time")

    def mark(self, name: VersionName, *, known: str | None, is_complete: bool) -> str | None:
        """Write the marker if it still is `known` (None: if there is none)."""
        value = {"version": name.version, "edition": name.edition, "complete": is_complete}
        return self.put(MARKER, json.dumps(value).encode(), known=known)

    def replace(self, name: VersionName, *, etag: str | None, directory: Path) -> bool:
        """Bring every object in line; False when somebody else wrote meanwhile."""
        there = self.listed()
        if self.claimed().etag != etag:
            return False
        files = files_of(name, directory=directory)
        wanted = [path for path in files if there.get(path) != etag_of(files[path])]
        for batch in in_order(wanted):
            if not self.put_all({path: files[path] for path in batch}, there=there):
                return False
        known = self.claimed()
        if known.etag != etag:
            return False
        if not known.is_complete:
            try:
                self.mark(name, known=etag, is_complete=True)
            except PreconditionError:
                return False
        return True

    def listed(self) -> dict[str, str | None]:
        """Every object with its ETag."""
        found: dict[str, str | None] = {}
        for batch in obstore.list(self.store):
            for each in batch:
                found[each["path"]] = each["e_tag"]
        return found

    def put_all(self, files: dict[str, bytes], *, there: dict[str, str | None]) -> bool:
        """Replace these objects as they were listed; False when one is no longer so."""

        def put(path: str) -> bool:
            try:
                self.put(path, files[path], known=there.get(path))
            except (PreconditionError, AlreadyExistsError):
                return False
            return True

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return all(list(pool.map(put, files)))

    def put(self, path: str, content: bytes, *, known: str | None) -> str | None:
        """Write one object if its ETag is `known` (None: if there is none); its new ETag."""
        attributes: Any = {
            "Content-Type": type_of(path.rpartition("/")[2]),
            "Cache-Control": FOR_EVER if path.startswith("v/") else FRESH,
        }
        mode: Any = {"e_tag": known} if known else "create"
        done = obstore.put(self.store, path, content, attributes=attributes, mode=mode,
                           use_multipart=False)  # fmt: skip
        return done["e_tag"]

    def beat(self, heartbeat: bytes) -> None:
        """Replace the heartbeat. Raises TargetFailed."""
        try:
            attributes: Any = {"Content-Type": "application/json", "Cache-Control": "no-cache"}
            obstore.put(self.store, "heartbeat.json", heartbeat, attributes=attributes,
                        use_multipart=False)  # fmt: skip
        except (BaseError, OSError) as error:
            raise TargetFailed(first_line(error)) from error


def files_of(name: VersionName, *, directory: Path) -> dict[str, bytes]:
    """The objects of a version: its files, and its pages below their permanent address."""
    place = versions.place_of(name, directory=directory)
    files = {
        path.relative_to(place).as_posix(): path.read_bytes()
        for path in sorted(place.rglob("*"))
        if path.is_file() and not path.name.endswith(NOT_COPIED)
    }
    for language in LANGUAGES:
        page = f"{language}/index.html"
        if page in files:
            files[f"v/{name}/{page}"] = files[page]
    return files


def in_order(paths: Iterable[str]) -> list[list[str]]:
    """What others point to first, then the pages, and at the end what open pages ask for."""
    batches: list[list[str]] = [[], [], []]
    for path in paths:
        is_page = path.endswith(".html") and not path.startswith("v/")
        batches[2 if path == "status.json" else 1 if is_page else 0].append(path)
    return batches


def etag_of(content: bytes) -> str:
    """As S3 makes it for an object that came in one piece."""
    return f'"{md5(content, usedforsecurity=False).hexdigest()}"'


def first_line(error: Exception) -> str:
    """What the store complained about, in a line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]


def bucket_at(place: str, *, options: dict[str, str]) -> Bucket:
    """`bucket/prefix` with `endpoint` and `region`; keys come from AWS_... of the environment.

    Raises ValueError when the place or an option cannot be.
    """
    name, _slash, prefix = place.partition("/")
    if not name or set(options) - {"endpoint", "region"}:
        raise ValueError(f"no bucket: {place!r}")
    endpoint = options.get("endpoint")
    given: Any = {"endpoint": endpoint} if endpoint else {}
    if region := options.get("region"):
        given["region"] = region
    store = S3Store(
        name,
        prefix=prefix.strip("/") or None,
        conditional_put="etag",
        client_options={
            "timeout": "10s",
            "connect_timeout": "3s",
            "allow_http": bool(endpoint and endpoint.startswith("http://")),
        },
        retry_config={"max_retries": 1, "retry_timeout": timedelta(seconds=5)},
        **given,
    )
    return Bucket(store)
