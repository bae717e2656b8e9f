"""Finding mail in files and directories, and reading it one message at a time."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

_FROM = re.compile(rb"^From \S.*\d\d:\d\d.*\d{4}", re.IGNORECASE)
"""The line before a message of an mbox: `From address Mon Nov 23 10:00:00 2026`."""
_QUOTED_FROM = re.compile(rb"^>+From ")
_HEADER = re.compile(rb"^[!-9;-~]+[ \t]*:")
_LONGEST_LINE = 2**20
_SKIPPED = ("dovecot", "maildir", "subscriptions", "courierimap")
"""How the files of mail servers begin that stand beside messages."""


class Shape(StrEnum):
    """How messages lie in a file."""

    MBOX = "mbox"
    ONE = "one"


@dataclass(frozen=True, slots=True)
class Source:
    """A file with mail in it; `size` in bytes."""

    path: Path
    shape: Shape
    size: int


@dataclass(frozen=True, slots=True)
class Found:
    """A message as it stands in a file."""

    source: Source
    raw: bytes
    read: int
    """Bytes of the source up to the end of this message."""
    is_too_large: bool = False


def sources_in(paths: Sequence[Path]) -> tuple[list[Source], list[Path]]:
    """The files with mail under `paths`, and the files in which there is none.

    A Maildir gives each of its messages, those that are read as well; subfolders too.
    Raises OSError when a path does not exist.
    """
    sources: list[Source] = []
    others: list[Path] = []
    for path in paths:
        path.stat()
        for file in _files(path):
            shape = _shape(file)
            if shape is None:
                others.append(file)
            else:
                sources.append(Source(file, shape, file.stat().st_size))
    return sources, others


def _files(path: Path) -> Iterator[Path]:
    """The files under `path` in a steady order; of a Maildir only those in cur and new."""
    if not path.is_dir():
        yield path
        return
    is_maildir = (path / "cur").is_dir() and (path / "new").is_dir()
    for child in sorted(path.iterdir()):
        if child.is_dir():
            if not (is_maildir and child.name == "tmp"):
                yield from _files(child)
        elif child.is_file() and not is_maildir and not child.name.startswith((".", *_SKIPPED)):
            yield child


def _shape(file: Path) -> Shape | None:
    """How mail lies in `file`; None: there is none."""
    with file.open("rb") as stream:
        first = stream.readline(_LONGEST_LINE)
        if first.startswith(b"From "):
            return Shape.MBOX
    if _HEADER.match(first) or file.suffix.lower() == ".eml":
        return Shape.ONE
    return None


def messages_in(source: Source, *, at_most: int) -> Iterator[Found]:
    """Every message of a source; one of more than `at_most` bytes is cut there and marked."""
    if source.shape is Shape.MBOX:
        yield from _of_mbox(source, at_most=at_most)
        return
    with source.path.open("rb") as stream:
        raw = stream.read(at_most + 1)
    yield Found(source, raw[:at_most], source.size, is_too_large=len(raw) > at_most)


def _of_mbox(source: Source, *, at_most: int) -> Iterator[Found]:
    """One after the other, however large the file is.

    A message begins at a `From ` line with a time that follows a blank line; `>From ` in
    the text is given back as it was written.
    """
    lines: list[bytes] = []
    size, read = 0, 0
    was_blank = True
    with source.path.open("rb") as stream:
        while line := stream.readline(_LONGEST_LINE):
            if was_blank and _FROM.match(line):
                if lines:
                    yield _whole(source, lines, read=read, at_most=at_most, size=size)
                lines, size = [], 0
            else:
                size += len(line)
                if size <= at_most:
                    lines.append(line[1:] if _QUOTED_FROM.match(line) else line)
            read += len(line)
            was_blank = line in (b"\n", b"\r\n")
    if lines:
        yield _whole(source, lines, read=read, at_most=at_most, size=size)


def _whole(source: Source, lines: list[bytes], *, read: int, at_most: int, size: int) -> Found:
    """The message of some lines, without the blank line that ends it in an mbox."""
    if len(lines) > 1 and lines[-1] in (b"\n", b"\r\n"):
        lines = lines[:-1]
    return Found(source, b"".join(lines), read, is_too_large=size > at_most)
