"""The Python sources that the checks read, and what a check finds in them."""

import ast
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IGNORED_FOLDERS = frozenset({"__pycache__", "node_modules", "vendor", ".venv", ".state"})


@dataclass(frozen=True)
class Finding:
    """Something that a check refuses; `line` counts from 1, 0 for the whole file."""

    path: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.sentence}"


@dataclass(frozen=True)
class Source:
    """A Python file: its path from the root of the repository and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree; raises SyntaxError."""
        return ast.parse(self.text, self.path)

    @property
    def parts(self) -> tuple[str, ...]:
        """The folders and the file name without its ending: `vitrine tickets rules`."""
        return Path(self.path).with_suffix("").parts

    def is_in(self, *folders: str) -> bool:
        """Whether the file lies in one of these folders (from the root)."""
        return any(self.path.startswith(f"{folder.rstrip('/')}/") for folder in folders)

    def finding(self, node: ast.AST, *, sentence: str) -> Finding:
        """A finding on the line of `node`."""
        return Finding(self.path, getattr(node, "lineno", 0), sentence)


def files(*folders: str, ending: str, root: Path = ROOT) -> Iterator[Path]:
    """Every file with this ending in these folders, in a stable order."""
    for folder in folders:
        for path in sorted((root / folder).rglob(f"*{ending}")):
            if not IGNORED_FOLDERS.intersection(path.parts):
                yield path


def sources(*folders: str, root: Path = ROOT) -> Iterator[Source]:
    """Every Python file in these folders."""
    for path in files(*folders, ending=".py", root=root):
        yield Source(path.relative_to(root).as_posix(), path.read_text())


def report(findings: Iterable[Finding]) -> int:
    """Print the findings; the exit status is 1 when there is one."""
    found = list(findings)
    for finding in found:
        print(finding)
    return 1 if found else 0


def main(check: Callable[[Source], Iterable[Finding]], *folders: str) -> None:
    """Run one check over the sources in these folders and leave with its status."""
    sys.exit(report(finding for source in sources(*folders) for finding in check(source)))
