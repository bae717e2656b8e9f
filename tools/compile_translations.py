"""Compile the catalogues to the form that the running product reads.

Called at set-up and by the tests; git ignores the result. A catalogue that is
older than its compiled form is left alone, so that calling it again costs
nothing.
"""

import os
import sys
from pathlib import Path

import polib

from tools.sources import ROOT


def compile_catalogue(path: Path) -> bool:
    """Compile one catalogue beside itself; False when it was up to date.

    Two processes may do it at the same instant: the file appears whole.
    """
    compiled = path.with_suffix(".mo")
    if compiled.exists() and compiled.stat().st_mtime_ns >= path.stat().st_mtime_ns:
        return False
    draft = compiled.with_suffix(f".{os.getpid()}")
    polib.pofile(str(path)).save_as_mofile(str(draft))
    draft.replace(compiled)
    return True


def compile_all(folder: Path = ROOT / "vitrine" / "locale") -> int:
    """Compile every catalogue that has changed; how many there were."""
    return sum(compile_catalogue(path) for path in sorted(folder.rglob("*.po")))


if __name__ == "__main__":
    print(f"compiled {compile_all()} catalogues")
    sys.exit(0)
