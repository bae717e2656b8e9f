"""How much memory each process of a running product takes, shared pages counted once (PSS)."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, kw_only=True)
class Taken:
    """The memory of one process."""

    pid: int
    pss: int
    """KiB; a page that n processes share counts 1/n in each."""
    command: str


def descendants(root: int) -> list[int]:
    """`root` and every process below it, parents first."""
    parents = dict(all_parents())
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def all_parents() -> Iterator[tuple[int, int]]:
    """Every process of the machine with its parent."""
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except OSError:
                continue
            yield int(entry.name), int(stat.rpartition(")")[2].split()[1])


def taken_by(root: int) -> list[Taken]:
    """The memory of `root` and of all below it; PermissionError when we may not look."""
    found = []
    for pid in descendants(root):
        try:
            rollup = (PROC / str(pid) / "smaps_rollup").read_text()
            words = (PROC / str(pid) / "cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        pss = next(line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:"))
        found.append(Taken(pid=pid, pss=int(pss), command=short(words)))
    return found


def short(words: list[bytes]) -> str:
    """A command line that fits on a line: the program by its name alone."""
    program, *rest = [word.decode(errors="replace") for word in words if word] or ["?"]
    return " ".join([os.path.basename(program), *rest])[:90]  # noqa: PTH119 - postgres: names
