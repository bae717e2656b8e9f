"""Writing so that a power cut loses nothing that was said to be written."""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

AT_ONCE = 8
"""Files made durable at once: the file system then writes its journal once for all of them."""


def make_durable(paths: "Iterable[str | Path]", *, mtime: int | None = None) -> None:
    """Flush each file or directory to the disk, after giving it `mtime` (seconds)."""

    def flush(path: "str | Path") -> None:
        handle = os.open(path, os.O_RDONLY)
        try:
            if mtime is not None:
                os.utime(handle, (mtime, mtime))
            os.fsync(handle)
        finally:
            os.close(handle)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in [pool.submit(flush, path) for path in paths]:
            done.result()


def sync_directory(path: Path) -> None:
    """Flush the names in a directory."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_durably(path: Path, content: bytes) -> None:
    """Write a small file whole: its old content or its new one, never a part."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        draft.write_bytes(content)
        make_durable([draft])
        draft.replace(path)
        sync_directory(path.parent)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
