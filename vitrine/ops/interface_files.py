"""The files of the interface, collected and compressed once for each state of the sources."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_interface_files() -> None:
    """Collect, name by content and compress; nothing when the sources did not change."""
    target = Path(settings.STATIC_ROOT)
    stamp = target / ".made-from"
    wanted = fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(wanted)


def fingerprint() -> str:
    """Changes when a source is added, removed or touched."""
    total = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            total.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return total.hexdigest()
